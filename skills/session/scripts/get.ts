// @bun
/* eslint-disable */
/* biome-ignore-all lint: generated */
/* biome-ignore-all format: generated */
/* biome-ignore-all assist: generated */
// @ts-nocheck
/* prettier-ignore */
export { isComplete }
// session-skill 1.1.0: generated from scripts/get.ts of its repository; edit it there, not here
// prettier-ignore
import { existsSync, fstatSync as fstatSync2, readFileSync as readFileSync2, readSync as readSync2, statSync as statSync3, writeSync } from "fs"
// prettier-ignore
import { lstatSync as lstatSync2, statSync as statSync2 } from "fs"
// prettier-ignore
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readlinkSync, readSync, statSync } from "fs"
// prettier-ignore
import { mkdirSync, readdirSync, realpathSync } from "fs"
// prettier-ignore
{
// package.json
var name = "session-skill";
var version = "1.1.0";
var engines = {
  bun: ">=1.3.1"
};

// lib/errors.ts
var failures = {
  failed: { status: 1, meaning: "it failed (permission, full disk)" },
  usage: { status: 2, meaning: "wrong usage" },
  missing: { status: 3, meaning: "no session to save" },
  damaged: { status: 4, meaning: "damaged session file" },
  locked: { status: 5, meaning: "no lock within 30 seconds" },
  condition: { status: 6, meaning: "a condition (--if-\u2026) did not hold" }
};

class SessionError extends Error {
  code;
  help;
  constructor(code, message, help) {
    super(message);
    this.code = code;
    this.help = help;
  }
}
var failureLines = ({ message, help }) => help === undefined ? [`error: ${message}`] : [`error: ${message}`, `help: ${help}`];
var way = "";
function showCommandsFrom(find) {
  way = find;
}
function commandLine(script, words) {
  if (typeof way === "function")
    way = way();
  return `bun run ${way}.claude/skills/session/scripts/${script}.ts ${words}`;
}
var owner = "check who owns it and its permissions";
var space = "free some space, then run the same command again";
var shorter = "move the project to a folder with a shorter path";
var remedies = {
  EACCES: owner,
  EPERM: owner,
  EROFS: "the disk is read-only; get.ts still works there",
  EFBIG: "raise the limit for the size of files (ulimit -f)",
  ENOTEMPTY: "it is a folder with something in it; look into it and remove it by hand",
  EBUSY: "another program or a mount holds that very file; end it or unmount it, then run the same command again",
  ENAMETOOLONG: shorter,
  ERANGE: shorter,
  ENOSPC: space,
  EDQUOT: space
};
var obstacle = "something else is at that path or above it; move it away";
var fallbackRemedies = {
  EINVAL: "this disk may refuse the name: NTFS and exFAT allow neither : nor devices like con and aux; use another name or another disk",
  EEXIST: obstacle,
  ENOTDIR: obstacle,
  ELOOP: obstacle,
  EISDIR: obstacle
};
var systemCode = (error) => error instanceof Error && ("code" in error) && typeof error.code === "string" ? error.code : "";
function isAbsence(error) {
  const code = systemCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}
function failedTo(action, error, help) {
  if (error instanceof SessionError)
    return error;
  const code = systemCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const reason = code === "" ? message : message.replace(/, \w+( '.*')?$/s, "");
  const failure = new SessionError("failed", `cannot ${action}: ${reason}`, remedies[code] ?? help ?? fallbackRemedies[code]);
  failure.cause = error;
  return failure;
}
function tryTo(action, call, help) {
  try {
    return call();
  } catch (error) {
    throw failedTo(action, error, help);
  }
}
function unlessAbsent(action, call) {
  try {
    return call();
  } catch (error) {
    if (isAbsence(error))
      return null;
    throw failedTo(action, error);
  }
}

// lib/cli/runtime.ts
var oldest = engines.bun.slice(">=".length);
function findRuntimeProblem(version) {
  const release = version?.split("-", 1)[0];
  if (release !== undefined && Bun.semver?.order(release, oldest) >= 0)
    return;
  const found = version === undefined ? "another program is running them" : `this is Bun ${version}`;
  const help = version === undefined ? "call them as bun run SCRIPT" : "bun upgrade";
  return new SessionError("failed", `the scripts of session need Bun ${oldest} or later, but ${found}`, help);
}
var problem = findRuntimeProblem(globalThis.Bun?.version);
if (problem !== undefined) {
  console.error(failureLines(problem).join(`\n`));
  process.exit(failures[problem.code].status);
}

// lib/session/rules.ts
var maxFileBytes = 8 * 1024 * 1024;
var maxArchiveBytes = 10 * maxFileBytes;
var maxTextBytes = 1024 * 1024;
function bytesBeyond(limit, text) {
  if (text.length * 3 <= limit)
    return;
  const bytes = Buffer.byteLength(text);
  return bytes > limit ? bytes : undefined;
}
var workflowRule = "1 to 120 letters, digits, _ and -, starting with a letter or digit, in parts joined by : or ., like workflow:pr";
var stepRule = "1 to 200 characters on one line, no control characters, no space at either end";
var timeRule = "an ISO 8601 time like 2025-01-29T15:00:00.000Z";
var isWorkflow = (name) => name.length <= 120 && /^[A-Za-z0-9][\w-]*(?:[:.][\w-]+)*$/.test(name);
function isStep(value) {
  if (typeof value !== "string" || value === "" || value.length > 400)
    return false;
  if (value.length > 200 && [...value].length > 200)
    return false;
  return !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value) && value.trim() === value && value.isWellFormed();
}
var statuses = ["completed", "failed", "cancelled"];

// lib/session/json-error.ts
var maxSearched = 65536;
var words = {
  value: "a value",
  "value or end": "a value or the closing bracket",
  key: "a key in double quotes",
  "key or end": "a key in double quotes or the closing bracket",
  colon: '":"'
};
var foreign = new Map([
  ["True", "JSON writes true"],
  ["False", "JSON writes false"],
  ["None", "JSON writes null"],
  ["undefined", "JSON writes null"],
  ["NaN", "JSON has no NaN"],
  ["'", "JSON has double quotes only"]
]);
var whiteSpace = /[ \t\n\r]*/y;
var scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
var soundPart = /[^"\\\u0000-\u001f]*/y;
var escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
function explainError(error, text, depth) {
  if (text.length <= maxTextBytes)
    return findSyntaxError(text, depth);
  return String(error).replace(/^.*?JSON Parse error: /s, "").toWellFormed();
}
function findSyntaxError(text, depth) {
  const open = [];
  for (let step = { at: 0, state: "value" };; ) {
    const at = endOf(whiteSpace, text, step.at);
    step = takeToken(text, { at, state: step.state }, open);
    if ("expected" in step)
      return describe(text, step);
    if (open.length > depth)
      return describe(text, { at, expected: `at most ${depth} levels of nesting` });
  }
}
function takeToken(text, { at, state }, open) {
  const next = text[at];
  const end = open.at(-1);
  if (next !== undefined && next === end && (state === "comma" || state === "value or end" || state === "key or end")) {
    open.pop();
    return { at: at + 1, state: "comma" };
  }
  if (state === "comma" && end === undefined)
    return { at, expected: "nothing more" };
  if (state === "comma")
    return next === "," ? { at: at + 1, state: end === "}" ? "key" : "value" } : { at, expected: `"," or "${end}"` };
  if (state === "colon")
    return next === ":" ? { at: at + 1, state: "value" } : { at, expected: words.colon };
  const isKey = state === "key" || state === "key or end";
  if (next === '"')
    return takeString(text, at, isKey ? "colon" : "comma");
  if (!isKey && (next === "{" || next === "[")) {
    open.push(next === "{" ? "}" : "]");
    return { at: at + 1, state: next === "{" ? "key or end" : "value or end" };
  }
  const scalarEnd = isKey ? -1 : endOf(scalar, text, at);
  if (scalarEnd >= 0)
    return { at: scalarEnd, state: "comma" };
  const [word = ""] = /^(?:[A-Za-z]+|')/.exec(text.slice(at, at + 20)) ?? [];
  return { at, expected: words[state], hint: isKey && word !== "'" ? undefined : foreign.get(word) };
}
function takeString(text, start, state) {
  let at = endOf(soundPart, text, start + 1);
  while (text[at] === "\\") {
    const end = endOf(escaped, text, at);
    if (end < 0)
      return { at: at + 1, expected: "a valid escape" };
    at = endOf(soundPart, text, end);
  }
  if (text[at] === '"')
    return { at: at + 1, state };
  return { at, expected: at < text.length ? "a string without raw control characters" : "the closing double quote" };
}
function endOf(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
function describe(text, { at, expected, hint }) {
  let [line, column] = [1, 1];
  for (const character of text.slice(0, at)) {
    column += 1;
    if (character === `\n`)
      [line, column] = [line + 1, 1];
  }
  const found = at < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0)) : "the end";
  return `expected ${expected}, found ${found} at line ${line}, column ${column}${hint === undefined ? "" : `; ${hint}`}`;
}
function findRepeatedKey(text) {
  const open = [];
  const tokens = text.length > maxSearched ? [] : text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g);
  for (const [token, string, colon] of tokens) {
    if (token === "{" || token === "[")
      open.push(new Set);
    else if (token === "}" || token === "]")
      open.pop();
    if (string === undefined || colon === undefined)
      continue;
    const key = JSON.parse(string);
    if (open.at(-1)?.has(key))
      return key;
    open.at(-1)?.add(key);
  }
  return;
}

