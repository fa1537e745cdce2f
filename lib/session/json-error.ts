/**
 * Where JSON text stops being JSON, and which key it repeats. `JSON.parse` knows but does not tell, so this walks the text
 * once more, only if something is wrong with it, by the grammar of RFC 8259. It stops at the depth limit, so nesting costs
 * nothing.
 */
import { maxTextBytes } from "./rules.ts";

/** In a longer text, what a message can do without is not searched for: that may cost more than to read a sound one. */
export const maxSearched = 65_536;

/** What may come next; where an end or a comma may, the closing bracket may too. */
type State = "value" | "value or end" | "key" | "key or end" | "colon" | "comma";
type Bracket = "]" | "}";
/** How far the text is sound and what may come next, or what was expected instead of what stands there. */
type Step = { at: number; state: State } | Fault;
type Fault = { at: number; expected: string; hint?: string | undefined };

const words: Record<Exclude<State, "comma">, string> = {
  value: "a value",
  "value or end": "a value or the closing bracket",
  key: "a key in double quotes",
  "key or end": "a key in double quotes or the closing bracket",
  colon: '":"',
};

/** What other languages write for a value or a key, and how JSON does. */
const foreign = new Map([
  ["True", "JSON writes true"],
  ["False", "JSON writes false"],
  ["None", "JSON writes null"],
  ["undefined", "JSON writes null"],
  ["NaN", "JSON has no NaN"],
  ["'", "JSON has double quotes only"],
]);

const whiteSpace = /[ \t\n\r]*/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const soundPart = /[^"\\\u0000-\u001f]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * What is wrong with a text that `JSON.parse` refused with an error: the place too, unless the text is longer than any
 * context; to find it there would take longer than to read a sound file of that size.
 */
export function explainError(error: unknown, text: string, depth: number): string {
  if (text.length <= maxTextBytes) return findSyntaxError(text, depth);
  return String(error)
    .replace(/^.*?JSON Parse error: /s, "")
    .toWellFormed();
}

/** Says what was expected and found, at which line and column (both from 1, columns in characters). */
export function findSyntaxError(text: string, depth: number): string {
  const open: Bracket[] = []; // those that close what is open
  for (let step: Step = { at: 0, state: "value" }; ; ) {
    const at = endOf(whiteSpace, text, step.at);
    step = takeToken(text, { at, state: step.state }, open);
    if ("expected" in step) return describe(text, step);
    if (open.length > depth) return describe(text, { at, expected: `at most ${depth} levels of nesting` });
  }
}

function takeToken(text: string, { at, state }: { at: number; state: State }, open: Bracket[]): Step {
  const next = text[at];
  const end = open.at(-1);
  if (next !== undefined && next === end && (state === "comma" || state === "value or end" || state === "key or end")) {
    open.pop();
    return { at: at + 1, state: "comma" };
  }
  if (state === "comma" && end === undefined) return { at, expected: "nothing more" };
  if (state === "comma")
    return next === "," ? { at: at + 1, state: end === "}" ? "key" : "value" } : { at, expected: `"," or "${end}"` };
  if (state === "colon") return next === ":" ? { at: at + 1, state: "value" } : { at, expected: words.colon };
  const isKey = state === "key" || state === "key or end";
  if (next === '"') return takeString(text, at, isKey ? "colon" : "comma");
  if (!isKey && (next === "{" || next === "[")) {
    open.push(next === "{" ? "}" : "]");
    return { at: at + 1, state: next === "{" ? "key or end" : "value or end" };
  }
  const scalarEnd = isKey ? -1 : endOf(scalar, text, at);
  if (scalarEnd >= 0) return { at: scalarEnd, state: "comma" };
  const [word = ""] = /^(?:[A-Za-z]+|')/.exec(text.slice(at, at + 20)) ?? [];
  return { at, expected: words[state], hint: isKey && word !== "'" ? undefined : foreign.get(word) };
}

function takeString(text: string, start: number, state: State): Step {
  let at = endOf(soundPart, text, start + 1);
  while (text[at] === "\\") {
    const end = endOf(escaped, text, at);
    if (end < 0) return { at: at + 1, expected: "a valid escape" };
    at = endOf(soundPart, text, end);
  }
  if (text[at] === '"') return { at: at + 1, state };
  return { at, expected: at < text.length ? "a string without raw control characters" : "the closing double quote" };
}

/** Where a sticky pattern that matches here ends, or -1. */
function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function describe(text: string, { at, expected, hint }: Fault): string {
  let [line, column] = [1, 1];
  for (const character of text.slice(0, at)) {
    column += 1;
    if (character === "\n") [line, column] = [line + 1, 1];
  }
  const found = at < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0)) : "the end";
  return `expected ${expected}, found ${found} at line ${line}, column ${column}${hint === undefined ? "" : `; ${hint}`}`;
}

/** The first key that an object in sound JSON text repeats; in a long text it is not searched for. */
export function findRepeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  const tokens = text.length > maxSearched ? [] : text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g);
  for (const [token, string, colon] of tokens) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    if (string === undefined || colon === undefined) continue;
    const key: string = JSON.parse(string);
    if (open.at(-1)?.has(key)) return key;
    open.at(-1)?.add(key);
  }
  return undefined;
}
