/**
 * Finds the project: from the current folder upwards, never from the script's own path (skills are symlinked) and never
 * from the environment (Bun loads the host's `.env`). It only finds; `folder.ts` opens and makes.
 *
 * An ancestor counts only if it belongs to the current user, to root or to the owner of the current folder, as with
 * git's `safe.directory`; in one that everybody may write to, what was found in it must too. What is somebody else's is
 * passed over even if it cannot be looked into.
 */
import { lstatSync, type Stats, statSync } from "node:fs";
import { SessionError, tryTo, unlessAbsent } from "../errors.ts";
import { quote } from "../session/json.ts";
import { identify } from "./read-file.ts";
import { withSlashes } from "./windows.ts";

/** A project's root and its sessions folder, which need not exist. Both are absolute, with `/` on Windows too. */
export type Project = { root: string; sessions: string };

const sessionsPath = "ia/state/sessions";
const skillPath = ".claude/skills/session";

/**
 * The project around a folder, by default the current one: the nearest upwards that holds `ia/state/sessions/`,
 * `.claude/skills/session/` (but not the personal one in the home folder) or `.git` (a folder, or a file as in a git
 * worktree), else the folder itself. Throws `failed` if what is there cannot be used, or a folder on the way cannot be searched.
 */
export function findProject(from = currentFolder()): Project {
  for (let folder: string | null = from; folder !== null; folder = above(folder))
    for (const [path, isThere] of marks)
      if (findForeign(folder, path, from) === undefined && isThere(folder))
        return path === sessionsPath ? projectAt(folder) : withoutSessions(folder, from);
  return withoutSessions(from, from);
}

/**
 * The way (`../`) from a folder, by default the current one, to the nearest that has the skill and is nobody else's; else, if the
 * personal skill is what runs, to the home folder; else the empty text.
 */
export function findWay(from?: string): string {
  try {
    const start = from ?? currentFolder();
    let way = "";
    for (let folder: string | null = start; folder !== null; folder = above(folder), way += "../")
      if (findForeign(folder, skillPath, start) === undefined && hasSkill(folder)) return way;
    if (identify(above(Bun.main) ?? "") === identify(`${home()}/${skillPath}/scripts`)) return "~/"; // a shell knows it
  } catch {
    // a folder that may not be looked into gives no way
  }
  return "";
}

/** The folder above one, or `null` for the topmost. */
function above(folder: string): string | null {
  const parent = process.getBuiltinModule("node:path").dirname(folder); // loaded here: most calls come from the root
  return parent === folder ? null : parent;
}

/** A path in a folder, which may be the topmost. */
const join = (folder: string, path: string): string => (folder.endsWith("/") ? `${folder}${path}` : `${folder}/${path}`);

const projectAt = (root: string): Project => ({ root, sessions: join(root, sessionsPath) });

/** A project that has no sessions folder yet. Throws `failed` if something else is in its place, or in its way. */
function withoutSessions(root: string, from: string): Project {
  const foreign = findForeign(root, sessionsPath, from);
  const help = "work in a folder of your own, or take it over (chown)";
  if (foreign !== undefined) throw new SessionError("failed", `${foreign} belongs to another user`, help);
  refuseObstacle(root, true);
  return projectAt(root);
}

/** What marks a folder as the root of a project, if nobody else put it there. */
const marks: [path: string, isThere: (folder: string) => boolean][] = [
  [sessionsPath, hasSessions],
  [skillPath, (folder) => hasSkill(folder) && !isHome(folder)],
  [".git", (folder) => isFolder(join(folder, ".git")) || stat(join(folder, ".git"))?.isFile() === true],
];

const hasSkill = (folder: string) => isFolder(join(folder, skillPath));

const home = () => process.getBuiltinModule("node:os").homedir();

/** Whether a folder is the user's home: the skill there is the personal one. A home that cannot be found or looked at does not count. */
function isHome(folder: string): boolean {
  try {
    return identify(home()) === identify(folder);
  } catch {
    return false;
  }
}

function currentFolder(): string {
  const find = () => {
    process.chdir("."); // Bun keeps the path that the folder had at first, and it may have been moved since
    return withSlashes(process.cwd());
  };
  const path = tryTo("find the current folder", find, "change to a folder that exists");
  // Bytes of a name that are not UTF-8 arrive as U+FFFD: such a path leads to another folder, or to none.
  if (!path.includes("\ufffd") || identify(path) === identify(".")) return path;
  throw new SessionError("failed", `the path of the current folder is not UTF-8 text: ${quote(path)}`, "rename the folder");
}

function hasSessions(folder: string): boolean {
  const isThere = isFolder(join(folder, sessionsPath));
  if (!isThere) refuseObstacle(folder, false);
  return isThere;
}

/**
 * Throws `failed` if a file, or a link that leads nowhere, is in the place of the sessions folder or above it: what is there
 * and cannot be reached is not the same as no sessions. But a file `ia` can be a program, too: only in a root is it in the way.
 */
function refuseObstacle(folder: string, isRoot: boolean): void {
  const paths = ["ia", "ia/state", sessionsPath].map((path) => join(folder, path));
  const obstacle = paths.find((path) => stat(path, lstatSync) !== undefined && !isFolder(path));
  if (obstacle === undefined) return;
  const isDangling = stat(obstacle) === undefined;
  if (obstacle === paths[0] && !isDangling && !isRoot) return;
  const what = isDangling ? "a symbolic link that leads nowhere" : "not a folder";
  const problem = `cannot reach the sessions: ${obstacle} is ${what}`;
  throw new SessionError("failed", problem, "restore the folder, or move away what is in its place");
}

/** What is somebody else's: the folder itself or, if everybody may write to it, the first thing on a path in it. */
function findForeign(folder: string, path: string, from: string): string | undefined {
  const own = stat(folder);
  const user = process.geteuid?.();
  if (own === undefined || user === undefined) return undefined;
  const owners = [user, 0, folder === from ? own.uid : stat(from)?.uid];
  if (!owners.includes(own.uid)) return folder;
  if ((own.mode & 0o002) === 0) return undefined;
  const names = path.split("/");
  const steps = names.map((_, index) => join(folder, names.slice(0, index + 1).join("/")));
  return steps.find((step) => !owners.includes(stat(step, lstatSync)?.uid ?? user));
}

const isFolder = (path: string) => stat(path)?.isDirectory() === true;

const stat = (path: string, how: typeof statSync | typeof lstatSync = statSync): Stats | undefined =>
  unlessAbsent(`look at ${path}`, () => how(path, { throwIfNoEntry: false })) ?? undefined;
