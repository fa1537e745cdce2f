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

/** The names of the active workflows, asked for only if they are needed. */
type Active = () => readonly string[];

/** The note, if there is no session, that its name is probably mistyped. */
export function noteOfAbsence(workflow: string, active: Active): (session: Session | null) => string | undefined {
  return (session) => {
    if (session !== null) return undefined;
    if (/^(?:all|list|help)$/i.test(workflow))
      return `note: no session is called ${workflow}; all sessions: ${commandLine("get", "--all")}`;
    const near = nearName(workflow, active);
    return near === "" ? undefined : `note: ${workflow} has no session${near}`;
  };
}

/** What a `set` was given and found. */
export type Request = { workflow: string; given: GivenContext; before: Session | null; active: Active };

/** The note that a `set` may have done something else than was meant. */
export function noteOfSet({ workflow, given, before, active }: Request): (session: Session) => string | undefined {
  return (session) => {
    const near = before === null ? nearName(workflow, active) : "";
    const notes = [
      ...(near === "" ? [] : [`this started a new session of ${workflow}${near}`]),
      ...(before === null && listNames(active).includes(session.step) ? [describeSwap(workflow, session)] : []),
      ...(before === null || !goesBack(before, session) ? [] : [describeOldRun(workflow, before)]),
      ...(given === fromStandardInput ? [] : [...given.texts].flatMap((pair) => noteOfPair(pair, before, session) ?? [])),
    ];
    return notes.length === 0 ? undefined : `note: ${notes.join("; ")}`;
  };
}

function nearName(workflow: string, active: Active): string {
  return didYouMean(
    workflow,
    listNames(active).filter((name) => name !== workflow),
  );
}

/** The active names; none if the folder cannot be listed, since what was asked for is done already. */
function listNames(active: Active): readonly string[] {
  try {
    return active();
  } catch {
    return [];
  }
}

function describeSwap(workflow: string, { step }: Session): string {
  return `this started a new session of ${workflow} at step ${quote(step)}, which is the name of an active workflow; the workflow comes first`;
}

function goesBack(before: Session, { step }: Session): boolean {
  return step === before.steps[0] && step !== before.step;
}

function describeOldRun(workflow: string, { started_at, step }: Session): string {
  return `${workflow} was running since ${started_at} and stood at ${quote(step)}; this goes on in that session, with its context; --if-new refuses such a start`;
}

/** Texts that were probably meant as something else, each with what to say about one. */
const slips: [RegExp, (key: string, text: string) => string][] = [
  [/^(?:True|False)$/, (key, text) => `for the JSON value write ${key}=${text.toLowerCase()}`],
  [/^None$/, (key) => `for the JSON value write ${key}=null`],
  [/^\s*(?:\[.*\]|\{.*\})\s*$/s, (key, text) => `as JSON: ${key}:=${jsonWord(text)}`],
  [/^-$/, () => "standard input is read only if the whole context is -"],
  [/^@(?:\.{0,2}\/\S*|\S*\.\w{1,5})$/, () => "no file is read"],
  [/^\S*(?:\s+[A-Za-z_][\w.-]*:?=\S*)+$/, () => "for more than one pair write each as a word of its own"],
  [/^(["']).*\1$/s, () => "the quotes are part of it"],
];

function noteOfPair([key, text]: [string, string], before: Session | null, { context, step }: Session): string | undefined {
  if (/^(?:started_at|updated_at|steps?|context(?:\..*)?)$/.test(key))
    return `${quote(key)} is a key of the context now; of the session itself only the step is set, here ${quote(step)}`;
  const isText = `${key} is the text ${quote(text)}`;
  const slip = slips.find(([form]) => form.test(text));
  if (slip !== undefined) return `${isText}; ${slip[1](key, text)}`;
  const wasNumber = typeof before?.context[key] === "number" && typeof context[key] === "string";
  if (wasNumber && text.trim() !== "" && Number.isFinite(Number(text))) return `${isText}; as JSON: ${key}:=${jsonWord(text)}`;
  if (typeof context[key] === "number" && text.length >= 7 && /sha|commit|hash|rev/i.test(key))
    return `${key} is the number ${text}; as text: ${key}:=${jsonWord(JSON.stringify(text))}`;
  const [first = "", ...rest] = key.split(".");
  const isRemoved = !(key in context);
  if (rest.length === 0 || !isObject(context[first]) || (isRemoved && key in (before?.context ?? {}))) return undefined;
  const inner = JSON.stringify({ [rest.join(".")]: context[key] ?? null });
  const change = `${isRemoved ? "" : `${key}=null `}${first}:=${jsonWord(inner)}`;
  return `${quote(key)} is a key beside the object ${first}; to change that: ${change}`;
}

/** JSON for a shell; what is none, is long, or has characters that a message escapes, is left to the reader. */
function jsonWord(text: string): string {
  const isShown = text.length <= 100 && escapeControls(text) === text && "value" in decodeJson(text, maxDepth - 1);
  return isShown ? shellWord(text) : "'…'";
}

/** The archives that a `reset` deleted with a session: a save that was interrupted had left them. */
export function noteOfArchives(archives: string[]): string {
  return `note: deleted too, left by a save that was interrupted: ${archives.join(", ")}`;
}

/** The damaged session that a `reset` deleted: what was wrong with it, and what it held. */
export function warningOf({ problem, text, rest }: { problem: string; text: string; rest: number }): string {
  return `warning: deleted a damaged session: ${problem}; ${text === "" ? "it held no text" : `its text was ${JSON.stringify(text)}`}${rest === 0 ? "" : ` and ${rest} more bytes`}`;
}
