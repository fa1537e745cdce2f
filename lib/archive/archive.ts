/**
 * A session as a Markdown archive: YAML front matter for programs, a body for people. The only file that knows
 * gray-matter, with its traps closed: the body goes in as an object (as text it would be parsed, and `---js`
 * executed), options are always given (without them results are cached), and YAML is written by `yaml.ts`. What was
 * written is read back, as lists read it, and compared before anybody relies on it.
 */
import matter from "gray-matter";
import { SessionError } from "../errors.ts";
import { cutText, escapeControls, type JsonObject } from "../session/json.ts";
import { bytesBeyond, maxArchiveBytes, type Status } from "../session/rules.ts";
import type { Session } from "../session/schema.ts";
import { branchOf } from "../session/session.ts";
import { formatDuration, formatMinute, parseTime, sortableTime } from "../session/time.ts";
import { type Archive, frontMatterOf, parseArchive, parseFrontMatter } from "./front-matter.ts";
import { codeBlock, codeSpan, quotation } from "./markdown.ts";
import { isWithoutAliases, parseYaml, renderYaml } from "./yaml.ts";

export type Outcome = { workflow: string; status: Status; notes: string | undefined; now: Date };

const options = { engines: { yaml: { parse: parseYaml, stringify: renderYaml } } }; // only the second is called

/** The names that an archive uses itself; fields of a session with one of them are kept under `state`. */
const ownFields = ["workflow", "status", "archived_at", "notes", "state"];

/** The text of a session's archive. Throws `failed` if it is too large, or could not be read back as what went in. */
export function renderArchive(session: Session, outcome: Outcome): string {
  // YAML, without closing brackets, has more than a third of this
  if (JSON.stringify(session, null, 2).length > 3 * maxArchiveBytes) throw tooLarge(outcome);
  const { workflow, status, notes, now } = outcome;
  const hidden = Object.entries(session).filter(([key]) => ownFields.includes(key));
  const data = {
    workflow,
    status,
    archived_at: now.toISOString(),
    ...(notes === undefined ? {} : { notes }),
    ...Object.fromEntries(Object.entries(session).filter(([key]) => !ownFields.includes(key))),
    ...(hidden.length === 0 ? {} : { state: Object.fromEntries(hidden) }),
  };
  const body = { content: renderBody(session, outcome) } as unknown as string; // typed as text only; see above
  const text = matter.stringify(body, data, options);
  if (bytesBeyond(maxArchiveBytes, text) !== undefined) throw tooLarge(outcome);
  try {
    if (JSON.stringify(parseFrontMatter(text)) === JSON.stringify(data)) return text;
  } catch {
    // reported below
  }
  const problem = `the archive of ${workflow} would not hold what the session holds`;
  throw new SessionError("failed", problem, "please report this; the session is kept");
}

/** Compact text by hand can grow to sixty times its size with indentation: no list would read such an archive. */
function tooLarge({ workflow }: Outcome): SessionError {
  const problem = `the archive of ${workflow} would have more than ${maxArchiveBytes} bytes, with the indentation of nested values`;
  return new SessionError("failed", problem, "make its session file less nested by hand; the session is kept");
}

/**
 * Whether nothing is lost with the archive of a session that was saved again: it reads as it was written, and a later one says
 * the same, but for what the session itself has replaced since.
 */
export function isSuperseded(text: string, later: string): boolean {
  const yaml = frontMatterOf(text);
  if (yaml === undefined || !isWithoutAliases(yaml)) return false;
  try {
    const archive = parseArchive(text);
    return isAsWritten(archive, text) && isRepeated(archive, parseArchive(later));
  } catch {
    return false;
  }
}

/** Whether what the front matter of an archive says gives the same text again, up to line breaks. */
function isAsWritten({ workflow, status, archived_at, notes, state, ...fields }: Archive, text: string): boolean {
  const session = { ...fields, ...(state as object) };
  return renderArchive(session, { workflow, status, notes, now: new Date(archived_at) }) === text.replaceAll("\r\n", "\n");
}

/** Whether a later archive says what this one does. Its session may have moved on: with all steps of before, and a new context. */
function isRepeated(archive: Archive, later: Archive): boolean {
  const { archived_at, updated_at, step, steps, context, notes } = archive;
  const isPast =
    sortableTime(updated_at) <= sortableTime(later.updated_at) && steps.every((each, at) => each === later.steps[at]);
  const hasStep = step === later.step || later.steps.includes(step);
  const expected = { ...later, archived_at, updated_at, step, steps, context };
  if (notes === undefined) delete expected.notes; // as undefined it would make Bun 1.4.5 miss a field named by an integer
  return isPast && hasStep && Bun.deepEquals(expected, archive, true);
}

function renderBody(session: Session, { workflow, status, notes, now }: Outcome): string {
  const branch = branchOf(session);
  const facts = [
    ...(branch === undefined ? [] : [`Branch ${codeSpan(cutText(escapeControls(branch), 100))}`]),
    session.steps.length === 1 ? "1 step" : `${session.steps.length} steps`,
    `${formatMinute(parseTime(session.started_at))} to ${formatMinute(now.getTime())} UTC`,
    formatDuration(now.getTime() - parseTime(session.started_at)),
  ];
  const sections = [
    `# ${workflow.replaceAll("_", "\\_")}: ${status}`,
    facts.join(" · "),
    ...(notes === undefined || notes.trim() === "" ? [] : [quotation(notes)]),
    "## Steps",
    session.steps.map((step, index) => `${index + 1}. ${codeSpan(step)}`).join("\n"),
    "## Context",
    codeBlock(JSON.stringify(session.context as JsonObject, null, 2), "json"),
  ];
  return `\n${sections.join("\n\n")}\n`;
}
