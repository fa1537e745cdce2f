/** Lists what was archived: the front matter of the archives, and nothing of their bodies. */
import { type DamagedArchive, type ListedArchive, parseArchive, summarizeArchive } from "../archive/front-matter.ts";
import { archiveName, isArchiveName } from "../archive/identity.ts";
import { failedTo } from "../errors.ts";
import { maxArchiveBytes } from "../session/rules.ts";
import type { Session } from "../session/schema.ts";
import { newestFirst, sortableTime } from "../session/time.ts";
import { archivesFolder, type Folder, hasArchivesFolder, listNames, openFolder, shownPath } from "./folder.ts";
import type { Project } from "./project.ts";
import { readBeginning, readFile, readVersion } from "./read-file.ts";

/**
 * The archives of a workflow, or all: newest first, then by path; those that cannot be read come last. The front matter says
 * whose an archive is, or its name if that cannot be read. With `named` only those are read whose name is that of this workflow.
 */
export function listArchives(project: Project, workflow?: string, named?: string): (ListedArchive | DamagedArchive)[] {
  const folder = openFolder(project);
  if (folder === null || !hasArchivesFolder(folder)) return [];
  const listed = listNames(archivesFolder(folder)).flatMap((name) => {
    const item = isArchiveName(name, named) ? readListed(folder, name) : null;
    if (item === null) return [];
    if ("error" in item) return isArchiveName(name, workflow) ? { item, archived: "" } : [];
    return workflow === undefined || item.workflow === workflow ? { item, archived: sortableTime(item.archived_at) } : [];
  });
  return listed
    .sort((a, b) => newestFirst(a.archived, b.archived) || (a.item.archive < b.item.archive ? -1 : 1))
    .map(({ item }) => item);
}

/** The names of all workflows of which something was archived. */
export function archivedWorkflows(project: Project): string[] {
  return [...new Set(listArchives(project).flatMap((item) => ("error" in item ? [] : item.workflow)))];
}

/**
 * The path of the newest archive of a workflow that can be read and is named after it; `undefined` if there is none, or the
 * folder cannot be read.
 */
export function newestArchive(project: Project, workflow: string): string | undefined {
  try {
    return listArchives(project, workflow, workflow).find((item) => !("error" in item))?.archive;
  } catch {
    return undefined; // it is only a help in another error, so archives of others are not read for it
  }
}

/** The first name that is free in the folder of archives for one of a session. */
export function freeName(archives: string, session: Session, workflow: string): string {
  for (let attempt = 0; ; attempt += 1) {
    const name = archiveName(session, workflow, attempt);
    if (readVersion(`${archives}/${name}`) === null) return name;
  }
}

function readListed(folder: Folder, name: string): ListedArchive | DamagedArchive | null {
  const path = `${archivesFolder(folder)}/${name}`;
  const archive = shownPath(folder, path);
  try {
    const text = readFrontMatter(path);
    return text === null ? null : { ...summarizeArchive(parseArchive(text)), archive };
  } catch (error) {
    return { archive, error: failedTo(`read ${archive}`, error).message };
  }
}

/**
 * The front matter of a file with its two lines of `---`, or the whole file if that is long, or may not be UTF-8; `null` if there
 * is no file.
 */
function readFrontMatter(path: string): string | null {
  const { text } = readBeginning(path, 65_536);
  const end = /\n---(?:\r?\n|$)/.exec(text);
  const beginning = end === null ? undefined : text.slice(0, end.index + end[0].length);
  if (beginning?.includes("\ufffd") === false) return beginning; // so a beginning shows what is not UTF-8; a whole file is refused
  const file = readFile(path, maxArchiveBytes);
  if (file?.problem !== undefined) throw new Error(file.problem);
  return file?.value ?? null;
}
