/** The context as it is given on a command line. */
import { describe, expect, test } from "bun:test";
import { fromStandardInput, parseContext, parseContextText } from "../../lib/cli/context.ts";
import type { JsonObject } from "../../lib/session/json.ts";
import { maxContextBytes } from "../../lib/session/rules.ts";
import { nested } from "../support/sample.ts";

const refusal = (message: string | RegExp) =>
  expect.objectContaining({
    code: "usage",
    message: typeof message === "string" ? `bad context: ${message}` : expect.stringMatching(message),
    help: expect.stringContaining("key=value pairs (pr_number=8 branch=feat/x), one JSON object, or -"),
  });

describe("what is given is taken as it was meant", () => {
  test.each<[string, string[], JsonObject]>([
    ["nothing", [], {}],
    ["a JSON object", ['{"pr_number":8,"a":{"b":[null]}}'], { pr_number: 8, a: { b: [null] } }],
    ["a JSON object with = in it and space around it", [' \n{"a":"b=c"} '], { a: "b=c" }],
    ["pairs", ["pr_number=8", "branch=feat/x", "draft=true"], { pr_number: 8, branch: "feat/x", draft: true }],
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
  ])("%s", (_, words, context) => {
    expect(parseContext(words)).toEqual(context);
  });

  test("- stands for standard input", () => {
    expect(parseContext(["-"])).toBe(fromStandardInput);
  });
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
    ["two objects", ["{}", "{}"], /^bad context: "\{\}": expected key=value/],
    ["an object and a pair", ["{}", "a=1"], /^bad context: "\{\}": expected key=value/],
    ["a pair and -", ["a=1", "-"], /^bad context: "-": expected key=value/],
    ["a pair without a key", ["=1"], /^bad context: "=1": expected key=value/],
    ["a key that begins with a digit", ["1a=1"], /^bad context: "1a=1": expected key=value/],
    ["a key with a space", ["a b=1"], /^bad context: "a b=1": expected key=value/],
    ["a key with a newline", ["a\n=1"], /^bad context: "a\\n=1": expected key=value/],
    ["a key that is not ASCII", ["é=1"], /^bad context: "é=1": expected key=value/],
    ["a key that is given twice", ["a=1", "a=1"], 'the key "a" is given twice'],
    ["__proto__ as a key", ["__proto__=1"], 'key "__proto__" is refused; choose another name'],
    ["__proto__ in an object", ['{"a":{"__proto__":1}}'], /key "__proto__" at "a" is refused; choose another name$/],
    [
      "an integer that would be rounded",
      ['{"id":9007199254740993}'],
      /beyond ±\(2\^53−1\) at "id" would be rounded; put it in quotes$/,
    ],
    ["65 levels", [nested(65)], /nested too deep at ".*"; the limit is 64 levels$/],
    ["a lone surrogate in a value", ["a=\ud800"], 'lone surrogate in the text at "a"; no UTF-8 file can hold it'],
  ])("%s", (_, words, message) => {
    expect(() => parseContext(words)).toThrow(refusal(message));
  });
});

test.each([
  ["pairs", `a=${"é".repeat(maxContextBytes / 2)}`, "bad context: it has 1048584 bytes of JSON, the limit is 1048576"],
  ["JSON", `{"a":"${"é".repeat(maxContextBytes / 2)}"}`, "bad context: it has 1048584 bytes, the limit is 1048576"],
])("more than 1 MiB of %s is refused, with what to do instead", (_, word, message) => {
  const help = "store less: put large data into a file and its path into the context";
  expect(() => parseContext([word])).toThrow(expect.objectContaining({ code: "usage", message, help }));
});

describe("the limits themselves are within", () => {
  test.each([
    ["64 levels", nested(64)],
    ["1 MiB", `{"a":"${"é".repeat((maxContextBytes - '{"a":""}'.length) / 2)}"}`],
  ])("%s", (_, text) => {
    expect(parseContextText(text)).toEqual(JSON.parse(text));
    expect(parseContext([text])).toEqual(JSON.parse(text));
  });
});
