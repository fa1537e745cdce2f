/** JSON Merge Patch: the examples of RFC 7396 and the properties that follow from its section 2. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isObject, type JsonValue } from "../../lib/session/json.ts";
import { mergePatch } from "../../lib/session/merge-patch.ts";
import { jsonObject, jsonValue } from "../support/nasty-texts.ts";

describe("appendix A of RFC 7396", () => {
  test.each<[string, string, string]>([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', "{}"],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', "null", "null"],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ["[1,2]", '{"a":"b","c":null}', '{"a":"b"}'],
    ["{}", '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])("%s patched with %s is %s", (target, patch, result) => {
    expect(JSON.stringify(mergePatch(JSON.parse(target), JSON.parse(patch) as JsonValue))).toBe(result);
  });
});

test("an empty patch changes nothing", () => {
  fc.assert(fc.property(jsonObject, (target) => expect(mergePatch(target, {})).toStrictEqual(target)));
});

test("a patch that is applied twice does what it does once", () => {
  fc.assert(
    fc.property(jsonObject, jsonValue, (target, patch) => {
      const once = mergePatch(target, patch);
      expect(mergePatch(once, patch)).toStrictEqual(once);
    }),
  );
});

test("neither argument is changed", () => {
  fc.assert(
    fc.property(jsonObject, jsonObject, (target, patch) => {
      const before = JSON.stringify([target, patch]);
      mergePatch(target, patch);
      expect(JSON.stringify([target, patch])).toBe(before);
    }),
  );
});

test("every key of the patch is in the result if and only if it is not null there, at every level", () => {
  function expectMerged(result: JsonValue, patch: JsonValue) {
    if (!isObject(patch)) return expect(result).toStrictEqual(patch);
    if (!isObject(result)) throw new Error("an object patched with an object is an object");
    for (const [key, value] of Object.entries(patch)) {
      expect(Object.hasOwn(result, key)).toBe(value !== null);
      if (value !== null) expectMerged(result[key] ?? null, value);
    }
  }
  fc.assert(fc.property(jsonValue, jsonValue, (target, patch) => expectMerged(mergePatch(target, patch), patch)));
});

test.each(["constructor", "toString", "hasOwnProperty", "valueOf", "__proto__", "length", "", "0"])(
  "the key %j is one like others",
  (key) => {
    expect(mergePatch({}, { [key]: { a: null, b: 1 } })).toStrictEqual({ [key]: { b: 1 } });
    expect(mergePatch({ [key]: { a: 1 } }, { [key]: { b: 2 } })).toStrictEqual({ [key]: { a: 1, b: 2 } });
    expect(mergePatch({ [key]: 1, a: 2 }, { [key]: null })).toStrictEqual({ a: 2 });
    expect(Object.hasOwn(mergePatch({ a: 1 }, {}), key)).toBe(false);
    expect(Object.getPrototypeOf(mergePatch({ [key]: 1 }, { [key]: { a: 1 } }))).toBe(Object.prototype);
  },
);

test("keys keep their order and new ones come last", () => {
  expect(Object.keys(mergePatch({ b: 1, a: 2, c: 3 }, { d: 4, a: 5, b: null }))).toEqual(["a", "c", "d"]);
});
