/**
 * YAML that every parser reads back as what went in: `yaml` as version 1.1 and as 1.2, Bun's own, js-yaml (which
 * gray-matter uses), and PyYAML if python3 has it.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import matter from "gray-matter";
import { parse } from "yaml";
import { isWithoutAliases, parseYaml, renderYaml } from "../../lib/archive/yaml.ts";
import type { JsonObject } from "../../lib/session/json.ts";
import { jsonObject, jsonValue, nastyTexts, proseTexts } from "../support/nasty-texts.ts";

setDefaultTimeout(60_000);

const parsers: [string, (text: string) => unknown][] = [
  ["yaml 1.1", (text) => parse(text, { version: "1.1" })],
  ["yaml 1.2", (text) => parse(text, { version: "1.2" })],
  ["Bun.YAML", (text) => Bun.YAML.parse(text)],
  ["js-yaml", (text) => matter(`---\n${text}---\n`, {}).data],
];

/** Bun 1.4.5 merges a mapping or list under the key `<<` even if that is quoted and tagged, which is its error. */
function isMistakenByBun(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, item]) => (key === "<<" && item instanceof Object) || isMistakenByBun(item));
}

const texts = [...nastyTexts, ...proseTexts];

/** One mapping with every text as a value, as a key, in a list and below the root. */
const table: JsonObject = {
  values: texts.map((text) => ({ text })),
  keys: texts.map((text) => ({ [text]: text })),
  lists: texts.map((text) => [text, [text]]),
  ...Object.fromEntries(texts.map((text) => [text, text])),
  numbers: [0, -0, 1, -1, 0.1, -0.5, 1e-7, 1.5e-7, -5e-324, 1e20 / 3, 2 ** 53 - 1, -(2 ** 53 - 1)],
  rest: [null, true, false, [], {}, [[]], [{}], [[[]], { a: [], b: {} }], { "": { "": [{ "": null }] } }],
};

describe.each(parsers)("read by %s", (name, read) => {
  test("every hostile text and all prose is the same as a value, as a key, in a list and at the end", () => {
    const changed = texts.filter((text) => {
      const mapping = { [text]: text, list: [text, { [text]: text }], last: text };
      return !Bun.deepEquals(read(renderYaml(mapping)), mapping, true);
    });
    expect(changed).toEqual([]);
  });

  test("the whole table is the same", () => {
    expect(read(renderYaml(table))).toStrictEqual(table);
  });

  test("every mapping that a session may hold is the same", () => {
    fc.assert(
      fc.property(jsonObject, (mapping) => {
        fc.pre(Object.keys(mapping).length > 0 && !(name === "Bun.YAML" && isMistakenByBun(mapping)));
        expect(read(renderYaml(mapping))).toStrictEqual(mapping);
      }),
    );
  });
});

test.each(parsers.filter(([name]) => name !== "Bun.YAML"))("a mapping or list under the key << is no merge for %s", (_, read) => {
  const mapping = { a: { "<<": { b: 1 } }, "<<": [{ c: 2 }] };
  expect(read(renderYaml(mapping))).toStrictEqual(mapping);
});

test("parseYaml reads what renderYaml wrote, even what stands under <<", () => {
  const expectSame = (mapping: object) => expect(JSON.stringify(parseYaml(renderYaml(mapping)))).toBe(JSON.stringify(mapping));
  expectSame({ "<<": { "<<": [{ "<<": {} }, { "<<": null }] }, a: { "<<": [] }, b: '"<<":', c: '\n"<<": 1' });
  expectSame(table);
  const mappings = jsonObject.filter((mapping) => Object.keys(mapping).length > 0);
  fc.assert(fc.property(mappings, jsonValue, (mapping, value) => expectSame({ ...mapping, "<<": value })));
});

test("parseYaml leaves a text that a hand has written as a block, even if its lines look like such keys", () => {
  const block = '  "<<": a merge key\n  ? "q"\n  : x\n    "<<": deeper\n  ? !!str "<<"\n  : y\n';
  const words = (text: string) => text.trim().split(/\s+/); // `>` joins lines
  const mapping = { context: { "<<": { a: 1 } } };
  for (const header of ["|", "|2", ">-", "| # by hand"]) {
    const { notes, ...others } = parseYaml(`notes: ${header}\n${block}${renderYaml(mapping)}`) as { notes: string };
    expect({ header, words: words(notes), others }).toEqual({ header, words: words(block), others: mapping });
  }
});

test("an object that holds itself is visited once", () => {
  expect(parseYaml('a: &a\n  b: *a\n"<<": 1\n')).toMatchObject({ "<<": 1 });
});

