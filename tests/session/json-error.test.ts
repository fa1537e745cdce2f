/** Where JSON text stops being JSON. It is called only for texts that `JSON.parse` refuses. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { explainError, findSyntaxError } from "../../lib/session/json-error.ts";
import { jsonValue } from "../support/nasty-texts.ts";

setDefaultTimeout(60_000);

const find = (text: string, depth = Number.POSITIVE_INFINITY) => findSyntaxError(text, depth);

describe("the first character that is wrong is named, with line and column", () => {
  test.each([
    ["", "expected a value, found the end at line 1, column 1"],
    [" \n ", "expected a value, found the end at line 2, column 2"],
    ["{", "expected a key in double quotes or the closing bracket, found the end at line 1, column 2"],
    ['{"a"}', 'expected ":", found "}" at line 1, column 5'],
    ['{"a":}', 'expected a value, found "}" at line 1, column 6'],
    ['{"a":1,}', 'expected a key in double quotes, found "}" at line 1, column 8'],
    ['{"a":1 "b":2}', 'expected "," or "}", found "\\"" at line 1, column 8'],
    ['{"a":1', 'expected "," or "}", found the end at line 1, column 7'],
    ["{a:1}", 'expected a key in double quotes or the closing bracket, found "a" at line 1, column 2'],
    ["[1,]", 'expected a value, found "]" at line 1, column 4'],
    ["[1 2]", 'expected "," or "]", found "2" at line 1, column 4'],
    ["[1}", 'expected "," or "]", found "}" at line 1, column 3'],
    ["]", 'expected a value, found "]" at line 1, column 1'],
    ["1 2", 'expected nothing more, found "2" at line 1, column 3'],
    ["{}}", 'expected nothing more, found "}" at line 1, column 3'],
    ["01", 'expected nothing more, found "1" at line 1, column 2'],
    ["[1.]", 'expected "," or "]", found "." at line 1, column 3'],
    ["[+1]", 'expected a value or the closing bracket, found "+" at line 1, column 2'],
    ["nul", 'expected a value, found "n" at line 1, column 1'],
    ["[Infinity]", 'expected a value or the closing bracket, found "I" at line 1, column 2'],
    ['"a', "expected the closing double quote, found the end at line 1, column 3"],
    ['["a\nb"]', 'expected a string without raw control characters, found "\\n" at line 1, column 4'],
    ['["a\u001f"]', 'expected a string without raw control characters, found "\\u001f" at line 1, column 4'],
    ['["\\n", "\\u00e9", "\\"", x]', 'expected a value, found "x" at line 1, column 24'],
    ['"\\x"', 'expected a valid escape, found "x" at line 1, column 3'],
    ['"\\u12g4"', 'expected a valid escape, found "u" at line 1, column 3'],
    ['"\\', "expected a valid escape, found the end at line 1, column 3"],
    ['{\n  "a": 1,\n  b: 2\n}', 'expected a key in double quotes, found "b" at line 3, column 3'],
    ['["😀", x]', 'expected a value, found "x" at line 1, column 7'],
    ['{"a":{"b":[1,{"c":tru}]}}', 'expected a value, found "t" at line 1, column 19'],
    ["\ufeff{}", 'expected a value, found "\ufeff" at line 1, column 1'],
    ["/* */ {}", 'expected a value, found "/" at line 1, column 1'],
    ["[1]\u00a0", 'expected nothing more, found "\u00a0" at line 1, column 4'],
  ])("%j", (text, message) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(find(text)).toBe(message);
  });
});

describe("what another language would write for a value, or around a key, gets the form of JSON as a hint", () => {
  test.each([
    ["[True]", 'found "T" at line 1, column 2; JSON writes true'],
    ['{"a": False}', 'found "F" at line 1, column 7; JSON writes false'],
    ['{"a": None, "b": 1}', 'found "N" at line 1, column 7; JSON writes null'],
    ["[1, undefined]", 'found "u" at line 1, column 5; JSON writes null'],
    ["NaN", 'found "N" at line 1, column 1; JSON has no NaN'],
    ["['a']", 'found "\'" at line 1, column 2; JSON has double quotes only'],
    ["{'a':1}", 'found "\'" at line 1, column 2; JSON has double quotes only'],
    ["{\"a\":1,'b':2}", 'found "\'" at line 1, column 8; JSON has double quotes only'],
  ])("%j", (text, end) => {
    expect(find(text)).toEndWith(`, ${end}`);
  });

  test.each([
    ["another word", ["[Nonexistent]", "[TRUE]", "[nan]", `[None${"e".repeat(20)}]`, "[NoneNone]"]],
    ["a word that every object of JavaScript has", ["constructor", "[valueOf]", '{"a":toString}', "[hasOwnProperty]"]],
    ["a place that no value can have", ["[1 None]", "[1 'a']", "{} True", "{None:1}", '{"a" undefined}']],
    ["an escape", ['"\\None"', `"it\\'s"`]],
  ])("but not %s", (_, texts) => {
    expect(texts.map((text) => find(text)).filter((message) => !/ at line 1, column \d+$/.test(message))).toEqual([]);
  });
});

