/** What a call that succeeds says on stderr, when it may not be what was meant. */
import { describe, expect, test } from "bun:test";
import { parseContext } from "../../lib/cli/context.ts";
import { noteOfAbsence, noteOfArchives, noteOfNoArchive, noteOfSet, warningOf } from "../../lib/cli/remarks.ts";
import { fromStandardInput } from "../../lib/cli/standard-input.ts";
import type { JsonObject } from "../../lib/session/json.ts";
import type { Session } from "../../lib/session/schema.ts";
import { advance } from "../../lib/session/session.ts";
import { session } from "../support/sample.ts";
import { shellWords } from "../support/shell-words.ts";
import { scriptsPath } from "../support/words.ts";

const never = () => {
  throw new Error("the names were asked for");
};
const parse = (words: string[]) => parseContext(words.map((text, at) => ({ text, at, isLiteral: false })));

describe("of a session that is not there", () => {
  const active = () => ["workflow:pr", "workflow:release", "workflow:feature-x"];

  test.each([
    ["workflow-pr", "workflow:pr"],
    ["Workflow:PR", "workflow:pr"],
    ["pr", "workflow:pr"],
    ["workflow:relaese", "workflow:release"],
    ["workflow:releas", "workflow:release"],
  ])("%s is told with the near name %s", (given, near) => {
    expect(noteOfAbsence(given, active)(null)).toBe(`note: ${given} has no session; did you mean ${near}?`);
  });

  test.each(["workflow:qa", "workflow:feature-y-and-z", "x"])("%s is not told: nothing is near", (given) => {
    expect(noteOfAbsence(given, active)(null)).toBeUndefined();
  });

  test.each(["all", "list", "All"])("%s is told how all are listed", (given) => {
    expect(noteOfAbsence(given, never)(null)).toBe(
      `note: no session is called ${given}; all sessions: ${scriptsPath}/get.ts --all`,
    );
  });

  test("its own name, which came in the meantime, is not proposed", () => {
    expect(noteOfAbsence("workflow:pr", () => ["workflow:pr"])(null)).toBeUndefined();
  });

  test("nothing is said if there is one, whatever its name", () => {
    for (const name of ["workflow:pr", "all"]) expect(noteOfAbsence(name, never)(session)).toBeUndefined();
  });

  test("a folder that cannot be listed is no reason to fail", () => {
    expect(noteOfAbsence("workflow-pr", never)(null)).toBeUndefined();
  });
});

describe("of a workflow without an archive", () => {
  const known = () => ["workflow:pr", "workflow:release", "workflow:releases"];

  test("a known workflow with a near name is suggested", () => {
    expect(noteOfNoArchive("workflow:relaese", known)([])).toBe(
      "note: workflow:relaese has no archive; did you mean workflow:release?",
    );
  });

  test("nothing is said if none is near, if it is known itself, or if something was found", () => {
    expect(noteOfNoArchive("workflow:qa", known)([])).toBeUndefined();
    expect(noteOfNoArchive("workflow:releases", known)([])).toBeUndefined();
    expect(noteOfNoArchive("workflow:pr", never)([{}])).toBeUndefined();
  });

  test("whoever asks for all is told the command", () => {
    expect(noteOfNoArchive("all", never)([])).toBe(
      "note: no archive is called all; all archives: bun run .claude/skills/session/scripts/get.ts --archived",
    );
  });
});

/** What is said of a `set` with these words to a session with this context, `null` for none. */
function noteOf(words: string[], before: Session | null = session, step = "next", active: () => string[] = never) {
  const given = parse(words);
  const patch = given === fromStandardInput ? {} : given.patch;
  return noteOfSet({ workflow: "workflow:pr", given, before, active })(advance(before, { step, patch, now: new Date() }));
}

const withContext = (context: JsonObject): Session => ({ ...session, context });

describe("of a set", () => {
  test("that does what is expected nothing is said", () => {
    expect(noteOf([])).toBeUndefined();
    expect(noteOf(["a=1", "b=text", "c=true", "d:=[1]", "branch=feat/y"])).toBeUndefined();
    expect(noteOf(['{"a":"[1]","b":"True"}'])).toBeUndefined();
    expect(noteOf(["-"])).toBeUndefined();
  });

  test("that starts a session beside one with a near name, that name is told", () => {
    expect(noteOf([], null, "init", () => ["workflow-pr", "workflow:pr"])).toBe(
      "note: this started a new session of workflow:pr; did you mean workflow-pr?",
    );
    expect(noteOf([], null, "init", () => ["workflow:pr", "workflow:release"])).toBeUndefined();
    expect(noteOf([], null, "init")).toBeUndefined(); // the folder cannot be listed
  });

  test("that goes back to the first step, the old run is told", () => {
    expect(noteOf([], session, "init")).toBe(
      'note: workflow:pr had been running since 2025-01-29T15:00:00.000Z and was at "git:pr:monitor"; ' +
        "this goes on in that session, with its context; --if-new refuses such a start",
    );
  });

  test("that stays at its first step, or goes back to another one, there is no old run", () => {
    expect(noteOf([], { ...session, step: "init", steps: ["init"] }, "init")).toBeUndefined();
    expect(noteOf([], session, "git:pr:find")).toBeUndefined();
  });

  test("several things are told in one line", () => {
    expect(noteOf(["a=True", "b=None"], session, "init")).toMatch(
      /^note: workflow:pr had been running .*; a is the text .*; b is the text .*$/,
    );
  });
});

