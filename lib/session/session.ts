/**
 * The session as a value: from the text of its file and to it, started, and moved on. Everything read is checked against
 * the schema here, and everything written is checked again.
 */
import { SessionError } from "../errors.ts";
import { decodeJson, findProblem, isObject, type JsonObject, maxDepth, quote, type Result } from "./json.ts";
import { mergePatch } from "./merge-patch.ts";
import { bytesBeyond, maxFileBytes, maxTextBytes, sizeRemedy } from "./rules.ts";
import { fields, findIssue, placeOf, type Session } from "./schema.ts";
import { nextTime } from "./time.ts";

/** A session in the list of all, or what is wrong with its file: only the first has `steps`; a session may have a field `error` too. */
export type ListedSession = { workflow: string } & Session;
export type DamagedSession = { workflow: string; error: string };

/** The session that a file's text holds, its fields in the order of the file, or what is wrong with the text. */
export function decodeSession(text: string): Result<Session> {
  const json = decodeJson(text, maxDepth + 1);
  if (json.problem !== undefined) return json;
  const { value } = json;
  const session = isObject(value) && !("context" in value) ? { ...value, context: {} } : value; // a missing one counts as {}
  const problem = findWrongField(session) ?? findSizeProblem(session as Session, text);
  return problem === undefined ? { value: session as Session } : { problem };
}

function findWrongField(session: unknown): string | undefined {
  const issue = findIssue(session);
  if (issue === undefined) return undefined;
  let found: unknown = session;
  for (const key of issue.path) found = (found as Record<PropertyKey, unknown>)[key];
  return `${placeOf(issue) || "not a session"}: expected ${issue.expected}, found ${describe(found)}`;
}

/** Whether the context is too large. JSON text grows to less than eight times its length (`1e20` is written in full). */
function findSizeProblem({ context }: Session, text: string): string | undefined {
  if (text.length * 8 < maxTextBytes) return undefined;
  const bytes = bytesBeyond(maxTextBytes, JSON.stringify(context));
  return bytes === undefined ? undefined : `context: expected at most ${maxTextBytes} bytes of JSON, found ${bytes}`;
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : typeof value === "string" ? quote(value) : `the ${typeof value} ${value}`;
}

/**
 * The text of a session file: two-space JSON with a final newline. Throws `usage` if the session would break a rule, so
 * that nothing unreadable is ever written.
 */
export function renderSession(session: Session): string {
  const text = `${JSON.stringify(session, null, 2)}\n`;
  const wrong = findProblem(session, maxDepth + 1) ?? findWrongField(session);
  if (wrong !== undefined) throw new SessionError("usage", `the session cannot be stored: ${wrong}`);
  const bytes = bytesBeyond(maxFileBytes, text);
  const large =
    findSizeProblem(session, text) ??
    (bytes === undefined ? undefined : `its file would have ${bytes} bytes, the limit is ${maxFileBytes}`);
  if (large === undefined) return text;
  throw new SessionError("usage", `the session cannot be stored: ${large}`, sizeRemedy);
}

/** Starts a session (`null`) or moves it on to a step; the patch is merged into its context. */
export function advance(session: Session | null, { step, patch, now }: { step: string; patch: JsonObject; now: Date }): Session {
  const updated_at = nextTime(session?.updated_at, now);
  const past = session?.steps ?? [];
  return orderFields({
    ...session,
    started_at: session?.started_at ?? updated_at,
    updated_at,
    step,
    steps: past[past.length - 1] === step ? past : [...past, step],
    context: mergePatch(session?.context ?? {}, patch),
  });
}

/** The same session with the fields of the schema in its order, and every other field in its place. */
function orderFields(session: Session): Session {
  const left = [...fields];
  const names = Object.keys(session).map((key) => (fields.includes(key) ? (left.shift() ?? key) : key));
  return Object.fromEntries(names.map((name) => [name, session[name]])) as Session;
}

/** The branch that a context names: a non-empty text, or a number as text. */
export function branchOf({ context }: Pick<Session, "context">): string | undefined {
  const { branch } = context;
  return typeof branch === "number" || (typeof branch === "string" && branch !== "") ? String(branch) : undefined;
}
