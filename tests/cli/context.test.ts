/** The context as it is given on a command line. */
import { describe, expect, test } from "bun:test";
import { looksLikeContext, parseContext, parseContextText, readContext } from "../../lib/cli/context.ts";
import type { JsonObject } from "../../lib/session/json.ts";
import { maxTextBytes } from "../../lib/session/rules.ts";
import { inputOf } from "../support/input.ts";
import { nested } from "../support/sample.ts";
import { shellWords } from "../support/shell-words.ts";
import { forms, oneForm, storeLess } from "../support/words.ts";

const parse = (texts: string[]) => parseContext(texts.map((text, at) => ({ text, at, isLiteral: false })));

/** The patch that words on a command line give. */
function patchOf(texts: string[]): JsonObject {
  const given = parse(texts);
  if (given === "-") throw new Error("it is on standard input");
  return given.patch;
}

const helpOf = (line: string) => line.replace(/^help: |\n$/g, "");
const refusal = (message: string | RegExp, help = helpOf(forms)) =>
  expect.objectContaining({
    code: "usage",
    message: typeof message === "string" ? `bad context: ${message}` : expect.stringMatching(message),
    help,
  });

describe("what is given is taken as it was meant", () => {
  test.each<[string, string[], JsonObject]>([
    ["nothing", [], {}],
    ["a JSON object", ['{"pr_number":8,"a":{"b":[null]}}'], { pr_number: 8, a: { b: [null] } }],
    ["a JSON object with = in it and space around it", [' \n{"a":"b=c"} '], { a: "b=c" }],
    ["pairs", ["pr_number=8", "branch=feat/x", "draft=true"], { pr_number: 8, branch: "feat/x", draft: true }],
    [
      "a key in an object, and after it beside it",
      ['{"a":{"b":1},"b":2,"c":[{"b":3},{"b":4}]}'],
      { a: { b: 1 }, b: 2, c: [{ b: 3 }, { b: 4 }] },
    ],
    ["booleans and null", ["a=true", "b=false", "c=null"], { a: true, b: false, c: null }],
    [
      "words like them",
      ["a=True", "b=FALSE", "c=NULL", "d=nil", "e= true"],
      { a: "True", b: "FALSE", c: "NULL", d: "nil", e: " true" },
    ],
    [
      "integers",
      ["a=0", "b=-1", "c=10", "d=9007199254740991", "e=-9007199254740991"],
      {
        a: 0,
        b: -1,
        c: 10,
        d: 9007199254740991,
        e: -9007199254740991,
      },
    ],
    [
      "versions, codes and other numbers",
      ["a=1.10", "b=12e5", "c=007", "d=+1", "e=0x1f", "f=1_000", "g=-0", "h=1 "],
      {
        a: "1.10",
        b: "12e5",
        c: "007",
        d: "+1",
        e: "0x1f",
        f: "1_000",
        g: "-0",
        h: "1 ",
      },
    ],
    [
      "integers that a number would round",
      ["a=9007199254740992", "b=-9007199254740993", "c=123456789012345678901234567890"],
      {
        a: "9007199254740992",
        b: "-9007199254740993",
        c: "123456789012345678901234567890",
      },
    ],
    ["an empty value", ["key="], { key: "" }],
    ["= and newlines in a value", ["q=a=b==c", "n=a\nb"], { q: "a=b==c", n: "a\nb" }],
    ["JSON in a value, as text", ['v={"a":1}', "w=[1]", 'x="q"'], { v: '{"a":1}', w: "[1]", x: '"q"' }],
    ["every form of key", ["_=1", "a.b=2", "a-b=3", "A9_.-=4"], { _: 1, "a.b": 2, "a-b": 3, "A9_.-": 4 }],
    ["keys of Object.prototype", ["constructor=1", "toString=2"], { constructor: 1, toString: 2 }],
    [
      "JSON behind :=",
      ["a:=[1,{}]", "b:=99.5", 'c:="1234567"', "d:=null", "e:= true "],
      { a: [1, {}], b: 99.5, c: "1234567", d: null, e: true },
    ],
    [":= and = in the text of a value", ["a=:=1", "b=c:=1"], { a: ":=1", b: "c:=1" }],
    ["both kinds of pair", ["a=1.5", "b:=1.5"], { a: "1.5", b: 1.5 }],
  ])("%s", (_, words, context) => {
    expect(patchOf(words)).toEqual(context);
  });

  test("- stands for standard input", () => {
    expect(parse(["-"])).toBe("-");
  });

  test("the texts of pairs with = are kept, for remarks", () => {
    expect(parse(["a=1", "b:=2", "c="])).toEqual({
      patch: { a: 1, b: 2, c: "" },
      texts: new Map([
        ["a", "1"],
        ["c", ""],
      ]),
    });
    expect(parse(['{"a":1}'])).toEqual({ patch: { a: 1 }, texts: new Map() });
  });
});