// lib/session/json.ts
var maxDepth = 64;
var isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
function decodeJson(text, depth) {
  const members = countMembers(text, depth);
  if (members === undefined && text.length > maxSearched)
    return { problem: describe2(tooDeep) };
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `not JSON: ${explainError(error, text, depth)}` };
  }
  const keys = countKeys(value, depth);
  if (typeof keys !== "number")
    return { problem: describe2(keys) };
  if (keys === members)
    return { value };
  const repeated = findRepeatedKey(text);
  return { problem: `${repeated === undefined ? "a key" : `the key ${quote(repeated)}`} is given twice in one object` };
}
function countMembers(text, depth) {
  const hasEscapes = text.includes("\\");
  let [level, members] = [0, 0];
  for (let at = 0;at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 34)
      at = endOfString(text, at + 1, hasEscapes);
    else if (unit === 58)
      members += 1;
    else if (unit === 91 || unit === 123) {
      level += 1;
      if (level > depth)
        return;
    } else if (unit === 93 || unit === 125)
      level -= 1;
  }
  return members;
}
function endOfString(text, start, hasEscapes) {
  let end = hasEscapes ? start : text.indexOf('"', start);
  while (hasEscapes && end < text.length && text.charCodeAt(end) !== 34)
    end += text.charCodeAt(end) === 92 ? 2 : 1;
  return end === -1 ? text.length : end;
}
var fault = (what, why = "") => ({ what, why, path: [] });
var tooDeep = fault("nested too deep", `; the limit is ${maxDepth} levels`);
function describe2({ what, why, path }) {
  const place = path.join("").replace(/^\./, "");
  return `${what}${place === "" ? "" : ` at ${quote(what === tooDeep.what ? place.slice(0, 40) : place)}`}${why}`;
}
function countKeys(value, depth) {
  if (typeof value === "string")
    return value.isWellFormed() ? 0 : fault("lone surrogate in the text", "; no UTF-8 file can hold it");
  if (typeof value === "number") {
    if (!Number.isFinite(value))
      return fault("number too large", "; put it in quotes");
    const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
    return isRounded ? fault("integer beyond \xB1(2^53\u22121)", " would be rounded; put it in quotes") : 0;
  }
  if (typeof value !== "object" || value === null)
    return 0;
  if (depth === 0)
    return tooDeep;
  if (!Array.isArray(value))
    return countInObject(value, depth);
  let keys = 0;
  for (let index = 0;index < value.length; index += 1) {
    const found = countKeys(value[index], depth - 1);
    if (typeof found !== "number")
      return { ...found, path: [`[${index}]`, ...found.path] };
    keys += found;
  }
  return keys;
}
function countInObject(value, depth) {
  const names = Object.keys(value);
  let keys = names.length;
  for (const key of names) {
    if (key === "__proto__")
      return fault('key "__proto__"', " is refused; choose another name");
    if (!key.isWellFormed())
      return fault(`lone surrogate in the key ${quote(key)}`);
    const found = countKeys(value[key], depth - 1);
    if (typeof found !== "number")
      return { ...found, path: [`.${key}`, ...found.path] };
    keys += found;
  }
  return keys;
}
var unicodeEscape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
var renderJson = (value, indent) => `${escapeInvisible(JSON.stringify(value, undefined, indent))}\n`;
var escapeInvisible = (text) => text.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, unicodeEscape);
var escapeControls = (text) => escapeInvisible(text.replace(/[\u0000-\u001f]/g, unicodeEscape));
function cutText(text, length) {
  if (text.length <= length)
    return text;
  const characters = [...text.slice(0, 2 * length + 2)];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}\u2026`;
}
var quote = (text) => escapeInvisible(JSON.stringify(cutText(text, 80).toWellFormed()));

// lib/cli/answer.ts
var answer = (value, view, remark) => ({
  json: (indent) => renderJson(value, indent),
  view: (options) => view(value, options),
  remark: () => remark?.(value)
});
function render(result, { args, now, findProject }, screen) {
  if ("text" in result)
    return result.text;
  if (screen === null)
    return result.json();
  return args.json ? result.json(2) : result.view({ ...screen, now: now(), sessions: findProject().sessions });
}

// lib/session/time.ts
function parseTime(text) {
  return Date.parse(text.length > 24 ? text.replace(/(\.\d{3})\d+/, "$1") : text);
}
function sortableTime(text) {
  if (text.length === 24)
    return text.slice(0, -1);
  const beyond = /\.\d{3}(\d{1,6})/.exec(text)?.[1] ?? "";
  return toUtc(parseTime(text)).slice(0, -1) + beyond.replace(/0+$/, "");
}
var newestFirst = (a, b) => a === b ? 0 : a < b ? 1 : -1;
var toUtc = (ms) => new Date(ms).toISOString();
function hasUtcYear(text) {
  if (text > "0001" && text < "9999")
    return true;
  const ms = parseTime(text);
  return ms >= -62167219200000 && ms <= 253402300799999;
}
var formatMinute = (ms) => toUtc(ms).slice(0, 16).replace("T", " ");
var units = [
  { unit: "y", seconds: 31557600, from: 1 },
  { unit: "mo", seconds: 2630016, from: 2 },
  { unit: "w", seconds: 604800, from: 2 },
  { unit: "d", seconds: 86400, from: 1 },
  { unit: "h", seconds: 3600, from: 1 },
  { unit: "m", seconds: 60, from: 1 },
  { unit: "s", seconds: 1, from: 1 }
];
function formatAge(text, now) {
  const seconds = (now.getTime() - parseTime(text)) / 1000;
  const found = units.find((each) => Math.abs(seconds) >= each.seconds * each.from);
  if (found === undefined || found.unit === "s")
    return "just now";
  const count = `${Math.floor(Math.abs(seconds) / found.seconds)}${found.unit}`;
  return seconds < 0 ? `in ${count}` : `${count} ago`;
}

// lib/cli/brief.ts
var maxLength = 9000;
var maxValueLength = 100;
var keys = ["branch", "next", "blocked", "by"];
function abridge(listed) {
  const sound = listed.filter((item) => ("steps" in item)).map(shorten);
  const broken = listed.filter((item) => !("steps" in item));
  const damaged = broken.map(({ workflow, error }) => ({ workflow, error: cutText(error, maxValueLength) }));
  let left = maxLength - renderJson([{ omitted: listed.length }]).length;
  const fits = (item) => {
    if (left >= 0)
      left -= renderJson(item).length;
    return left >= 0;
  };
  const shownDamaged = damaged.filter(fits);
  const shownSound = sound.filter(fits);
  const omitted = listed.length - shownSound.length - shownDamaged.length;
  return [...shownSound, ...shownDamaged, ...omitted === 0 ? [] : [{ omitted }]];
}
function shorten({ workflow, step, updated_at, context }) {
  const facts = keys.map((key) => {
    const value = context[key];
    return [key, typeof value === "string" ? cutText(value, maxValueLength) : typeof value === "number" ? value : undefined];
  });
  const updated = updated_at.length <= maxValueLength ? updated_at : toUtc(parseTime(updated_at));
  return { workflow, step, updated_at: updated, ...Object.fromEntries(facts.filter(([, value]) => value !== undefined)) };
}

// lib/cli/args.ts
function parseArgs(command, argv) {
  try {
    return parse(command, argv);
  } catch (error) {
    if (!(error instanceof SessionError) || error.help !== undefined)
      throw error;
    throw new SessionError("usage", error.message, `usage: ${commandLine(command.name, command.usage)} (more with --help)`);
  }
}
function parse(command, argv) {
  const given = {};
  const words = [];
  let isLiteral = false;
  const broken = argv.find((text) => text.includes("\uFFFD"));
  if (broken !== undefined) {
    const help = "write it in UTF-8; in a context or notes, U+FFFD itself can be given on standard input";
    throw new SessionError("usage", `the argument ${quote(broken)} is not UTF-8 text, or holds U+FFFD`, help);
  }
  for (let at = 0;at < argv.length; at += 1) {
    const text = argv[at] ?? "";
    if (isLiteral || !text.startsWith("-") || text === "-")
      words.push({ text, at, isLiteral });
    else if (text === "--")
      isLiteral = true;
    else if (parseOption(command, given, text, argv[at + 1]))
      at += 1;
  }
  let left = words;
  for (const [name, operand] of Object.entries(command.operands)) {
    const own = operand.rest ? left : left.slice(0, 1);
    if (own.length > 0 || operand.rest)
      given[name] = operand.parse(own, argv);
    else if (!operand.optional)
      throw usageError(`expected <${name}>, found ${describeWords(words)}`);
    left = left.slice(own.length);
  }
  if (left[0] !== undefined)
    throw usageError(`unexpected argument ${quote(left[0].text)}`);
  const conflict = command.conflict?.(given);
  if (conflict !== undefined)
    throw usageError(conflict);
  return given;
}
var describeWords = (words) => words.length === 0 ? "nothing" : `only ${words.map(({ text }) => quote(text)).join(" ")}`;
function parseOption({ options }, given, text, next) {
  const equals = text.indexOf("=");
  const flag = equals === -1 ? text : text.slice(0, equals);
  const inline = equals === -1 ? undefined : text.slice(equals + 1);
  const name = flag.slice(2);
  const option = flag.startsWith("--") && Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined)
    throw usageError(`unknown option ${quote(flag)}`);
  if (name in given)
    throw usageError(`option ${flag} is given twice`);
  if (option.value === undefined) {
    if (inline !== undefined)
      throw usageError(`option ${flag} takes no value, found ${quote(inline)}`);
    given[name] = true;
    return false;
  }
  given[name] = option.parse?.(inline ?? nextWord(flag, option, next));
  return inline === undefined;
}
function nextWord(flag, option, word) {
  if (word === undefined)
    throw usageError(`option ${flag} needs a value: ${flag}=${option.value}`);
  if (!word.startsWith("-"))
    return word;
  option.parse?.(word);
  const help = `if that is its value, write it behind an equals sign: ${flag}=${shellWord(word)}`;
  throw new SessionError("usage", `option ${flag} is followed by ${quote(word)}, which begins with "-"`, help);
}
var usageError = (message) => new SessionError("usage", message);
function shellWord(text, placeholder = "TEXT") {
  if (/^[\w./:@=-]+$/.test(text))
    return text;
  return escapeControls(text) === text ? `'${text.replaceAll("'", "'\\''")}'` : placeholder;
}

// lib/cli/commands.ts
var aboutWorkflow = "its name, like workflow:pr; at most 120 characters";
var json = { about: "print JSON even on a terminal" };
var get = {
  name: "get",
  about: "Print where a workflow stands, all active sessions, or what was archived.",
  usage: "<workflow> | --all [--brief] | [<workflow>] --archived",
  operands: { workflow: { about: aboutWorkflow, parse: parseWorkflow, optional: true } },
  options: {
    all: { about: "every session, most recently updated first" },
    brief: { about: "with --all: at most 9,000 characters, for hooks" },
    archived: { about: "what was archived, newest first" },
    json
  },
  conflict: (given) => {
    if ("all" in given && "workflow" in given)
      return "expected a workflow or --all, found both";
    if ("all" in given && "archived" in given)
      return "--all and --archived cannot be combined: --archived alone lists all archives";
    if ("brief" in given && !("all" in given))
      return "--brief needs --all";
    if ("workflow" in given || "all" in given || "archived" in given)
      return;
    return "expected a workflow, --all or --archived, found none";
  },
  examples: ["--all", "workflow:pr", "workflow:pr --archived"],
  failures: ["failed", "usage", "damaged"]
};
function parseWorkflow([word]) {
  const name = word?.text ?? "";
  if (isWorkflow(name))
    return name;
  throw usageError(`bad workflow name ${quote(name)}: expected ${workflowRule}`);
}

// node_modules/zod/v4/core/util.js
function getEnumValues(entries) {
  const numericValues = Object.values(entries).filter((v) => typeof v === "number");
  const values = Object.entries(entries).filter(([k, _]) => numericValues.indexOf(+k) === -1).map(([_, v]) => v);
  return values;
}
function jsonStringifyReplacer(_, value) {
  if (typeof value === "bigint")
    return value.toString();
  return value;
}

class Cached {
  constructor(getter) {
    this._getter = getter;
    this._value = undefined;
  }
  get value() {
    const getter = this._getter;
    if (getter !== undefined) {
      this._value = getter();
      this._getter = undefined;
    }
    return this._value;
  }
}
function cached(getter) {
  return new Cached(getter);
}
function cleanRegex(source) {
  const start = source.startsWith("^") ? 1 : 0;
  const end = source.endsWith("$") ? source.length - 1 : source.length;
  return source.slice(start, end);
}
function assignProp(target, prop, value) {
  Object.defineProperty(target, prop, {
    value,
    writable: true,
    enumerable: true,
    configurable: true
  });
}
var captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {};
function isObject2(data) {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}
var propertyKeyTypes = /* @__PURE__ */ new Set(["string", "number", "symbol"]);
function escapeRegex(str) {
  return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
function normalizeParams(_params) {
  const params = _params;
  if (!params)
    return {};
  if (typeof params === "string")
    return { error: () => params };
  if (params?.message !== undefined) {
    if (params?.error !== undefined)
      throw new Error("Cannot specify both `message` and `error` params");
    params.error = params.message;
  }
  delete params.message;
  if (typeof params.error === "string")
    return { ...params, error: () => params.error };
  return params;
}
function optionalKeys(shape) {
  return Object.keys(shape).filter((k) => {
    return shape[k]._zod.optin !== undefined && shape[k]._zod.optout === "optional";
  });
}
function aborted(x, startIndex = 0) {
  if (x.aborted === true)
    return true;
  for (let i = startIndex;i < x.issues.length; i++) {
    if (x.issues[i]?.continue !== true) {
      return true;
    }
  }
  return false;
}
function explicitlyAborted(x, startIndex = 0) {
  if (x.aborted === true)
    return true;
  for (let i = startIndex;i < x.issues.length; i++) {
    if (x.issues[i]?.continue === false) {
      return true;
    }
  }
  return false;
}
function prefixIssues(path, issues) {
  return issues.map((iss) => {
    var _a;
    (_a = iss).path ?? (_a.path = []);
    iss.path.unshift(path);
    return iss;
  });
}
function unwrapMessage(message) {
  return typeof message === "string" ? message : message?.message;
}
function attachSchema(issues, start, inst) {
  var _a;
  for (let i = start;i < issues.length; i++) {
    (_a = issues[i]).schema ?? (_a.schema = inst);
  }
}
function finalizeIssue(iss, ctx, config) {
  var _a;
  const traits = iss.inst?._zod?.traits;
  if (traits?.has("$ZodType")) {
    if (traits.has("$ZodCheck"))
      (_a = iss).schema ?? (_a.schema = iss.inst);
    else
      iss.schema = iss.inst;
  }
  const schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : undefined;
  const message = iss.message ? iss.message : unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ?? unwrapMessage(schemaError?.(iss)) ?? unwrapMessage(ctx?.error?.(iss)) ?? unwrapMessage(config.customError?.(iss)) ?? unwrapMessage(config.localeError?.(iss)) ?? "Invalid input";
  const full = {};
  for (const k of Object.keys(iss)) {
    if (k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__")
      continue;
    full[k] = iss[k];
  }
  full.path ?? (full.path = []);
  full.message = message;
  if (ctx?.reportInput) {
    full.input = iss.input;
  }
  return full;
}
function members(proto, table) {
  for (const key in table) {
    const desc = Object.getOwnPropertyDescriptor(table, key);
    if (desc.get)
      Object.defineProperty(proto, key, { ...desc, enumerable: false });
    else
      defineBound(proto, key, desc.value);
  }
}
function own(inst, key, value, enumerable = true) {
  Object.defineProperty(inst, key, { configurable: true, writable: true, enumerable, value });
  return value;
}
function hide(inst, key, value) {
  return own(inst, key, value, false);
}
function defineBound(proto, key, fn) {
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      return this == null ? fn : own(this, key, fn.bind(this));
    },
    set(value) {
      own(this, key, value);
    }
  });
}
var installing;
var broke = false;
var breaker = {
  configurable: true,
  get() {
    broke = true;
    return;
  }
};
function defineLazyInternal(inst, key, compute) {
  const proto = Object.getPrototypeOf(inst._zod);
  if (key in proto && installing !== inst._zod) {
    installing = undefined;
    return;
  }
  installing = inst._zod;
  Object.defineProperty(proto, key, {
    configurable: true,
    get() {
      Object.defineProperty(this, key, breaker);
      const outer = broke;
      broke = false;
      try {
        const value = compute(this);
        if (broke)
          delete this[key];
        else
          Object.defineProperty(this, key, { configurable: true, writable: true, value });
        broke = broke || outer;
        return value;
      } catch (err) {
        delete this[key];
        broke = broke || outer;
        throw err;
      }
    },
    set(value) {
      Object.defineProperty(this, key, { configurable: true, writable: true, value });
    }
  });
}

// node_modules/zod/v4/core/core.js
var _a;
var _zodDesc = { value: undefined, enumerable: false };
var _E = "captureStackTrace" in Error ? Error : null;
function newError(Definition) {
  const E = _E;
  if (E) {
    const saved = E.stackTraceLimit;
    if (typeof saved === "number") {
      try {
        E.stackTraceLimit = 0;
      } catch {
        _E = null;
        return new Definition;
      }
      try {
        return new Definition;
      } finally {
        E.stackTraceLimit = saved;
      }
    }
  }
  return new Definition;
}
function $constructor(name, initializer, proto, params) {
  const zodProto = {};
  function Internals(def) {
    this.def = def;
    this.constr = _;
    this.traits = new Set;
  }
  Internals.prototype = zodProto;
  const protoMembers = proto;
  const initialized = protoMembers && new WeakSet;
  function init(inst, def) {
    if (!inst._zod) {
      _zodDesc.value = new Internals(def);
      try {
        Object.defineProperty(inst, "_zod", _zodDesc);
      } finally {
        _zodDesc.value = undefined;
      }
    } else if (inst._zod.traits.has(name)) {
      return;
    }
    inst._zod.traits.add(name);
    initializer(inst, def);
    if (initialized) {
      const own = Object.getPrototypeOf(inst);
      const ctorProto = inst._zod.constr.prototype;
      let up = own;
      while (up && up !== ctorProto)
        up = Object.getPrototypeOf(up);
      const target = up ?? own;
      if (!initialized.has(target)) {
        initialized.add(target);
        members(target, protoMembers);
      }
    }
    const proto = _.prototype;
    for (const k in proto) {
      if (!Object.prototype.hasOwnProperty.call(proto, k))
        continue;
      if (!(k in inst)) {
        inst[k] = proto[k].bind(inst);
      }
    }
  }
  const Parent = params?.Parent ?? Object;

  class Definition extends Parent {
  }
  Object.defineProperty(Definition, "name", { value: name });
  function _(def) {
    const inst = params?.Parent ? newError(Definition) : this;
    init(inst, def);
    const deferred = inst._zod.deferred;
    if (deferred) {
      for (const fn of deferred) {
        fn();
      }
      inst._zod.deferred = undefined;
    }
    const pp = globalThis.__zod_globalConfig?.postProcessor;
    if (pp)
      pp(inst);
    return inst;
  }
  Object.defineProperty(_, "init", { value: init });
  Object.defineProperty(_, Symbol.hasInstance, {
    value: (inst) => {
      if (params?.Parent && inst instanceof params.Parent)
        return true;
      return inst?._zod?.traits?.has(name);
    }
  });
  Object.defineProperty(_, "name", { value: name });
  return _;
}
class $ZodAsyncError extends Error {
  constructor() {
    super(`Encountered Promise during synchronous parse. Use .parseAsync() instead.`);
  }
}
(_a = globalThis).__zod_globalConfig ?? (_a.__zod_globalConfig = {});
var globalConfig = globalThis.__zod_globalConfig;
function config(newConfig) {
  if (newConfig)
    Object.assign(globalConfig, newConfig);
  return globalConfig;
}

// node_modules/zod/v4/core/errors.js
function _getMessage() {
  const internals = this._zod;
  internals.message ?? (internals.message = JSON.stringify(internals.def, jsonStringifyReplacer, 2));
  return internals.message;
}
function _setMessage(value) {
  this._zod.message = value;
}
var _messageDesc = {
  get: _getMessage,
  set: _setMessage,
  enumerable: true,
  configurable: true
};
var _issuesDesc = { value: undefined, enumerable: false };
var _installedToString = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
var initializer = (inst, def) => {
  inst.name = "$ZodError";
  _issuesDesc.value = def;
  Object.defineProperty(inst, "issues", _issuesDesc);
  _issuesDesc.value = undefined;
  Object.defineProperty(inst, "message", _messageDesc);
  const proto = Object.getPrototypeOf(inst);
  if (!_installedToString.has(proto)) {
    _installedToString.add(proto);
    Object.defineProperty(proto, "toString", {
      configurable: true,
      enumerable: false,
      get() {
        const value = () => this.message;
        Object.defineProperty(this, "toString", { value, configurable: true, writable: true });
        return value;
      },
      set(value) {
        Object.defineProperty(this, "toString", { value, configurable: true, writable: true });
      }
    });
  }
};
var $ZodError = $constructor("$ZodError", initializer);
var $ZodRealError = $constructor("$ZodError", initializer, undefined, {
  Parent: Error
});

// node_modules/zod/v4/core/parse.js
var _safeParse = (_Err) => (schema, value, _ctx) => {
  const ctx = _ctx ? { ..._ctx, async: false } : { async: false };
  const result = schema._zod.run({ value, issues: [] }, ctx);
  if (result instanceof Promise) {
    throw new $ZodAsyncError;
  }
  return result.issues.length ? failure(_Err, result.issues, ctx) : { success: true, data: result.value };
};
var safeParse = /* @__PURE__ */ _safeParse($ZodRealError);
function failure(Err, issues, ctx) {
  let error;
  return {
    success: false,
    get error() {
      if (!error) {
        error = new Err(issues.map((iss) => finalizeIssue(iss, ctx, config())));
        issues = undefined;
        ctx = undefined;
      }
      return error;
    },
    set error(e) {
      error = e;
      issues = undefined;
      ctx = undefined;
    }
  };
}

// node_modules/zod/v4/core/regexes.js
var dateSource = `(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))`;
function timeSource(args) {
  const hhmm = `(?:[01]\\d|2[0-3]):[0-5]\\d`;
  const regex = typeof args.precision === "number" ? args.precision === -1 ? `${hhmm}` : args.precision === 0 ? `${hhmm}:[0-5]\\d` : `${hhmm}:[0-5]\\d\\.\\d{${args.precision}}` : args.seconds ? `${hhmm}:[0-5]\\d(?:\\.\\d+)?` : `${hhmm}(?::[0-5]\\d(?:\\.\\d+)?)?`;
  return regex;
}
function datetime(args) {
  const opts = ["Z"];
  if (args.offset)
    opts.push(`([+-](?:[01]\\d|2[0-3]):[0-5]\\d)`);
  const qualified = `${timeSource({ precision: args.precision, seconds: true })}(?:${opts.join("|")})`;
  const timeRegex = args.local ? `${qualified}|${timeSource({ precision: args.precision })}` : qualified;
  return new RegExp(`^${dateSource}T(?:${timeRegex})$`);
}
var anyString = /^[\s\S]{0,}$/;

// node_modules/zod/v4/core/checks.js
var $ZodCheck = /* @__PURE__ */ $constructor("$ZodCheck", (inst, def) => {
  var _a;
  inst._zod ?? (inst._zod = {});
  inst._zod.def = def;
  (_a = inst._zod).onattach ?? (_a.onattach = []);
});
var $ZodCheckStringFormat = /* @__PURE__ */ $constructor("$ZodCheckStringFormat", (inst, def) => {
  var _a, _b;
  $ZodCheck.init(inst, def);
  if (def.pattern)
    (_a = inst._zod).check ?? (_a.check = (payload) => {
      def.pattern.lastIndex = 0;
      if (def.pattern.test(payload.value))
        return;
      payload.issues.push({
        origin: "string",
        code: "invalid_format",
        format: def.format,
        input: payload.value,
        ...def.pattern ? { pattern: def.pattern.toString() } : {},
        inst,
        continue: !def.abort
      });
    });
  else
    (_b = inst._zod).check ?? (_b.check = () => {});
});

// node_modules/zod/v4/core/versions.js
var version2 = {
  major: 4,
  minor: 6,
  patch: 7
};

// node_modules/zod/v4/core/schemas.js
var $ZodType = /* @__PURE__ */ $constructor("$ZodType", (inst, def) => {
  var _a;
  inst ?? (inst = {});
  inst._zod.def = def;
  inst._zod.bag = inst._zod.bag || {};
  inst._zod.version = version2;
  const defChecks = inst._zod.def.checks;
  const checks = inst._zod.traits.has("$ZodCheck") ? [inst, ...defChecks ?? []] : defChecks?.length ? [...defChecks] : [];
  for (const ch of checks) {
    for (const fn of ch._zod.onattach) {
      fn(inst);
    }
  }
  if (checks.length === 0) {
    (_a = inst._zod).deferred ?? (_a.deferred = []);
    inst._zod.deferred?.push(() => {
      inst._zod.run = inst._zod.parse;
    });
  } else {
    const runChecks = (payload, checks, ctx) => {
      if (payload.memo)
        return payload;
      let isAborted = aborted(payload);
      let asyncResult;
      for (const ch of checks) {
        if (ch._zod.def.when) {
          if (explicitlyAborted(payload))
            continue;
          const shouldRun = ch._zod.def.when(payload);
          if (!shouldRun)
            continue;
        } else if (isAborted) {
          continue;
        }
        const currLen = payload.issues.length;
        const _ = ch._zod.check(payload);
        if (_ instanceof Promise && ctx?.async === false) {
          throw new $ZodAsyncError;
        }
        if (asyncResult || _ instanceof Promise) {
          asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
            await _;
            const nextLen = payload.issues.length;
            if (nextLen === currLen)
              return;
            attachSchema(payload.issues, currLen, inst);
            if (!isAborted)
              isAborted = aborted(payload, currLen);
          });
        } else {
          const nextLen = payload.issues.length;
          if (nextLen === currLen)
            continue;
          attachSchema(payload.issues, currLen, inst);
          if (!isAborted)
            isAborted = aborted(payload, currLen);
        }
      }
      if (asyncResult) {
        return asyncResult.then(() => {
          return payload;
        });
      }
      return payload;
    };
    const handleCanaryResult = (canary, payload, ctx) => {
      if (aborted(canary)) {
        canary.aborted = true;
        return canary;
      }
      const checkResult = runChecks(payload, checks, ctx);
      if (checkResult instanceof Promise) {
        if (ctx.async === false)
          throw new $ZodAsyncError;
        return checkResult.then((checkResult) => inst._zod.parse(checkResult, ctx));
      }
      return inst._zod.parse(checkResult, ctx);
    };
    inst._zod.run = (payload, ctx) => {
      if (ctx.skipChecks) {
        return inst._zod.parse(payload, ctx);
      }
      if (ctx.direction === "backward") {
        const canary = inst._zod.parse({ value: payload.value, issues: [] }, { ...ctx, skipChecks: true });
        if (canary instanceof Promise) {
          return canary.then((canary) => {
            return handleCanaryResult(canary, payload, ctx);
          });
        }
        return handleCanaryResult(canary, payload, ctx);
      }
      const result = inst._zod.parse(payload, ctx);
      if (result instanceof Promise) {
        if (ctx.async === false)
          throw new $ZodAsyncError;
        return result.then((result) => runChecks(result, checks, ctx));
      }
      return runChecks(result, checks, ctx);
    };
  }
}, {
  get "~standard"() {
    return hide(this, "~standard", standardProps(this));
  },
  set "~standard"(value) {
    own(this, "~standard", value);
  }
});
var toStandardResult = (r, ctx) => r.issues.length ? { issues: r.issues.map((iss) => finalizeIssue(iss, ctx, config())) } : { value: r.value };
async function validateAsync(inst, value) {
  const ctx = { async: true };
  return toStandardResult(await inst._zod.run({ value, issues: [] }, ctx), ctx);
}
function standardProps(inst) {
  return {
    validate: (value) => {
      const ctx = { async: false };
      try {
        const r = inst._zod.run({ value, issues: [] }, ctx);
        if (!(r instanceof Promise))
          return toStandardResult(r, ctx);
      } catch (_) {}
      return validateAsync(inst, value);
    },
    vendor: "zod",
    version: 1
  };
}
var $ZodString = /* @__PURE__ */ $constructor("$ZodString", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.pattern = def.pattern ?? anyString;
  inst._zod.parse = (payload, _) => {
    if (def.coerce)
      try {
        payload.value = String(payload.value);
      } catch (_) {}
    if (typeof payload.value === "string")
      return payload;
    payload.issues.push({
      expected: "string",
      code: "invalid_type",
      input: payload.value,
      inst
    });
    return payload;
  };
});
var $ZodStringFormat = /* @__PURE__ */ $constructor("$ZodStringFormat", (inst, def) => {
  $ZodCheckStringFormat.init(inst, def);
  $ZodString.init(inst, def);
});
var $ZodISODateTime = /* @__PURE__ */ $constructor("$ZodISODateTime", (inst, def) => {
  def.pattern ?? (def.pattern = datetime(def));
  $ZodStringFormat.init(inst, def);
});
var $ZodUnknown = /* @__PURE__ */ $constructor("$ZodUnknown", (inst, def) => {
  $ZodType.init(inst, def);
  inst._zod.parse = (payload) => payload;
});
function handlePropertyResult(result, final, key, input, optin, optout) {
  const isPresent = key in input;
  const isOptionalOut = optout === "optional";
  if (!isPresent && isOptionalOut && optin === "optional") {
    return;
  }
  if (result.issues.length) {
    if (optin !== undefined && isOptionalOut && !isPresent) {
      return;
    }
    final.issues.push(...prefixIssues(key, result.issues));
  }
  if (!isPresent && optin === undefined) {
    if (!result.issues.length) {
      final.issues.push({
        code: "invalid_type",
        expected: "nonoptional",
        input: undefined,
        path: [key]
      });
    }
    return;
  }
  if (result.value === undefined) {
    if (isPresent || optin === "defaulted" && !isOptionalOut) {
      final.value[key] = undefined;
    }
  } else {
    final.value[key] = result.value;
  }
}
var NO_SYMBOL_KEYS = [];
function normalizeDef(def) {
  const keys = Object.keys(def.shape);
  const ownSymbols = Object.getOwnPropertySymbols(def.shape);
  const symbolKeys = ownSymbols.length ? ownSymbols : NO_SYMBOL_KEYS;
  const allKeys = symbolKeys.length ? [...keys, ...symbolKeys] : keys;
  for (const k of allKeys) {
    if (!def.shape?.[k]?._zod?.traits?.has("$ZodType")) {
      throw new Error(`Invalid element at key "${String(k)}": expected a Zod schema`);
    }
  }
  const okeys = optionalKeys(def.shape);
  return {
    ...def,
    allKeys,
    symbolKeys,
    keySet: new Set(keys),
    numKeys: keys.length,
    optionalKeys: new Set(okeys)
  };
}
function handleCatchall(proms, input, payload, ctx, def, inst, abortEarly) {
  const unrecognized = [];
  const keySet = def.keySet;
  const _catchall = def.catchall._zod;
  const t = _catchall.def.type;
  const optin = _catchall.optin;
  const optout = _catchall.optout;
  let seen = 0;
  for (const key in input) {
    if (abortEarly && payload.issues.length !== seen) {
      if (aborted(payload, seen))
        break;
      seen = payload.issues.length;
    }
    if (keySet.has(key))
      continue;
    if (key === "__proto__") {
      if (t === "never")
        unrecognized.push(key);
      continue;
    }
    if (t === "never") {
      unrecognized.push(key);
      continue;
    }
    const r = _catchall.run({ value: input[key], issues: [] }, ctx);
    if (r instanceof Promise) {
      proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
    } else {
      handlePropertyResult(r, payload, key, input, optin, optout);
    }
  }
  if (unrecognized.length) {
    payload.issues.push({
      code: "unrecognized_keys",
      keys: unrecognized,
      input,
      inst,
      continue: true
    });
  }
  if (!proms.length)
    return payload;
  return Promise.all(proms).then(() => {
    return payload;
  });
}
var $ZodObject = /* @__PURE__ */ $constructor("$ZodObject", (inst, def) => {
  $ZodType.init(inst, def);
  const desc = Object.getOwnPropertyDescriptor(def, "shape");
  const sh = desc?.get ? desc.get.raw : def.shape ?? {};
  if (sh) {
    const get = () => {
      const newSh = { ...sh };
      Object.defineProperty(def, "shape", { value: newSh });
      get.raw = newSh;
      return newSh;
    };
    get.raw = sh;
    Object.defineProperty(def, "shape", { get });
  }
  const _normalized = cached(() => normalizeDef(def));
  defineLazyInternal(inst, "propValues", (zod) => {
    const shape = zod.def.shape;
    const propValues = {};
    for (const key in shape) {
      const field = shape[key]._zod;
      if (field.values) {
        if (!Object.prototype.hasOwnProperty.call(propValues, key)) {
          assignProp(propValues, key, new Set);
        }
        for (const v of field.values)
          propValues[key].add(v);
        if (field.optin !== undefined)
          propValues[key].add(undefined);
      }
    }
    return propValues;
  });
  const isObject = isObject2;
  const catchall = def.catchall;
  let value;
  const memo = globalConfig.memoizer;
  memo?.attach(inst);
  inst._zod.parse = (payload, ctx) => {
    value ?? (value = _normalized.value);
    const input = payload.value;
    if (!isObject(input)) {
      payload.issues.push({
        expected: "object",
        code: "invalid_type",
        input,
        inst
      });
      return payload;
    }
    payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
    const proms = [];
    const shape = value.shape;
    const abortEarly = ctx?.abortEarly;
    let seen = payload.issues.length;
    for (const key of value.allKeys) {
      if (abortEarly && payload.issues.length !== seen) {
        if (aborted(payload, seen))
          break;
        seen = payload.issues.length;
      }
      if (key === "__proto__")
        continue;
      const el = shape[key];
      const optin = el._zod.optin;
      const optout = el._zod.optout;
      const r = el._zod.run({ value: input[key], issues: [] }, ctx);
      if (r instanceof Promise) {
        proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
      } else {
        handlePropertyResult(r, payload, key, input, optin, optout);
      }
    }
    if (!catchall) {
      return proms.length ? Promise.all(proms).then(() => payload) : payload;
    }
    return handleCatchall(proms, input, payload, ctx, _normalized.value, inst, abortEarly === true);
  };
});
var $ZodEnum = /* @__PURE__ */ $constructor("$ZodEnum", (inst, def) => {
  $ZodType.init(inst, def);
  const values = getEnumValues(def.entries);
  const valuesSet = new Set(values);
  inst._zod.values = valuesSet;
  defineLazyInternal(inst, "pattern", (zod) => {
    const patternValues = getEnumValues(zod.def.entries).filter((k) => propertyKeyTypes.has(typeof k));
    return new RegExp(patternValues.length ? `^(${patternValues.map((o) => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
  });
  inst._zod.parse = (payload, _ctx) => {
    const input = payload.value;
    if (valuesSet.has(input)) {
      return payload;
    }
    payload.issues.push({
      code: "invalid_value",
      values,
      input,
      inst
    });
    return payload;
  };
});
function handleOptionalResult(payload, result) {
  payload.value = result.issues.length ? undefined : result.value;
  return payload;
}
var $ZodOptional = /* @__PURE__ */ $constructor("$ZodOptional", (inst, def) => {
  $ZodType.init(inst, def);
  defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
  inst._zod.optout = "optional";
  defineLazyInternal(inst, "values", (zod) => {
    const values = zod.def.innerType._zod.values;
    return values ? new Set([...values, undefined]) : undefined;
  });
  defineLazyInternal(inst, "pattern", (zod) => {
    const pattern = zod.def.innerType._zod.pattern;
    return pattern ? new RegExp(`^(${cleanRegex(pattern.source)})?$`) : undefined;
  });
  inst._zod.parse = (payload, ctx) => {
    if (payload.value === undefined) {
      if (def.innerType._zod.optin !== "defaulted")
        return payload;
      const result = def.innerType._zod.run({ value: payload.value, issues: [] }, ctx);
      if (result instanceof Promise)
        return result.then((result) => handleOptionalResult(payload, result));
      return handleOptionalResult(payload, result);
    }
    return def.innerType._zod.run(payload, ctx);
  };
});

