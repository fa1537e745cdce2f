/**
 * What Windows does differently with open files and folders: how long to try again while somebody keeps a file open, and how
 * a folder is synced. Elsewhere each thing is done once. Names of files are in `folder.ts`.
 */
import { systemCode } from "../errors.ts";

export const isWindows = process.platform === "win32";

/** A path in the form that is used here: with `/` on Windows too. */
export const withSlashes = (path: string): string => (isWindows ? path.replaceAll("\\", "/") : path);

/**
 * Replaces or deletes a file. On Windows that is refused while a reader, a virus scanner or an indexer has it open, so
 * there it is tried for up to 5 seconds, each time after `lastLook`, which stops it by throwing.
 */
export function retryWhileInUse(lastLook: () => void, change: () => void, onWindows = isWindows): void {
  for (let waitedMs = 0, pauseMs = 1; ; pauseMs = Math.min(50, 2 * pauseMs)) {
    lastLook();
    try {
      change();
      return;
    } catch (error) {
      if (!onWindows || !isRefusal(error)) throw error;
      const reason = `for 5 seconds another program has kept the file open, or it is read-only (${systemCode(error)})`;
      if (waitedMs >= 5000) throw Object.assign(new Error(reason), { code: "EBUSY" }); // EPERM would be taken for a lack of permission
    }
    Bun.sleepSync(pauseMs);
    waitedMs += pauseMs;
  }
}

/**
 * Reads what must be there, or tells its absence. On Windows a file is missing or busy for a moment while it is being
 * replaced, so there it is looked for three times within 15 ms.
 */
export function retryWhileBusy<T>(read: () => T | null, onWindows = isWindows): T | null {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const found = read();
      if (!onWindows || found !== null || attempt === 2) return found;
    } catch (error) {
      if (!onWindows || attempt === 2 || !isRefusal(error)) throw error;
    }
    Bun.sleepSync(5);
  }
}

const isRefusal = (error: unknown): boolean => ["EPERM", "EACCES", "EBUSY"].includes(systemCode(error));

/** The codes of a folder sync that the file system cannot do. Windows refuses it on some; NTFS journals names by itself. */
export const unsyncable = isWindows ? ["EINVAL", "ENOTSUP", "EPERM", "EACCES"] : ["EINVAL", "ENOTSUP"];

/** How a folder is opened for syncing: Windows flushes only what may be written. */
export const folderFlag = isWindows ? "r+" : "r";
