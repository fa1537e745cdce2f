/** What a save leaves that was killed after it had noted the names of its files. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes the marker of a save into a sessions folder: the names of archives and temp files that it noted, one a line. */
export function beginKilledSave(folder: string, workflow: string, names: readonly string[]): void {
  writeFileSync(join(folder, `.${workflow}.saving.tmp`), names.map((name) => `${name}\n`).join(""));
}
