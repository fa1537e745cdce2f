/** Updates and removes sessions, each change in a transaction. How they are read is in `reading.ts`. */
import { rmdirSync, unlinkSync } from "node:fs";
import { SessionError, tryTo } from "../errors.ts";
import { type Condition, isConditional, requireCondition, type Subject } from "../session/conditions.ts";
import type { Session } from "../session/schema.ts";
import { renderSession } from "../session/session.ts";
import { writeAtomically } from "./atomic-write.ts";
import { type Folder, listWorkflows, makeFolder, openFolder, sessionFile, shownPath, temporaryFile } from "./folder.ts";
import { findArchives, readMarker, sweepMarker } from "./marker.ts";
import type { Project } from "./project.ts";
import { readBeginning, readVersion } from "./read-file.ts";
import { readSessionFile } from "./reading.ts";
import { syncAfter } from "./sync.ts";
import { transact } from "./transaction.ts";
import { retryWhileInUse } from "./windows.ts";

/** What is to become of a session (`null`: of none), if the condition holds. `change` must be pure: it may be called again. */
export type Update = { condition: Condition; change: (session: Session | null) => Session };

/** Replaces the session of a workflow; returns what it was and what it is. What is thrown stops the update: nothing is written. */
export function updateSession(project: Project, workflow: string, { condition, change }: Update) {
  const prepare = (folder: Folder | null, before: Session | null) => {
    requireCondition(before, condition, { workflow, active: () => listWorkflows(folder) });
    const session = change(before);
    return { session, text: renderSession(session) };
  };
  const opened = openFolder(project);
  if (opened === null) prepare(null, null); // a change that is refused makes no folder
  const folder = makeFolder(project, opened);
  const path = sessionFile(folder, workflow);
  return transact(folder, workflow, (lastLook) => {
    const seen = readVersion(path); // before it is read: should it change in between, the last look notices it
    const before = readSessionFile(folder, workflow);
    const version = before === null ? null : seen; // if none was read, the last look must find none
    const { session, text } = prepare(folder, before);
    const look = () => lastLook(path, version);
    writeAtomically(path, text, { temporary: temporaryFile(folder.path), lastLook: look, owner: version ?? undefined });
    syncAfter(`${path} is written`, folder.path);
    return { before, session };
  });
}

type Removed = {
  session: Session | null;
  /** Archives of it that saves which did not get to their end had made, and that stay; as people would type their paths. */
  archives: string[];
  /** What was wrong with its file, the beginning of its text, and how many bytes followed. */
  damage?: { problem: string; text: string; rest: number };
};

/** Deletes the session of a workflow, damaged or not, and no archive: one that a killed save of it had made may be all that is left. */
export function removeSession(project: Project, workflow: string, condition: Condition): Removed {
  const folder = openFolder(project);
  const subject = { workflow, active: () => listWorkflows(folder) };
  if (folder === null || readVersion(sessionFile(folder, workflow)) === null) {
    requireCondition(null, condition, subject);
    return { session: null, archives: [] };
  }
  const path = sessionFile(folder, workflow);
  return transact(folder, workflow, (lastLook, isHeld) => {
    const seen = readVersion(path);
    const removed = readForRemoval(folder, condition, subject);
    const version = removed.session === null && removed.damage === undefined ? null : seen; // as in an update
    if (version === null) {
      lastLook(path, null);
      return removed;
    }
    const remove = () => (version.isDirectory() ? rmdirSync(path) : unlinkSync(path));
    tryTo(`delete ${path}`, () => retryWhileInUse(() => lastLook(path, version), remove));
    syncAfter(`${path} is deleted`, folder.path);
    sweepMarker(folder, workflow, isHeld);
    return removed;
  });
}

/** Whether a condition holds for a damaged session cannot be known: then its damage is an error. */
function readForRemoval(folder: Folder, condition: Condition, subject: Subject): Removed {
  const { workflow } = subject;
  try {
    const session = readSessionFile(folder, workflow);
    requireCondition(session, condition, subject);
    return { session, archives: session === null ? [] : findLeft(folder, workflow, session) };
  } catch (error) {
    if (!(error instanceof SessionError) || error.code !== "damaged" || isConditional(condition)) throw error;
    const damage = { problem: error.message, ...readBeginning(sessionFile(folder, workflow), 4096) };
    return { session: null, archives: [], damage };
  }
}

/** The archives of a session that saves which did not get to their end had made; none if they cannot be read: they are only named. */
function findLeft(folder: Folder, workflow: string, session: Session): string[] {
  try {
    const paths = findArchives(folder, readMarker(folder, workflow), workflow, session);
    return paths.map((path) => shownPath(folder, path));
  } catch {
    return [];
  }
}