test("what aliases share is renamed once, not as often as it is named: else this small text would take gigabytes", () => {
  const text = "x".repeat(200);
  const levels = Array.from({ length: 7 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join(", ")}]\n`);
  const value = parseYaml(`a0: &a0 ${text}\n${levels.join("")}"<<": 1\n`);
  expect(value).toMatchObject({ a0: text, a1: Array(10).fill(text), "<<": 1 });
});

test("YAML without aliases is known: all that renderYaml prints, however long, and nothing that has an anchor", () => {
  const mappings = fc.property(jsonObject, (mapping) => expect(isWithoutAliases(`---\n${renderYaml(mapping)}`)).toBe(true));
  fc.assert(mappings);
  for (const text of ["\u00a0".repeat(300_000), '- *x, &y "\\'.repeat(200_000)])
    expect(isWithoutAliases(renderYaml({ a: `${text}: &x`, "<<": [{}, [], [text]], table }))).toBe(true);
  const anchors = ["a: &x 1", "- &x 1", "&x a: 1", "? &x a\n: 1", "a: !!str &x b", "\ufeff&a [1]", "a: \t&x 1", "a: *x"];
  const quotes = [
    'a: b" c\nd: &x 1',
    'a: [b" , &x c, d"]',
    'a: [b " , &x c, d "]',
    'a: ["b", &x c]',
    `[ '- "', &a 1, *a, '- "' ]`,
    'k": &x v"',
    'k ": &x v"',
    'k - ": &x v"',
    '- [ "b", *x ]',
    'a: [b\n " , &x c, d " ]',
    'a: {b\n " , &x c, d " : 1}',
    `'k: "': *a #"`,
  ];
  const lines = ['[ "a\nb", "- ", &a 1, *a ]', '[ "a\n - ", &a [1,1], *a, "x" ]', '"a', 'a: "b\\'];
  for (const text of [...anchors, ...quotes, ...lines]) expect(isWithoutAliases(text)).toBe(false);
});

const hasPyYaml = spawnSync("python3", ["-c", "import yaml"]).status === 0;

test.skipIf(!hasPyYaml)("read by PyYAML, the whole table is the same (skipped if python3 has no yaml module)", () => {
  const script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin.buffer.read().decode())))";
  const { stdout, stderr } = spawnSync("python3", ["-c", script], { input: renderYaml(table), encoding: "utf8" });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toStrictEqual(table);
});

test("text that nobody can mistake stays plain, all other text is in double quotes, with invisible characters escaped", () => {
  const mapping = {
    step: "git:pr:monitor",
    branch: "feat/x-1.2",
    date: "2025-01-29",
    text: "é\u0085\u00a0\u200b\u202e\ufeff",
    n: [1, 1e-7],
    end: "wait...",
  };
  expect(renderYaml(mapping)).toBe(
    'step: git:pr:monitor\nbranch: feat/x-1.2\ndate: "2025-01-29"\ntext: "é\\u0085\\u00a0\\u200b\\u202e\\ufeff"\n"n":\n  - 1\n  - 1.0e-7\nend: "wait..."\n',
  );
});

test("the key << is tagged as text, after a question mark: to some parsers it is a merge key even in quotes", () => {
  expect(renderYaml({ "<<": 1, a: [{ "<<": "<<" }] })).toBe('? !!str "<<"\n: 1\na:\n  -\n    ? !!str "<<"\n    : "<<"\n');
});

test("no line ends in white space", () => {
  expect(renderYaml(table)).not.toMatch(/\s$(?<!\n)/mu);
  fc.assert(
    fc.property(jsonObject, (mapping) =>
      expect(
        renderYaml(mapping)
          .split("\n")
          .filter((line) => /\s$/u.test(line)),
      ).toEqual([]),
    ),
  );
});

test("a key of more than a thousand characters is announced by a question mark, and read back wherever it stands", () => {
  const key = "k".repeat(1001);
  expect(renderYaml({ a: { [key]: 1 } })).toBe(`a:\n  ? "${key}"\n  : 1\n`);
  const mapping = { [key]: { [key]: [{ [key]: key, "<<": { [key]: [] } }] } };
  expect(parseYaml(renderYaml(mapping))).toStrictEqual(mapping);
});

test("a text of a million dots is printed in linear time: in quadratic time this would never end", () => {
  const text = `a${".".repeat(1_000_000)}\n`;
  expect(renderYaml({ text })).toBe(`text: ${JSON.stringify(text)}\n`);
});
