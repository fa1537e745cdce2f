/**
 * A session as a Markdown archive: YAML front matter for programs, a body for people. The only file that knows
 * gray-matter, with its traps closed: the body goes in as an object (as text it would be parsed, and `---js`
 * executed), the JavaScript engines throw, options are always given (without them results are cached), and YAML is
 * written and read by `yaml.ts`. What was written is read back and compared before anybody relies on it.
 */
import matter from "gray-matter";
import { SessionError } from "../errors.ts";
import { escapeControls } from "../session/json.ts";
import type { Status } from "../session/rules.ts";
import type { Session } from "../session/schema.ts";
import { instant, minute, parseTime, toUtc } from "../session/time.ts";
import { codeBlock, codeSpan, quotation } from "./markdown.ts";
import { parseYaml, printYaml } from "./yaml.ts";

export type Ending = { workflow: string; status: Status; notes: string | undefined; now: Date };

const refuse = () => {
  throw new SessionError("failed", "front matter in JavaScript is refused");
};
const options = {
  engines: {
    yaml: { parse: parseYaml, stringify: printYaml },
    javascript: { parse: refuse, stringify: refuse },
    js: { parse: refuse, stringify: refuse },
  },
};

/** The names that an archive uses itself; fields of a session with one of them are kept under `state`. */
const ownFields = ["workflow", "status", "archived_at", "notes", "state"];

/** An archive to be written. A name is for an attempt: 0, 1, … where the ones before are taken by other sessions. */
export type Archive = { text: string; name: (attempt: number) => string; isSameSession: (text: string) => boolean };

/** The archive of a session. Throws `failed` where it could not be read back as what went in. */
export function renderArchive(session: Session, ending: Ending): Archive {
  return {
    text: renderText(session, ending),
    name: (attempt) => archiveName(session, ending.workflow, attempt),
    isSameSession: (text) => {
      const other = readFrontMatter(text);
      const [own, found] = [instant(session.started_at), instant(String(other?.["started_at"]))];
      return other?.["workflow"] === ending.workflow && own.ms === found.ms && own.rest === found.rest;
    },
  };
}

function renderText(session: Session, ending: Ending): string {
  const { workflow, status, notes, now } = ending;
  const hidden = Object.entries(session).filter(([key]) => ownFields.includes(key));
  const data = {
    workflow,
    status,
    archived_at: now.toISOString(),
    ...(notes === undefined ? {} : { notes }),
    ...Object.fromEntries(Object.entries(session).filter(([key]) => !ownFields.includes(key))),
    ...(hidden.length === 0 ? {} : { state: Object.fromEntries(hidden) }),
  };
  const body = { content: renderBody(session, ending) } as unknown as string; // typed as text only; see above
  const text = matter.stringify(body, data, options);
  if (JSON.stringify(readFrontMatter(text)) === JSON.stringify(data)) return text;
  throw new SessionError(
    "failed",
    `the archive of ${workflow} would not hold what the session holds`,
    "please report this; the session is kept",
  );
}

/** The front matter of an archive, or `null` where the text has none that can be read. */
export function readFrontMatter(text: string): Record<string, unknown> | null {
  if (!/^---\r?\n/.test(text)) return null;
  try {
    return matter(text, options).data;
  } catch {
    return null; // somebody else's file: it is left alone
  }
}

/** The name of an archive: `<date>-<workflow>[-<branch>].md`, from the second attempt on with a number before the ending. */
export function archiveName(session: Session, workflow: string, attempt: number): string {
  const { branch } = session.context;
  const parts = [
    toUtc(parseTime(session.started_at)).slice(0, 10),
    hyphenate(workflow),
    typeof branch === "string" ? hyphenate(hyphenate(branch).slice(0, 80)) : "",
    attempt === 0 ? "" : String(attempt + 1),
  ];
  return `${parts.filter((part) => part !== "").join("-")}.md`;
}

/** Whether a file name is one that an archive of the workflow could have. */
export function isArchiveName(name: string, workflow: string): boolean {
  const rest = /^\d{4}-\d\d-\d\d-(.*)\.md$/.exec(name)?.[1];
  return rest === hyphenate(workflow) || rest?.startsWith(`${hyphenate(workflow)}-`) === true;
}

function hyphenate(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

function renderBody(session: Session, { workflow, status, notes, now }: Ending): string {
  const { branch } = session.context;
  const facts = [
    ...(typeof branch === "string" && branch !== "" ? [`Branch ${codeSpan(cut(branch, 100))}`] : []),
    session.steps.length === 1 ? "1 step" : `${session.steps.length} steps`,
    `${minute(parseTime(session.started_at))} to ${minute(now.getTime())} UTC`,
    duration(now.getTime() - parseTime(session.started_at)),
  ];
  const sections = [
    `# ${workflow.replaceAll("_", "\\_")}: ${status}`,
    facts.join(" · "),
    ...(notes === undefined || notes.trim() === "" ? [] : [quotation(notes)]),
    "## Steps",
    session.steps.map((step, index) => `${index + 1}. ${codeSpan(step)}`).join("\n"),
    "## Context",
    codeBlock(JSON.stringify(session.context, null, 2), "json"),
  ];
  return `\n${sections.join("\n\n")}\n`;
}

function cut(text: string, length: number): string {
  const characters = [...escapeControls(text)];
  return characters.length <= length ? characters.join("") : `${characters.slice(0, length - 1).join("")}…`;
}

/** A span of time in its two largest units: `3d 4h`, `5m`, `12s`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const units = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const first = units.findIndex(([count]) => count > 0);
  if (first === -1) return "0s";
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(" ");
}
