/**
 * Reads and lists sessions. Reading takes no lock: files change by rename, so a reader sees the old or the new one, whole.
 */
import { failedTo } from "../errors.ts";
import type { Session } from "../session/schema.ts";
import type { DamagedSession, ListedSession } from "../session/session.ts";
import { parseTime } from "../session/time.ts";
import { type Folder, listNames, listWorkflows, openFolder, otherSpelling, sessionFile, workflowOfSession } from "./folder.ts";
import type { Project } from "./project.ts";
import { readVersion } from "./read-file.ts";
import { readSessionFile } from "./session-file.ts";

/** The session of a workflow, or `null`. Throws `damaged`. */
export function readSession(project: Project, workflow: string): Session | null {
  const folder = openFolder(project);
  if (folder === null || readVersion(sessionFile(folder, workflow)) === null) return null;
  return otherSpelling(folder, workflow) === null ? readSessionFile(folder, workflow) : null;
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
  let last: string[] = [];
  for (let listing = 0; folder !== null && listing < maxListings; listing += 1) {
    const names = listNames(folder.path).filter((name) => name.endsWith(".json"));
    if (listing > 0 && Bun.deepEquals(names, last)) break;
    last = names;
    // read in the order of the answer, sessions lie side by side in memory when that is printed
    for (const name of names.toSorted()) {
      const workflow = workflowOfSession(name);
      const item = workflow === null || found.has(workflow) ? null : readListed(folder, workflow);
      if (item !== null) found.set(item.item.workflow, item);
    }
  }
  const byName = [...found.keys()].sort().map((workflow) => found.get(workflow) as Listed);
  return byName.sort((a, b) => b.ms - a.ms).map(({ item }) => item);
}

/** A session or a damaged file of the list, and when it was updated; nobody knows of a damaged one, so it comes last. */
type Listed = { item: ListedSession | DamagedSession; ms: number };

function readListed(folder: Folder, workflow: string): Listed | null {
  try {
    const session = readSessionFile(folder, workflow);
    // the name comes first, and a field of the session cannot take its place
    if (session === null) return null;
    const item = { workflow, ...session };
    item.workflow = workflow;
    return { item, ms: parseTime(session.updated_at) };
  } catch (error) {
    return { item: { workflow, error: failedTo(`read ${workflow}`, error).message }, ms: Number.MIN_SAFE_INTEGER };
  }
}
