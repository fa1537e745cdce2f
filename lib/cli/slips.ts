/** Pairs of a context that are taken as they stand, and were probably meant otherwise. */
import { decodeJson, escapeControls, isObject, type JsonObject, type JsonValue, maxDepth, quote } from "../session/json.ts";
import type { Session } from "../session/schema.ts";
import { shellWord } from "./args.ts";

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

/** The note that a pair of the context did something other than was probably meant; without a text if its value was JSON. */
export function noteOfPair(
  [key, text]: [string, string | undefined],
  before: Session | null,
  session: Session,
): string | undefined {
  if (/^(?:started_at|updated_at|steps?|context(?:\..*)?)$/.test(key))
    return `${quote(key)} is now a key of the context; of the session itself, set changes only the step (here ${quote(session.step)})`;
  const note = text === undefined ? undefined : (noteOfSlip(key, text) ?? noteOfNumber(key, text, before, session));
  return note ?? (key.includes(".") ? noteOfInnerKey(key, before, session) : undefined);
}

function noteOfSlip(key: string, text: string): string | undefined {
  const describe = slips.find(([form]) => form.test(text))?.[1];
  return describe && `${isText(key, text)}; ${describe(key, text)}`;
}

const isText = (key: string, text: string) => `${key} is the text ${quote(text)}`;

/** A number that was a text before, or the other way round. */
function noteOfNumber(key: string, text: string, before: Session | null, { context }: Session): string | undefined {
  const value = context[key];
  if (typeof value === "number" && text.length >= 7 && /sha|commit|hash|rev/i.test(key))
    return `${key} is the number ${text}; as text: ${key}:=${jsonWord(JSON.stringify(text))}`;
  const wasNumber = typeof value === "string" && typeof before?.context[key] === "number";
  if (!wasNumber || text.trim() === "" || !Number.isFinite(Number(text))) return undefined;
  const json = jsonWord(text);
  return `${isText(key, text)}${json === hidden ? ", where a number was" : `; as JSON: ${key}:=${json}`}`;
}

/** A key with a dot beside an object: the key in the object was probably meant. */
function noteOfInnerKey(key: string, before: Session | null, { context }: Session): string | undefined {
  const [first = "", ...rest] = key.split(".");
  const isRemoved = !Object.hasOwn(context, key);
  const isBeside = Object.hasOwn(context, first) && isObject(context[first]);
  if (!isBeside || (isRemoved && Object.hasOwn(before?.context ?? {}, key))) return undefined;
  const inner = nest(context[first] as JsonObject, rest, context[key] ?? null);
  const change = `${isRemoved ? "" : `${key}=null `}${first}:=${jsonWord(JSON.stringify(inner))}`;
  return `${quote(key)} is a key beside the object ${first}; to change the key in the object: ${change}`;
}

/** A patch that gives an object a value at a path, or at the key with dots that is there; what is not there is not removed. */
function nest(target: JsonObject, names: string[], value: JsonValue): JsonObject {
  const key = names.join(".");
  const [name = "", ...rest] = names;
  const inner = target[name];
  const isLast = rest.length === 0 || Object.hasOwn(target, key) || (value === null && !isObject(inner));
  return isLast ? { [key]: value } : { [name]: nest(isObject(inner) ? inner : {}, rest, value) };
}

const hidden = "'…'";
/** JSON for a shell; what is none, is long, or has characters that a message escapes, is left to the reader. */
function jsonWord(text: string): string {
  const isShown = text.length <= 100 && escapeControls(text) === text && "value" in decodeJson(text, maxDepth - 1);
  return isShown ? shellWord(text) : hidden;
}
