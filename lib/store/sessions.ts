/**
 * Reads, lists, updates and removes sessions. Reading takes no lock: files change by rename, so a reader sees the old
 * or the new one, whole. Every change is made in a transaction.
 */
import { lstatSync, rmdirSync, unlinkSync } from "node:fs";
import { failedTo, SessionError } from "../errors.ts";
import { type Condition, isConditional, requireCondition } from "../session/conditions.ts";
import type { Session } from "../session/schema.ts";
import { type DamagedSession, type ListedSession, renderSession } from "../session/session.ts";
import { parseTime } from "../session/time.ts";
import { writeAtomically } from "./atomic-write.ts";
import { type Folder, listWorkflows, makeFolder, openFolder, otherSpelling, sessionFile, temporaryFile } from "./folder.ts";
import { readMarker, removeArchives, sweepMarker } from "./marker.ts";
import type { Project } from "./project.ts";
import { readBeginning, readVersion } from "./read-file.ts";
import { readSessionFile } from "./session-file.ts";
import { syncAfter } from "./sync.ts";
import { transact } from "./transaction.ts";
import { onceReleased } from "./windows.ts";

/** The session of a workflow, or `null`. Throws `damaged`. */
export function readSession(project: Project, workflow: string): Session | null {
  const folder = openFolder(project);
  if (folder === null || readVersion(sessionFile(folder, workflow)) === null) return null;
  return otherSpelling(folder, workflow) === null ? (readSessionFile(folder, workflow)?.session ?? null) : null;
}

/** The names of all active workflows, in order. */
export function activeWorkflows(project: Project): string[] {
  return listWorkflows(openFolder(project));
}

/** How often the folder is listed at most, if it changes all the time. */
const maxListings = 10;

/**
 * All sessions: most recently updated first, then by name; damaged ones last, each with what is wrong. The folder is
 * listed until two listings in a row are the same, and what is in any of them counts: a name that is being replaced can be
 * missing in a listing (btrfs, tmpfs, there with many others), or be there twice.
 */
export function listSessions(project: Project): (ListedSession | DamagedSession)[] {
  const folder = openFolder(project);
  const found = new Map<string, Listed>();
  let last: string | undefined;
  for (let listing = 0; folder !== null && listing < maxListings; listing += 1) {
    const workflows = listWorkflows(folder);
    for (const workflow of workflows) {
      const listed = found.has(workflow) ? null : readListed(folder, workflow);
      if (listed !== null) found.set(workflow, listed);
    }
    if (workflows.join() === last) break;
    last = workflows.join();
  }
  const byTimeAndName = (a: Listed, b: Listed) => b.ms - a.ms || (a.item.workflow < b.item.workflow ? -1 : 1);
  return [...found.values()].sort(byTimeAndName).map(({ item }) => item);
}

/** A session or a damaged file of the list, and when it was updated; nobody knows of a damaged one, so it comes last. */
type Listed = { item: ListedSession | DamagedSession; ms: number };

function readListed(folder: Folder, workflow: string): Listed | null {
  try {
    const session = readSessionFile(folder, workflow)?.session;
    // the name comes first, and a field of the session cannot take its place
    return session ? { item: Object.assign({ workflow }, session, { workflow }), ms: parseTime(session.updated_at) } : null;
  } catch (error) {
    return { item: { workflow, error: failedTo(`read ${workflow}`, error).message }, ms: Number.MIN_SAFE_INTEGER };
  }
}

/** What is to become of a session (`null`: of none), if the condition holds. `change` must be pure: it may be called again. */
export type Update = { condition: Condition; change: (session: Session | null) => Session };

/** Replaces the session of a workflow; returns what it was and what it is. What is thrown stops the update: nothing is written. */
export function updateSession(
  project: Project,
  workflow: string,
  { condition, change }: Update,
): { before: Session | null; session: Session } {
  const prepare = (folder: Folder | null, before: Session | null) => {
    requireCondition(before, condition, { workflow, active: () => listWorkflows(folder) });
    const session = change(before);
    return { session, text: renderSession(session) };
  };
  const opened = openFolder(project);
  if (opened === null) prepare(null, null); // a change that is refused makes no folder
  const folder = makeFolder(project, opened);
  return transact(folder, workflow, (lastLook) => {
    const stored = readSessionFile(folder, workflow);
    const before = stored?.session ?? null;
    const { session, text } = prepare(folder, before);
    const path = sessionFile(folder, workflow);
    writeAtomically(path, text, {
      temporary: temporaryFile(folder.path),
      lastLook: () => lastLook(path, stored?.version ?? null),
      owner: stored?.owner,
    });
    syncAfter(`${path} is written`, folder.path);
    return { before, session };
  });
}

/** A session that was removed, or what was wrong with its file, the beginning of its text, and how many bytes followed. */
export type Removed = { session: Session | null; damage?: { problem: string; text: string; rest: number } };

/** Deletes the session of a workflow, damaged or not, with the archives of saves of it that did not get to their end. */
export function removeSession(project: Project, workflow: string, condition: Condition): Removed {
  const folder = openFolder(project);
  const subject = { workflow, active: () => listWorkflows(folder) };
  const path = folder && sessionFile(folder, workflow);
  if (path === null || folder === null || readVersion(path) === null) {
    requireCondition(null, condition, subject);
    return { session: null };
  }
  return transact(folder, workflow, (lastLook, isHeld) => {
    const version = readVersion(path);
    const removed = readForRemoval(folder, workflow, condition);
    if (removed.damage === undefined) requireCondition(removed.session, condition, subject);
    const begun = readMarker(folder, workflow);
    lastLook(path, version);
    if (version === null) return removed;
    if (removed.session !== null) removeArchives(folder, begun, { workflow, times: removed.session });
    try {
      const isFolder = lstatSync(path, { throwIfNoEntry: false })?.isDirectory();
      onceReleased(
        () => lastLook(path, version),
        () => (isFolder ? rmdirSync(path) : unlinkSync(path)),
      );
    } catch (error) {
      throw failedTo(`delete ${path}`, error);
    }
    syncAfter(`${path} is deleted`, folder.path);
    sweepMarker(folder, workflow, isHeld);
    return removed;
  });
}

/** Whether a condition holds for a damaged session cannot be known: then its damage is an error. */
function readForRemoval(folder: Folder, workflow: string, condition: Condition): Removed {
  try {
    return { session: readSessionFile(folder, workflow)?.session ?? null };
  } catch (error) {
    if (!(error instanceof SessionError) || error.code !== "damaged" || isConditional(condition)) throw error;
    return { session: null, damage: { problem: error.message, ...readBeginning(sessionFile(folder, workflow), 4096) } };
  }
}
