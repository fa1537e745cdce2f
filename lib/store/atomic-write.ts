/**
 * Files that appear whole or not at all, also after a kill, a full disk or a power cut.
 *
 *   temp file in a folder of the same file system, opened exclusively under a random name
 *   → every byte written (a write may be short) → fsync the file → close → the caller's last check
 *   → rename over the target; then the caller syncs the target's folder (`syncAfter`)
 *
 * The order is the one that rename-based atomic update needs on POSIX systems: data before name, name before answer
 * (T. S. Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014). A failed fsync is never repeated on the
 * same descriptor, because the kernel may have dropped the pages and would report success: the temp file is removed
 * and the error passed on. There are no signal handlers: whoever is killed leaves a temp file, which later writes
 * sweep away (`journal.ts`).
 *
 * Not promised: durability on file systems that cannot sync a folder (they say EINVAL or ENOTSUP).
 */
import { closeSync, fchmodSync, fsyncSync, lstatSync, mkdirSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { SessionError, systemCode, systemError } from "../errors.ts";

export type WriteOptions = {
  /** Where the temp file is made: the folder that is swept, on the file system of the target. */
  temporaries: string;
  /** Called immediately before the rename; what it throws stops the write. */
  beforeRename: () => void;
  /** The permissions of a file that was not there before; without it, those that the umask leaves. */
  mode?: number;
};

/** Writes a whole file; one that was there keeps its permissions. Throws `failed`: then the old file is untouched. */
export function writeAtomically(target: string, text: string, { temporaries, beforeRename, mode }: WriteOptions): void {
  const temporary = `${temporaries}/.${crypto.randomUUID()}.tmp`;
  try {
    writeAndSync(temporary, text, lstatSync(target, { throwIfNoEntry: false })?.mode ?? mode);
    beforeRename();
    renameSync(temporary, target);
  } catch (error) {
    discard(temporary);
    throw systemError(`write ${target}`, error);
  }
}

/** Creates a file that must not exist, with this text and these permission bits, or those that the umask leaves, and syncs it. */
export function writeAndSync(path: string, text: string, mode?: number): void {
  const file = openSync(path, "wx", 0o666);
  try {
    if (mode !== undefined) fchmodSync(file, mode & 0o7777);
    const bytes = new TextEncoder().encode(text);
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written, bytes.length - written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Removes a temp file if it can; what remains is swept later. */
export function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // whatever led here matters more than a file that will be swept
  }
}

/** Syncs a folder after a change in it that is visible already; the error says so. */
export function syncAfter(change: string, folder: string): void {
  try {
    syncFolder(folder);
  } catch (error) {
    const { message } = systemError("sync its folder", error);
    throw new SessionError(
      "failed",
      `${change}, but it may not be durable: ${message}`,
      "check the disk; what was asked for is done, so do not repeat it",
    );
  }
}

/** Makes the names in a folder durable. */
export function syncFolder(folder: string): void {
  const directory = openSync(folder, "r");
  try {
    fsyncSync(directory);
  } catch (error) {
    if (!["EINVAL", "ENOTSUP"].includes(systemCode(error))) throw error;
  } finally {
    closeSync(directory);
  }
}

/** Makes a folder and those above it, unless they are there. Throws `failed`. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw systemError(`make the folder ${path}`, error);
  }
}
