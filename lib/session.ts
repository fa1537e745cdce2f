/**
 * What a session is: the zod schema, the rules for names and steps, and the pure functions that start a session and
 * move it on. Everything read is checked here, and everything written is checked here again.
 */
import * as z from "zod/v4/core"; // what zod and zod/mini wrap: it loads in half the time
import { SessionError } from "./errors.ts";
import { findProblem, isObject, type JsonObject, maxDepth, parseJson, quote, type Result } from "./json.ts";
import { mergePatch } from "./merge-patch.ts";

/** The most that a session file may hold, in bytes. */
export const maxFileBytes = 8 * 1024 * 1024;
/** The most that a context may hold, in bytes of JSON text. */
export const maxContextBytes = 1024 * 1024;

export const workflowRule = "1 to 120 letters, digits, _ and -, in parts joined by : or ., like workflow:pr";
export const stepRule = "1 to 200 characters on one line, no control characters, no space at either end";

export function isWorkflow(name: string): boolean {
  return name.length <= 120 && /^[A-Za-z0-9][\w-]*(?:[:.][\w-]+)*$/.test(name);
}

export function isStep(text: string): boolean {
  const length = text.length > 200 ? [...text.slice(0, 402)].length : text.length;
  return length > 0 && length <= 200 && !/[\p{Cc}\u2028\u2029]/u.test(text) && text.trim() === text && text.isWellFormed();
}

/** Whether text is an ISO 8601 time with an offset whose year, in UTC too, has four digits. */
function isTime(value: unknown): boolean {
  return typeof value === "string" && timePattern.test(value) && new Date(value).toISOString().length === 24;
}

const timePattern = z.regexes.datetime({ offset: true });
const time = rule<string>(isTime, "an ISO 8601 time like 2025-01-29T15:00:00.000Z");
const step = rule<string>((value) => typeof value === "string" && isStep(value), stepRule);
const context = rule<JsonObject>(isObject, "an object");

const shape = {
  started_at: time,
  updated_at: time,
  step,
  steps: z._array(z.$ZodArray, step, "a list of steps"),
  context,
};

export const sessionSchema = new z.$ZodObject({
  type: "object",
  shape,
  error: () => "an object with started_at, updated_at, step and steps",
}) as z.$ZodObject<typeof shape, z.$loose>;

export type Session = z.output<typeof sessionSchema>;

/** A zod schema that says what it expects, in words that follow "expected". */
function rule<T>(holds: (value: unknown) => boolean, expected: string) {
  return z._custom<T>(z.$ZodCustom, holds, expected);
}

const fields = Object.keys(shape);

/** The session that a file's text holds, its fields in the order of the file, or what is wrong with the text. */
export function parseSession(text: string): Result<Session> {
  const json = parseJson(text, maxDepth + 1);
  return "problem" in json ? json : checkSession(json.value);
}

/** Checks a value against the schema and names the first field that is wrong, what it should be and what it is. */
export function checkSession(value: unknown): Result<Session> {
  const session = isObject(value) && !("context" in value) ? { ...value, context: {} } : value; // a missing one counts as {}
  const { error } = z.safeParse(sessionSchema, session, { jitless: true });
  if (error === undefined) return checkSize(session as Session); // with its other fields, which zod leaves out
  const issue = error.issues[0];
  const path = issue?.path ?? [];
  let found: unknown = session;
  for (const key of path) found = (found as Record<PropertyKey, unknown>)[key];
  const place = path.map((key) => (typeof key === "number" ? `[${key}]` : String(key))).join("");
  return { problem: `${place === "" ? "not a session" : place}: expected ${issue?.message}, found ${describe(found)}` };
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
 * The text of a session file: two-space JSON with a final newline, the fields in order. Throws `usage` where the session would break a rule, so that nothing unreadable is
 * ever written.
 */
export function printSession(session: Session): string {
  const ordered = inOrder(session);
  const text = `${JSON.stringify(ordered, null, 2)}\n`;
  const problem = findProblem(ordered, maxDepth + 1) ?? problemOf(checkSession(ordered)) ?? sizeProblem(text);
  if (problem === undefined) return text;
  throw new SessionError(
    "usage",
    `the session cannot be kept: ${problem}`,
    "store less: put large data into a file and its path into the context",
  );
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

/** A time in whole milliseconds, and the digits of its fraction beyond them. */
export function instant(time: string): { ms: number; rest: string } {
  return { ms: Date.parse(time), rest: /\.\d{3}(\d*?)0*(?:Z|[+-])/.exec(time)?.[1] ?? "" };
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
