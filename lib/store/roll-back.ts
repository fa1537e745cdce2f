/**
 * A save that failed: its own archive is removed again, so that the session is in one place, unless an earlier archive has
 * already been removed in its favour.
 */
import { archiveName } from "../archive/identity.ts";
import { failedTo, SessionError } from "../errors.ts";
import type { Session } from "../session/schema.ts";
import { removeFile } from "./atomic-write.ts";
import { archivesFolder, type Folder, sessionFile } from "./folder.ts";
import { isArchiveFileOf, readMarker, sweepMarker } from "./marker.ts";
import { readFile, readVersion } from "./read-file.ts";
import { syncFolder } from "./sync.ts";
import { NewStart } from "./transaction.ts";

/** A save that failed: its archive, whether that was put in its place, the earlier ones that were to give way, and the names in its marker. */
export type FailedSave = {
  folder: Folder;
  workflow: string;
  session: Session;
  target: string;
  text: string;
  isPlaced: boolean;
  earlier: string[];
  noted: string[];
};

/** Removes the archive of a save that failed, and returns what to report; an error that asks for a new start is passed on. */
export function rollBack(error: unknown, save: FailedSave): unknown {
  const { folder, workflow, session, target, text, isPlaced, earlier, noted } = save;
  const path = sessionFile(folder, workflow);
  let fate = "its session is kept";
  let rest = "";
  try {
    const isOwn = readFile(target, Buffer.byteLength(text))?.value === text && (isPlaced || !(error instanceof NewStart));
    const isOnlyOne = earlier.some((other) => readVersion(other) === null);
    // If somebody else has deleted the session, this archive may be all that is left of it; and so it may be of earlier ones.
    const isThere = readVersion(path) !== null;
    if (!isThere) fate = `its session is no longer at ${path}`;
    if (isOwn && !isOnlyOne && (isThere || isArchivedTwice(folder, workflow, session))) {
      removeFile(target);
      syncFolder(archivesFolder(folder));
    }
    // A marker that names more stays: the next save needs it, or whoever has taken the lock.
    const namesOnlyThis = noted.length === 2; // the archive and its temp file
    if (namesOnlyThis && readMarker(folder, workflow).join() === noted.join()) sweepMarker(folder, workflow, () => true);
  } catch (failure) {
    rest = `; ${failedTo("undo it", failure).message}`;
  }
  if (error instanceof NewStart) return error;
  const { message, help } = failedTo(`archive and delete ${path}`, error);
  return new SessionError("failed", `${workflow} is not saved, ${fate}: ${message}${rest}`, help);
}

function isArchivedTwice(folder: Folder, workflow: string, session: Session): boolean {
  const { started_at, updated_at } = session;
  let count = 0;
  for (let attempt = 0; count < 2; attempt += 1) {
    const path = `${archivesFolder(folder)}/${archiveName(session, workflow, attempt)}`;
    if (readVersion(path) === null) return false;
    if (isArchiveFileOf(path, workflow, { started_at, updated_at })) count += 1;
  }
  return true;
}