// node_modules/zod/v4/core/api.js
function _enum(Class, values, params) {
  const entries = Array.isArray(values) ? Object.fromEntries(values.map((v) => [v, v])) : values;
  return new Class({
    type: "enum",
    entries,
    ...normalizeParams(params)
  });
}

// lib/session/schema.ts
function rule(find) {
  const check = new $ZodCheck({ check: "custom" });
  check._zod.check = ({ value, issues }) => {
    const found = find(value);
    if (found !== undefined)
      issues.push({ code: "custom", path: found.path, message: found.expected, input: value });
  };
  return check;
}
var ruleOf = (isValid, expected) => rule((value) => isValid(value) ? undefined : { path: [], expected });
var time2 = new $ZodISODateTime({
  ...{ type: "string", check: "string_format", format: "datetime", offset: true, local: false, precision: null },
  error: () => timeRule,
  checks: [ruleOf(hasUtcYear, timeRule)]
});
var textBy = (isValid, expected) => new $ZodString({ type: "string", error: () => expected, checks: [ruleOf(isValid, expected)] });
var looseObject = (shape, expected) => new $ZodObject({ type: "object", shape, error: () => expected });
var valueBy = (check) => new $ZodUnknown({ type: "unknown", checks: [check] });
var listOfSteps = rule((value) => {
  if (!Array.isArray(value))
    return { path: [], expected: "a list of steps" };
  for (let at = 0;at < value.length; at += 1)
    if (!isStep(value[at]))
      return { path: [at], expected: stepRule };
  return;
});
var shape = {
  started_at: time2,
  updated_at: time2,
  step: textBy(isStep, stepRule),
  steps: valueBy(listOfSteps),
  context: valueBy(ruleOf(isObject, "an object"))
};
var sessionSchema = looseObject(shape, "an object with started_at, updated_at, step and steps");
var fields = Object.keys(shape);
var placeOf = ({ path }) => path.map((key) => typeof key === "number" ? `[${key}]` : String(key)).join("");
function findIssue(value, schema = sessionSchema) {
  const issue = safeParse(schema, value).error?.issues[0];
  return issue && { path: issue.path, expected: issue.message };
}

