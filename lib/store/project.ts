/**
 * Where the sessions of a project are: found from the current folder upwards, never from the script's own path (skills
 * are symlinked) and never from the environment (Bun loads the host's `.env`).
 */
import { realpathSync, statSync } from "node:fs";
import { isAbsence, SessionError, systemError } from "../errors.ts";
import { quote } from "../session/json.ts";
import { makeFolder, syncFolder } from "./atomic-write.ts";

/** A project's root and its sessions folder, which need not exist. Both are absolute. */
export type Project = { root: string; sessions: string };

const sessionsPath = "ia/state/sessions";

/**
 * The project around a folder, by default the current one: the nearest upwards that holds `ia/state/sessions/` or `.git`
 * (a folder, or a file as in a git worktree), else the folder itself. Throws `failed` where a folder on the way may not be
 * searched.
 */
export function findProject(from = currentFolder()): Project {
  for (let folder = from; ; folder = parent(folder)) {
    const root = folder === "/" ? "" : folder;
    const sessions = `${root}/${sessionsPath}`;
    if (stat(sessions)?.isDirectory() || stat(`${root}/.git`)) return { root: folder, sessions };
    if (root === "") return { root: from, sessions: `${from === "/" ? "" : from}/${sessionsPath}` };
  }
}

function currentFolder(): string {
  let path: string;
  try {
    path = process.cwd();
  } catch (error) {
    throw systemError("find the current folder", error, "change to a folder that exists");
  }
  // Bytes of a name that are not UTF-8 arrive as U+FFFD: such a path leads to another folder, or to none.
  if (!path.includes("\ufffd") || stat(path)?.ino === stat(".")?.ino) return path;
  throw new SessionError("failed", `the path of the current folder is not UTF-8 text: ${quote(path)}`, "rename the folder");
}

function parent(folder: string): string {
  return folder.slice(0, folder.lastIndexOf("/")) || "/";
}

function stat(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw systemError(`look at ${path}`, error);
  }
}

/** The sessions folder with its symlinks resolved, or `null` where there is none. */
export function resolveSessions(project: Project): string | null {
  try {
    return realpathSync(project.sessions);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw systemError(`open the folder ${project.sessions}`, error);
  }
}

/** A file of the sessions folder as people would type it: relative to the current folder. */
export function shownPath(project: Project, file: string): string {
  const { relative } = process.getBuiltinModule("node:path"); // for messages only: it would cost each start 0.2 ms
  return relative(process.cwd(), `${project.sessions}/${file}`);
}

/** Makes the folders that are missing and returns the real path of the sessions folder. */
export function makeSessions(project: Project): string {
  makeFolder(project.sessions);
  try {
    const folder = realpathSync(project.sessions);
    // As long as there is no lock file nobody has written here, and the folders may not be durable yet.
    if (!stat(`${folder}/.lock`)) for (const path of ["", "/ia", "/ia/state"]) syncFolder(`${project.root}${path}`);
    return folder;
  } catch (error) {
    throw systemError(`sync the folders above ${project.sessions}`, error);
  }
}