describe("of a pair whose value became something other than was probably meant", () => {
  test.each<[word: string, before: JsonObject, kind: string, proposal: string, value: unknown]>([
    ["a=[1,2]", {}, 'a is the text "[1,2]"; as JSON', "a:='[1,2]'", [1, 2]],
    ['a={"b":"it\'s"}', {}, 'a is the text "{\\"b\\":\\"it\'s\\"}"; as JSON', `a:='{"b":"it'\\''s"}'`, { b: "it's" }],
    ["a=1.5", { a: 1 }, 'a is the text "1.5"; as JSON', "a:=1.5", 1.5],
    ["a=1e3", { a: 1 }, 'a is the text "1e3"; as JSON', "a:=1e3", 1000],
    ["a=True", {}, 'a is the text "True"; for the JSON value write', "a=true", true],
    ["a=False", {}, 'a is the text "False"; for the JSON value write', "a=false", false],
    ["sha=1234567", {}, "sha is the number 1234567; as text", "sha:='\"1234567\"'", "1234567"],
    ["head_commit=1234567", {}, "head_commit is the number 1234567; as text", "head_commit:='\"1234567\"'", "1234567"],
  ])("%s", (word, before, kind, proposal, value) => {
    const colon = kind.endsWith("write") ? "" : ":";
    expect(noteOf([word], withContext(before))).toBe(`note: ${kind}${colon} ${proposal}`);
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
    expect(noteOf([word])).toBe(`note: a is the text ${shown}; as JSON: a:='…'`);
    expect(() => parse(shellWords("a:='…'"))).toThrow("not JSON");
  });

  test.each<[word: string, note: string]>([
    ["a=None", 'a is the text "None"; a=null removes the key'],
    ["plan=-", 'plan is the text "-"; standard input is read only if the whole context is -'],
    ["title=@file.md", 'title is the text "@file.md"; no file is read'],
    ["a=1 b=2", 'a is the text "1 b=2"; for more than one pair write each as a word of its own'],
    ['a="x"', 'a is the text "\\"x\\""; the quotes are part of it'],
    ["step=done", '"step" is now a key of the context; of the session itself, set changes only the step (here "next")'],
    ["context.a=1", '"context.a" is now a key of the context; of the session itself, set changes only the step (here "next")'],
    ["title=@./notes", 'title is the text "@./notes"; no file is read'],
  ])("%j is told", (word, note) => {
    expect(noteOf([word])).toBe(`note: ${note}`);
  });

  test("a number that is no JSON as it was written is told too, with a gap", () => {
    expect(noteOf(["a=007"], withContext({ a: 7 }))).toBe(`note: a is the text "007"; as JSON: a:='…'`);
  });

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
  ])("%s after %j is not told", (word, before) => {
    expect(noteOf([word], withContext(before))).toBeUndefined();
  });

  test("a dot beside an object of that name is a character, and the object is changed in another way", () => {
    const before = withContext({ checks: { ci: "red" } });
    expect(noteOf(["checks.ci=green"], before)).toBe(
      `note: "checks.ci" is a key beside the object checks; to change the key in the object: checks.ci=null checks:='{"ci":"green"}'`,
    );
    expect(noteOf(["checks.ci=null"], before)).toEndWith(`checks:='{"ci":null}'`);
    expect(noteOf([`checks.ci=${"x".repeat(1000)}`], before)).toEndWith("checks:='…'");
    expect(noteOf(["__proto__.x=1", "constructor.y=2", "toString.z=null"], before)).toBeUndefined();
  });
});

test.each([
  [0, "a", 'warning: deleted a damaged session: not JSON; its text was "a"'],
  [12, 'a\n"', 'warning: deleted a damaged session: not JSON; its text was "a\\n\\"" and 12 more bytes'],
])("of a damaged session that was deleted, what was wrong and its text, with %d bytes more", (rest, text, warning) => {
  expect(warningOf({ problem: "not JSON", text, rest })).toBe(warning);
});

test("the archives that a reset leaves behind are named, three of them", () => {
  expect(noteOfArchives(["a.md", "b.md", "c.md", "d.md", "e.md"])).toContain(": a.md, b.md, c.md and 2 more; ");
  expect(noteOfArchives(["a.md", "b.md"])).toBe(
    "note: kept, written by an interrupted save of this session: a.md, b.md; delete by hand what is not wanted",
  );
});
