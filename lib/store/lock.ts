/**
 * One lock for a sessions folder, held by the kernel and so freed at any death of its holder.
 *
 * It is the RESERVED lock of SQLite on the empty file `.lock` (https://sqlite.org/lockingv3.html): a POSIX record lock
 * behind a stable API. A transaction is begun and never committed, so the file stays empty. It works between
 * processes, not between two callers in one process, and not on network file systems that do not lock.
 *
 *   const lock = acquireLock(path);
 *   try { … if (!lock.isHeld()) start over … } finally { lock.release(); }
 *
 * The file is never deleted and the lock never stolen, however long a stopped holder keeps it. Should somebody else
 * delete the file, the next caller locks a new one; `isHeld` tells the old holder, who has to ask immediately before
 * each step that cannot be undone. Opening the file by any other call in this process would drop the lock (POSIX), so
 * it is opened once before, to learn the system's reason where that fails, and never again.
 */
import { constants, Database, SQLiteError } from "bun:sqlite";
import { closeSync, constants as flags, fstatSync, lstatSync, lutimesSync, openSync } from "node:fs";
import { SessionError, systemError } from "../errors.ts";

export type Lock = {
  /** Whether the file that is locked is still the one at the path. */
  isHeld(): boolean;
  release(): void;
};

/** How long a waiter may wait, in ms. */
export type Patience = {
  /** For one holder. In a crowd the lock changes hands, and each gets it in the end. */
  holderMs: number;
  /** In all. */
  totalMs: number;
};

/** Waits for the lock. Throws `locked` when patience ends, `failed` where the file cannot be opened or locked. */
export function acquireLock(path: string, patience: Patience = { holderMs: 10_000, totalMs: 60_000 }): Lock {
  const start = monotonicMs();
  for (;;) {
    const file = openLockFile(path);
    try {
      const lock = waitForLock(file, path, { start, ...patience });
      if (lock !== null) return lock;
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
  }
}

/**
 * The lock on an open file, or `null` where the file has been replaced meanwhile. The file stays open while this waits:
 * to open it for every attempt costs six times as much. A holder signs the file with the time, by its path, so that the
 * others see that the lock has changed hands.
 */
function waitForLock(file: Database, path: string, { start, holderMs, totalMs }: Patience & { start: number }): Lock | null {
  const lock = { isHeld: () => isInPlace(file), release: () => file.close() }; // a collected Database would drop the lock
  let holderSince = start;
  let signature: number | undefined;
  for (let attempt = 0; ; attempt += 1) {
    if (tryLock(file, path) && lock.isHeld()) {
      sign(path);
      return lock;
    }
    const now = monotonicMs();
    const found = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (found !== signature) holderSince = now;
    signature = found;
    if (now > Math.min(start + totalMs, holderSince + holderMs)) {
      throw new SessionError(
        "locked",
        now > start + totalMs
          ? `the lock ${path} was never free in a minute`
          : `another process held the lock ${path} for 10 seconds`,
        "run the same command again; if it stays so, look for a stopped process (fuser or lsof on that file) and continue or kill it",
      );
    }
    if (!lock.isHeld()) return null;
    Bun.sleepSync(pauseMs(attempt, now - start));
  }
}

/** Only the owner of a file may do it; the holders of another user look like one, and are waited for as one. */
function sign(path: string): void {
  try {
    lutimesSync(path, new Date(), new Date());
  } catch {
    // it helps the others to wait, no more
  }
}

/**
 * How long to sleep until the next attempt. At first shortly: most holders are done in a moment. Then longer, because a
 * crowd that looks all the time takes the processor from the holder; and shorter again the longer one has waited, so that
 * nobody starves.
 */
function pauseMs(attempt: number, waitedMs: number): number {
  if (attempt < 4) return 1 + 3 * Math.random();
  return 2 + 80 * Math.random() * Math.max(0, 1 - waitedMs / 10_000) ** 2;
}

function isInPlace(file: Database): boolean {
  const moved = new Int32Array(2); // SQLite writes one int; Bun wants 8 bytes
  return file.fileControl(constants.SQLITE_FCNTL_HAS_MOVED, moved) === 0 && moved[0] === 0;
}

function openLockFile(path: string): Database {
  ensureFile(path);
  try {
    return new Database(path, constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_CREATE | constants.SQLITE_OPEN_NOFOLLOW);
  } catch (error) {
    throw systemError(`lock ${path}`, error, remedy);
  }
}

function tryLock(file: Database, path: string): boolean {
  try {
    file.run("PRAGMA journal_mode = MEMORY"); // no .lock-journal beside it
    file.run("BEGIN IMMEDIATE");
    file.run("PRAGMA user_version = 1"); // fails where the file opened read-only and BEGIN locked nothing
    return true;
  } catch (error) {
    if (error instanceof SQLiteError && error.code?.startsWith("SQLITE_BUSY")) return false;
    throw systemError(`lock ${path}`, error, remedy);
  }
}

export function monotonicMs(): number {
  return Bun.nanoseconds() / 1e6;
}

const remedy = "it should be an empty file; remove it, and the next write makes a new one";

function ensureFile(path: string): void {
  try {
    const file = openSync(path, flags.O_RDWR | flags.O_CREAT | flags.O_NOFOLLOW | flags.O_NONBLOCK, 0o666);
    const isFile = fstatSync(file).isFile();
    closeSync(file);
    if (isFile) return;
  } catch (error) {
    throw systemError(`lock ${path}`, error, remedy);
  }
  throw new SessionError("failed", `cannot lock ${path}: it is not a regular file`, remedy);
}
