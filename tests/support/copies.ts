/**
 * The copies of the scripts that every end-to-end test runs against, through `describe.each(copies)`: the source, and
 * the built copy, installed in a host project that has nothing else. This module is evaluated once per run of
 * `bun test`, before the first test, so the copy is built once.
 */
import { mkdirSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, install } from "../../build.ts";
import { repository } from "./run-script.ts";

export type Copy = {
  /** As it stands in the titles of tests: "get from the source …". */
  name: string;
  /** The folder that holds the four scripts. */
  scripts: string;
};

/** The skill as it is built, for tests that install it themselves. */
export const built = join(folderOfThisRun(), "session");
await build(built);

const host = join(built, "../host");
mkdirSync(host);

export const copies: Copy[] = [
  { name: "the source", scripts: join(repository, "scripts") },
  { name: "the built copy", scripts: join(install(built, host), "scripts") },
];

/** A folder that is removed when this process is gone, however it ends: `bun test` has no hook after the last file. */
function folderOfThisRun(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "session-built-")));
  const remover = Bun.spawn(["/bin/sh", "-c", 'trap "" INT TERM HUP; cat > /dev/null; rm -rf "$1"', "sh", folder], {
    stdin: "pipe", // closed by the kernel with this process
    stdout: "ignore",
    stderr: "ignore",
  });
  remover.unref();
  return folder;
}
