/**
 * What a call that succeeds says on stderr, in one line, when it may not be what the caller meant: a slip in a name, a
 * value that became something else, a run that goes on in an old session.
 */
import { commandLine } from "../errors.ts";
import { decodeJson, escapeControls, isObject, maxDepth, quote } from "../session/json.ts";
import { didYouMean } from "../session/near-name.ts";
import type { Session } from "../session/schema.ts";
import { shellWord } from "./args.ts";
import type { GivenContext } from "./context.ts";
import { fromStandardInput } from "./standard-input.ts";

/** The names of known workflows, asked for only if they are needed. */
type Names = () => readonly string[];

/** The note, if there is no session, that its name is probably mistyped. */
export function noteOfAbsence(workflow: string, active: Names): (session: Session | null) => string | undefined {
  return (session) => (session === null ? noteOfName(workflow, active, { what: "session", list: "--all" }) : undefined);
}

/** The note, if nothing of a workflow was archived, that its name is probably mistyped; `known` are active or archived ones. */
export function noteOfNoArchive(workflow: string, known: Names): (found: unknown[]) => string | undefined {
  return (found) => (found.length === 0 ? noteOfName(workflow, known, { what: "archive", list: "--archived" }) : undefined);
}

function noteOfName(workflow: string, known: Names, { what, list }: { what: string; list: string }): string | undefined {
  if (/^(?:all|list|help)$/i.test(workflow))
    return `note: no ${what} is called ${workflow}; all ${what}s: ${commandLine("get", list)}`;
  const near = listNames(known).includes(workflow) ? "" : nearName(workflow, known);
  return near === "" ? undefined : `note: ${workflow} has no ${what}${near}`;
}

/** What a `set` was given and found. */
export type Request = { workflow: string; given: GivenContext; before: Session | null; active: Names };

/** The note that a `set` may have done something other than was meant. */
export function noteOfSet({ workflow, given, before, active }: Request): (session: Session) => string | undefined {
  return (session) => {
    const notes = before === null ? notesOfStart(workflow, session, active) : notesOfOldRun(workflow, session, before);
    if (/\s(?:--if-|\{"|[A-Za-z_][\w.-]*:?=\S)/.test(session.step))
      notes.push(`the step is the whole text ${quote(session.step)}; a context and options are words of their own`);
    if (given !== fromStandardInput)
      for (const pair of given.texts) {
        const note = noteOfPair(pair, before, session);
        if (note !== undefined) notes.push(note);
      }
    return notes.length === 0 ? undefined : `note: ${notes.join("; ")}`;
  };
}

function notesOfStart(workflow: string, { step }: Session, active: Names): string[] {
  const started = `this started a new session of ${workflow}`;
  const near = nearName(workflow, active);
  const notes = near === "" ? [] : [`${started}${near}`];
  if (listNames(active).includes(step))
    notes.push(`${started} at step ${quote(step)}, which is the name of an active workflow; the workflow comes first`);
  return notes;
}

function notesOfOldRun(workflow: string, { step }: Session, before: Session): string[] {
  if (step !== before.steps[0] || step === before.step) return [];
  const since = `${workflow} had been running since ${before.started_at} and was at ${quote(before.step)}`;
  return [`${since}; this goes on in that session, with its context; --if-new refuses such a start`];
}

function nearName(workflow: string, active: Names): string {
  return didYouMean(
    workflow,
    listNames(active).filter((name) => name !== workflow),
  );
}

/** The active names; none if the folder cannot be listed, since what was asked for is done already. */
function listNames(active: Names): readonly string[] {
  try {
    return active();
  } catch {
    return [];
  }
}

/** Texts that were probably meant as something else, each with what to say about one. */
const slips: [RegExp, (key: string, text: string) => string][] = [
  [/^(?:True|False)$/, (key, text) => `for the JSON value write ${key}=${text.toLowerCase()}`],
  [/^None$/, (key) => `${key}=null removes the key`],
  [/^\s*(?:\[.*\]|\{.*\})\s*$/s, (key, text) => `as JSON: ${key}:=${jsonWord(text)}`],
  [/^-$/, () => "standard input is read only if the whole context is -"],
  [/^@(?:\.{0,2}\/\S*|\S*\.\w{1,5})$/, () => "no file is read"],
  [/^\S*(?:\s+[A-Za-z_][\w.-]*:?=\S*)+$/, () => "for more than one pair write each as a word of its own"],
  [/^(["']).*\1$/s, () => "the quotes are part of it"],
];

function noteOfPair(pair: [string, string], before: Session | null, session: Session): string | undefined {
  const [key, text] = pair;
  if (/^(?:started_at|updated_at|steps?|context(?:\..*)?)$/.test(key))
    return `${quote(key)} is now a key of the context; of the session itself, set changes only the step (here ${quote(session.step)})`;
  for (const [form, describe] of slips) if (form.test(text)) return `${isText(pair)}; ${describe(key, text)}`;
  return noteOfNumber(pair, before, session) ?? (key.includes(".") ? noteOfInnerKey(key, before, session) : undefined);
}

const isText = ([key, text]: [string, string]) => `${key} is the text ${quote(text)}`;

/** A number that was a text before, or the other way round. */
function noteOfNumber([key, text]: [string, string], before: Session | null, { context }: Session): string | undefined {
  const value = context[key];
  if (typeof value === "number" && text.length >= 7 && /sha|commit|hash|rev/i.test(key))
    return `${key} is the number ${text}; as text: ${key}:=${jsonWord(JSON.stringify(text))}`;
  const wasNumber = typeof value === "string" && typeof before?.context[key] === "number";
  if (!wasNumber || text.trim() === "" || !Number.isFinite(Number(text))) return undefined;
  return `${isText([key, text])}; as JSON: ${key}:=${jsonWord(text)}`;
}

/** A key with a dot beside an object: the key in the object was probably meant. */
function noteOfInnerKey(key: string, before: Session | null, { context }: Session): string | undefined {
  const [first = "", ...rest] = key.split(".");
  const isRemoved = !Object.hasOwn(context, key);
  const isBeside = Object.hasOwn(context, first) && isObject(context[first]);
  if (!isBeside || (isRemoved && Object.hasOwn(before?.context ?? {}, key))) return undefined;
  const inner = JSON.stringify({ [rest.join(".")]: context[key] ?? null });
  const change = `${isRemoved ? "" : `${key}=null `}${first}:=${jsonWord(inner)}`;
  return `${quote(key)} is a key beside the object ${first}; to change the key in the object: ${change}`;
}

/** JSON for a shell; what is none, is long, or has characters that a message escapes, is left to the reader. */
function jsonWord(text: string): string {
  const isShown = text.length <= 100 && escapeControls(text) === text && "value" in decodeJson(text, maxDepth - 1);
  return isShown ? shellWord(text) : "'…'";
}

/** The archives of a session that stay beside the answer: saves of it that were interrupted had made them. */
export function noteOfArchives(archives: string[], which = ""): string {
  const named = archives.length > 3 ? `${archives.slice(0, 3).join(", ")} and ${archives.length - 3} more` : archives.join(", ");
  return `note: kept, written by an interrupted save of this session${which}: ${named}; delete by hand what is not wanted`;
}

/** The damaged session that a `reset` deleted: what was wrong with it, and what it held. */
export function warningOf({ problem, text, rest }: { problem: string; text: string; rest: number }): string {
  return `warning: deleted a damaged session: ${problem}; ${text === "" ? "it held no text" : `its text was ${JSON.stringify(text)}`}${rest === 0 ? "" : ` and ${rest} more bytes`}`;
}
