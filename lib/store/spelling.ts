/** Workflows whose names differ in case only: where the file system ignores case, one file would be that of both. */
import { SessionError } from "../errors.ts";
import { type Folder, listNames, sessionFile, workflowOfSession } from "./folder.ts";
import { readVersion } from "./read-file.ts";

/**
 * The workflow that really has the file at the path for another one, on file systems that ignore case, or the file's name if
 * it is no workflow's; `null` if the file has exactly the name asked for, or there is none.
 */
export function otherSpelling(folder: Folder, workflow: string): string | null {
  const file = sessionFile(folder, workflow);
  // A file system that does not ignore case has no such second name, so nothing need be listed there.
  if (readVersion(`${file.slice(0, -".json".length)}.JSON`) === null || readVersion(file) === null) return null;
  for (let listing = 0; listing < 10; listing += 1) {
    const names = listNames(folder.path).map((name) => workflowOfSession(name) ?? name);
    if (names.includes(workflow)) return null;
    const spellings = [workflow, `${workflow}.json`].map((name) => name.toLowerCase());
    const other = names.find((name) => spellings.includes(name.toLowerCase()));
    if (other !== undefined) return other;
  } // a name that is being replaced can be missing in a listing
  return null;
}

/** Throws `usage` if the file at the path for a workflow is that of another spelling of its name. */
export function refuseOtherSpelling(folder: Folder, workflow: string): void {
  const other = otherSpelling(folder, workflow);
  if (other === null) return;
  const problem = `${workflow} and ${other} differ in case only, and this file system keeps one file for both: it is that of ${other}`;
  throw new SessionError("usage", problem, `use the name ${other}, or one that differs in more than case`);
}
