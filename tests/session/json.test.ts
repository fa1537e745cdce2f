/** JSON that is kept exactly or refused, and the text forms that are safe to show. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  cutText,
  decodeJson,
  escapeControls,
  escapeInvisible,
  findProblem,
  isObject,
  maxDepth,
  quote,
  renderJson,
} from "../../lib/session/json.ts";
import { maxSearched } from "../../lib/session/json-error.ts";
import { c0, invisible, jsonValue } from "../support/nasty-texts.ts";

const decode = (text: string) => decodeJson(text, maxDepth);
const arrays = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
const objects = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${"}".repeat(levels - 1)}`;

describe("what cannot be kept exactly is refused, with its place", () => {
  test.each([
    ['{"a":1e400}', 'number too large at "a"; put it in quotes'],
    ['{"a":[0,-1e400]}', 'number too large at "a[1]"; put it in quotes'],
    ['{"id":9007199254740992}', 'integer beyond ±(2^53−1) at "id" would be rounded; put it in quotes'],
    ['{"a":{"id":-9007199254740993}}', 'integer beyond ±(2^53−1) at "a.id" would be rounded; put it in quotes'],
    ["[9007199254740993.0]", 'integer beyond ±(2^53−1) at "[0]" would be rounded; put it in quotes'],
    ["[1e300]", 'integer beyond ±(2^53−1) at "[0]" would be rounded; put it in quotes'],
    ['{"__proto__":{}}', 'key "__proto__" is refused; choose another name'],
    ['{"__pr\\u006fto__":1}', 'key "__proto__" is refused; choose another name'],
    ['{"a":[{"b":{"__proto__":null}}]}', 'key "__proto__" at "a[0].b" is refused; choose another name'],
    ['{"a":"\\ud800"}', 'lone surrogate in the text at "a"; no UTF-8 file can hold it'],
    ['["x\\udc00y"]', 'lone surrogate in the text at "[0]"; no UTF-8 file can hold it'],
    ['"\\udfff"', "lone surrogate in the text; no UTF-8 file can hold it"],
    ['{"\\ud83d":1}', 'lone surrogate in the key "�"'],
    ['{"a":{"\\ud83d":1}}', 'lone surrogate in the key "�" at "a"'],
    ["[1,]", 'not JSON: expected a value, found "]" at line 1, column 4'],
  ])("%s", (text, problem) => {
    expect(decode(text)).toEqual({ problem });
  });

  test.each([
    ["65 arrays", arrays(65), `${"[0]".repeat(13)}[`],
    ["65 objects", objects(65), "a.".repeat(20)],
    ["20,000 arrays", arrays(20_000), `${"[0]".repeat(13)}[`],
  ])("%s within one another, with the beginning of their place", (_, text, place) => {
    expect(decode(text)).toEqual({ problem: `nested too deep at "${place}"; the limit is 64 levels` });
  });

  test("too many brackets that never close, with the place of the first", () => {
    const problem = 'not JSON: expected at most 64 levels of nesting, found "[" at line 1, column 65';
    expect(decode("[".repeat(60_000))).toEqual({ problem });
  });
});

describe("a key that an object repeats is refused: JSON.parse would keep the last of its values in silence", () => {
  test.each([
    ['{"a":1,"a":1}', "a"],
    ['{"a" :1,"b":[],"a"\n:2}', "a"],
    ['{"a":{"b":{"c":1,"c":2}}}', "c"],
    ['[{"a":1},{"a":1,"\\u0061":2}]', "a"],
    ['{"\\"":":","\\"":"\\\\"}', '\\"'],
    ['{"":1,"":1}', ""],
    [`{"a":${objects(70)},"a":1}`, "a"],
    ['{"constructor":1,"constructor":2}', "constructor"],
  ])("%j", (text, key) => {
    expect(decode(text)).toEqual({ problem: `the key "${key}" is given twice in one object` });
  });

  test("in a long text too, where it is not searched for", () => {
    const long = '"x",'.repeat(maxSearched / 4);
    expect(decode(`{"a":[${long}1],"a":2}`)).toEqual({ problem: "a key is given twice in one object" });
    expect(decode(`{"a":[${long}1],"b":"\\"a\\":"}`)).toHaveProperty("value.b", '"a":');
  });

  test("but not one in several objects, nor what looks like a key in a text", () => {
    const beside = (item: string) => `[${Array(100).fill(item).join()}]`; // more than may stand within one another
    for (const text of [
      beside("[]"),
      beside("{}"),
      '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}',
      '{"a":"\\"a\\":1,\\"a\\":2","b":"a:b:c\\\\"}',
      '["a","a",":",":"]',
    ])
      expect(decode(text)).toEqual({ value: JSON.parse(text) });
  });
});

describe("in a large text, nesting is counted before anything is parsed", () => {
  const large = "x".repeat(70_000);
  const problem = "nested too deep; the limit is 64 levels";

  test.each([
    ["100,000 arrays", arrays(100_000)],
    ["100,000 objects", objects(100_000)],
    ["65 arrays around a long text", `${"[".repeat(65)}"${large}"${"]".repeat(65)}`],
    ["65 levels after a long text with quotes and backslashes in it", `["\\"${large}\\\\",${arrays(64)}]`],
    ["a million arrays that never close", "[".repeat(1_000_000)],
    ["a million objects that never close", '{"a":'.repeat(1_000_000)],
  ])("and refused: %s", (_, text) => {
    expect(decode(text)).toEqual({ problem });
  });

  test.each([
    ["64 arrays around a long text", `${"[".repeat(64)}"${large}"${"]".repeat(64)}`],
    ["many arrays beside one another", `[${"[[]],".repeat(20_000)}0]`],
    ["brackets in a text", `["${"[{".repeat(40_000)}"]`],
    ["brackets in a text, after a quote in it", `["\\"${"[".repeat(70_000)}\\\\", "\\\\", []]`],
    ["brackets in a key", `{"${"{".repeat(70_000)}":"${"[".repeat(100)}"}`],
  ])("but not these: %s", (_, text) => {
    expect(decode(text)).toEqual({ value: JSON.parse(text) });
  });

  test("a text in it that never ends is told as what it is", () => {
    const end = "expected the closing double quote, found the end at line 1, column 70003";
    expect(decode(`["${"[".repeat(70_000)}`)).toEqual({ problem: `not JSON: ${end}` });
    expect(decode(`["${"[".repeat(69_998)}\\"`)).toEqual({ problem: `not JSON: ${end}` });
  });
});

describe("what JSON keeps exactly is accepted", () => {
  test.each([
    ["±(2^53−1)", "[9007199254740991,-9007199254740991]"],
    ["a fraction beyond the integers' precision", "[0.1,1.5e-7,5e-324]"],
    ["a surrogate pair", '["\\ud83d\\ude00"]'],
    ["keys of Object.prototype", '{"constructor":1,"toString":2,"hasOwnProperty":3,"proto":4,"":5}'],
    ["__proto__ as text", '["__proto__"]'],
    ["64 arrays", arrays(64)],
    ["64 objects", objects(64)],
    ["white space around it", ' \t\r\n{"a" : 1 }\n'],
    ["a scalar", "null"],
  ])("%s", (_, text) => {
    expect(decode(text)).toEqual({ value: JSON.parse(text) });
  });

  test("every value that a session may hold", () => {
    fc.assert(fc.property(jsonValue, (value) => expect(findProblem(value, 100)).toBeUndefined()));
  });
});

test("only an object is an object", () => {
  expect([{}, { length: 0 }, [], null, undefined, "", 0, true].map(isObject)).toEqual([true, true, ...Array(6).fill(false)]);
});

describe("text that is safe to show", () => {
  const units = (text: string) => [...text].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  const all = invisible.join("");

  test("there are as many of these characters as the contract names", () => {
    expect(invisible.length).toBe(33 + 2 + 3 + 5 + 4);
  });

  test("renderJson escapes them in values and keys, and its line parses back to the same value", () => {
    const line = renderJson({ [all]: [all, c0.join("")] });
    expect(line).toMatch(/^[\u0020-\u007e]+\n$/);
    expect(line).toContain(`{"${units(all)}":["${units(all)}"`);
    expect(JSON.parse(line)).toEqual({ [all]: [all, c0.join("")] });
  });

  test("renderJson is one line, or indented, and parses back, for every value", () => {
    const isOneSafeLine = (line: string) =>
      line.indexOf("\n") === line.length - 1 && !invisible.some((character) => line.includes(character));
    fc.assert(
      fc.property(jsonValue, (value) => {
        expect(isOneSafeLine(renderJson(value))).toBe(true);
        expect(JSON.parse(renderJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(renderJson(value, 2)).toBe(`${escapeInvisible(JSON.stringify(value, null, 2))}\n`);
      }),
    );
  });

  test("escapeInvisible leaves C0 controls as they are", () => {
    expect(escapeInvisible(`a${c0.join("")}${all}b`)).toBe(`a${c0.join("")}${units(all)}b`);
  });

  test("escapeControls escapes C0 controls too, and leaves all other text alone", () => {
    expect(escapeControls(`a${c0.join("")}${all}b`)).toBe(`a${units(c0.join("") + all)}b`);
    expect(escapeControls("é 日本 😀 \\ \u00a0")).toBe("é 日本 😀 \\ \u00a0");
  });

  test.each([
    ["plain text", "plain", '"plain"'],
    ["quotes and backslashes", 'a"b\\', '"a\\"b\\\\"'],
    ["controls", "a\n\u001b[31m\u009b\u202e", '"a\\n\\u001b[31m\\u009b\\u202e"'],
    ["a lone surrogate", "\ud800", '"�"'],
    ["80 characters", "x".repeat(80), `"${"x".repeat(80)}"`],
    ["81 characters", "x".repeat(81), `"${"x".repeat(79)}…"`],
    ["80 characters that are escaped", "\u202e".repeat(80), `"${"\\u202e".repeat(80)}"`],
  ])("quote shows %s", (_, text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });
});

describe("a text is cut by characters", () => {
  test.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["😀😀😀", 3, "😀😀😀"],
    ["😀😀😀😀", 3, "😀😀…"],
    ["a😀b😀", 3, "a😀…"],
    ["", 3, ""],
    ["ab", 1, "…"],
  ])("%j to %d: %j", (text, length, cut) => {
    expect(cutText(text, length)).toBe(cut);
  });

  test("and the same whatever its length, in the middle of a pair or not", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "😀"), maxLength: 20 }),
        fc.integer({ min: 1, max: 12 }),
        (text, length) => {
          const characters = [...text];
          const whole = characters.length <= length;
          expect(cutText(text, length)).toBe(whole ? text : `${characters.slice(0, length - 1).join("")}…`);
        },
      ),
    );
  });
});