/** A JSON text with a few characters inserted, deleted or replaced: often not JSON any more. */
const mutated = fc
  .tuple(
    jsonValue.chain((value) => fc.constantFrom(JSON.stringify(value), JSON.stringify(value, null, 2))),
    fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...'{}[]",:\\u0123eE+-.tfn \n\t\u0000😀')), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([text, changes]) =>
    changes.reduce((changed, [seed, removed, inserted]) => {
      const at = seed % (changed.length + 1);
      return changed.slice(0, at) + inserted + changed.slice(at + removed);
    }, text),
  );

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The characters before a place that is given as a line and a column, from 1. */
function before(text: string, line: number, column: number): string {
  const lines = text.split("\n");
  return [...lines.slice(0, line - 1), [...(lines[line - 1] ?? "")].slice(0, column - 1).join("")].join("\n");
}

test("every text that is not JSON gets a place, up to which it could be the start of JSON", () => {
  fc.assert(
    fc.property(
      mutated.filter((text) => !isJson(text)),
      (text) => {
        const [, found, line, column] = /, found (.+) at line (\d+), column (\d+)(?:; JSON [a-z ]+)?$/s.exec(find(text)) ?? [];
        const start = before(text, Number(line), Number(column));
        expect(text.startsWith(start)).toBe(true);
        const next = text.slice(start.length);
        expect(found).toBe(next === "" ? "the end" : JSON.stringify(String.fromCodePoint(next.codePointAt(0) ?? 0)));
        // What comes before it is wrong only in that it ends: cut there, the same walk reaches the end.
        if (start !== "" && !isJson(start)) expect(find(start)).toMatch(/found the end at|valid escape/);
      },
    ),
    { numRuns: 1000 },
  );
});

test("half a million open brackets and texts do not exhaust the stack", () => {
  expect(find('[{"a":'.repeat(500_000))).toBe("expected a value, found the end at line 1, column 3000001");
});

test("the walk ends where the nesting is deeper than the limit, whatever follows", () => {
  const tooDeep = "expected at most 3 levels of nesting";
  expect(find("[[[[ x", 3)).toBe(`${tooDeep}, found "[" at line 1, column 4`);
  expect(find('{"a":[{"b":\n{', 3)).toBe(`${tooDeep}, found "{" at line 2, column 1`);
  expect(find("[[[x", 3)).toBe('expected a value or the closing bracket, found "x" at line 1, column 4');
  expect(find("[[[]],[[]],[[]] x", 3)).toBe('expected "," or "]", found "x" at line 1, column 17');
});

describe("what is wrong with a text that JSON.parse refused", () => {
  const explain = (text: string) => {
    try {
      return JSON.parse(text);
    } catch (error) {
      return explainError(error, text, 64);
    }
  };

  test("names the place up to 1 MiB", () => {
    expect(explain(`[1${" ".repeat(1024 * 1024 - 3)}x`)).toBe('expected "," or "]", found "x" at line 1, column 1048576');
  });

  test("and above that says what the engine said, in one short text", () => {
    const reasons = ["x".repeat(2_000_000), `${" ".repeat(1024 * 1024)}😀`].map(explain);
    expect(reasons[0]).toMatch(/^Unexpected identifier "x{20}/);
    expect(reasons[0]?.length).toBeLessThan(300);
    expect(reasons[1]).toBe("Unrecognized token '\ufffd'");
  });
});

test("all white space of JSON and all its escapes are passed over", () => {
  expect(find('{\r\n\t "a":\r1,}')).toBe('expected a key in double quotes, found "}" at line 2, column 10');
  expect(find(String.raw`["\"\\\/\b\f\n\r\t\u00e9" x]`)).toBe('expected "," or "]", found "x" at line 1, column 27');
});
