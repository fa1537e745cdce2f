/**
 * What a save or a write that was killed leaves behind, and how the next writer clears it away. All of this runs under
 * the lock, so whoever left something here is dead.
 *
 * A save touches two files, the archive and the session. Before the first it leaves a marker,
 * `.<workflow>.saving.tmp`, that names the archive, the hash of its text and the version of the session file; after the
 * second it removes it. Where the marker is found beside that very session file, the save was cut off before its commit
 * point, and the archive with that very text is removed: what was saved by halves is in one place again. Where the session
 * is gone the save was done; where session or archive are others, somebody put them there by hand, and both are kept.
 */
import { lstatSync, unlinkSync } from "node:fs";
import { discard, syncFolder, writeAndSync } from "./atomic-write.ts";
import { systemError } from "./errors.ts";
import { readFile, readVersion, type Version } from "./session-file.ts";

/** How old a temp file must be to be nobody's: no write takes a minute. */
const staleMs = 60_000;

const markerPattern = /^\.(.+)\.saving\.tmp$/;

function markerPath(folder: string, workflow: string): string {
  return `${folder}/.${workflow}.saving.tmp`;
}

/** Records that the session with this version is being saved under this archive name; durable on return. */
export function beginSave(folder: string, workflow: string, save: { version: Version; archive: string; text: string }): void {
  const path = markerPath(folder, workflow);
  try {
    writeAndSync(path, `${save.version}\n${hash(save.text)}\n${save.archive}\n`);
    syncFolder(folder);
  } catch (error) {
    throw systemError(`write ${path}`, error);
  }
}

/** Ends a save whose session is deleted. */
export function endSave(folder: string, workflow: string): void {
  discard(markerPath(folder, workflow));
}

/** Undoes a save that did not reach its commit point. */
export function rollBack(folder: string, workflow: string): void {
  const marker = readFile(markerPath(folder, workflow), 4096);
  if (marker === null) return;
  const [, version, sum, archive] = ("value" in marker && /^(.+)\n(.+)\n([^/]+)\n$/.exec(marker.value.text)) || [];
  const path = `${folder}/archives/${archive}`;
  const isUnchanged = version !== undefined && version === readVersion(`${folder}/${workflow}.json`);
  try {
    if (isUnchanged && sum === hashOfFile(path)) {
      unlinkSync(path);
      syncFolder(`${folder}/archives`);
    }
  } catch (error) {
    throw systemError(`undo the interrupted save of ${workflow}: delete ${path}`, error);
  }
  endSave(folder, workflow);
}

function hash(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("hex");
}

function hashOfFile(path: string): string | null {
  const file = readFile(path, Number.POSITIVE_INFINITY);
  return file !== null && "value" in file ? hash(file.value.text) : null;
}

/**
 * Rolls back the saves that were killed and removes the temp files whose writers are dead, among the names in the folder. Of one
 * workflow the archive may be left: its session is about to be deleted, and then the archive is all there is.
 */
export function clearDebris(folder: string, names: string[], leaving?: string): void {
  for (const name of names) {
    if (!name.startsWith(".") || !name.endsWith(".tmp")) continue;
    const workflow = markerPattern.exec(name)?.[1];
    if (workflow !== undefined && workflow === leaving) endSave(folder, workflow);
    else if (workflow !== undefined) rollBack(folder, workflow);
    else if (isStale(`${folder}/${name}`)) discard(`${folder}/${name}`);
  }
}

function isStale(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && Math.abs(Date.now() - stat.mtimeMs) > staleMs;
}
