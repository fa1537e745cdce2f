/** What a save leaves that was killed after it had written its marker. */
import { readFileSync, writeFileSync } from "node:fs";
import { beginSave } from "../../lib/store/journal.ts";

/** A number that no process has: Linux and macOS stop below it. */
export const deadPid = 4_194_305;

/** Begins a save as a process that is dead did, or as another one that has this number. */
export function beginKilledSave(folder: string, workflow: string, save: Parameters<typeof beginSave>[2], pid = deadPid): void {
  beginSave(folder, workflow, save);
  const marker = `${folder}/.${workflow}.saving.tmp`;
  writeFileSync(marker, readFileSync(marker, "utf8").replace(/\n\d+ .+\n$/, `\n${pid} another\n`));
}
