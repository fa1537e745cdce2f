/** What is said of a pair of a context that was probably meant otherwise. */
import { describe, expect, test } from "bun:test";
import { parseContext } from "../../lib/cli/context.ts";
import { notesOfKey } from "../../lib/cli/slips.ts";
import type { JsonObject } from "../../lib/session/json.ts";
import { mergePatch } from "../../lib/session/merge-patch.ts";
import type { Session } from "../../lib/session/schema.ts";
import { advance } from "../../lib/session/session.ts";
import { session } from "../support/sample.ts";
import { shellWords } from "../support/shell-words.ts";

function parse(words: string[]) {
  const given = parseContext(words.map((text, at) => ({ text, at, isLiteral: false })));
  if (given === "-") throw new Error("no pairs were given");
  return given;
}
const patchOf = (words: string[]) => parse(words).patch;
const withContext = (context: JsonObject): Session => ({ ...session, context });

/** What is said of the first of these pairs, of which there is something to say. */
function noteOf(words: string[], before: Session = session): string | undefined {
  const { patch, texts } = parse(words);
  const change = { before, session: advance(before, { step: "next", patch, now: new Date() }) };
  return Object.keys(patch).flatMap((key) => notesOfKey(key, texts.get(key), change))[0];
}

describe("of a pair whose value became something other than was probably meant", () => {
  test.each<[word: string, before: JsonObject, kind: string, proposal: string, value: unknown]>([
    ["a=[1,2]", {}, 'a is the text "[1,2]"; as JSON', "a:='[1,2]'", [1, 2]],
    ["a= [1,2] ", {}, 'a is the text " [1,2] "; as JSON', "a:=' [1,2] '", [1, 2]],
    ["a= {} ", {}, 'a is the text " {} "; as JSON', "a:=' {} '", {}],
    ['a={"b":"it\'s"}', {}, 'a is the text "{\\"b\\":\\"it\'s\\"}"; as JSON', `a:='{"b":"it'\\''s"}'`, { b: "it's" }],
    ["a=1.5", { a: 1 }, 'a is the text "1.5"; as JSON', "a:=1.5", 1.5],
    ["a=1e3", { a: 1 }, 'a is the text "1e3"; as JSON', "a:=1e3", 1000],
    ["a=True", {}, 'a is the text "True"; for the JSON value write', "a=true", true],
    ["a=False", {}, 'a is the text "False"; for the JSON value write', "a=false", false],
    ["sha=1234567", {}, "sha is the number 1234567; as text", "sha:='\"1234567\"'", "1234567"],
    ["head_commit=1234567", {}, "head_commit is the number 1234567; as text", "head_commit:='\"1234567\"'", "1234567"],
  ])("%s", (word, before, kind, proposal, value) => {
    const colon = kind.endsWith("write") ? "" : ":";
    expect(noteOf([word], withContext(before))).toBe(`${kind}${colon} ${proposal}`);
    const [key = ""] = word.split("=");
    expect(parse(shellWords(proposal))).toMatchObject({ patch: { [key]: value } });
  });

  test.each<[word: string, shown: string]>([
    ["a=[bug,ui]", '"[bug,ui]"'],
    ["a={x}", '"{x}"'],
    ['a=["x",\n"y"]', '"[\\"x\\",\\n\\"y\\"]"'],
    [`a=["${"x".repeat(200)}"]`, `"[\\"${"x".repeat(77)}…"`],
    ['a=["\u202e"]', '"[\\"\\u202e\\"]"'],
  ])("%j, which cannot be shown as a word of JSON, is proposed with a gap", (word, shown) => {
    expect(noteOf([word])).toBe(`a is the text ${shown}; as JSON: a:='…'`);
    expect(() => parse(shellWords("a:='…'"))).toThrow("not JSON");
  });

  test.each<[word: string, note: string]>([
    ["a=None", 'a is the text "None"; a=null removes the key'],
    ["branch=feat/y,", 'branch is the text "feat/y,"; the comma is part of it'],
    ["a=8,", 'a is the text "8,"; the comma is part of it'],
    ['{"step":"x"}', '"step" is now a key of the context; of the session itself, set changes only the step (here "next")'],
    [
      '{"context":{"a":1}}',
      '"context" is now a key of the context; of the session itself, set changes only the step (here "next")',
    ],
    ["plan=-", 'plan is the text "-"; standard input is read only if the whole context is -'],
    ["title=@file.md", 'title is the text "@file.md"; no file is read'],
    ["a=1 b=2", 'a is the text "1 b=2"; for more than one pair write each as a word of its own'],
    ['a="x"', 'a is the text "\\"x\\""; the quotes are part of it'],
    ["n==3", 'n is the text "=3"; one = is enough: n=3'],
    ["title==two words", "title is the text \"=two words\"; one = is enough: title='two words'"],
    ["step=done", '"step" is now a key of the context; of the session itself, set changes only the step (here "next")'],
    ["context.a=1", '"context.a" is now a key of the context; of the session itself, set changes only the step (here "next")'],
    ["title=@./notes", 'title is the text "@./notes"; no file is read'],
  ])("%j is told", (word, note) => {
    expect(noteOf([word])).toBe(note);
  });

  test.each(["007", "9007199254740993"])(
    "a number that cannot be given as JSON as it was written, like %s, is told too",
    (text) => {
      expect(noteOf([`a=${text}`], withContext({ a: 7 }))).toBe(`a is the text "${text}", where a number was`);
    },
  );

  test.each<[word: string, before: JsonObject]>([
    ["title=[WIP] fix the login", {}],
    ["title={braces} first", {}],
    ["a=1.5", {}],
    ["a=1.5", { a: "1.4" }],
    ["a=", { a: 1 }],
    ["a= ", { a: 1 }],
    ["a=text", { a: 1 }],
    ["a=true", {}],
    ["a=TRUE", {}],
    ["pr_number=1234567", {}],
    ["sha=123456", {}],
    ["sha=12e4567", {}],
    ["a.b=1", {}],
    ["a.b=1", { a: "text" }],
    ["a.b=1", { a: [1] }],
    ["package=@vercel/detect-agent", {}],
    ["next=run the tests with FOO=bar", {}],
    ["next=it costs $5", {}],
    ["price=$5", {}],
    ["a=x,y", {}],
    ["a=,", {}],
    ['{"a":"True"}', {}],
    ["a.b=1", { "a.b": 0, a: { b: 2 } }],
    ["a.b=null", { "a.b": 0, a: { b: 2 } }],
    ["steps=null", { steps: 1 }],
    ["steps=2", { steps: 1 }],
    ["context:=null", {}],
    ['a="', {}],
  ])("%s after %j is not told", (word, before) => {
    expect(noteOf([word], withContext(before))).toBeUndefined();
  });

  test("a dot beside an object of that name is a character, and the object is changed in another way", () => {
    const before = withContext({ checks: { ci: "red" } });
    expect(noteOf(["checks.ci=green"], before)).toBe(
      `"checks.ci" is a key beside the object checks; to change the key in the object: checks.ci=null checks:='{"ci":"green"}'`,
    );
    expect(noteOf(["checks.ci=null"], before)).toEndWith(`checks:='{"ci":null}'`);
    expect(noteOf([`checks.ci=${"x".repeat(1000)}`], before)).toEndWith("checks:='…'");
    expect(noteOf(["__proto__.x=1", "constructor.y=2", "toString.z=null"], before)).toBeUndefined();
  });

  const a = { b: { c: 1, "h.i": 0 }, "d.e": 2, f: "text" };
  test.each<[pair: string, change: string, result: JsonObject]>([
    ["a.b=5", `a.b=null a:='{"b":5}'`, { ...a, b: 5 }],
    ["a.b.c=5", `a.b.c=null a:='{"b":{"c":5}}'`, { ...a, b: { ...a.b, c: 5 } }],
    ["a.b.c:=[5]", `a.b.c=null a:='{"b":{"c":[5]}}'`, { ...a, b: { ...a.b, c: [5] } }],
    ["a.b.h.i=5", `a.b.h.i=null a:='{"b":{"h.i":5}}'`, { ...a, b: { ...a.b, "h.i": 5 } }],
    ["a.b.x.y=5", `a.b.x.y=null a:='{"b":{"x":{"y":5}}}'`, { ...a, b: { ...a.b, x: { y: 5 } } }],
    ["a.d.e=5", `a.d.e=null a:='{"d.e":5}'`, { ...a, "d.e": 5 }],
    ["a.f.g=5", `a.f.g=null a:='{"f.g":5}'`, { ...a, "f.g": 5 }],
    ["a.x.y=5", `a.x.y=null a:='{"x":{"y":5}}'`, { ...a, x: { y: 5 } }],
  ])("%s: following the note changes what was meant, and nothing else", (pair, change, result) => {
    const before = withContext({ a });
    const note = `"${pair.split(/:?=/)[0]}" is a key beside the object a; to change the key in the object: ${change}`;
    expect(noteOf([pair], before)).toBe(note);
    const after = mergePatch(before.context, patchOf([pair]));
    expect(mergePatch(after, patchOf(shellWords(change)))).toEqual({ a: result });
  });

  test("to remove a key is told only where the object has it", () => {
    const before = withContext({ a });
    const note = `there was no key "a.b.c"; to remove the key in the object a: a:='{"b":{"c":null}}'`;
    expect(noteOf(["a.b.c=null"], before)).toBe(note);
    expect(mergePatch(before.context, patchOf([`a:={"b":{"c":null}}`]))).toEqual({ a: { ...a, b: { "h.i": 0 } } });
    for (const pair of ["a.x=null", "a.x.y=null", "a.constructor.y=null", "a.f.g=null"])
      expect(noteOf([pair], before)).toBeUndefined();
  });

  test.each(["a.$(touch x)", "a.b c", "3.5", "a.é", `a${".".repeat(100)}b`, "if-step.x"])(
    "a key that no pair can have, like %s, is told in no way: its note would not be a command",
    (key) => {
      const before = withContext({ a: { b: 1 }, 3: { b: 1 }, "if-step": { b: 1 } });
      expect(noteOf([JSON.stringify({ [key]: 1 })], before)).toBeUndefined();
    },
  );
});
