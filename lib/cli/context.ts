/** The context as it is given on a command line: one JSON object, `key=value` pairs, or `-` for standard input. */
import { SessionError, systemError } from "../errors.ts";
import { findProblem, isObject, type JsonObject, type JsonValue, maxDepth, parseJson, quote } from "../session/json.ts";
import { maxContextBytes, sizeRemedy } from "../session/rules.ts";

const forms = "give key=value pairs (pr_number=8 branch=feat/x), one JSON object, or - to read a JSON object from standard input";

/** Stands for a context that is still to be read from standard input. */
export const fromStandardInput = Symbol("standard input");

/** What stands on a command line for a context: the object itself, or the word that it is on standard input. */
export type GivenContext = JsonObject | typeof fromStandardInput;

export function parseContext(words: string[]): GivenContext {
  const [first, ...rest] = words;
  if (first === undefined) return {};
  if (first === "-" && rest.length === 0) return fromStandardInput;
  if (rest.length === 0 && (/^\s*[[{"]/.test(first) || !first.includes("="))) return parseContextText(first);
  return parsePairs(words);
}

/** The context that was given; standard input is read only where it is `-`. Throws `usage`, or `failed` for a failed read. */
export async function readContext(given: GivenContext, stdin: () => Blob): Promise<JsonObject> {
  return given === fromStandardInput ? parseContextText(await readText(stdin())) : given;
}

/** Parses a context that is a JSON text; throws `usage`. */
export function parseContextText(text: string): JsonObject {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxContextBytes) throw badContext(`it has ${bytes} bytes, the limit is ${maxContextBytes}`, sizeRemedy);
  const result = parseJson(text, maxDepth);
  if ("problem" in result) throw badContext(`${quote(text)}: ${result.problem}`);
  if (!isObject(result.value)) throw badContext(`${quote(text)}: expected a JSON object`);
  return result.value;
}

function parsePairs(words: string[]): JsonObject {
  const pairs = new Map<string, JsonValue>();
  for (const word of words) {
    const [, key, value] = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(word) ?? [];
    if (key === undefined || value === undefined) {
      throw badContext(`${quote(word)}: expected key=value, the key a letter or _, then letters, digits, _, . and -`);
    }
    if (pairs.has(key)) throw badContext(`the key ${quote(key)} is given twice`);
    pairs.set(key, parseValue(value));
  }
  const context = Object.fromEntries(pairs);
  const problem = findProblem(context, maxDepth);
  if (problem !== undefined) throw badContext(problem);
  const bytes = Buffer.byteLength(JSON.stringify(context));
  if (bytes > maxContextBytes) throw badContext(`it has ${bytes} bytes of JSON, the limit is ${maxContextBytes}`, sizeRemedy);
  return context;
}

/** `true`, `false`, `null` and plain integers that a number holds exactly become those; all else is text as it stands. */
function parseValue(text: string): JsonValue {
  if (text === "true") return true;
  if (text === "false") return false;
  if (text === "null") return null;
  return /^(?:0|-?[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text;
}

function badContext(problem: string, help = forms): SessionError {
  return new SessionError("usage", `bad context: ${problem}`, help);
}

/** Reads UTF-8 text of at most the size of a context. */
async function readText(stdin: Blob): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stdin.stream()) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxContextBytes) break;
    }
  } catch (error) {
    throw systemError("read standard input", error);
  }
  if (length > maxContextBytes) throw badContext(`standard input has more than ${maxContextBytes} bytes, the limit`, sizeRemedy);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw badContext("standard input is not UTF-8 text");
  }
}
