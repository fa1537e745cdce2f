/**
 * JSON that is kept exactly or refused. What `JSON.parse` changes in silence (integers that it rounds, numbers that
 * overflow, lone surrogates that no file can hold) and what is used to attack (`__proto__`, endless nesting) is a
 * problem here, told with its place. Also the text forms that are safe to show: nothing in them moves a cursor or
 * turns the direction of writing.
 */
import { findSyntaxError } from "./json-error.ts";

export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/** A value, or what is wrong with the text that should have held one. */
export type Result<T> = { value: T } | { problem: string };

/** How deep arrays and objects may nest in a context; the context itself is level 1. */
export const maxDepth = 64;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses JSON text whose value nests at most `depth` levels. */
export function parseJson(text: string, depth: number): Result<JsonValue> {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: `not JSON: ${findSyntaxError(text)}` };
  }
  const problem = findProblem(value, depth);
  return problem === undefined ? { value } : { problem };
}

/** What in a parsed value cannot be kept exactly or is refused, with its place; `undefined` where all is well. */
export function findProblem(value: unknown, depth: number, place = ""): string | undefined {
  const at = () => (place === "" ? "" : ` at ${quote(place)}`);
  switch (typeof value) {
    case "string":
      return value.isWellFormed() ? undefined : `lone surrogate in the text${at()}; no UTF-8 file can hold it`;
    case "number":
      if (!Number.isFinite(value)) return `number too large${at()}; put it in quotes`;
      if (!Number.isInteger(value) || Number.isSafeInteger(value)) return undefined;
      return `integer beyond ±(2^53−1)${at()} would be rounded; put it in quotes`;
    case "object":
      break;
    default:
      return undefined;
  }
  if (value === null) return undefined;
  if (depth === 0)
    return `nested too deep${place === "" ? "" : ` at ${quote(place.slice(0, 40))}`}; the limit is ${maxDepth} levels`;
  for (const [key, item] of Object.entries(value)) {
    if (key === "__proto__") return `key "__proto__"${at()} is refused; choose another name`;
    const name = Array.isArray(value) ? `${place}[${key}]` : place === "" ? key : `${place}.${key}`;
    const problem = key.isWellFormed() ? findProblem(item, depth - 1, name) : `lone surrogate in the key ${quote(name)}`;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A UTF-16 code unit as `\uXXXX`. */
export const unicodeEscape = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** One line of JSON and a newline, in which C1 controls, line separators and bidirectional controls are escaped. */
export function jsonLine(value: unknown): string {
  return `${escapeInvisible(JSON.stringify(value))}\n`;
}

/** DEL, C1 controls, line separators and bidirectional controls as `\uXXXX`: what JSON would let through. */
export function escapeInvisible(text: string): string {
  return text.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, unicodeEscape);
}

/** As `escapeInvisible`, and C0 controls (with tab and newline) too: text that a terminal shows and does not obey. */
export function escapeControls(text: string): string {
  return escapeInvisible(text.replace(/[\u0000-\u001f]/g, unicodeEscape));
}

/** A given value in double quotes, escaped, and cut to about 80 characters: for messages. */
export function quote(text: string): string {
  const characters = text.length > 80 ? [...text.slice(0, 162)] : [];
  const shown = characters.length > 80 ? `${characters.slice(0, 79).join("")}…` : text;
  return escapeInvisible(JSON.stringify(shown.toWellFormed()));
}
