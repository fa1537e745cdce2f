/**
 * One lock for a sessions folder, held by the kernel and so freed at any death of its holder.
 *
 * It is the RESERVED lock of SQLite on the empty file `.lock` (https://sqlite.org/lockingv3.html): a POSIX record lock
 * behind a stable API. A transaction is begun and never committed, so the file stays empty. It works between
 * processes, not between two callers in one process, and not on network file systems that do not lock.
 *
 *   const lock = acquireLock(path, deadline);
 *   try { … if (!lock.isHeld()) start over … } finally { lock.release(); }
 *
 * The file is never deleted and the lock never stolen, however long a stopped holder keeps it. Should somebody else
 * delete the file, the next caller locks a new one; `isHeld` tells the old holder, who has to ask immediately before
 * each step that cannot be undone. Opening the file by any other call in this process would drop the lock (POSIX), so
 * it is opened once before, to learn the system's reason where that fails, and never again.
 */
import { constants, Database, SQLiteError } from "bun:sqlite";
import { closeSync, constants as fs, fstatSync, openSync } from "node:fs";
import { SessionError, systemError } from "./errors.ts";

export type Lock = {
  /** Whether the file that is locked is still the one at the path. */
  isHeld(): boolean;
  release(): void;
};

/**
 * Waits for the lock until `deadline` (on the clock of `Bun.nanoseconds`, in ms). Throws `locked` when that passes,
 * `failed` where the file cannot be opened or locked.
 */
export function acquireLock(path: string, deadline: number): Lock {
  for (;;) {
    const lock = tryLock(path);
    if (lock?.isHeld()) return lock;
    lock?.release();
    if (monotonicMs() > deadline) {
      throw new SessionError(
        "locked",
        `another process held the lock ${path} for 10 seconds`,
        "run the same command again; if it stays so, look for a stopped process (fuser or lsof on that file) and continue or kill it",
      );
    }
    Bun.sleepSync(1 + Math.random() * 9);
  }
}

export function monotonicMs(): number {
  return Bun.nanoseconds() / 1e6;
}

/** The lock, which may be on a file that has been replaced meanwhile, or `null` where another process holds it. */
function tryLock(path: string): Lock | null {
  ensureFile(path);
  let database: Database | undefined;
  try {
    database = new Database(
      path,
      constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_CREATE | constants.SQLITE_OPEN_NOFOLLOW,
    );
    database.run("PRAGMA journal_mode = MEMORY"); // no .lock-journal beside it
    database.run("BEGIN IMMEDIATE");
    database.run("PRAGMA user_version = 1"); // fails where the file opened read-only and BEGIN locked nothing
  } catch (error) {
    database?.close();
    if (error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY")) return null;
    throw systemError(`lock ${path}`, error, remedy);
  }
  const held = database; // a collected Database would drop the lock: the closures keep it
  const moved = new Int32Array(2); // SQLite writes one int; Bun wants 8 bytes
  return {
    isHeld: () => held.fileControl(constants.SQLITE_FCNTL_HAS_MOVED, moved) === 0 && moved[0] === 0,
    release: () => held.close(),
  };
}

const remedy = "it should be an empty file; remove it, and the next write makes a new one";

function ensureFile(path: string): void {
  try {
    const file = openSync(path, fs.O_RDWR | fs.O_CREAT | fs.O_NOFOLLOW | fs.O_NONBLOCK, 0o666);
    const isFile = fstatSync(file).isFile();
    closeSync(file);
    if (isFile) return;
  } catch (error) {
    throw systemError(`lock ${path}`, error, remedy);
  }
  throw new SessionError("failed", `cannot lock ${path}: it is not a regular file`, remedy);
}