// lib/session/session.ts
function decodeSession(text) {
  const json = decodeJson(text, maxDepth + 1);
  if (json.problem !== undefined)
    return json;
  const { value } = json;
  const session = isObject(value) && !("context" in value) ? { ...value, context: {} } : value;
  const problem = findWrongField(session) ?? findSizeProblem(session, text);
  return problem === undefined ? { value: session } : { problem };
}
function findWrongField(session) {
  const issue = findIssue(session);
  if (issue === undefined)
    return;
  let found = session;
  for (const key of issue.path)
    found = found[key];
  return `${placeOf(issue) || "not a session"}: expected ${issue.expected}, found ${describe3(found)}`;
}
function findSizeProblem({ context }, text) {
  if (text.length * 8 < maxTextBytes)
    return;
  const bytes = bytesBeyond(maxTextBytes, JSON.stringify(context));
  return bytes === undefined ? undefined : `context: expected at most ${maxTextBytes} bytes of JSON, found ${bytes}`;
}
function describe3(value) {
  if (value === undefined)
    return "nothing";
  if (value === null)
    return "null";
  if (Array.isArray(value))
    return "a list";
  return typeof value === "object" ? "an object" : typeof value === "string" ? quote(value) : `the ${typeof value} ${value}`;
}
function branchOf({ context }) {
  const { branch } = context;
  return typeof branch === "number" || typeof branch === "string" && branch !== "" ? String(branch) : undefined;
}

