/**
 * The session as a value: from the text of its file and to it, started, and moved on. Everything read is checked against
 * the schema here, and everything written is checked again.
 */
import { SessionError } from "../errors.ts";
import { findProblem, isObject, type JsonObject, maxDepth, parseJson, quote, type Result } from "./json.ts";
import { mergePatch } from "./merge-patch.ts";
import { maxContextBytes, maxFileBytes, sizeRemedy } from "./rules.ts";
import { fields, findIssue, type Session } from "./schema.ts";

/** A session in the list of all, or what is wrong with its file. */
export type Sound = { workflow: string } & Session;
export type Damaged = { workflow: string; error: string };

/** The session that a file's text holds, its fields in the order of the file, or what is wrong with the text. */
export function parseSession(text: string): Result<Session> {
  const json = parseJson(text, maxDepth + 1);
  return "problem" in json ? json : checkSession(json.value);
}

/** Checks a value against the schema and names the first field that is wrong, what it should be and what it is. */
function checkSession(value: unknown): Result<Session> {
  const session = isObject(value) && !("context" in value) ? { ...value, context: {} } : value; // a missing one counts as {}
  const issue = findIssue(session);
  if (issue === undefined) return checkSize(session as Session);
  const { path, expected } = issue;
  let found: unknown = session;
  for (const key of path) found = (found as Record<PropertyKey, unknown>)[key];
  const place = path.map((key) => (typeof key === "number" ? `[${key}]` : String(key))).join("");
  return { problem: `${place === "" ? "not a session" : place}: expected ${expected}, found ${describe(found)}` };
}

function checkSize(session: Session): Result<Session> {
  const bytes = sizeAbove(maxContextBytes, JSON.stringify(session.context));
  if (bytes === undefined) return { value: session };
  return { problem: `context: expected at most ${maxContextBytes} bytes of JSON, found ${bytes}` };
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : typeof value === "string" ? quote(value) : `the ${typeof value} ${value}`;
}

/** The same session with the fields of the schema in its order, and every other field where it stood. */
export function inOrder(session: Session): Session {
  const known = fields.values();
  const ordered: Record<string, unknown> = {};
  for (const key of Object.keys(session)) {
    const name = fields.includes(key) ? (known.next().value ?? key) : key;
    ordered[name] = session[name];
  }
  return ordered as Session;
}

/**
 * The text of a session file: two-space JSON with a final newline, the fields in order. Throws `usage` where the session
 * would break a rule, so that nothing unreadable is ever written.
 */
export function printSession(session: Session): string {
  const ordered = inOrder(session);
  const text = `${JSON.stringify(ordered, null, 2)}\n`;
  const problem = findProblem(ordered, maxDepth + 1) ?? problemOf(checkSession(ordered)) ?? sizeProblem(text);
  if (problem === undefined) return text;
  throw new SessionError("usage", `the session cannot be kept: ${problem}`, sizeRemedy);
}

function problemOf(result: Result<unknown>): string | undefined {
  return "problem" in result ? result.problem : undefined;
}

function sizeProblem(text: string): string | undefined {
  const bytes = sizeAbove(maxFileBytes, text);
  return bytes === undefined ? undefined : `its file would have ${bytes} bytes, the limit is ${maxFileBytes}`;
}

/** The size of text in bytes of UTF-8 where it is above a limit; a character of a string has at most three. */
function sizeAbove(limit: number, text: string): number | undefined {
  const bytes = text.length * 3 > limit ? Buffer.byteLength(text) : 0;
  return bytes > limit ? bytes : undefined;
}

/** Starts a session (`null`) or moves it on to a step; the patch is merged into its context. `now` is ISO 8601 in UTC. */
export function advance(session: Session | null, change: { step: string; patch: JsonObject; now: string }): Session {
  const past = session?.steps ?? [];
  return {
    ...session,
    started_at: session?.started_at ?? change.now,
    updated_at: change.now,
    step: change.step,
    steps: past.at(-1) === change.step ? past : [...past, change.step],
    context: mergePatch(session?.context ?? {}, change.patch),
  };
}

/** The guards of `set` against two agents on one workflow; throws `condition` where one does not hold. */
export function requireCondition(
  session: Session | null,
  { ifNew, ifStep }: { ifNew: boolean; ifStep: string | undefined },
): void {
  if (ifNew && session !== null) {
    throw new SessionError(
      "condition",
      `--if-new: there is a session already, at step ${quote(session.step)} since ${session.updated_at}`,
      "look at it with get.ts; go on without --if-new if it is yours",
    );
  }
  if (ifStep !== undefined && session?.step !== ifStep) {
    const found = session === null ? "there is no session" : `the current step is ${quote(session.step)}`;
    throw new SessionError(
      "condition",
      `--if-step=${ifStep}: ${found}`,
      "look at it with get.ts: somebody else may have moved it on",
    );
  }
}
