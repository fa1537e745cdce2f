/**
 * What a call that succeeds says on stderr, in one line, when it may not be what the caller meant: a slip in a name, a
 * value that became something else, a run that goes on in an old session.
 */
import { commandLine } from "../errors.ts";
import { quote } from "../session/json.ts";
import { didYouMean } from "../session/near-name.ts";
import type { Session } from "../session/schema.ts";
import type { GivenContext } from "./context.ts";
import { isFileName, notesOfKey } from "./slips.ts";

type Names = () => readonly string[];

/** The note, if a workflow has no session (`null`) or no archive (none in the list), that its name is probably mistyped. */
export function noteOfAbsence(workflow: string, known: Names, what: "session" | "archive" = "session") {
  return (found: Session | null | unknown[]): string | undefined => {
    if (found !== null && (!Array.isArray(found) || found.length > 0)) return undefined;
    const list = what === "session" ? "--all" : "--archived";
    if (/^(?:all|list|help)$/i.test(workflow))
      return `note: no ${what} is called ${workflow}; all ${what}s: ${commandLine("get", list)}`;
    const near = listNames(known).includes(workflow) ? "" : nearName(workflow, known);
    return near === "" ? undefined : `note: ${workflow} has no ${what}${near}`;
  };
}

/** What a `set` was given and found. */
type Request = { workflow: string; given: GivenContext; before: Session | null; active: Names };

/** The note that a `set` may have done something other than was meant. */
export const noteOfSet = (request: Request) => (session: Session) => {
  const { workflow, given, before, active } = request;
  const notes = before === null ? notesOfStart(workflow, session, active) : notesOfOldRun(workflow, session, before);
  if (isStepSlip(session.step))
    notes.push(`the step is the whole text ${quote(session.step)}; a context and options are words of their own`);
  if (given !== "-")
    for (const key of Object.keys(given.patch)) notes.push(...notesOfKey(key, given.texts.get(key), { before, session }));
  return notes.length === 0 ? undefined : `note: ${notes.join("; ")}`;
};

/** Whether the text of a step has an option, with its dashes or without them, or a context in it. */
function isStepSlip(step: string): boolean {
  if (step.startsWith("—") || ["if-new", "if-step", "if-updated"].includes(step)) return true;
  return step.includes(" ") && / (?:--if-|\{"|[A-Za-z_][\w.-]*:?=\S)/.test(step);
}

function notesOfStart(workflow: string, { step }: Session, active: Names): string[] {
  const started = `this started a new session of ${workflow}`;
  const near = nearName(workflow, active);
  const notes = near === "" ? [] : [`${started}${near}`];
  const isActive = listNames(active).includes(step);
  const kind = isActive ? "is the name of an active workflow" : "looks like the name of a workflow";
  if (isActive || step.startsWith("workflow:"))
    notes.push(`${started} at step ${quote(step)}, which ${kind}; the workflow comes first`);
  return notes;
}

function notesOfOldRun(workflow: string, { step }: Session, before: Session): string[] {
  if (step !== before.steps[0] || step === before.step) return [];
  const since = `${workflow} had been running since ${before.started_at} and was at ${quote(before.step)}`;
  return [`${since}; this goes on in that session, with its context; --if-new refuses such a start`];
}

function nearName(workflow: string, active: Names): string {
  const others = listNames(active).filter((name) => name !== workflow);
  return didYouMean(workflow, others);
}

/** The active names; none if the folder cannot be listed, since what was asked for is done already. */
function listNames(active: Names): readonly string[] {
  try {
    return active();
  } catch {
    return [];
  }
}

/** The note on a save: archives that stay beside its own, or notes that were probably meant otherwise. */
export function noteOfSave(notes: string | undefined, kept: string[]): string | undefined {
  if (kept.length > 0) return noteOfArchives(kept, ", with other content");
  return notes !== undefined && isFileName(notes) ? `note: the notes are the text ${quote(notes)}; no file is read` : undefined;
}

/** The archives of a session that interrupted saves had made, and that are kept. */
export function noteOfArchives(archives: string[], which = ""): string {
  const named = archives.length > 3 ? `${archives.slice(0, 3).join(", ")} and ${archives.length - 3} more` : archives.join(", ");
  return `note: kept, written by an interrupted save of this session${which}: ${named}; delete by hand what is not wanted`;
}

/** The damaged session that a `reset` deleted: what was wrong with it, and what it held. */
export const warningOf = ({ problem, text, rest }: { problem: string; text: string; rest: number }): string =>
  `warning: deleted a damaged session: ${problem}; ${text === "" ? "it held no text" : `its text was ${JSON.stringify(text)}`}${rest === 0 ? "" : ` and ${rest} more bytes`}`;
