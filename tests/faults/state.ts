/**
 * What the folder of a project holds about one workflow, read without the code under test: text by text, and archives
 * by a YAML parser that is not the one that wrote them.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export const workflow = "workflow:pr";

export type SessionFields = {
  started_at: string;
  updated_at: string;
  step: string;
  steps: string[];
  context: Record<string, unknown>;
};

export type State = {
  /** The text of the session file and its permissions; `null` where there is none. */
  session: { text: string; mode: number } | null;
  archives: Record<string, string>;
  temporaries: string[];
  /** Names that nothing should have. */
  strangers: string[];
};

export function sessionsOf(root: string): string {
  return join(root, "ia/state/sessions");
}

export function readState(root: string): State {
  const folder = sessionsOf(root);
  const names = namesIn(folder);
  const file = `${workflow}.json`;
  return {
    session: names.includes(file)
      ? { text: readFileSync(join(folder, file), "utf8"), mode: statSync(join(folder, file)).mode & 0o777 }
      : null,
    archives: Object.fromEntries(
      namesIn(join(folder, "archives")).map((name) => [name, readFileSync(join(folder, "archives", name), "utf8")]),
    ),
    temporaries: names.filter((name) => name.endsWith(".tmp")),
    strangers: names.filter((name) => !/^(\.lock|archives|\..*\.tmp|[\w:.-]+\.json)$/.test(name)),
  };
}

function namesIn(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false }) ? readdirSync(folder).sort() : [];
}

/** The session in a text, or `null` where it is not whole. */
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

/** The archives of the session that started then. */
export function archivesOf({ archives }: State, startedAt: string): string[] {
  return Object.values(archives).filter((text) => parseArchive(text)?.started_at === startedAt);
}