// lib/cli/layout.ts
var styles = { bold: "1", dim: "2", red: "31", cyan: "36" };
var paint = (style, text, { colour }) => style && colour && text !== "" ? `\x1B[${styles[style]}m${text}\x1B[0m` : text;
var cut = (text, width) => Bun.stringWidth(text) <= width ? text : `${breakPiece(text, width - 1).next().value}\u2026`;
var pad = (text, width) => text + " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
function wrap(pieces, width, indent = "") {
  const rows = [];
  for (const piece of pieces) {
    const longer = `${rows.at(-1)} ${piece}`;
    const row = rows.length === 0 ? piece : `${indent}${piece}`;
    if (rows.length > 0 && Bun.stringWidth(longer) <= width)
      rows[rows.length - 1] = longer;
    else if (Bun.stringWidth(row) <= width)
      rows.push(row);
    else
      for (const part of breakPiece(row, width))
        rows.push(part);
  }
  return rows;
}
function* breakPiece(piece, width) {
  let row = "";
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(piece)) {
    const more = Bun.stringWidth(segment);
    if (used + more > width && row !== "") {
      yield row;
      [row, used] = ["", 0];
    }
    row += segment;
    used += more;
  }
  yield row;
}
var gap = "  ";
var narrowest = 12;
function renderTable(columns, screen) {
  const whole = columns.map((column) => widthOf(column, Number.POSITIVE_INFINITY));
  let widths = [...whole];
  if (!shrink(columns, widths, screen.width)) {
    const spare = columns.findLastIndex(({ optional }) => optional);
    if (spare !== -1)
      return renderTable(columns.toSpliced(spare, 1), screen);
    const least = whole.reduce((sum, width) => sum + Math.min(width, narrowest) + gap.length, -gap.length);
    widths = columns.map((column, index) => {
      const width = whole[index] ?? 0;
      return column.shrinks ? width : widthOf(column, screen.width - least + Math.min(width, narrowest));
    });
    shrink(columns, widths, screen.width);
  }
  const row = (cellOf, style) => {
    const cells = columns.map((column, index) => renderCell(column, cellOf(column), widths[index] ?? 0, style, screen));
    return cells.join(gap).trimEnd();
  };
  const rows = columns[0]?.cells.map((_, index) => row(({ cells }) => cells[index] ?? "")) ?? [];
  return [row(({ title }) => title, "dim"), ...rows];
}
function widthOf({ title, cells }, room) {
  const widths = cells.map((cell) => Bun.stringWidth(cell)).filter((width) => width <= room);
  return widths.reduce((widest, width) => Math.max(widest, width), title.length);
}
function renderCell(column, cell, width, style, screen) {
  const text = column.shrinks ? cut(cell, width) : cell;
  const painted = paint(style ?? column.style, text, screen);
  return column.align === "right" ? pad("", width - Bun.stringWidth(text)) + painted : pad(painted, width);
}
function shrink(columns, widths, available) {
  const shrinking = columns.flatMap(({ shrinks }, index) => shrinks ? [index] : []);
  for (;; ) {
    const excess = widths.reduce((sum, width) => sum + width + gap.length, -gap.length) - available;
    if (excess <= 0)
      return true;
    const [widest = 0] = shrinking.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    const width = widths[widest] ?? 0;
    if (shrinking.length === 0 || width <= narrowest)
      return false;
    widths[widest] = Math.max(narrowest, width - Math.ceil(excess / shrinking.length));
  }
}

