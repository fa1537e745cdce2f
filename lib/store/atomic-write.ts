/**
 * Files that appear whole or not at all, even after a kill, a full disk or a power cut.
 *
 *   temp file beside the target, opened exclusively under a random name
 *   → every byte written (a write may be short) → fsync the file → close → the caller's last look
 *   → rename over the target; then the caller syncs the target's folder (`sync.ts`)
 *
 * The order is the one that rename-based atomic update needs on POSIX systems: data before name, name before answer
 * (T. S. Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014). A failed fsync is never repeated on the
 * same descriptor, because the kernel may have dropped the pages and would report success: the temp file is removed
 * and the error passed on. There are no signal handlers: whoever is killed leaves a temp file, which later writes
 * sweep (`transaction.ts`).
 */
import { closeSync, fchmodSync, fchownSync, fstatSync, fsyncSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { failedTo, isAbsence, systemCode } from "../errors.ts";
import type { FileOwner } from "./read-file.ts";
import { retryWhileInUse } from "./windows.ts";

export type WriteOptions = {
  /** The temp file, which must not exist; in the folder of the target. */
  temporary: string;
  /** Called immediately before the rename; what it throws stops the write. */
  lastLook: () => void;
  /** The mode and the owner that the file shall have; without it, the umask and the process decide. */
  owner?: FileOwner | undefined;
};

/** Writes a whole file. Throws `failed`: then what stood at the target is untouched. */
export function writeAtomically(target: string, text: string, { temporary, lastLook, owner }: WriteOptions): void {
  try {
    writeAndSync(temporary, text, owner);
    retryWhileInUse(lastLook, () => renameSync(temporary, target));
  } catch (error) {
    discard(temporary);
    throw failedTo(`write ${target}`, error);
  }
}

function writeAndSync(path: string, text: string, owner?: FileOwner): void {
  const file = openSync(path, "wx", 0o666);
  try {
    if (owner !== undefined) giveTo(owner, file);
    const bytes = new TextEncoder().encode(text);
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written, bytes.length - written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Gives a file the owner and the mode of another one: only what differs, because some disks refuse both. Who may not give a
 * file away may still give it to another group of their own.
 */
function giveTo({ uid, gid, mode }: FileOwner, file: number): void {
  const own = fstatSync(file);
  const isGiven = (own.uid === uid && own.gid === gid) || tryToGive(file, uid, gid);
  if (!isGiven) tryToGive(file, own.uid, gid);
  if (((own.mode ^ mode) & 0o7777) !== 0) fchmodSync(file, mode & 0o7777);
}

/** Changes the owner of a file; `false` if that is not allowed, or not known here. */
function tryToGive(file: number, uid: number, gid: number): boolean {
  try {
    fchownSync(file, uid, gid);
    return true;
  } catch (error) {
    if (!["EPERM", "EINVAL", "ENOSYS", "ENOTSUP"].includes(systemCode(error))) throw error;
    return false;
  }
}

/** Removes a file, unless another writer, who deleted the lock file, was faster. */
export function removeFile(path: string): void {
  try {
    const unlink = () => unlinkSync(path);
    retryWhileInUse(() => {}, unlink);
  } catch (error) {
    if (!isAbsence(error)) throw error;
  }
}

/** Removes a file of our own if it can; what remains is swept later. */
export function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // whatever led here matters more than a file that will be swept
  }
}
