/** One session file, read and checked. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { relative } from "node:path";
import { readSessionFile } from "../../lib/store/session-file.ts";
import { temporaryProject } from "../support/project.ts";
import { type Damage, damage, damages, session } from "../support/sample.ts";
import { actAs, folderOf, isRoot, projectWith } from "./fixture.ts";

const file = "workflow:pr.json";

/** The error about a session file that is damaged. */
function damagedBy(path: string, problem: string) {
  const shown = relative(process.cwd(), path);
  return expect.objectContaining({
    code: "damaged",
    message: `${shown} is damaged: ${problem}`,
    help: `fix ${shown} by hand, or delete it: bun run .claude/skills/session/scripts/reset.ts workflow:pr`,
  });
}

test("a byte order mark, times with any offset and unknown fields are taken as they are", () => {
  const given = { before: 1, ...session, started_at: "2025-01-29T20:30:00+05:30", after: [null] };
  using project = projectWith({ [file]: `\ufeff${JSON.stringify(given)}` });
  expect(readSessionFile(folderOf(project), "workflow:pr")).toEqual(given);
});

test("there is none for a workflow without a file", () => {
  using project = projectWith({ "workflow:other.json": session });
  expect(readSessionFile(folderOf(project), "workflow:pr")).toBeNull();
});

const more: Damage[] = [
  {
    what: "of NUL only",
    content: "\u0000".repeat(100),
    problem: 'not JSON: expected a value, found "\\u0000" at line 1, column 1',
  },
  { what: "of 9 MiB", content: "x".repeat(9 * 1024 * 1024), problem: "too large: 9437184 bytes, the limit is 8388608" },
  { what: "a symlink to nothing", content: (path) => symlinkSync("nowhere", path), problem: "not a regular file" },
];

test.each([...damages, ...more])("a file that is $what is damaged, and the error says why and how to go on", (given) => {
  using project = temporaryProject();
  damage(project, "workflow:pr", given);
  expect(() => readSessionFile(folderOf(project), "workflow:pr")).toThrow(damagedBy(project.file(file), given.problem));
});

test("a socket is damaged", async () => {
  using project = temporaryProject();
  mkdirSync(project.file(""), { recursive: true });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(project.file(file), resolve));
  const error = damagedBy(project.file(file), "not a regular file");
  expect(() => readSessionFile(folderOf(project), "workflow:pr")).toThrow(error);
  server.close();
});

describe.skipIf(!isRoot)("a file that may not be read", () => {
  test("is not damaged: that it cannot be read is the error", () => {
    using project = projectWith({ [file]: session });
    chmodSync(project.file(file), 0o600);
    const folder = folderOf(project);
    using _other = actAs(1001, project.path);
    const message = `cannot read ${project.file(file)}: EACCES: permission denied`;
    expect(() => readSessionFile(folder, "workflow:pr")).toThrow(expect.objectContaining({ code: "failed", message }));
  });
});
