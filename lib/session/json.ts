/**
 * JSON that is kept exactly or refused. What `JSON.parse` changes in silence (integers that it rounds, numbers that
 * overflow, keys that are repeated, lone surrogates that no file can hold) and what is used to attack (`__proto__`,
 * endless nesting) is a problem here, reported with its place or key. Also the text forms that are safe to show: nothing
 * in them moves a cursor or turns the direction of writing.
 */
import { explainError, findRepeatedKey, maxSearched } from "./json-error.ts";

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/** A value, or what is wrong with the text that should have held one. */
export type Result<T> = { value: T; problem?: undefined } | { problem: string; value?: undefined };

/** How deep arrays and objects may nest in a context; the context itself is level 1. */
export const maxDepth = 64;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Decodes JSON text whose value nests at most `depth` levels. */
export function decodeJson(text: string, depth: number): Result<JsonValue> {
  const members = countMembers(text, depth);
  if (members === undefined && text.length > maxSearched) return { problem: describe(tooDeep) };
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `not JSON: ${explainError(error, text, depth)}` };
  }
  const keys = countKeys(value, depth);
  if (typeof keys !== "number") return { problem: describe(keys) };
  if (keys === members) return { value };
  const repeated = findRepeatedKey(text);
  return { problem: `${repeated === undefined ? "a key" : `the key ${quote(repeated)}`} is given twice in one object` };
}

/**
 * How many members the objects in sound JSON text have, repeated ones too; `undefined` if it nests deeper than `depth`. This is
 * counted before parsing: for 8 MiB of `[`, `JSON.parse` takes a hundred times the memory that it takes for a sound text.
 */
function countMembers(text: string, depth: number): number | undefined {
  const hasEscapes = text.includes("\\");
  let [level, members] = [0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) at = endOfString(text, at + 1, hasEscapes);
    else if (unit === 0x3a) members += 1;
    else if (unit === 0x5b || unit === 0x7b) {
      level += 1;
      if (level > depth) return undefined;
    } else if (unit === 0x5d || unit === 0x7d) level -= 1;
  }
  return members;
}

/** Where a string ends that begins here; where there are no escapes, a search is faster than a loop. */
function endOfString(text: string, start: number, hasEscapes: boolean): number {
  let end = hasEscapes ? start : text.indexOf('"', start);
  while (hasEscapes && end < text.length && text.charCodeAt(end) !== 0x22) end += text.charCodeAt(end) === 0x5c ? 2 : 1;
  return end === -1 ? text.length : end;
}

/** What in a parsed value cannot be kept exactly or is refused, with its place; `undefined` if all is well. */
export function findProblem(value: unknown, depth: number): string | undefined {
  const keys = countKeys(value, depth);
  return typeof keys === "number" ? undefined : describe(keys);
}

/** The two parts of a description, and the path to the place between them, which is put together on the way out of the value. */
type Fault = { what: string; why: string; path: string[] };

const fault = (what: string, why = ""): Fault => ({ what, why, path: [] });
const tooDeep = fault("nested too deep", `; the limit is ${maxDepth} levels`);

function describe({ what, why, path }: Fault): string {
  const place = path.join("").replace(/^\./, "");
  return `${what}${place === "" ? "" : ` at ${quote(what === tooDeep.what ? place.slice(0, 40) : place)}`}${why}`;
}

/** How many keys the objects in a value have, or the first thing in it that cannot be kept exactly or is refused. */
function countKeys(value: unknown, depth: number): number | Fault {
  if (typeof value === "string")
    return value.isWellFormed() ? 0 : fault("lone surrogate in the text", "; no UTF-8 file can hold it");
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return fault("number too large", "; put it in quotes");
    const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
    return isRounded ? fault("integer beyond ±(2^53−1)", " would be rounded; put it in quotes") : 0;
  }
  if (typeof value !== "object" || value === null) return 0;
  if (depth === 0) return tooDeep;
  if (!Array.isArray(value)) return countInObject(value, depth);
  let keys = 0;
  for (let index = 0; index < value.length; index += 1) {
    const found = countKeys(value[index], depth - 1);
    if (typeof found !== "number") return { ...found, path: [`[${index}]`, ...found.path] };
    keys += found;
  }
  return keys;
}

function countInObject(value: object, depth: number): number | Fault {
  const names = Object.keys(value);
  let keys = names.length;
  for (const key of names) {
    if (key === "__proto__") return fault('key "__proto__"', " is refused; choose another name");
    if (!key.isWellFormed()) return fault(`lone surrogate in the key ${quote(key)}`);
    const found = countKeys((value as Record<string, unknown>)[key], depth - 1);
    if (typeof found !== "number") return { ...found, path: [`.${key}`, ...found.path] };
    keys += found;
  }
  return keys;
}

/** A UTF-16 code unit as `\uXXXX`. */
export const unicodeEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** One line of JSON and a newline, or indented lines; C1 controls, line separators and bidirectional controls are escaped. */
export const renderJson = (value: unknown, indent?: number): string =>
  `${escapeInvisible(JSON.stringify(value, undefined, indent))}\n`;

/** DEL, C1 controls, line separators and bidirectional controls as `\uXXXX`: what JSON would let through. */
export const escapeInvisible = (text: string): string =>
  text.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, unicodeEscape);

/** As `escapeInvisible`, and C0 controls (with tab and newline) too: text that a terminal shows and does not obey. */
export const escapeControls = (text: string): string => escapeInvisible(text.replace(/[\u0000-\u001f]/g, unicodeEscape));

/** The first characters of a text, with `…` for what is missing. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = [...text.slice(0, 2 * length + 2)];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

/** A given value in double quotes, escaped, and cut to 80 characters: for messages. */
export const quote = (text: string): string => escapeInvisible(JSON.stringify(cutText(text, 80).toWellFormed()));
