/**
 * One change of the sessions folder: take the lock, sweep what killed writers left, do the work, and immediately before
 * each step that cannot be undone take a last look: is the lock file still the one that is locked, and the file to be
 * replaced or deleted the one that was read? If not, start over.
 *
 * All of this runs under the lock, so whoever left a temp file is dead, unless somebody deleted the lock file: so temp
 * files are left alone for a minute.
 */
import { SessionError } from "../errors.ts";
import { discard } from "./atomic-write.ts";
import { type Folder, isTemporary, listNames, lockFile, sessionFile, workflowOfMarker } from "./folder.ts";
import { acquireLock, type Lock, monotonicMs, patienceMs } from "./lock.ts";
import { sweepMarker } from "./marker.ts";
import { type FileVersion, identify, isSameVersion, readVersion } from "./read-file.ts";
import { refuseOtherSpelling } from "./spelling.ts";

/** Asks for a new start unless the lock is held and the file at the path (`null`: none) is the one that was read. */
export type LastLook = (path: string, version: FileVersion | null) => void;

/** How old a temp file must be to be nobody's, in ms: no write takes a minute. */
const staleMs = 60_000;

/** Thrown by a last look that found another lock or file, and caught again in `transact`: the work must leave nothing behind, and pass it on. */
export class NewStart extends SessionError {
  constructor() {
    const problem = "the lock file or the session kept being replaced for 30 seconds";
    super("locked", problem, "find out what replaces it, then run the same command again");
  }
}

/**
 * Does some work on a workflow under the lock; `isHeld` says whether it still is. Throws `usage` if its file is that of a workflow
 * spelled differently, `failed` if the folder is replaced by another one meanwhile.
 */
export function transact<T>(folder: Folder, workflow: string, work: (lastLook: LastLook, isHeld: () => boolean) => T): T {
  const deadline = monotonicMs() + patienceMs;
  const own = identify(folder.path);
  // The path that people know must still lead to the folder: a project can be moved meanwhile, and another take its place.
  const requireFolder = () => {
    if (own !== null && identify(folder.shown) === own) return;
    const problem = `the folder ${folder.shown} was moved or replaced meanwhile`;
    throw new SessionError("failed", problem, "find out where the sessions are now, then run the same command again there");
  };
  for (;;) {
    const isLast = monotonicMs() > deadline;
    const lock = acquireLock(lockFile(folder), deadline - monotonicMs(), requireFolder);
    try {
      sweep(folder, lock);
      refuseOtherSpelling(folder, workflow);
      const lastLook: LastLook = (path, version) => {
        requireFolder();
        if (!isSameVersion(readVersion(path), version) || !lock.isHeld()) throw new NewStart();
      };
      return work(lastLook, lock.isHeld);
    } catch (error) {
      if (!(error instanceof NewStart) || isLast) throw error; // whoever was suspended for long gets one more start
    } finally {
      lock.release();
    }
  }
}

/** Removes temp files whose writers are dead, and the markers of saves that were done. */
function sweep(folder: Folder, { isHeld }: Lock): void {
  for (const name of listNames(folder.path)) {
    if (!name.endsWith(".tmp")) continue;
    const file = isTemporary(name) ? readVersion(`${folder.path}/${name}`) : null;
    if (file?.isFile() && Math.abs(Date.now() - file.mtimeMs) > staleMs) discard(`${folder.path}/${name}`);
    const saved = workflowOfMarker(name);
    if (saved !== null && readVersion(sessionFile(folder, saved)) === null) sweepMarker(folder, saved, isHeld);
  }
}