describe("readContext", () => {
  const never = () => {
    throw new Error("standard input was read");
  };

  test("reads standard input if that was asked for, after a byte order mark too", () => {
    expect(readContext("-", inputOf(' {"a":{"b":1}}\r\n'))).toEqual({ a: { b: 1 } });
    expect(readContext("-", inputOf("\ufeff{}"))).toEqual({});
  });

  test("does not read it in any other case", () => {
    expect(readContext(parse(["a=1"]), never)).toEqual({ a: 1 });
  });

  test.each([
    ["[]", '"[]": expected a JSON object'],
    ["a=1", '"a=1": not JSON: expected a value, found "a" at line 1, column 1'],
  ])("refuses %j there", (text, message) => {
    expect(() => readContext("-", inputOf(text))).toThrow(refusal(message));
  });
});

test.each<[string, boolean]>([
  ["a=1", true],
  ["a:=", true],
  ["a=\n", true],
  ["-", true],
  ["{", true],
  ["\n [", true],
  ["", false],
  ["a", false],
  ["1a=1", false],
  ["a b=1", false],
  ["=1", false],
  ["--", false],
  ["null", false],
])("whether %j looks like a context: %p", (text, expected) => {
  expect(looksLikeContext(text)).toBe(expected);
});

describe("what is not a context is refused", () => {
  test.each<[string, string[], string | RegExp]>([
    ["an empty word", [""], '"": not JSON: expected a value, found the end at line 1, column 1'],
    ["a word", ["hello"], '"hello": not JSON: expected a value, found "h" at line 1, column 1'],
    ["a list", ["[1]"], '"[1]": expected a JSON object'],
    ["a text", ['"a=b"'], '"\\"a=b\\"": expected a JSON object'],
    ["null", ["null"], '"null": expected a JSON object'],
    ["a number", ["8"], '"8": expected a JSON object'],
    ["half an object", ['{"a":1'], '"{\\"a\\":1": not JSON: expected "," or "}", found the end at line 1, column 7'],
    ["an object that could be a pair", ["{a=1}"], /found "a" at line 1, column 2$/],
    ["half an object", ["{"], /^bad context: "\{": not JSON: expected a key/],
    ["a pair and a word", ["a=1", "b"], /^bad context: "b": expected key=value/],
    ["a pair without a key", ["=1"], /^bad context: "=1": expected key=value/],
    ["a key that begins with a digit", ["1a=1"], /^bad context: "1a=1": expected key=value/],
    ["a key with a space", ["a b=1"], /^bad context: "a b=1": expected key=value/],
    ["a key with a newline", ["a\n=1"], /^bad context: "a\\n=1": expected key=value/],
    ["a key that is not ASCII", ["é=1"], /^bad context: "é=1": expected key=value/],
    ["a key that is given twice", ["a=1", "a=1"], 'the key "a" is given twice'],
    ["a key that is given twice, in both ways", ["a:=1", "a=1"], 'the key "a" is given twice'],
    ["a key twice in one object", ['{"a":{},"a":1}'], /: the key "a" is given twice in one object$/],
    [
      "a key twice around an object that has it too",
      ['{"a":1,"b":{"a":2},"a":3}'],
      /: the key "a" is given twice in one object$/,
    ],
    [
      "__proto__ as a key behind :=",
      ['a:={"__proto__":1}'],
      /^bad context: a:=.*: key "__proto__" is refused; choose another name$/,
    ],
    ["__proto__ as a key", ["__proto__=1"], 'key "__proto__" is refused; choose another name'],
    ["__proto__ in an object", ['{"a":{"__proto__":1}}'], /key "__proto__" at "a" is refused; choose another name$/],
    [
      "an integer that would be rounded",
      ['{"id":9007199254740993}'],
      /beyond ±\(2\^53−1\) at "id" would be rounded; put it in quotes$/,
    ],
    ["65 levels", [nested(65)], /nested too deep( at ".*")?; the limit is 64 levels$/],
    ["a lone surrogate in a value", ["a=\ud800"], 'lone surrogate in the text at "a"; no UTF-8 file can hold it'],
  ])("%s", (_, words, message) => {
    expect(() => parse(words)).toThrow(refusal(message));
  });

  test.each<[string, string[], string]>([
    ["an object and a pair", ['{"a":1}', "b=2"], '"{\\"a\\":1}"'],
    ["a pair and an object", ["b:=2", "{}"], '"{}"'],
    ["a list and a pair", ["[1]", "b=2"], '"[1]"'],
    ["a pair and -", ["a=1", "-"], '"-"'],
    ["- and a pair", ["-", "a=1"], '"-"'],
  ])("a mixture is told as what it is: %s", (_, words, found) => {
    expect(() => parse(words)).toThrow(refusal(`${found} and key=value pairs cannot be combined`, helpOf(oneForm)));
  });

  test.each<[string[], string]>([
    [["{}", "{}"], "{}"],
    [["-", "-"], "-"],
    [["[1]", "word"], "[1]"],
    [["word", "{}"], "{}"],
  ])("an object or - beside another word: %j", (words, found) => {
    expect(() => parse(words)).toThrow(refusal(`"${found}" and another word cannot be combined`, helpOf(oneForm)));
  });

  test.each<[string, string, string]>([
    ["a text", "a:=feat/x", "a=feat/x"],
    ["nothing", "a:=", "a=''"],
    ["words", "a:=it's broken", "a='it'\\''s broken'"],
    ["a number with zeros before it", "v:=007", "v=007"],
  ])("%s behind :=, and the help names the form that takes it", (_, word, form) => {
    const [key, text = ""] = word.split(":=");
    expect(() => parse([word])).toThrow(
      refusal(new RegExp(`^bad context: ${key}:=".*": not JSON: `), `what follows := is JSON; for text write ${form}`),
    );
    expect(shellWords(form)).toEqual([`${key}=${text}`]);
    expect(patchOf(shellWords(form))).toEqual({ [key ?? ""]: text });
  });

  test.each([
    ["if-new", "if-new=", "--if-new"],
    ["if-step", "if-step=it's", "--if-step='it'\\''s'"],
    ["if-updated", "if-updated=2025-01-29T15:05:00.000Z", "--if-updated=2025-01-29T15:05:00.000Z"],
    ["if-step", 'if-step:="find it"', "--if-step='find it'"],
    ["if-step", "if-step:=find", "--if-step=find"],
    ["if-step", "if-step=", "--if-step=VALUE"],
  ])("a condition without its dashes, with how it is written: %s", (key, word, option) => {
    const help = `write ${option}; a key of that name can be given in a JSON object`;
    expect(() => parse(["a=1", word])).toThrow(refusal(`"${key}" is a condition without its dashes`, help));
    expect(patchOf([JSON.stringify({ [key]: "x" })])).toEqual({ [key]: "x" });
  });

  test.each(["a:=[bug,ui]", 'a:={"b":}', 'a:="b'])("half JSON behind :=, with how it is quoted: %s", (word) => {
    const help = 'what follows := is JSON, in single quotes for the shell: a:=\'["a","b"]\'';
    expect(() => parse([word])).toThrow(refusal(/^bad context: a:=".*": not JSON: /, help));
    expect(patchOf(shellWords(help.slice(help.indexOf("a:="))))).toEqual({ a: ["a", "b"] });
  });
});

test.each([
  ["pairs", `a=${"é".repeat(maxTextBytes / 2)}`, "bad context: it has 1048584 bytes of JSON, the limit is 1048576"],
  ["JSON", `{"a":"${"é".repeat(maxTextBytes / 2)}"}`, "bad context: it has 1048584 bytes, the limit is 1048576"],
])("more than 1 MiB of %s is refused, with what to do instead", (_, word, message) => {
  expect(() => parse([word])).toThrow(expect.objectContaining({ code: "usage", message, help: helpOf(storeLess) }));
});

describe("the limits themselves are within", () => {
  test.each([
    ["64 levels", nested(64)],
    ["1 MiB", `{"a":"${"é".repeat((maxTextBytes - '{"a":""}'.length) / 2)}"}`],
  ])("%s", (_, text) => {
    expect(parseContextText(text)).toEqual(JSON.parse(text));
    expect(patchOf([text])).toEqual(JSON.parse(text));
  });

  test("64 levels behind :=, the context itself being the first", () => {
    expect(patchOf([`a:=${nested(63)}`])).toEqual({ a: JSON.parse(nested(63)) });
    expect(() => parse([`a:=${nested(64)}`])).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringContaining("nested too deep") }),
    );
  });
});
