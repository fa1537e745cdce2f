/** Keys and texts of a context that are taken as they stand, and were probably meant otherwise. */
import { decodeJson, escapeControls, isObject, type JsonObject, type JsonValue, maxDepth, quote } from "../session/json.ts";
import { mergePatch } from "../session/merge-patch.ts";
import { fields, type Session } from "../session/schema.ts";
import { shellWord } from "./args.ts";

function describeSlip(key: string, text: string): string | undefined {
  if (text === "True" || text === "False") return `for the JSON value write ${key}=${text.toLowerCase()}`;
  if (text === "None") return `${key}=null removes the key`;
  if (/^(?:\[.*\]|\{.*\})$/s.test(text.trim())) return `as JSON: ${key}:=${jsonWord(text)}`;
  if (text === "-") return "standard input is read only if the whole context is -";
  if (isFileName(text)) return "no file is read";
  if (/^\S*(?:\s+[A-Za-z_][\w.-]*:?=\S*)+$/.test(text)) return "for more than one pair write each as a word of its own";
  if (/^(?:".*"|'.*')$/s.test(text)) return "the quotes are part of it";
  if (text.startsWith("=")) return `one = is enough: ${key}=${shellWord(text.slice(1))}`;
  return text.length > 1 && text.endsWith(",") ? "the comma is part of it" : undefined;
}

/** Whether a text is `@` and what looks like the path of a file, as curl and gh take it. */
export const isFileName = (text: string): boolean => /^@(?:\.{0,2}\/\S*|\S*\.\w{1,5})$/.test(text);

type Change = { before: Session | null; session: Session };

/** What a key of the given context did other than was probably meant; `text` is what stood behind its `=`, if anything did. */
export function notesOfKey(key: string, text: string | undefined, change: Change): string[] {
  if ((fields.includes(key) || key.startsWith("context.")) && isNew(key, change)) {
    const step = quote(change.session.step);
    return [`${quote(key)} is now a key of the context; of the session itself, set changes only the step (here ${step})`];
  }
  const note = text === undefined ? undefined : (noteOfSlip(key, text, change) ?? noteOfNumber(key, text, change));
  const found = note ?? (key.includes(".") ? noteOfInnerKey(key, change) : undefined);
  return found === undefined ? [] : [found];
}

const isNew = (key: string, { before, session }: Change): boolean =>
  Object.hasOwn(session.context, key) && !Object.hasOwn(before?.context ?? {}, key);

function noteOfSlip(key: string, text: string, { session: { context } }: Change): string | undefined {
  const slip = typeof context[key] === "string" ? describeSlip(key, text) : undefined;
  return slip && `${key} is the text ${quote(text)}; ${slip}`;
}

/** A number that was a text before, or the other way round. */
function noteOfNumber(key: string, text: string, { before, session: { context } }: Change): string | undefined {
  const value = context[key];
  if (typeof value === "number" && text.length >= 7 && /sha|commit|hash|rev/i.test(key))
    return `${key} is the number ${text}; as text: ${key}:=${jsonWord(JSON.stringify(text))}`;
  const wasNumber = typeof value === "string" && typeof before?.context[key] === "number";
  if (!wasNumber || text.trim() === "" || !Number.isFinite(Number(text))) return undefined;
  const json = jsonWord(text);
  return `${key} is the text ${quote(text)}${json === hidden ? ", where a number was" : `; as JSON: ${key}:=${json}`}`;
}

/** A key with dots, as pairs have it, beside an object: the key in the object was probably meant. */
function noteOfInnerKey(key: string, { before, session: { context } }: Change): string | undefined {
  const [first = "", ...rest] = key.split(".");
  const target = Object.hasOwn(context, first) ? context[first] : undefined;
  if (!isObject(target) || Object.hasOwn(before?.context ?? {}, key)) return undefined;
  if (rest.length > maxDepth || !/^[A-Za-z_][\w.-]*$/.test(key) || key.startsWith("if-")) return undefined;
  const inner = nest(target, rest, context[key] ?? null);
  const change = `${first}:=${jsonWord(JSON.stringify(inner))}`;
  if (Object.hasOwn(context, key))
    return `${quote(key)} is a key beside the object ${first}; to change the key in the object: ${key}=null ${change}`;
  const isNothing = Bun.deepEquals(mergePatch(target, inner), target);
  return isNothing ? undefined : `there was no key ${quote(key)}; to remove the key in the object ${first}: ${change}`;
}

/** A patch that gives an object a value at a path, or at a key with dots if that is there, or the path leads through a text. */
function nest(target: JsonObject, names: string[], value: JsonValue): JsonObject {
  const key = names.join(".");
  const [name = "", ...rest] = names;
  const inner = target[name];
  if (rest.length === 0 || Object.hasOwn(target, key)) return { [key]: value };
  if (Object.hasOwn(target, name) ? !isObject(inner) : value === null) return { [key]: value };
  return { [name]: nest(isObject(inner) ? inner : {}, rest, value) };
}

const hidden = "'…'";
/** JSON for a shell; what is none, is long, or has characters that a message escapes, is left to the reader. */
function jsonWord(text: string): string {
  const isShown = text.length <= 100 && escapeControls(text) === text && decodeJson(text, maxDepth - 1).problem === undefined;
  return isShown ? shellWord(text) : hidden;
}
