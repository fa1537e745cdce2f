/**
 * The sessions folder: resolved once, every name in it spelled here, and how its files are shown in messages.
 *
 *   <workflow>.json            a session; on Windows `:` is written `%3A`, and reserved device names are escaped
 *   archives/                  Markdown archives
 *   .lock                      the lock; empty, never deleted
 *   .<uuid>.tmp                a file that is being written, here or in archives/
 *   .<workflow>.saving.tmp     the marker of a save that is going on or was killed
 */
import { mkdirSync, readdirSync, realpathSync } from "node:fs";
import { SessionError, systemCode, tryTo, unlessAbsent } from "../errors.ts";
import { isWorkflow } from "../session/rules.ts";
import type { Project } from "./project.ts";
import { readVersion } from "./read-file.ts";
import { syncIfReadable } from "./sync.ts";
import { isWindows, withSlashes } from "./windows.ts";

/** The sessions folder by its real path, and by the path that people know. */
export type Folder = { path: string; shown: string };

export const lockFile = (folder: Folder) => `${folder.path}/.lock`;
export const archivesFolder = (folder: Folder) => `${folder.path}/archives`;
export const sessionFile = (folder: Folder, workflow: string) => `${folder.path}/${encodeName(workflow)}.json`;
export const markerFile = (folder: Folder, workflow: string) => `${folder.path}/.${encodeName(workflow)}.saving.tmp`;
export const temporaryFile = (folder: string) => `${folder}/.${Bun.randomUUIDv7()}.tmp`;

/** Whether a name is one that `temporaryFile` makes. */
export const isTemporary = (name: string): boolean => /^\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name);

/** The workflow whose session a file name is for, or `null`. */
export const workflowOfSession = (name: string, onWindows = isWindows): string | null =>
  name.endsWith(".json") ? decodeName(name.slice(0, -".json".length), onWindows) : null;

/** The workflow whose save a marker's name is for, or `null`. */
export const workflowOfMarker = (name: string): string | null =>
  name.startsWith(".") && name.endsWith(".saving.tmp") ? decodeName(name.slice(1, -".saving.tmp".length)) : null;

/** A workflow's name as it stands in file names. */
export function encodeName(workflow: string, onWindows = isWindows): string {
  if (!onWindows) return workflow;
  const name = workflow.replaceAll(":", "%3A");
  if (!/^(?:con|prn|aux|nul|(?:com|lpt)\d)(?=$|[.%])/i.test(name)) return name;
  return `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
}

function decodeName(name: string, onWindows = isWindows): string | null {
  if (!onWindows) return isWorkflow(name) ? name : null;
  const workflow = name.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
  return isWorkflow(workflow) && encodeName(workflow, true).toLowerCase() === name.toLowerCase() ? workflow : null;
}

/** The sessions folder of a project with its symlinks resolved, or `null` if there is none. */
export const openFolder = (project: Project): Folder | null =>
  unlessAbsent(`open the folder ${project.sessions}`, () => resolve(project));

const resolve = ({ sessions }: Project): Folder => ({ path: withSlashes(realpathSync(sessions)), shown: sessions });

/** Makes the folders that are missing, durably, and opens the sessions folder, if that has not been done. */
export function makeFolder(project: Project, opened: Folder | null = null): Folder {
  return tryTo(`make the folder ${project.sessions}`, () => {
    if (opened === null) for (const path of ["/ia", "/ia/state", "/ia/state/sessions"]) makeOne(`${project.root}${path}`);
    const folder = opened ?? resolve(project);
    // As long as there is no lock file nobody has written here, and the folders may not be durable yet.
    if (readVersion(lockFile(folder)) === null)
      for (const path of ["", "/ia", "/ia/state"]) syncIfReadable(`${project.root}${path}`);
    return folder;
  });
}

/** Makes a folder, if it is not there by now, and none above it: what has been moved away since it was found must not come back. */
function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
}

/** The names in a folder, none if there is no folder. */
export const listNames = (path: string): string[] => unlessAbsent(`list the folder ${path}`, () => readdirSync(path)) ?? [];

/** The workflows that have a session file, sound or damaged, in order. */
export const listWorkflows = (folder: Folder | null): string[] => (folder === null ? [] : workflowsIn(listNames(folder.path)));

/** The workflows whose session files are among these names, in order. */
export const workflowsIn = (names: string[]): string[] => names.flatMap((name) => workflowOfSession(name) ?? []).sort();

/** Whether there is a folder for archives. Throws `failed` if something else has its name. */
export function hasArchivesFolder(folder: Folder): boolean {
  const path = archivesFolder(folder);
  const stat = readVersion(path);
  if (stat === null || stat.isDirectory()) return stat !== null;
  const problem = `${path} is ${stat.isSymbolicLink() ? "a symbolic link" : "not a folder"}`;
  throw new SessionError("failed", problem, "make it a folder: nothing is read or written outside of the sessions folder");
}

/** Makes the folder for archives if it is missing; returns its path. */
export function makeArchivesFolder(folder: Folder): string {
  const archives = archivesFolder(folder);
  if (!hasArchivesFolder(folder)) tryTo(`make the folder ${archives}`, () => makeOne(archives));
  return archives;
}

/** A file of the folder as people would type it: relative to the current folder, with `/`. */
export function shownPath(folder: Folder, path: string): string {
  const shown = folder.shown + path.slice(folder.path.length);
  const here = `${withSlashes(process.cwd())}/`;
  if (shown.startsWith(here)) return shown.slice(here.length);
  return withSlashes(process.getBuiltinModule("node:path").relative(here, shown));
}
