/**
 * The guards against two agents on one workflow and against a session that is not what the caller thinks: checked under
 * the lock, before anything is written.
 */
import { commandLine, SessionError } from "../errors.ts";
import { cutText, quote } from "./json.ts";
import { didYouMean } from "./near-name.ts";
import { isWorkflow } from "./rules.ts";
import type { Session } from "./schema.ts";

/** What must hold, as the options of a command line give it. */
export type Condition = { "if-new"?: boolean | undefined; "if-step"?: string | undefined; "if-updated"?: string | undefined };

/** The workflow that a condition is about, and the names of the active ones, which are asked for only for a message. */
export type Subject = { workflow: string; active: () => readonly string[] };

/** Throws `condition` if one does not hold; the message says what was found, and never proposes to drop the condition. */
export function requireCondition(session: Session | null, condition: Condition, { workflow, active }: Subject): void {
  const unmet = findUnmet(session, condition);
  if (unmet === undefined) return;
  if (session === null) {
    const found = `there is no session of ${workflow}${didYouMean(workflow, active())}`;
    throw new SessionError("condition", `${unmet}: ${found}`, `list the active sessions: ${commandLine("get", "--all")}`);
  }
  const found = `${workflow} is at step ${quote(session.step)}, updated_at ${session.updated_at}`;
  const second = isWorkflow(`${workflow}.2`) ? `, like ${workflow}.2` : "";
  const help =
    unmet === "--if-new"
      ? `resume it from there, or give another run a name of its own${second}; to read it`
      : "somebody may have changed it (a time is compared as text); read it before you decide anything";
  throw new SessionError("condition", `${unmet}: ${found}`, `${help}: ${commandLine("get", workflow)}`);
}

function findUnmet(session: Session | null, condition: Condition): string | undefined {
  const { "if-new": ifNew, "if-step": step, "if-updated": time } = condition;
  if (ifNew && session !== null) return "--if-new";
  if (step !== undefined && session?.step !== step) return `--if-step=${step}`;
  return time !== undefined && session?.updated_at !== time ? `--if-updated=${cutText(time, 80)}` : undefined;
}

/** Whether any condition is given. */
export const isConditional = (condition: Condition): boolean =>
  condition["if-new"] === true || condition["if-step"] !== undefined || condition["if-updated"] !== undefined;
