/** Makes the names in a folder durable: after a rename or an unlink, a power cut may otherwise bring the old name back. */
import { closeSync, fsyncSync, openSync } from "node:fs";
import { failedTo, isAbsence, SessionError, systemCode, tryTo } from "../errors.ts";
import { folderFlag, unsyncable } from "./windows.ts";

/** Syncs a folder. Throws `failed`, but not on file systems that cannot do it: they say so, and nothing is promised there. */
export function syncFolder(folder: string): void {
  tryTo(`sync the folder ${folder}`, () => sync(folder));
}

function sync(folder: string): void {
  try {
    const directory = openSync(folder, folderFlag);
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  } catch (error) {
    if (!unsyncable.includes(systemCode(error))) throw error;
  }
}

/** Syncs a folder that may be one that only its owner may open: then it cannot be, and what is in it must be usable all the same. */
export function syncIfReadable(folder: string): void {
  try {
    sync(folder);
  } catch (error) {
    const isUnreadable = systemCode(error) === "EACCES" && (error as NodeJS.ErrnoException).syscall === "open";
    if (!isUnreadable) throw error;
  }
}

/** Syncs a folder after a change in it that is visible already; the error says so. */
export function syncAfter(change: string, folder: string): void {
  try {
    sync(folder);
  } catch (error) {
    const problem = `${change}, but it may not survive a power cut: ${failedTo("sync its folder", error).message}`;
    const done = "check the disk; what was asked for is done, so do not repeat it";
    throw new SessionError("failed", problem, isAbsence(error) ? "find out where the folder is now" : done);
  }
}
