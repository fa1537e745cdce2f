/**
 * JSON that is kept exactly or refused. What `JSON.parse` changes in silence (integers that it rounds, numbers that
 * overflow, lone surrogates that no file can hold) and what is used to attack (`__proto__`, endless nesting) is a
 * problem here, reported with its place. Also the text forms that are safe to show: nothing in them moves a cursor or
 * turns the direction of writing.
 */
import { explainError } from "./json-error.ts";

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/** A value, or what is wrong with the text that should have held one. */
export type Result<T> = { value: T } | { problem: string };

/** How deep arrays and objects may nest in a context; the context itself is level 1. */
export const maxDepth = 64;

const tooDeep = (at: string) => `nested too deep${at}; the limit is ${maxDepth} levels`;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Decodes JSON text whose value nests at most `depth` levels. */
export function decodeJson(text: string, depth: number): Result<JsonValue> {
  if (text.length > 65_536 && nestsDeeper(text, depth)) return { problem: tooDeep("") };
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `not JSON: ${explainError(error, text, depth)}` };
  }
  const problem = findProblem(value, depth);
  return problem === undefined ? { value } : { problem };
}

/** A key that an object in sound JSON text repeats; `JSON.parse` keeps the last of them in silence. */
export function findRepeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    if (string === undefined || colon === undefined) continue;
    const key: string = JSON.parse(string);
    if (open.at(-1)?.has(key)) return key;
    open.at(-1)?.add(key);
  }
  return undefined;
}

/**
 * Whether brackets outside of strings nest deeper than this. For a text of 8 MiB of `[`, `JSON.parse` takes a hundred
 * times the memory and ten times the time that it takes for a sound one.
 */
function nestsDeeper(text: string, depth: number): boolean {
  let level = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      for (at += 1; at < text.length && text.charCodeAt(at) !== 0x22; at += 1) if (text.charCodeAt(at) === 0x5c) at += 1;
    } else if (unit === 0x5b || unit === 0x7b) {
      level += 1;
      if (level > depth) return true;
    } else if (unit === 0x5d || unit === 0x7d) level -= 1;
  }
  return false;
}

/** What in a parsed value cannot be kept exactly or is refused, with its place; `undefined` if all is well. */
export function findProblem(value: unknown, depth: number): string | undefined {
  const fault = findFault(value, depth);
  if (fault === undefined) return undefined;
  const place = fault.path.join("").replace(/^\./, "");
  return fault.describe(place === "" ? "" : ` at ${quote(fault.describe === tooDeep ? place.slice(0, 40) : place)}`);
}

/** A problem to be described with its place, and the path to it, which is put together on the way out of the value. */
type Fault = { describe: (at: string) => string; path: string[] };

function findFault(value: unknown, depth: number): Fault | undefined {
  if (typeof value === "string") {
    return value.isWellFormed() ? undefined : fault((at) => `lone surrogate in the text${at}; no UTF-8 file can hold it`);
  }
  if (typeof value === "number") return Number.isSafeInteger(value) ? undefined : findInexact(value);
  if (typeof value !== "object" || value === null) return undefined;
  if (depth === 0) return fault(tooDeep);
  if (!Array.isArray(value)) return findInObject(value, depth);
  for (let index = 0; index < value.length; index += 1) {
    const found = findFault(value[index], depth - 1);
    if (found !== undefined) return within(`[${index}]`, found);
  }
  return undefined;
}

function findInObject(value: object, depth: number): Fault | undefined {
  for (const key of Object.keys(value)) {
    if (key === "__proto__") return fault((at) => `key "__proto__"${at} is refused; choose another name`);
    if (!key.isWellFormed()) return fault((at) => `lone surrogate in the key ${quote(key)}${at}`);
    const found = findFault((value as Record<string, unknown>)[key], depth - 1);
    if (found !== undefined) return within(`.${key}`, found);
  }
  return undefined;
}

function within(step: string, { describe, path }: Fault): Fault {
  return { describe, path: [step, ...path] };
}

function fault(describe: Fault["describe"]): Fault {
  return { describe, path: [] };
}

function findInexact(value: number): Fault | undefined {
  if (!Number.isFinite(value)) return fault((at) => `number too large${at}; put it in quotes`);
  return Number.isInteger(value) ? fault((at) => `integer beyond ±(2^53−1)${at} would be rounded; put it in quotes`) : undefined;
}

/** A UTF-16 code unit as `\uXXXX`. */
export const unicodeEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** One line of JSON and a newline, or indented lines; C1 controls, line separators and bidirectional controls are escaped. */
export function renderJson(value: unknown, indent?: number): string {
  return `${escapeInvisible(JSON.stringify(value, undefined, indent))}\n`;
}

/** DEL, C1 controls, line separators and bidirectional controls as `\uXXXX`: what JSON would let through. */
export function escapeInvisible(text: string): string {
  return text.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, unicodeEscape);
}

/** As `escapeInvisible`, and C0 controls (with tab and newline) too: text that a terminal shows and does not obey. */
export function escapeControls(text: string): string {
  return escapeInvisible(text.replace(/[\u0000-\u001f]/g, unicodeEscape));
}

/** The first characters of a text, with `…` for what is missing. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const characters = [...text.slice(0, 2 * length + 2)];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

/** A given value in double quotes, escaped, and cut to 80 characters: for messages. */
export function quote(text: string): string {
  return escapeInvisible(JSON.stringify(cutText(text, 80).toWellFormed()));
}