// lib/cli/views.ts
var viewSession = (workflow) => (session, options) => session === null ? `No session of ${workflow} in ${escapeControls(options.sessions)}\n` : lines(renderSession(workflow, session, options));
var labelWidth = 9;
var rowsShown = 100;
function renderSession(workflow, session, options) {
  const { started_at, updated_at, step, steps, context, ...others } = session;
  const label = (text) => `  ${pad(paint("dim", text, options), labelWidth)}`;
  const time = (text) => `${formatMinute(parseTime(text))} UTC ${paint("dim", `(${formatAge(text, options.now)})`, options)}`;
  return [
    paint("bold", workflow, options),
    ...renderPath(steps, step, options).map((row, index) => `${label(index === 0 ? "steps" : "")}${row}`),
    `${label("started")}${time(started_at)}`,
    `${label("updated")}${time(updated_at)}`,
    ...renderFields(others, options),
    ...renderFields(context, options)
  ];
}
function renderPath(steps, current, options) {
  const past = steps.at(-1) === current ? steps.slice(0, -1) : steps;
  const width = Math.max(20, options.width - labelWidth - 2);
  const arrows = past.map((step) => `${escapeControls(step)} \u2192`);
  const rows = wrap(arrows, width);
  const mark = wrap([`\u25CF ${escapeControls(current)}`], width);
  const hidden = Math.max(0, rows.length + mark.length - (options.maxRows ?? rowsShown));
  const first = hidden === 0 ? [] : [paint("dim", `\u2026 ${countRows(hidden)} of earlier steps; see all with --json`, options)];
  const isShort = mark.length === 1 && rows.length > 0 && Bun.stringWidth(`${rows.at(-1)} ${mark[0]}`) <= width;
  const painted = mark.map((row) => paint("cyan", row, options));
  if (isShort)
    return [...first, ...rows.slice(hidden, -1), `${rows.at(-1)} ${painted[0]}`];
  return [...first, ...rows.slice(hidden), ...painted];
}
function renderFields(fields, options) {
  const entries = Object.entries(fields).map(([key, value]) => ({ key: escapeControls(key), value }));
  const room = Math.min(24, Math.floor(options.width / 3));
  const widths = entries.map(({ key }) => Bun.stringWidth(key)).filter((width) => width <= room);
  const column = 2 + widths.reduce((widest, width) => Math.max(widest, width), 0);
  const rows = entries.flatMap(({ key, value }) => {
    const texts = renderField(value, Math.max(20, options.width - column - 2), options);
    const isLong = Bun.stringWidth(key) + 2 > column;
    const first = isLong ? [`  ${paint("dim", key, options)}`] : [];
    const label = (index) => pad(paint("dim", index === 0 && !isLong ? key : "", options), column);
    return [...first, ...texts.map((text, index) => `  ${label(index)}${text}`.trimEnd())];
  });
  return rows.length === 0 ? [] : ["", ...rows];
}
function renderField(value, width, options) {
  const rows = typeof value === "string" ? value.split(/\r\n|[\n\r]/).flatMap((line) => line === "" ? [""] : wrap(escapeControls(line).split(" "), width)) : escapeInvisible(JSON.stringify(value, null, 2)).split(`\n`);
  const { maxRows = rowsShown } = options;
  if (rows.length <= maxRows)
    return rows;
  const more = `\u2026 and ${countRows(rows.length - maxRows, "more ")}; see all with --json`;
  return [...rows.slice(0, maxRows), paint("dim", more, options)];
}
var countRows = (count, what = "") => `${count} ${what}${count === 1 ? "row" : "rows"}`;
var lines = (rows) => `${rows.join(`\n`)}\n`;

// lib/cli/lists.ts
function viewList(listed, options) {
  if (listed.length === 0)
    return `No active sessions in ${escapeControls(options.sessions)}\n`;
  const sound = listed.filter((item) => ("steps" in item));
  const columns = [
    { title: "WORKFLOW", cells: sound.map(({ workflow }) => workflow) },
    { title: "STEP", cells: sound.map(({ step }) => escapeControls(step)), style: "cyan", shrinks: true },
    { title: "STEPS", cells: sound.map(({ steps }) => String(steps.length)), align: "right", optional: true },
    { title: "BRANCH", cells: sound.map((session) => escapeControls(branchOf(session) ?? "")), shrinks: true, optional: true },
    { title: "UPDATED", cells: sound.map(({ updated_at }) => formatAge(updated_at, options.now)), style: "dim", optional: true }
  ];
  const table = sound.length === 0 ? [] : renderTable(columns, options);
  return lines([...table, ...listed.flatMap((item) => ("steps" in item) ? [] : renderDamaged(item, options))]);
}
function viewBrief(listed, options) {
  if (listed.length === 0)
    return `No active sessions in ${escapeControls(options.sessions)}\n`;
  const sound = listed.filter((item) => ("step" in item));
  const columns = [
    { title: "WORKFLOW", cells: sound.map(({ workflow }) => workflow) },
    { title: "STEP", cells: sound.map(({ step }) => escapeControls(step)), style: "cyan", shrinks: true },
    { title: "UPDATED", cells: sound.map(({ updated_at }) => formatAge(updated_at, options.now)), style: "dim" }
  ];
  const table = sound.length === 0 ? [] : renderTable(columns, options);
  const damaged = listed.flatMap((item) => ("error" in item) ? renderDamaged(item, options) : []);
  return lines([...table, ...damaged, ...listed.flatMap((item) => ("omitted" in item) ? [`\u2026 and ${item.omitted} more`] : [])]);
}
function viewArchives(listed, options, workflow) {
  const of = workflow === undefined ? "" : ` of ${workflow}`;
  if (listed.length === 0)
    return `No archives${of} in ${escapeControls(options.sessions)}/archives\n`;
  const sound = listed.filter((item) => !("error" in item));
  const columns = [
    { title: "WORKFLOW", cells: sound.map(({ workflow }) => workflow) },
    { title: "STATUS", cells: sound.map(({ status }) => status), optional: true },
    { title: "BRANCH", cells: sound.map(({ branch }) => escapeControls(branch ?? "")), shrinks: true, optional: true },
    { title: "ARCHIVED", cells: sound.map((item) => formatAge(item.archived_at, options.now)), style: "dim", optional: true },
    { title: "ARCHIVE", cells: sound.map(({ archive }) => escapeControls(archive)) }
  ];
  const damaged = listed.flatMap((item) => ("error" in item) ? renderUnreadable(item.archive, item.error, options) : []);
  return lines([...sound.length === 0 ? [] : renderTable(columns, options), ...damaged]);
}
function renderDamaged({ workflow, error }, options) {
  const advice = `fix it by hand, or delete it: ${commandLine("reset", workflow)}`;
  return [...renderUnreadable(workflow, error, options), `  ${paint("dim", advice, options)}`];
}
function renderUnreadable(name, error, options) {
  const rows = wrap(escapeControls(error).split(" "), Math.max(20, options.width - 2));
  return [`${escapeControls(name)}  ${paint("red", "damaged", options)}`, ...rows.map((row) => `  ${row}`)];
}

