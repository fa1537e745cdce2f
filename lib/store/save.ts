/**
 * From session to archive, exactly once: the session is the truth until its file is unlinked, which happens after its
 * archive is durable. Each save takes a free name, and no archive is ever replaced. Under the lock:
 *
 *   read the session → render → note the archive's name in the marker (`marker.ts`) → write and sync the archive
 *   → last look → remove what earlier saves of this session left behind → last look → unlink the session, the commit
 *   point → sync → remove the marker
 *
 * A save that fails removes the archive that it made, unless that has taken the place of earlier ones. The next save of the
 * workflow removes what a failed or killed one left, unless that was edited by hand, or has a status, notes, steps or fields
 * that the new one lacks.
 */
import { type Stats, unlinkSync } from "node:fs";
import { isSuperseded, type Outcome, renderArchive } from "../archive/archive.ts";
import { commandLine, SessionError } from "../errors.ts";
import { type Condition, requireCondition } from "../session/conditions.ts";
import { didYouMean } from "../session/near-name.ts";
import { maxArchiveBytes } from "../session/rules.ts";
import { freeName, newestArchive } from "./archives.ts";
import { writeAtomically } from "./atomic-write.ts";
import {
  type Folder,
  hasArchivesFolder,
  listWorkflows,
  makeArchivesFolder,
  openFolder,
  sessionFile,
  shownPath,
  temporaryFile,
} from "./folder.ts";
import { findArchives, readMarker, removeArchives, sweepMarker, writeMarker } from "./marker.ts";
import type { Project } from "./project.ts";
import { readFile, readVersion } from "./read-file.ts";
import { readSessionFile } from "./reading.ts";
import { type FailedSave, rollBack } from "./roll-back.ts";
import { refuseOtherSpelling } from "./spelling.ts";
import { syncAfter, syncFolder } from "./sync.ts";
import { type LastLook, transact } from "./transaction.ts";
import { retryWhileInUse } from "./windows.ts";

export type SaveOptions = Omit<Outcome, "workflow" | "now"> & { condition: Condition; now: () => Date };

/**
 * Writes the archive of a session and deletes the session; returns the archive, and earlier ones of the same session that stay, as
 * people would type their paths. Throws `missing` if there is no session.
 */
export function archiveSession(project: Project, workflow: string, options: SaveOptions): { archive: string; kept: string[] } {
  const folder = openFolder(project);
  if (folder === null || readVersion(sessionFile(folder, workflow)) === null) throw missing(project, folder, workflow);
  return transact(folder, workflow, (lastLook, isHeld) => {
    const version = readVersion(sessionFile(folder, workflow)); // before it is read, as in an update
    const prepared = prepare(project, folder, workflow, options);
    const { target, kept } = writeArchive({ folder, workflow, version, ...prepared, lastLook });
    const archive = shownPath(folder, target);
    syncAfter(`${workflow} is archived as ${archive} and deleted`, folder.path);
    sweepMarker(folder, workflow, isHeld);
    return { archive, kept: kept.map((path) => shownPath(folder, path)) };
  });
}

/** The text that the archive of a session would have; nothing is changed. Throws what `archiveSession` throws. */
export function previewArchive(project: Project, workflow: string, options: SaveOptions): string {
  const folder = openFolder(project);
  if (folder === null || readVersion(sessionFile(folder, workflow)) === null) throw missing(project, folder, workflow);
  refuseOtherSpelling(folder, workflow);
  return prepare(project, folder, workflow, options).text;
}

function prepare(project: Project, folder: Folder, workflow: string, { condition, status, notes, now }: SaveOptions) {
  const session = readSessionFile(folder, workflow);
  if (session === null) throw missing(project, folder, workflow);
  requireCondition(session, condition, { workflow, active: () => listWorkflows(folder) });
  return { session, text: renderArchive(session, { workflow, status, notes, now: now() }) };
}

type Save = Pick<FailedSave, "folder" | "workflow" | "session" | "text"> & { version: Stats | null; lastLook: LastLook };

/** Writes the archive and deletes the session; returns the paths of it and of what stays. If it fails, `rollBack` undoes it. */
function writeArchive({ folder, workflow, session, version, text, lastLook }: Save): { target: string; kept: string[] } {
  const archives = makeArchivesFolder(folder);
  const name = freeName(archives, session, workflow);
  const target = `${archives}/${name}`;
  const temporary = temporaryFile(archives);
  const path = sessionFile(folder, workflow);
  const earlierNames = readMarker(folder, workflow).filter((other) => other !== name);
  const noted = [...earlierNames, temporary.slice(archives.length + 1), name];
  const sameSession = () => lastLook(path, version);
  let isPlaced = false;
  const earlier: string[] = [];
  const kept: string[] = [];
  try {
    writeMarker(folder, workflow, noted, sameSession);
    const isFree = () => {
      lastLook(target, null);
      hasArchivesFolder(folder); // refuses what has taken its place
      sameSession();
    };
    writeAtomically(target, text, { temporary, owner: version ?? undefined, lastLook: isFree });
    isPlaced = true;
    syncFolder(archives);
    const isArchived = () => {
      const isThere = readVersion(target)?.size === Buffer.byteLength(text);
      sameSession(); // the very last look: whoever has taken the session may have removed this archive
      if (!isThere) throw new SessionError("failed", `${target} was removed or changed meanwhile`, "run the same command again");
    };
    isArchived();
    for (const other of findArchives(folder, earlierNames, workflow, session))
      if (isSuperseded(readFile(other, maxArchiveBytes)?.value ?? "", text)) {
        earlier.push(other);
        removeArchives(folder, [other]);
      } else kept.push(other);
    retryWhileInUse(isArchived, () => unlinkSync(path));
  } catch (error) {
    throw rollBack(error, { folder, workflow, session, target, text, isPlaced, earlier, noted });
  }
  return { target, kept };
}

function missing(project: Project, folder: Folder | null, workflow: string): SessionError {
  const active = listWorkflows(folder);
  const archive = newestArchive(project, workflow);
  const others = active.length === 0 ? "no session is active" : `list the active sessions: ${commandLine("get", "--all")}`;
  const help = archive === undefined ? others : `it may be saved already: its newest archive is ${archive}; ${others}`;
  return new SessionError("missing", `${workflow} has no session to save${didYouMean(workflow, active)}`, help);
}
