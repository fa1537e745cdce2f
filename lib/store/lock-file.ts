/**
 * The file that is locked: an empty regular one with one name, and with nothing beside it that SQLite would play back
 * (`-journal`, `-wal`) or delete. Anything else is refused, since a repository may have brought it.
 */
import { closeSync, constants as flags, fstatSync, openSync } from "node:fs";
import { failedTo, isAbsence, SessionError } from "../errors.ts";
import { bytesBeyond } from "../session/rules.ts";
import { readVersion } from "./read-file.ts";
import { isWindows } from "./windows.ts";

/** The longest path in bytes: SQLite must be able to append `-journal`. */
const maxPathBytes = 504;
/** What to do if the file is not what it must be. */
export const remedy = "it must be an empty file; remove it, and the next write makes a new one";

/** The error if the file cannot be locked, or must not be. */
export const cannotLock = (path: string, why: string, help = remedy): SessionError =>
  new SessionError("failed", `cannot lock ${path}: ${why}`, help);

/** Makes the file if it is missing. Throws `failed` if it cannot be locked, or must not be. */
export function ensureLockFile(path: string): void {
  const bytes = bytesBeyond(maxPathBytes, path);
  if (bytes !== undefined) {
    const why = `its path has ${bytes} bytes, and SQLite takes at most ${maxPathBytes}`;
    throw cannotLock(path, why, "move the project to a folder with a shorter path");
  }
  refuseCompany(path);
  try {
    // Windows: Bun before 1.3.11 drops a numeric O_CREAT, and there is no O_NOFOLLOW.
    const file = openSync(path, isWindows ? "a" : flags.O_RDWR | flags.O_CREAT | flags.O_NOFOLLOW, 0o666);
    const stat = fstatSync(file);
    closeSync(file);
    if (!stat.isFile()) throw cannotLock(path, "it is not a regular file");
    if (stat.nlink > 1)
      throw cannotLock(path, "it has a second name (a hard link), and to close a file by that would drop the lock");
    if (stat.size > 0) throw cannotLock(path, "it is not empty");
  } catch (error) {
    throw failedTo(`lock ${path}`, error, isAbsence(error) ? undefined : remedy);
  }
}

/** Throws `failed` if the file is not empty, or lies beside what SQLite, whenever it locks, would play back into it and delete. */
export function refuseCompany(path: string): void {
  for (const beside of [`${path}-journal`, `${path}-wal`])
    if (readVersion(beside) !== null)
      throw cannotLock(path, `${beside} is beside it`, `remove ${beside}: nothing here makes such a file`);
  const file = readVersion(path);
  if (file?.isFile() && file.size > 0) throw cannotLock(path, "it is not empty");
}