// lib/session/near-name.ts
function didYouMean(given, candidates) {
  const near = [...new Set(findNear(given, candidates))].slice(0, 3);
  return near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`;
}
function findNear(name, candidates) {
  const given = name.replace(/\.json$/, "");
  const spell = (text) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const kinds = [
    (candidate) => candidate === given,
    (candidate) => spell(candidate) === spell(given),
    (candidate) => candidate.endsWith(`:${given}`),
    (candidate) => isTypo(given, candidate, 1),
    (candidate) => isTypo(given, candidate, 2)
  ];
  for (const isNear of kinds) {
    const near = candidates.filter(isNear);
    if (near.length > 0)
      return near;
  }
  return [];
}
function isTypo(given, candidate, letters) {
  if (Math.min(given.length, candidate.length) < 4)
    return false;
  if (given.replaceAll(/\d/g, "") === candidate.replaceAll(/\d/g, ""))
    return false;
  const [a, b] = withoutSharedParts(given, candidate);
  return letters <= Math.max(a.length, b.length) / 3 && isWithin(a, b, letters);
}
function withoutSharedParts(given, candidate) {
  let [a, b] = [given.split(/[:.]/), candidate.split(/[:.]/)];
  while (a.length > 1 && b.length > 1 && a[0] === b[0])
    [a, b] = [a.slice(1), b.slice(1)];
  while (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-1))
    [a, b] = [a.slice(0, -1), b.slice(0, -1)];
  return [a.join(":"), b.join(":")];
}
function isWithin(a, b, edits) {
  if (a === b)
    return true;
  if (edits === 0)
    return false;
  let at = 0;
  while (a[at] === b[at])
    at += 1;
  const [x, y, left] = [a.slice(at), b.slice(at), edits - 1];
  return isWithin(x.slice(1), y.slice(1), left) || isWithin(x, y.slice(1), left) || isWithin(x.slice(1), y, left);
}

// lib/cli/remarks.ts
function noteOfAbsence(workflow, known, what = "session") {
  return (found) => {
    if (found !== null && (!Array.isArray(found) || found.length > 0))
      return;
    const list = what === "session" ? "--all" : "--archived";
    if (/^(?:all|list|help)$/i.test(workflow))
      return `note: no ${what} is called ${workflow}; all ${what}s: ${commandLine("get", list)}`;
    const near = listNames(known).includes(workflow) ? "" : nearName(workflow, known);
    return near === "" ? undefined : `note: ${workflow} has no ${what}${near}`;
  };
}
function nearName(workflow, active) {
  const others = listNames(active).filter((name) => name !== workflow);
  return didYouMean(workflow, others);
}
function listNames(active) {
  try {
    return active();
  } catch {
    return [];
  }
}

// lib/cli/run.ts

// lib/store/project.ts

// lib/store/read-file.ts

// lib/store/windows.ts
var isWindows = process.platform === "win32";
var withSlashes = (path) => isWindows ? path.replaceAll("\\", "/") : path;
function retryWhileBusy(read, onWindows = isWindows) {
  for (let attempt = 0;; attempt += 1) {
    try {
      const found = read();
      if (!onWindows || found !== null || attempt === 2)
        return found;
    } catch (error) {
      if (!onWindows || attempt === 2 || !isRefusal(error))
        throw error;
    }
    Bun.sleepSync(5);
  }
}
var isRefusal = (error) => ["EPERM", "EACCES", "EBUSY"].includes(systemCode(error));

// lib/store/read-file.ts
var buffer = new Uint8Array(16384);
function readFile(path, maxBytes) {
  return openAndRead(path, (file) => {
    let bytes = 0;
    for (let more = -1;more !== 0 && bytes < buffer.length; bytes += more)
      more = readSync(file, buffer, bytes, buffer.length - bytes, bytes);
    const isWhole = bytes < buffer.length && bytes <= maxBytes;
    return isWhole ? decode(buffer.subarray(0, bytes)) : readBySize(file, maxBytes);
  });
}
function readBySize(file, maxBytes) {
  const tooLarge = (bytes) => ({ problem: `too large: ${bytes} bytes, the limit is ${maxBytes}` });
  const { size } = statOfRegular(file);
  if (size > maxBytes)
    return tooLarge(size);
  const bytes = readFileSync(file);
  return bytes.length > maxBytes ? tooLarge(bytes.length) : decode(bytes);
}
var decoder = new TextDecoder("utf-8", { fatal: true });
function decode(bytes) {
  try {
    return { value: decoder.decode(bytes) };
  } catch {
    return { problem: "not UTF-8 text" };
  }
}
function readBeginning(path, bytes) {
  const found = openAndRead(path, (file) => {
    const { size } = statOfRegular(file);
    const read = new Uint8Array(Math.min(bytes, size));
    const beginning = wholeCharacters(read.subarray(0, readSync(file, read, 0, read.length, 0)), size);
    return { value: { text: new TextDecoder().decode(beginning), rest: Math.max(0, size - beginning.length) } };
  });
  if (found?.value !== undefined)
    return found.value;
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
  return { text: isLink ? `a symbolic link to ${readlinkSync(path)}` : "", rest: 0 };
}
function wholeCharacters(bytes, size) {
  const start = bytes.findLastIndex((byte) => (byte & 192) !== 128);
  const lead = bytes[start] ?? 0;
  const length = lead >= 240 ? 4 : lead >= 224 ? 3 : lead >= 192 ? 2 : 1;
  const isCut = bytes.length < size && start + length > bytes.length;
  return isCut ? bytes.subarray(0, start) : bytes;
}
var irregular = ["EISDIR", "ESPIPE", "ENXIO", "ELOOP", "EOPNOTSUPP"];
function openAndRead(path, take) {
  const once = () => {
    let file;
    try {
      if (isWindows && !lstatSync(path).isFile())
        return { problem: "not a regular file" };
      file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      return take(file);
    } catch (error) {
      if (isAbsence(error))
        return null;
      if (irregular.includes(systemCode(error)))
        return { problem: "not a regular file" };
      throw error;
    } finally {
      if (file !== undefined)
        closeSync(file);
    }
  };
  return tryTo(`read ${path}`, () => retryWhileBusy(once));
}
function statOfRegular(file) {
  const stat = fstatSync(file);
  if (stat.isFile())
    return stat;
  throw Object.assign(new Error("not a regular file"), { code: "EISDIR" });
}
var readVersion = (path) => unlessAbsent(`look at ${path}`, () => retryWhileBusy(() => lstatSync(path, { throwIfNoEntry: false }) ?? null));
function identify(path) {
  const stat = unlessAbsent(`look at ${path}`, () => statSync(path, { bigint: true }));
  return stat && `${stat.dev} ${stat.ino}`;
}

// lib/store/project.ts
var sessionsPath = "ia/state/sessions";
var skillPath = ".claude/skills/session";
function findProject(from = currentFolder()) {
  for (let folder = from;folder !== null; folder = above(folder))
    for (const [path, isThere] of marks)
      if (findForeign(folder, path, from) === undefined && isThere(folder))
        return path === sessionsPath ? projectAt(folder) : withoutSessions(folder, from);
  return withoutSessions(from, from);
}
function findWay(from) {
  try {
    const start = from ?? currentFolder();
    let way = "";
    for (let folder = start;folder !== null; folder = above(folder), way += "../")
      if (findForeign(folder, skillPath, start) === undefined && hasSkill(folder))
        return way;
    if (identify(above(Bun.main) ?? "") === identify(`${home()}/${skillPath}/scripts`))
      return "~/";
  } catch {}
  return "";
}
function above(folder) {
  const parent = process.getBuiltinModule("node:path").dirname(folder);
  return parent === folder ? null : parent;
}
var join = (folder, path) => folder.endsWith("/") ? `${folder}${path}` : `${folder}/${path}`;
var projectAt = (root) => ({ root, sessions: join(root, sessionsPath) });
function withoutSessions(root, from) {
  const foreign = findForeign(root, sessionsPath, from);
  const help = "work in a folder of your own, or take it over (chown)";
  if (foreign !== undefined)
    throw new SessionError("failed", `${foreign} belongs to another user`, help);
  refuseObstacle(root, true);
  return projectAt(root);
}
var marks = [
  [sessionsPath, hasSessions],
  [skillPath, (folder) => hasSkill(folder) && !isHome(folder)],
  [".git", (folder) => isFolder(join(folder, ".git")) || stat(join(folder, ".git"))?.isFile() === true]
];
var hasSkill = (folder) => isFolder(join(folder, skillPath));
var home = () => process.getBuiltinModule("node:os").homedir();
function isHome(folder) {
  try {
    return identify(home()) === identify(folder);
  } catch {
    return false;
  }
}
function currentFolder() {
  const find = () => {
    process.chdir(".");
    return withSlashes(process.cwd());
  };
  const path = tryTo("find the current folder", find, "change to a folder that exists");
  if (!path.includes("\uFFFD") || identify(path) === identify("."))
    return path;
  throw new SessionError("failed", `the path of the current folder is not UTF-8 text: ${quote(path)}`, "rename the folder");
}
function hasSessions(folder) {
  const isThere = isFolder(join(folder, sessionsPath));
  if (!isThere)
    refuseObstacle(folder, false);
  return isThere;
}
function refuseObstacle(folder, isRoot) {
  const paths = ["ia", "ia/state", sessionsPath].map((path) => join(folder, path));
  const obstacle = paths.find((path) => stat(path, lstatSync2) !== undefined && !isFolder(path));
  if (obstacle === undefined)
    return;
  const isDangling = stat(obstacle) === undefined;
  if (obstacle === paths[0] && !isDangling && !isRoot)
    return;
  const what = isDangling ? "a symbolic link that leads nowhere" : "not a folder";
  const problem = `cannot reach the sessions: ${obstacle} is ${what}`;
  throw new SessionError("failed", problem, "restore the folder, or move away what is in its place");
}
function findForeign(folder, path, from) {
  const own = stat(folder);
  const user = process.geteuid?.();
  if (own === undefined || user === undefined)
    return;
  const owners = [user, 0, folder === from ? own.uid : stat(from)?.uid];
  if (!owners.includes(own.uid))
    return folder;
  if ((own.mode & 2) === 0)
    return;
  const names = path.split("/");
  const steps = names.map((_, index) => join(folder, names.slice(0, index + 1).join("/")));
  return steps.find((step) => !owners.includes(stat(step, lstatSync2)?.uid ?? user));
}
var isFolder = (path) => stat(path)?.isDirectory() === true;
var stat = (path, how = statSync2) => unlessAbsent(`look at ${path}`, () => how(path, { throwIfNoEntry: false })) ?? undefined;

// lib/cli/agents.ts
var sources = {
  AI_AGENT: "any agent: npm @vercel/detect-agent; VS Code's since microsoft/vscode#320129",
  CLAUDECODE: "Claude Code: https://code.claude.com/docs/en/env-vars",
  CURSOR_AGENT: "Cursor: npm @vercel/detect-agent, microsoft/vscode#311734",
  GEMINI_CLI: "Gemini CLI: google-gemini/gemini-cli, docs/tools/shell.md",
  CODEX_SANDBOX: "Codex: https://developers.openai.com/codex/environment-variables",
  CODEX_THREAD_ID: "Codex: openai/codex#10096",
  CODEX_CI: "Codex: npm @vercel/detect-agent 1.1.1",
  COPILOT_CLI: "GitHub Copilot CLI: PyPI ai-agent-detector",
  COPILOT_AGENT: "GitHub Copilot in VS Code: microsoft/vscode#316267",
  OPENCODE: "OpenCode: anomalyco/opencode#34065, overengineeringstudio/effect-utils#79",
  OPENCODE_CLIENT: "OpenCode: npm @vercel/detect-agent 1.1.0",
  CLINE_ACTIVE: "Cline: cline/cline, VscodeTerminalRegistry.ts",
  AMP_CURRENT_THREAD_ID: "Amp: microsoft/vscode#311734",
  AUGMENT_AGENT: "Augment: npm @vercel/detect-agent 1.1.0",
  ANTIGRAVITY_AGENT: "Antigravity: npm @vercel/detect-agent 1.1.1"
};
var agentVariables = Object.keys(sources);
var isAgent = (environment) => agentVariables.some((name) => !["", "0", "false", undefined].includes(environment[name]));

// lib/cli/help.ts
var columns = 80;
function renderHelp(command) {
  const { name, about, usage, operands, options, examples } = command;
  const rows = [
    ...Object.entries(operands).map(([operand, { about }]) => [operand, about]),
    ...Object.entries(options).map(([option, { value, about }]) => [`--${option}${value ? `=${value}` : ""}`, about]),
    ["-h, --help", "print this help; --version prints the version"]
  ];
  const width = rows.reduce((widest, [left = ""]) => Math.max(widest, left.length), 0) + 4;
  const codes = command.failures.map((code) => `${failures[code].status} ${failures[code].meaning}`);
  return [
    ...wrap(about.split(" "), columns),
    "",
    ...wrap(`usage: ${commandLine(name, usage)}`.split(/ (?![^[]*\])/), columns, "       "),
    "",
    ...rows.flatMap(([left = "", right = ""]) => {
      const [first = "", ...others] = wrap(right.split(" "), columns - width);
      return [`  ${left.padEnd(width - 2)}${first}`, ...others.map((row) => " ".repeat(width) + row)];
    }),
    "",
    "examples:",
    ...examples.map((words) => `  ${wrap(commandLine(name, words).split(" "), columns - 4, "    ").join(" \\\n  ")}`),
    "",
    ...wrap(`exit codes: 0 done, ${codes.join(", ")}`.split(/(?<=,) (?=\d)/), columns, "  "),
    ""
  ].join(`\n`);
}

// lib/cli/run.ts
function run(command, action) {
  const streams = {
    stdin: (bytes) => whenReady(() => readSync2(0, bytes)),
    writeOut: (text) => writeAll(1, text),
    writeErr: (text) => writeAll(2, text),
    screen: () => readScreen()
  };
  showCommandsFrom(findWay);
  process.exitCode = execute(command, process.argv.slice(2), action, streams);
}
function writeAll(stream, text) {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0;written < bytes.length; )
    written += whenReady(() => writeSync(stream, bytes, written));
}
function whenReady(transfer) {
  for (;; )
    try {
      return transfer();
    } catch (error) {
      if (systemCode(error) !== "EAGAIN")
        throw error;
      Bun.sleepSync(1);
    }
}
function execute(command, argv, action, streams) {
  try {
    const page = findPage(command, argv);
    if (page !== undefined)
      print(() => page, streams);
    else {
      const call = { args: parseArgs(command, argv), findProject, now: () => new Date, stdin: streams.stdin };
      const result = action(call.args, call);
      const isChange = command.name !== "get" && !("text" in result);
      print((screen) => render(result, call, screen), streams, { isChange, remark: result.remark });
    }
    return 0;
  } catch (error) {
    const failure = failedTo("go on: unexpected error", error, "please report this");
    say(failureLines(failure), streams);
    return failures[failure.code].status;
  }
}
function print(text, streams, effect = { isChange: false }) {
  try {
    const line = effect.remark?.();
    if (line !== undefined)
      say([line], streams);
    streams.writeOut(text(streams.screen()));
  } catch (error) {
    const failure = failedTo("print the result", error);
    if (!effect.isChange)
      throw failure;
    const help = `check what was done before you run it again: ${commandLine("get", "--all")}`;
    throw new SessionError("failed", `done, but ${failure.message}`, help);
  }
}
function say(lines, { writeErr }) {
  try {
    writeErr(lines.map((line) => `${escapeControls(line)}\n`).join(""));
  } catch {}
}
function findPage(command, argv) {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  if (words.includes("-h") || words.includes("--help"))
    return renderHelp(command);
  return argv.length === 1 && argv[0] === "--version" ? `${name} ${version}\n` : undefined;
}
function wasClosed(stream) {
  const info = `/proc/self/fdinfo/${stream}`;
  const [, flags = "0"] = existsSync(info) && /^flags:\s*(\d+)$/m.exec(readFileSync2(info, "utf8")) || [];
  return (Number.parseInt(flags, 8) & 524288) !== 0;
}
function readScreen(stdout = 1) {
  const stat = fstatSync2(stdout);
  if (!stat.isCharacterDevice())
    return null;
  if (stat.rdev === statSync3("/dev/null", { throwIfNoEntry: false })?.rdev) {
    if (wasClosed(stdout))
      throw Object.assign(new Error("EBADF: stdout is closed"), { code: "EBADF" });
    return null;
  }
  const { isatty } = process.getBuiltinModule("node:tty");
  if (!isatty(stdout) || isAgent(process.env))
    return null;
  const { NO_COLOR, TERM } = process.env;
  return { width: process.stdout.columns || 80, colour: (NO_COLOR ?? "") === "" && TERM !== "dumb" };
}

// lib/archive/yaml.ts
function parseYaml(text) {
  const name = crypto.randomUUID();
  const renamed = text.replace(/^( *(?:\? )?(?:!!str )?)"<<"(?=:?$|: )/gm, `$1"${name}"`);
  const isOld = Bun.semver.order(Bun.version, "1.4.0") < 0;
  const value = Bun.YAML.parse(isOld ? renamed.replace(/^( *)\? (?:!!str )?(".*")\n\1:/gm, "$1$2:") : renamed);
  return renamed === text ? value : renameKey(value, name, "<<");
}
function renameKey(value, from, to, done = new Map) {
  if (typeof value === "string")
    return value.replaceAll(from, to);
  if (typeof value !== "object" || value === null)
    return value;
  if (done.has(value))
    return done.get(value);
  done.set(value, value);
  const rename = (item) => renameKey(item, from, to, done);
  const renamed = Array.isArray(value) ? value.map(rename) : Object.fromEntries(Object.entries(value).map(([key, item]) => [key === from ? to : key, rename(item)]));
  done.set(value, renamed);
  return renamed;
}

// lib/archive/front-matter.ts
var archiveSchema = () => looseObject({
  ...shape,
  workflow: textBy(isWorkflow, workflowRule),
  status: _enum($ZodEnum, [...statuses], `one of ${statuses.join(", ")}`),
  archived_at: time2,
  notes: new $ZodOptional({ type: "optional", innerType: textBy(() => true, "a text") })
}, "the fields of an archive");
function parseArchive(text) {
  const data = parseFrontMatter(text);
  const issue = findIssue(data, archiveSchema());
  if (issue === undefined)
    return data;
  throw new Error(`${placeOf(issue) || "front matter"}: expected ${issue.expected}`);
}
function summarizeArchive(archive) {
  const { workflow, status, started_at, archived_at, step } = archive;
  const notes = archive.notes && [...archive.notes.slice(0, 400)].slice(0, 200).join("");
  return { workflow, status, started_at, archived_at, step, branch: branchOf(archive), notes };
}
var frontMatterOf = (text) => /^---\r?\n([\s\S]*?)\n---\r?(?:\n|$)/.exec(text)?.[1]?.replaceAll(`\r\n`, `\n`);
function parseFrontMatter(text) {
  const yaml = frontMatterOf(text);
  const repeated = yaml === undefined ? undefined : findRepeatedKey2(yaml);
  if (repeated !== undefined)
    throw new Error(`the key ${quote(repeated)} is given twice`);
  try {
    if (yaml !== undefined)
      return parseYaml(yaml);
  } catch {}
  throw new Error("no front matter that can be read");
}
function findRepeatedKey2(yaml) {
  const seen = new Set;
  for (const line of yaml.split(`\n`)) {
    const key = /^(?:([a-z][\w/.:-]*?)|"([^"\\]*(?:\\.[^"\\]*)*)"|'([^']*)') *:(?: |$)/i.exec(line)?.slice(1).join("");
    if (key === undefined)
      continue;
    if (seen.has(key))
      return key;
    seen.add(key);
  }
  return;
}

// lib/archive/identity.ts
function isArchiveName(name, workflow) {
  const rest = /^\d{4}-\d\d-\d\d-([A-Za-z0-9-]+)\.md$/.exec(name)?.[1];
  if (rest === undefined || workflow === undefined)
    return rest !== undefined;
  return rest === hyphenate(workflow) || rest.startsWith(`${hyphenate(workflow)}-`);
}
var hyphenate = (text) => text.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "");

// lib/store/folder.ts
var archivesFolder = (folder) => `${folder.path}/archives`;
var sessionFile = (folder, workflow) => `${folder.path}/${encodeName(workflow)}.json`;
var workflowOfSession = (name, onWindows = isWindows) => name.endsWith(".json") ? decodeName(name.slice(0, -".json".length), onWindows) : null;
function encodeName(workflow, onWindows = isWindows) {
  if (!onWindows)
    return workflow;
  const name = workflow.replaceAll(":", "%3A");
  if (!/^(?:con|prn|aux|nul|(?:com|lpt)\d)(?=$|[.%])/i.test(name))
    return name;
  return `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`;
}
function decodeName(name, onWindows = isWindows) {
  if (!onWindows)
    return isWorkflow(name) ? name : null;
  const workflow = name.replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
  return isWorkflow(workflow) && encodeName(workflow, true).toLowerCase() === name.toLowerCase() ? workflow : null;
}
var openFolder = (project) => unlessAbsent(`open the folder ${project.sessions}`, () => resolve(project));
var resolve = ({ sessions }) => ({ path: withSlashes(realpathSync(sessions)), shown: sessions });
var listNames2 = (path) => unlessAbsent(`list the folder ${path}`, () => readdirSync(path)) ?? [];
var listWorkflows = (folder) => folder === null ? [] : workflowsIn(listNames2(folder.path));
var workflowsIn = (names) => names.flatMap((name) => workflowOfSession(name) ?? []).sort();
function hasArchivesFolder(folder) {
  const path = archivesFolder(folder);
  const stat = readVersion(path);
  if (stat === null || stat.isDirectory())
    return stat !== null;
  const problem = `${path} is ${stat.isSymbolicLink() ? "a symbolic link" : "not a folder"}`;
  throw new SessionError("failed", problem, "make it a folder: nothing is read or written outside of the sessions folder");
}
function shownPath(folder, path) {
  const shown = folder.shown + path.slice(folder.path.length);
  const here = `${withSlashes(process.cwd())}/`;
  if (shown.startsWith(here))
    return shown.slice(here.length);
  return withSlashes(process.getBuiltinModule("node:path").relative(here, shown));
}

// lib/store/archives.ts
function listArchives(project, workflow, named) {
  const folder = openFolder(project);
  if (folder === null || !hasArchivesFolder(folder))
    return [];
  const listed = listNames2(archivesFolder(folder)).flatMap((name) => {
    const item = isArchiveName(name, named) ? readListed(folder, name) : null;
    if (item === null)
      return [];
    if ("error" in item)
      return isArchiveName(name, workflow) ? { item, archived: "" } : [];
    return workflow === undefined || item.workflow === workflow ? { item, archived: sortableTime(item.archived_at) } : [];
  });
  return listed.sort((a, b) => newestFirst(a.archived, b.archived) || (a.item.archive < b.item.archive ? -1 : 1)).map(({ item }) => item);
}
function archivedWorkflows(project) {
  return [...new Set(listArchives(project).flatMap((item) => ("error" in item) ? [] : item.workflow))];
}
function readListed(folder, name) {
  const path = `${archivesFolder(folder)}/${name}`;
  const archive = shownPath(folder, path);
  try {
    const text = readFrontMatter(path);
    return text === null ? null : { ...summarizeArchive(parseArchive(text)), archive };
  } catch (error) {
    return { archive, error: failedTo(`read ${archive}`, error).message };
  }
}
function readFrontMatter(path) {
  const { text } = readBeginning(path, 65536);
  const end = /\n---(?:\r?\n|$)/.exec(text);
  const beginning = end === null ? undefined : text.slice(0, end.index + end[0].length);
  if (beginning?.includes("\uFFFD") === false)
    return beginning;
  const file = readFile(path, maxArchiveBytes);
  if (file?.problem !== undefined)
    throw new Error(file.problem);
  return file?.value ?? null;
}

// lib/store/spelling.ts
function otherSpelling(folder, workflow) {
  const file = sessionFile(folder, workflow);
  if (readVersion(`${file.slice(0, -".json".length)}.JSON`) === null || readVersion(file) === null)
    return null;
  for (let listing = 0;listing < 10; listing += 1) {
    const names = listNames2(folder.path).map((name) => workflowOfSession(name) ?? name);
    if (names.includes(workflow))
      return null;
    const spellings = [workflow, `${workflow}.json`].map((name) => name.toLowerCase());
    const other = names.find((name) => spellings.includes(name.toLowerCase()));
    if (other !== undefined)
      return other;
  }
  return null;
}

// lib/store/reading.ts
function readSession(project, workflow) {
  const folder = openFolder(project);
  if (folder === null || readVersion(sessionFile(folder, workflow)) === null)
    return null;
  return otherSpelling(folder, workflow) === null ? readSessionFile(folder, workflow) : null;
}
function readSessionFile(folder, workflow) {
  const path = sessionFile(folder, workflow);
  const file = readFile(path, maxFileBytes);
  if (file === null)
    return null;
  const { value, problem } = file.problem === undefined ? decodeSession(file.value) : file;
  if (value !== undefined)
    return value;
  const shown = shownPath(folder, path);
  const help = `fix ${shown} by hand, or delete it: ${commandLine("reset", workflow)}`;
  throw new SessionError("damaged", `${shown} is damaged: ${problem}`, help);
}
var activeWorkflows = (project) => listWorkflows(openFolder(project));
var maxListings = 10;
var quietMs = 20;
function listSessions(project) {
  const folder = openFolder(project);
  if (folder === null)
    return [];
  const listed = [...new Set(workflowsIn(listBusy(folder)))].flatMap((workflow) => readListed2(folder, workflow) ?? []);
  return listed.sort((a, b) => newestFirst(a.updated, b.updated)).map(({ item }) => item);
}
function listBusy(folder) {
  let last = listNames2(folder.path);
  let all = last;
  for (let listing = 1;listing < maxListings; listing += 1) {
    const names = listNames2(folder.path);
    if (Bun.deepEquals(names, last) && isQuiet(folder))
      break;
    all = [...all, ...names];
    last = names;
  }
  return all;
}
var isQuiet = ({ path }) => Date.now() - (readVersion(path)?.mtimeMs ?? 0) > quietMs;
function readListed2(folder, workflow) {
  try {
    const session = readSessionFile(folder, workflow);
    if (session === null)
      return null;
    return { item: Object.assign({ workflow }, session, { workflow }), updated: sortableTime(session.updated_at) };
  } catch (error) {
    return { item: { workflow, error: failedTo(`read ${workflow}`, error).message }, updated: "" };
  }
}

// scripts/get.ts
run(get, ({ workflow, archived, brief }, { findProject }) => {
  const project = findProject();
  if (archived) {
    const known = () => [...activeWorkflows(project), ...archivedWorkflows(project)];
    const note = workflow === undefined ? undefined : noteOfAbsence(workflow, known, "archive");
    return answer(listArchives(project, workflow), (listed, options) => viewArchives(listed, options, workflow), note);
  }
  if (brief)
    return answer(abridge(listSessions(project)), viewBrief);
  if (workflow === undefined)
    return answer(listSessions(project), viewList);
  const note = noteOfAbsence(workflow, () => activeWorkflows(project));
  return answer(readSession(project, workflow), viewSession(workflow), note);
});
}
// prettier-ignore
function isComplete() {}
