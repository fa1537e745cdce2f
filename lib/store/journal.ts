/**
 * What a save or a write that was killed leaves behind, and how the next writer clears it away.
 *
 * A save touches two files, the archive and the session. Before the first it leaves a marker,
 * `.<workflow>.saving.tmp`, that names the archive, the hash of its text, the version of the session file and the process;
 * after the second it removes it. Where the next writer finds the marker beside that very session file, the save was cut
 * off before its commit point, and the archive with that very text is removed: what was saved by halves is in one place
 * again. Where the session is gone the save was done; where session or archive are others, somebody put them there by
 * hand, and both are kept.
 *
 * All of this runs under the lock, so whoever left something here is dead, unless somebody deleted the lock file: so the
 * marker of a process that lives is left alone, and so are temp files for a minute.
 */
import { lstatSync, unlinkSync } from "node:fs";
import { systemCode, systemError } from "../errors.ts";
import { discard, syncFolder, writeAndSync } from "./atomic-write.ts";
import { readFile, readVersion, type Version } from "./read-file.ts";

/** How old a temp file must be to be nobody's: no write takes a minute. */
const staleMs = 60_000;

type Save = { version: Version; archive: string; text: string };
type Marker = { version: Version; hash: string; archive: string; pid: number; id: string };

/** Tells this process from a later one that gets the same number, as the first one of every container does; made when needed. */
let ownId: string | undefined;

/** Records that the session with this version is being saved under this archive name; durable on return. */
export function beginSave(folder: string, workflow: string, { version, archive, text }: Save): void {
  const path = markerPath(folder, workflow);
  try {
    discard(path);
    ownId ??= crypto.randomUUID();
    writeAndSync(path, `${version}\n${hash(text)}\n${archive}\n${process.pid} ${ownId}\n`);
    syncFolder(folder);
  } catch (error) {
    throw systemError(`write ${path}`, error);
  }
}

/** Ends a save whose session is deleted. */
export function endSave(folder: string, workflow: string): void {
  discard(markerPath(folder, workflow));
}

/** Undoes a save that did not reach its commit point: one of this process, or of one that is dead. */
export function rollBack(folder: string, workflow: string): void {
  const path = markerPath(folder, workflow);
  if (readVersion(path) === null) return;
  const file = readFile(path, 4096);
  const marker = file !== null && "value" in file ? parseMarker(file.value.text) : null;
  if (marker !== null) {
    const isOwn = marker.id === ownId;
    if (!isOwn && isAlive(marker.pid) && !isStale(path)) return;
    const session = readVersion(`${folder}/${workflow}.json`);
    // Its own archive goes also where the session was changed meanwhile: it is not what the next attempt will write.
    if (session !== null && (isOwn || session === marker.version)) removeArchive(folder, marker);
  }
  endSave(folder, workflow);
}

function removeArchive(folder: string, { archive, hash: expected }: Marker): void {
  const archives = `${folder}/archives`;
  const path = `${archives}/${archive}`;
  try {
    if (lstatSync(archives, { throwIfNoEntry: false })?.isDirectory() !== true || expected !== hashOfFile(path)) return;
    unlinkSync(path);
    syncFolder(archives);
  } catch (error) {
    throw systemError(`undo the interrupted save to ${path}`, error);
  }
}

function markerPath(folder: string, workflow: string): string {
  return `${folder}/.${workflow}.saving.tmp`;
}

function parseMarker(text: string): Marker | null {
  const [, version = "", hash = "", archive = "", pid = "", id] = /^(.+)\n(.+)\n([^/\n]+)\n(\d+) (.+)\n$/.exec(text) ?? [];
  return id === undefined ? null : { version, hash, archive, pid: Number(pid), id };
}

/** Whether another process has this number. */
function isAlive(pid: number): boolean {
  try {
    return pid !== process.pid && process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) !== "ESRCH"; // it is another user's
  }
}

function hash(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

function hashOfFile(path: string): string | null {
  const file = readFile(path, Number.POSITIVE_INFINITY);
  return file !== null && "value" in file ? hash(file.value.text) : null;
}

/**
 * Removes the temp files among the names in the folder whose writers are dead, and rolls back the saves of other
 * workflows as far as it can: what cannot be undone there is told to the next writer of that workflow.
 */
export function clearDebris(folder: string, names: string[], workflow: string): void {
  for (const name of names) {
    if (!name.startsWith(".") || !name.endsWith(".tmp")) continue;
    const saved = /^\.(.+)\.saving\.tmp$/.exec(name)?.[1];
    if (saved === undefined && isStale(`${folder}/${name}`)) discard(`${folder}/${name}`);
    if (saved === undefined || saved === workflow) continue;
    try {
      rollBack(folder, saved);
    } catch {
      // not this writer's business
    }
  }
}

function isStale(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && Math.abs(Date.now() - stat.mtimeMs) > staleMs;
}
