/**
 * From session to archive, exactly once: the session is the truth until its file is unlinked, which happens after its
 * archive is durable. A save that fails before is rolled back, one that is killed before by the next writer (`journal.ts`).
 */
import { lstatSync, unlinkSync } from "node:fs";
import { type Archive, isArchiveName, readFrontMatter } from "../archive/archive.ts";
import { SessionError, systemCode, systemError } from "../errors.ts";
import { suggest } from "../session/near-name.ts";
import { maxFileBytes } from "../session/rules.ts";
import type { Session } from "../session/schema.ts";
import { makeFolder, syncAfter, syncFolder, writeAtomically } from "./atomic-write.ts";
import { beginSave, endSave, rollBack } from "./journal.ts";
import { type Project, resolveSessions, shownPath } from "./project.ts";
import { readFile, readVersion } from "./read-file.ts";
import { listNames, listWorkflows, readSession, readStored, requireUnchanged, sessionPath, transact } from "./sessions.ts";

/**
 * Writes the archive of a session, deletes the session and returns the archive's path, relative to the current folder.
 * Throws `missing` where there is no session.
 */
export function archiveSession(project: Project, workflow: string, render: (session: Session) => Archive): string {
  const folder = resolveSessions(project);
  if (folder === null || readVersion(sessionPath(folder, workflow)) === null) throw missing(project, workflow);
  return transact(folder, workflow, (lock) => {
    rollBack(folder, workflow);
    const stored = readStored(project, workflow, folder);
    if (stored === null) throw missing(project, workflow);
    const path = sessionPath(folder, workflow);
    const archive = render(stored.session);
    const archives = makeArchivesFolder(folder);
    const name = chooseName(archives, archive);
    const shown = shownPath(project, `archives/${name}`);
    const target = `${archives}/${name}`;
    const before = readVersion(target);
    const beforeRename = () => {
      requireUnchanged(lock, target, before);
      requireUnchanged(lock, path, stored.version);
    };
    try {
      // A save over its own archive is not undone: that would delete an archive that was there before.
      if (before === null) beginSave(folder, workflow, { version: stored.version, archive: name, text: archive.text });
      writeAtomically(target, archive.text, { temporaries: folder, beforeRename, mode: stored.mode });
      syncFolder(archives);
      requireUnchanged(lock, path, stored.version);
      unlinkSync(path);
    } catch (error) {
      throw undo(error, { folder, workflow, path });
    }
    endSave(folder, workflow);
    syncAfter(`${workflow} is archived as ${shown} and deleted`, folder);
    return shown;
  });
}

type Attempt = { folder: string; workflow: string; path: string };

/** Undoes a save that failed and returns what to tell; an error that asks for a new start is told as it is. */
function undo(error: unknown, { folder, workflow, path }: Attempt): unknown {
  let rest = "";
  try {
    rollBack(folder, workflow);
  } catch (failure) {
    rest = `; ${systemError("undo it", failure).message}`;
  }
  if (error instanceof SessionError && error.code === "locked") return error;
  const { message, help } = systemError(`archive and delete ${path}`, error);
  return new SessionError("failed", `${workflow} is not saved, its session is kept: ${message}${rest}`, help);
}

/** The text that the archive of a session would have; nothing is changed. Throws `missing` as `archiveSession` does. */
export function previewArchive(project: Project, workflow: string, render: (session: Session) => Archive): string {
  const session = readSession(project, workflow);
  if (session === null) throw missing(project, workflow);
  return render(session).text;
}

/** The error where there is nothing to save: it names what is there instead. */
function missing(project: Project, workflow: string): SessionError {
  const active = listWorkflows(project);
  const archive = newestArchive(project, workflow);
  return new SessionError(
    "missing",
    `there is no session of ${workflow} to save${suggest(workflow, active, "")}`,
    [
      active.length === 0
        ? "no session is active"
        : `active: ${active.slice(0, 8).join(", ")}${active.length > 8 ? ` and ${active.length - 8} more` : ""}`,
      ...(archive === undefined ? [] : [`the newest archive of ${workflow} is ${archive}`]),
    ].join("; "),
  );
}

/** The text of an archive, or `null` where it may not or cannot be read as text: then it is somebody else's. */
function readArchive(path: string): string | null {
  try {
    const file = readFile(path, 8 * maxFileBytes);
    return file !== null && "value" in file ? file.value.text : null;
  } catch (error) {
    if (error instanceof SessionError && systemCode(error.cause) === "EACCES") return null;
    throw error;
  }
}

function newestArchive(project: Project, workflow: string): string | undefined {
  const folder = `${project.sessions}/archives`;
  try {
    if (!lstatSync(folder).isDirectory()) return undefined;
    const name = listNames(folder)
      .filter((name) => isArchiveName(name, workflow))
      .map((name) => ({ name, changed: lstatSync(`${folder}/${name}`, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
      .sort((a, b) => b.changed - a.changed)
      .find(({ name }) => readFrontMatter(readArchive(`${folder}/${name}`) ?? "")?.["workflow"] === workflow)?.name;
    return name === undefined ? undefined : shownPath(project, `archives/${name}`);
  } catch {
    return undefined; // it would only be a help
  }
}

function makeArchivesFolder(folder: string): string {
  const archives = `${folder}/archives`;
  makeFolder(archives);
  if (isFolder(archives)) return archives;
  throw new SessionError(
    "failed",
    `${archives} is a symbolic link`,
    "make it a folder: nothing is written outside the sessions folder",
  );
}

/**
 * The first name that is free or holds an archive of the same session. Names are taken without gaps, so beyond the first
 * few it is found by doubling and halving: the cost hardly grows with the number of archives. Where somebody left a gap, it
 * is one that is free.
 */
function chooseName(archives: string, { name, isSameSession }: Archive): string {
  const isFree = (attempt: number) => {
    const path = `${archives}/${name(attempt)}`;
    if (readVersion(path) === null) return true;
    const text = readArchive(path);
    return text !== null && isSameSession(text);
  };
  for (let attempt = 0; attempt < 8; attempt += 1) if (isFree(attempt)) return name(attempt);
  let taken = 7;
  let free = 8;
  for (; !isFree(free); free *= 2) taken = free;
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (isFree(middle)) free = middle;
    else taken = middle;
  }
  return name(free);
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch (error) {
    throw systemError(`look at ${path}`, error);
  }
}
