/** The context as it is given on a command line: one JSON object, `key=text` and `key:=JSON` pairs, or `-` for standard input. */
import { SessionError } from "../errors.ts";
import { decodeJson, findProblem, isObject, type JsonObject, type JsonValue, maxDepth, quote } from "../session/json.ts";
import { bytesBeyond, maxTextBytes, sizeRemedy } from "../session/rules.ts";
import { shellWord, type Word } from "./args.ts";
import { type Input, readText } from "./standard-input.ts";

const forms =
  "give key=value pairs (pr_number=8 next='run the tests'), one JSON object, or - to read a JSON object from standard input";

const oneForm = "give either one JSON object, or - for standard input, or pairs only";

/** A context from a command line: the patch with the texts behind `=`, or `-` if it is on standard input. */
export type GivenContext = "-" | { patch: JsonObject; texts: ReadonlyMap<string, string> };

const pair = /^([A-Za-z_][\w.-]*)(:?=)(.*)$/s;

/** Whether a word has one of the forms of a context. */
export const looksLikeContext = (text: string): boolean => isWhole(text) || (text.includes("=") && pair.test(text));

function isWhole(text: string): boolean {
  const first = text.trimStart()[0];
  return text === "-" || first === "{" || first === "[";
}

/** Parses the words of a context; throws `usage`. */
export function parseContext(words: Word[]): GivenContext {
  const [{ text } = { text: "" }] = words;
  const pairs = words.map(({ text }) => pair.exec(text)).filter((found) => found !== null);
  if (pairs.length === words.length) return parsePairs(pairs);
  if (words.length > 1 || /^[^[{"]*=/.test(text)) throw badWords(words);
  return text === "-" ? text : { patch: parseContextText(text), texts: new Map() };
}

function badWords(words: Word[]): SessionError {
  const whole = words.find(({ text }) => isWhole(text));
  if (whole !== undefined && words.length > 1) {
    const others = words.some(({ text }) => pair.test(text)) ? "key=value pairs" : "another word";
    return badContext(`${quote(whole.text)} and ${others} cannot be combined`, oneForm);
  }
  const text = words.find(({ text }) => !pair.test(text))?.text ?? "";
  return badContext(`${quote(text)}: expected key=value, the key a letter or _, then letters, digits, _, . and -`);
}

/** The patch that was given; standard input is read only if it is `-`. Throws `usage`, or `failed` for a failed read. */
export const readContext = (given: GivenContext, stdin: Input): JsonObject =>
  given === "-" ? parseContextText(readText(stdin, "context").replace(/^\ufeff/, "")) : given.patch;

/** Parses a context that is a JSON text; throws `usage`. */
export function parseContextText(text: string): JsonObject {
  requireSize(text, "bytes");
  const result = decodeJson(text, maxDepth);
  if (result.problem !== undefined) throw badContext(`${quote(text)}: ${result.problem}`);
  if (!isObject(result.value)) throw badContext(`${quote(text)}: expected a JSON object`);
  return result.value;
}

function parsePairs(found: RegExpExecArray[]): GivenContext {
  const patch: JsonObject = Object.create(null); // in which `__proto__` is a key like others, so that it can be refused
  const texts = new Map<string, string>();
  for (const [, key = "", operator, text = ""] of found) {
    if (key in patch) throw badContext(`the key ${quote(key)} is given twice`);
    if (["if-new", "if-step", "if-updated"].includes(key)) throw guardWithoutDashes(key, operator === "=" ? text : unquote(text));
    patch[key] = operator === "=" ? parseValue(text) : parseJsonValue(key, text);
    if (operator === "=") texts.set(key, text);
  }
  const problem = findProblem(patch, maxDepth);
  if (problem !== undefined) throw badContext(problem);
  requireSize(JSON.stringify(patch), "bytes of JSON");
  return { patch, texts };
}

/** What was meant to refuse the call would be stored by it. */
function guardWithoutDashes(key: string, text: string): SessionError {
  const option = key === "if-new" ? "--if-new" : `--${key}=${text === "" ? "VALUE" : shellWord(text)}`;
  const help = `write ${option}; a key of that name can be given in a JSON object`;
  return badContext(`${quote(key)} is a condition without its dashes`, help);
}

function unquote(text: string): string {
  const { value } = decodeJson(text, maxDepth);
  return typeof value === "string" ? value : text;
}

/** `true`, `false`, `null` and plain integers that a number holds exactly become those; all else is text as it stands. */
function parseValue(text: string): JsonValue {
  if (text === "true" || text === "false" || text === "null") return JSON.parse(text);
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text ? number : text;
}

function parseJsonValue(key: string, text: string): JsonValue {
  const result = decodeJson(text, maxDepth - 1);
  if (result.problem === undefined) return result.value;
  const problem = `${key}:=${quote(text)}: ${result.problem}`;
  if (!/^\s*[[{"]/.test(text)) throw badContext(problem, `what follows := is JSON; for text write ${key}=${shellWord(text)}`);
  if (isJson(text)) throw badContext(problem);
  throw badContext(problem, `what follows := is JSON, in single quotes for the shell: ${key}:='["a","b"]'`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function requireSize(text: string, unit: string): void {
  const bytes = bytesBeyond(maxTextBytes, text);
  if (bytes !== undefined) throw badContext(`it has ${bytes} ${unit}, the limit is ${maxTextBytes}`, sizeRemedy);
}

const badContext = (problem: string, help = forms): SessionError => new SessionError("usage", `bad context: ${problem}`, help);
