/**
 * Reads and lists sessions. Reading takes no lock: files change by rename, so a reader sees the old or the new one, whole.
 */
import { commandLine, failedTo, SessionError } from "../errors.ts";
import { maxFileBytes } from "../session/rules.ts";
import type { Session } from "../session/schema.ts";
import { type DamagedSession, decodeSession, type ListedSession } from "../session/session.ts";
import { newestFirst, sortableTime } from "../session/time.ts";
import { type Folder, listNames, listWorkflows, openFolder, sessionFile, shownPath, workflowsIn } from "./folder.ts";
import type { Project } from "./project.ts";
import { readFile, readVersion } from "./read-file.ts";
import { otherSpelling } from "./spelling.ts";

/** The session of a workflow, or `null`. Throws `damaged`. */
export function readSession(project: Project, workflow: string): Session | null {
  const folder = openFolder(project);
  if (folder === null || readVersion(sessionFile(folder, workflow)) === null) return null;
  return otherSpelling(folder, workflow) === null ? readSessionFile(folder, workflow) : null;
}

/** Reads the session of a workflow; `null` if there is none. Throws `damaged`. */
export function readSessionFile(folder: Folder, workflow: string): Session | null {
  const path = sessionFile(folder, workflow);
  const file = readFile(path, maxFileBytes);
  if (file === null) return null;
  const { value, problem } = file.problem === undefined ? decodeSession(file.value) : file;
  if (value !== undefined) return value;
  const shown = shownPath(folder, path);
  const help = `fix ${shown} by hand, or delete it: ${commandLine("reset", workflow)}`;
  throw new SessionError("damaged", `${shown} is damaged: ${problem}`, help);
}

/** The names of all active workflows, in order. */
export const activeWorkflows = (project: Project): string[] => listWorkflows(openFolder(project));

/** How often the folder is listed at most, if it changes all the time. */
const maxListings = 10;
/** How long nothing must have changed in it for two listings to do, in ms: longer than a tick of the clock that files have. */
const quietMs = 20;

/** All sessions: most recently updated first, then by name; damaged ones last, each with what is wrong. */
export function listSessions(project: Project): (ListedSession | DamagedSession)[] {
  const folder = openFolder(project);
  if (folder === null) return [];
  const listed = [...new Set(workflowsIn(listBusy(folder)))].flatMap((workflow) => readListed(folder, workflow) ?? []);
  // those of the same time stay in the order of their names
  return listed.sort((a, b) => newestFirst(a.updated, b.updated)).map(({ item }) => item);
}

/**
 * The names in a folder that may change meanwhile, some of them more than once. It is listed until two listings in a row are
 * the same and it is quiet, and what is in any of them counts: a name that is being replaced can be missing in a listing
 * (btrfs, tmpfs, there with many others), also in two in a row, or be there twice.
 */
function listBusy(folder: Folder): string[] {
  let last = listNames(folder.path);
  let all = last;
  for (let listing = 1; listing < maxListings; listing += 1) {
    const names = listNames(folder.path);
    if (Bun.deepEquals(names, last) && isQuiet(folder)) break;
    all = [...all, ...names];
    last = names;
  }
  return all;
}

/** Whether nothing was changed for a moment. The clock is read first: whoever is held up after that takes the folder for busy. */
const isQuiet = ({ path }: Folder): boolean => Date.now() - (readVersion(path)?.mtimeMs ?? 0) > quietMs;

/** An item of the list, and when it was updated, to sort by: of a damaged one that is unknown, so it comes last. */
function readListed(folder: Folder, workflow: string): { item: ListedSession | DamagedSession; updated: string } | null {
  try {
    const session = readSessionFile(folder, workflow);
    if (session === null) return null;
    // the name comes first, and a field of the session cannot take its place
    return { item: Object.assign({ workflow }, session, { workflow }), updated: sortableTime(session.updated_at) };
  } catch (error) {
    return { item: { workflow, error: failedTo(`read ${workflow}`, error).message }, updated: "" };
  }
}
