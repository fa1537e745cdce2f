/**
 * Controls for the proofs: a copy of the sources with one protection taken out, which the same test must catch. The
 * product has no switch for this; the copy is edited as text, and an edit that no longer fits fails loudly.
 */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./project.ts";
import { repository } from "./run-script.ts";

/** A file of the sources, a text that stands in it exactly once, and what to put in its place. */
export type Edit = { file: string; find: string; replace: string };

/** What the skill is built from. */
const parts = ["lib", "scripts", "build.ts", "package.json", "tsconfig.json", "skills", ".claude-plugin", "LICENSE"];

/** Copies what the skill is built from and edits the copy; returns its folder and that of its scripts, removed when the scope ends. */
export function unsafeCopy(edits: readonly Edit[]): Disposable & { path: string; scripts: string } {
  const folder = temporaryFolder();
  for (const part of parts) cpSync(join(repository, part), join(folder.path, part), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(folder.path, "node_modules"));
  for (const { file, find, replace } of edits) {
    const path = join(folder.path, file);
    const pieces = readFileSync(path, "utf8").split(find);
    if (pieces.length !== 2)
      throw new Error(`the control no longer fits: ${JSON.stringify(find)} stands ${pieces.length - 1} times in ${file}`);
    writeFileSync(path, pieces.join(replace));
  }
  return { ...folder, scripts: join(folder.path, "scripts") };
}
