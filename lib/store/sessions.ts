/**
 * The only reader and writer of session files; `save.ts` deletes one, under the same lock.
 *
 * Reading takes no lock: files change by rename, so a reader sees the old or the new one, whole. Every write goes through
 * `transact`: take the folder's lock, clear away what killed writers left, do the work, and immediately before each step
 * that cannot be undone check that the lock file is still the one that is locked and the session the one that was read;
 * if not, start over.
 */
import { lstatSync, readdirSync, rmdirSync, unlinkSync } from "node:fs";
import { isAbsence, SessionError, systemError } from "../errors.ts";
import { isWorkflow, maxFileBytes } from "../session/rules.ts";
import type { Session } from "../session/schema.ts";
import { type Damaged, inOrder, parseSession, printSession, type Sound } from "../session/session.ts";
import { instant } from "../session/time.ts";
import { syncAfter, writeAtomically } from "./atomic-write.ts";
import { clearDebris, endSave, rollBack } from "./journal.ts";
import { acquireLock, type Lock, monotonicMs } from "./lock.ts";
import { makeSessions, type Project, resolveSessions, shownPath } from "./project.ts";
import { readFile, readVersion, type Version } from "./read-file.ts";

/** The session of a workflow, or `null`. Throws `damaged`. */
export function readSession(project: Project, workflow: string): Session | null {
  return readStored(project, workflow)?.session ?? null;
}

/** All sessions: most recently updated first, then by name; damaged ones last, each with what is wrong. */
export function listSessions(project: Project): (Sound | Damaged)[] {
  const sound: { ms: number; rest: string; session: Sound }[] = [];
  const damaged: Damaged[] = [];
  for (const workflow of listWorkflows(project)) {
    try {
      const session = readSession(project, workflow);
      // the name comes first, and a field of the session cannot take its place
      if (session) sound.push({ ...instant(session.updated_at), session: Object.assign({ workflow }, session, { workflow }) });
    } catch (error) {
      damaged.push({ workflow, error: systemError(`read ${workflow}`, error).message });
    }
  }
  // stable: equal times stay in the order of names
  sound.sort((a, b) => b.ms - a.ms || Number(b.rest > a.rest) - Number(b.rest < a.rest));
  return [...sound.map(({ session }) => session), ...damaged];
}

/** The names of all sessions, sound or damaged, in order. */
export function listWorkflows(project: Project): string[] {
  return listNames(project.sessions)
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .filter(isWorkflow)
    .sort();
}

/**
 * Replaces the session of a workflow by what `change` makes of it (of `null` where there is none) and returns that.
 * `change` must be pure: it may be called more than once. What it throws stops the update; then nothing is written.
 */
export function updateSession(project: Project, workflow: string, change: (session: Session | null) => Session): Session {
  if (resolveSessions(project) === null) printSession(change(null)); // a change that is refused makes no folder
  const folder = makeSessions(project);
  return transact(folder, workflow, (lock) => {
    rollBack(folder, workflow);
    const stored = readStored(project, workflow, folder);
    const session = inOrder(change(stored?.session ?? null));
    const path = sessionPath(folder, workflow);
    writeAtomically(path, printSession(session), {
      temporaries: folder,
      beforeRename: () => requireUnchanged(lock, path, stored?.version ?? null),
    });
    syncAfter(`${path} is written`, folder);
    return session;
  });
}

/** Deletes the session of a workflow, damaged or not. Returns it, or for a damaged one what was wrong with it. */
export function removeSession(project: Project, workflow: string): { session: Session | null; damage?: string } {
  const folder = resolveSessions(project);
  if (folder === null || readVersion(sessionPath(folder, workflow)) === null) return { session: null };
  return transact(folder, workflow, (lock) => {
    const path = sessionPath(folder, workflow);
    const version = readVersion(path);
    const removed = readForRemoval(project, workflow, folder);
    requireUnchanged(lock, path, version);
    if (version === null) return removed;
    try {
      if (lstatSync(path).isDirectory()) rmdirSync(path);
      else unlinkSync(path);
    } catch (error) {
      throw systemError(`delete ${path}`, error);
    }
    endSave(folder, workflow); // of a killed save the archive stays: it is all that is left of the session
    syncAfter(`${path} is deleted`, folder);
    return removed;
  });
}

export function sessionPath(folder: string, workflow: string): string {
  return `${folder}/${workflow}.json`;
}

export type Stored = { session: Session; version: Version; mode: number };

/** Reads a session, with what identifies its file and its permissions. Throws `damaged`. */
export function readStored(project: Project, workflow: string, folder = project.sessions): Stored | null {
  const file = readFile(sessionPath(folder, workflow), maxFileBytes);
  if (file === null) return null;
  const session = "problem" in file ? file : parseSession(file.value.text);
  if ("value" in file && "value" in session) return { ...file.value, session: session.value };
  const shown = shownPath(project, `${workflow}.json`);
  throw new SessionError(
    "damaged",
    `${shown} is damaged: ${"problem" in session ? session.problem : ""}`,
    `mend ${shown} by hand, or throw it away: bun run .claude/skills/session/scripts/reset.ts ${workflow}`,
  );
}

function readForRemoval(project: Project, workflow: string, folder: string): { session: Session | null; damage?: string } {
  try {
    return { session: readStored(project, workflow, folder)?.session ?? null };
  } catch (error) {
    if (error instanceof SessionError && error.code === "damaged") return { session: null, damage: error.message };
    throw error;
  }
}

/** The names in a folder, none where there is no folder. */
export function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isAbsence(error)) return [];
    throw systemError(`list the folder ${folder}`, error);
  }
}

/** Thrown where the lock or the session changed under a writer, and caught again in `transact`. */
const replaced = new SessionError(
  "locked",
  "the lock file or the session kept being replaced for a minute",
  "find out what replaces it",
);

/** Asks for a new start unless the lock is held and the session file (`null`: none) is the one that was read. */
export function requireUnchanged(lock: Lock, path: string, version: Version | null): void {
  if (readVersion(path) !== version || !lock.isHeld()) throw replaced;
}

/** Does some work on a workflow under the lock of its folder, again from the start where the lock or the session was replaced. */
export function transact<T>(folder: string, workflow: string, work: (lock: Lock) => T): T {
  let deadline: number | undefined;
  for (;;) {
    const lock = acquireLock(`${folder}/.lock`);
    try {
      clearDebris(folder, listNames(folder), workflow);
      return work(lock);
    } catch (error) {
      deadline ??= monotonicMs() + 60_000;
      if (error !== replaced || monotonicMs() > deadline) throw error;
    } finally {
      lock.release();
    }
  }
}
