/**
 * The copies of the scripts that every end-to-end test runs against, through `describe.each(copies)`: the source, and
 * the skill as it is committed, copied into a host project as people do it, with `cp -r`. Nothing is built here: what is
 * tested is what people get. This module is evaluated once per run of `bun test`, before the first test.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repository } from "./run-script.ts";

export type Copy = {
  /** As it stands in the titles of tests: "get from the source …". */
  name: string;
  /** The folder that holds the four scripts. */
  scripts: string;
};

/** Where the skill belongs in a project. */
export const skillPath = ".claude/skills/session";

/** Copies the committed skill into a project and returns its folder. */
export function copySkill(project: string): string {
  const target = join(project, skillPath);
  mkdirSync(dirname(target), { recursive: true });
  execFileSync("cp", ["-r", join(repository, "skills/session"), target]);
  return target;
}

export const copies: Copy[] = [
  { name: "the source", scripts: join(repository, "scripts") },
  { name: "the committed copy", scripts: join(copySkill(folderOfThisRun()), "scripts") },
];

/** A folder that is removed when this process is gone, however it ends: `bun test` has no hook after the last file. */
function folderOfThisRun(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "session-host-")));
  const remover = Bun.spawn(["/bin/sh", "-c", 'trap "" INT TERM HUP; cat > /dev/null; rm -rf "$1"', "sh", folder], {
    stdin: "pipe", // closed by the kernel with this process
    stdout: "ignore",
    stderr: "ignore",
  });
  remover.unref();
  return folder;
}
