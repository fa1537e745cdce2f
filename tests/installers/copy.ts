/** Checks an installed copy file by file. */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "./expect.ts";
import { type Origin, skillFiles } from "./origin.ts";

/** The copy holds the files of the skill, unchanged, and nothing else but what this installer is known to add. */
export async function checkCopy(origin: Origin, path: string, adds: readonly string[] = []): Promise<string> {
  const files = await skillFiles(origin);
  const found = readdirSync(path, { recursive: true, encoding: "utf8" }).filter(
    (name) => !lstatSync(join(path, name)).isDirectory(),
  );
  expect(`the files in ${path}`, found.sort(), [...files, ...adds].sort());
  const source = join(origin.checkouts["session-skill"], "skills/session");
  const changed = files.filter((name) => !readFileSync(join(path, name)).equals(readFileSync(join(source, name))));
  expect(`files that differ in ${path}`, changed, []);
  return [`${files.length} files`, ...adds].join(" + ");
}
