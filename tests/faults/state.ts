/**
 * What the folder of a project holds about one workflow, read without the code under test: text by text, and archives
 * by a YAML parser that is not the one that wrote them.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export const workflow = "workflow:pr";
export const markerName = `.${workflow}.saving.tmp`;

export type SessionFields = {
  started_at: string;
  updated_at: string;
  step: string;
  steps: string[];
  context: Record<string, unknown>;
};

export type State = {
  /** The text of the session file and its permissions; `null` if there is none. */
  session: { text: string; mode: number } | null;
  /** The archives by name, whole or not. */
  archives: Record<string, string>;
  /** The names that the workflow's marker holds: what saves of it began. */
  noted: string[];
  /** Markers and temp files, by their paths in the sessions folder. */
  temporaries: string[];
  /** Paths that nothing should have. */
  strangers: string[];
};

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const temporary = new RegExp(String.raw`^(?:archives/)?\.${uuid}\.tmp$|^\.[\w:.-]+\.saving\.tmp$`);
const known = /^(?:\.lock|archives|[\w:.-]+\.json|archives\/\d{4}-\d\d-\d\d-[A-Za-z0-9-]+\.md)$/;

export function sessionsOf(root: string): string {
  return join(root, "ia/state/sessions");
}

export function readState(root: string): State {
  const folder = sessionsOf(root);
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const archived = namesIn(join(folder, "archives"));
  const paths = [...namesIn(folder), ...archived.map((name) => `archives/${name}`)];
  const file = `${workflow}.json`;
  return {
    session: paths.includes(file) ? { text: read(file), mode: statSync(join(folder, file)).mode & 0o777 } : null,
    archives: Object.fromEntries(
      archived.filter((name) => !temporary.test(name)).map((name) => [name, read(`archives/${name}`)]),
    ),
    noted: paths.includes(markerName) ? read(markerName).trim().split("\n") : [],
    temporaries: paths.filter((path) => temporary.test(path)),
    strangers: paths.filter((path) => !temporary.test(path) && !known.test(path)),
  };
}

function namesIn(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false }) ? readdirSync(folder).sort() : [];
}

/** The session in a text, or `null` if it is not whole. */
export function parseWhole(text: string): SessionFields | null {
  if (!text.endsWith("}\n")) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The front matter of an archive that is whole to its last line, the end of the JSON block; otherwise `null`. */
export function parseArchive(text: string): (SessionFields & { workflow: string; status: string }) | null {
  const [, header] = /^---\n(.*?\n)---\n.*\n```\n$/s.exec(text) ?? [];
  return header === undefined ? null : parse(header);
}

/** The archives that no marker notes: those of saves that got to their end. They stay, byte for byte, whatever happens. */
export function finishedArchives({ archives, noted }: State): Record<string, string> {
  return Object.fromEntries(Object.entries(archives).filter(([name]) => !noted.includes(name)));
}

/** Whether every finished archive is still there. */
export function areKept(before: State, after: State): boolean {
  return Object.entries(finishedArchives(before)).every(([name, text]) => after.archives[name] === text);
}

/** The archives of the session that started then, but for those that were finished before. */
export function newArchivesOf(startedAt: string, before: State, after: State): string[] {
  const finished = finishedArchives(before);
  const others = Object.entries(after.archives).filter(([name, text]) => finished[name] !== text);
  return others.map(([, text]) => text).filter((text) => parseArchive(text)?.started_at === startedAt);
}
