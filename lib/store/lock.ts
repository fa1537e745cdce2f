/**
 * One lock for a sessions folder, held by the kernel and so freed at any death of its holder.
 *
 * It is the RESERVED lock of SQLite on the empty file `.lock` (https://sqlite.org/lockingv3.html): a POSIX record lock, or
 * LockFileEx on Windows, behind a stable API. A transaction is begun and never committed, so the file stays empty. It
 * works between processes, not between two callers in one process, and not on file systems that do not lock.
 *
 *   const lock = acquireLock(path);
 *   try { … if (!lock.isHeld()) start over … } finally { lock.release(); }
 *
 * The file is never deleted and the lock never stolen, however long a suspended holder keeps it. Should somebody else
 * delete the file, the next caller locks a new one; `isHeld` tells the old holder, who has to ask immediately before
 * each step that cannot be undone. Only an empty regular file is locked, and nothing may lie beside it that SQLite would
 * play back or delete. Opening the file by any other call in this process would drop the lock (POSIX), so it is opened
 * only once, before locking, to get the system's reason if that fails.
 */
import type { Database } from "bun:sqlite";
import { failedTo, SessionError, tryTo } from "../errors.ts";
import { cannotLock, ensureLockFile, refuseCompany, remedy } from "./lock-file.ts";
import { isWindows } from "./windows.ts";

export type Lock = {
  /** Whether the file that is locked is still the one at the path. */
  isHeld(): boolean;
  release(): void;
};

/** Loaded when the first lock is taken, so that a runtime other than Bun reaches the error message. */
const sqlite = () => process.getBuiltinModule("bun:sqlite") as typeof import("bun:sqlite");

/** How long a caller waits for the lock, in ms, even if its transaction has to start over. */
export const patienceMs = 30_000;

/**
 * Waits for the lock, 30 seconds at most. Throws `locked` after that, `failed` if the file cannot be opened or locked, and
 * whatever `beforeOpening` throws: it runs before each opening, possibly after a long wait.
 */
export function acquireLock(path: string, timeoutMs = patienceMs, beforeOpening = () => {}): Lock {
  const deadline = monotonicMs() + timeoutMs;
  do {
    beforeOpening();
    const file = openLockFile(path);
    try {
      if (waitForLock(file, path, deadline)) return { isHeld: () => isInPlace(file), release: () => file.close() };
    } catch (error) {
      if (isInPlace(file)) {
        file.close();
        throw error;
      } // else, on macOS, every call fails
    }
    file.close();
  } while (monotonicMs() < deadline);
  const problem = `could not get the lock ${path} within ${patienceMs / 1000} seconds: other processes hold it`;
  const help = "run the same command again; if that fails too, find the process that keeps the file open, and continue or end it";
  throw new SessionError("locked", problem, help);
}

/**
 * Waits for the lock on an open file; `false` if the file has been replaced meanwhile, or time is over. The file stays
 * open while this waits: to open it for every attempt costs six times as much.
 */
function waitForLock(file: Database, path: string, deadline: number): boolean {
  const start = monotonicMs();
  for (let attempt = 0; ; attempt += 1) {
    if (attempt > 0) refuseCompany(path); // at first it has just been looked for
    const isLocked = tryLock(file, path);
    if (!isInPlace(file)) return false;
    if (isLocked) return true;
    if (attempt === 4 && !canShare(file)) throw unlockable(path);
    if (monotonicMs() >= deadline) return false;
    Bun.sleepSync(pauseMs(attempt, monotonicMs() - start));
  }
}

/**
 * How long to sleep until the next attempt: at first briefly, as most holders are soon done; then longer, because a crowd that
 * asks all the time takes the processor from the holder; and shorter again the longer one has waited, so that nobody starves.
 */
function pauseMs(attempt: number, waitedMs: number): number {
  if (attempt < 4) return 1 + 3 * Math.random();
  return 2 + 80 * Math.random() * Math.max(0, 1 - waitedMs / 10_000) ** 2;
}

/** Windows neither deletes nor replaces a file that SQLite has open, so there it stays in place. */
function isInPlace(file: Database): boolean {
  if (isWindows) return true;
  const moved = new Int32Array(2); // SQLite writes one int; Bun wants 8 bytes
  return file.fileControl(sqlite().constants.SQLITE_FCNTL_HAS_MOVED, moved) === 0 && moved[0] === 0;
}

function openLockFile(path: string): Database {
  ensureLockFile(path);
  const { constants, Database } = sqlite();
  const flags = constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_CREATE | constants.SQLITE_OPEN_NOFOLLOW;
  return tryTo(`lock ${path}`, () => new Database(path, flags), remedy);
}

function tryLock(file: Database, path: string): boolean {
  try {
    file.run("PRAGMA journal_mode = MEMORY"); // no .lock-journal beside it
    file.run("BEGIN IMMEDIATE");
    file.run("PRAGMA user_version = 1"); // fails if the file opened read-only and BEGIN locked nothing
    return true;
  } catch (error) {
    const code = error instanceof sqlite().SQLiteError ? (error.code ?? "") : "";
    if (code.startsWith("SQLITE_BUSY")) return false;
    if (/^SQLITE_(?:IOERR|PERM|NOLFS)/.test(code)) throw unlockable(path);
    throw failedTo(`lock ${path}`, error, remedy);
  }
}

/** Whether the lock that readers share is free. No holder of ours takes that one away, so only the disk can refuse it. */
function canShare(file: Database): boolean {
  try {
    file.run("PRAGMA user_version");
    return true;
  } catch {
    return false;
  }
}

function unlockable(path: string): SessionError {
  const why = "this disk does not support record locks, or another program has locked the whole file";
  return cannotLock(path, why, "keep ia/state/sessions on a local disk (it may be a symbolic link)");
}

export const monotonicMs = (): number => Bun.nanoseconds() / 1e6;
