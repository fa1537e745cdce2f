/** What a call that succeeds says on stderr, when it may not be what was meant. */
import { describe, expect, test } from "bun:test";
import { parseContext } from "../../lib/cli/context.ts";
import { noteOfAbsence, noteOfArchives, noteOfSave, noteOfSet, warningOf } from "../../lib/cli/remarks.ts";
import type { Session } from "../../lib/session/schema.ts";
import { advance } from "../../lib/session/session.ts";
import { session } from "../support/sample.ts";
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
    expect(noteOfAbsence("workflow:relaese", known, "archive")([])).toBe(
      "note: workflow:relaese has no archive; did you mean workflow:release?",
    );
  });

  test("nothing is said if none is near, if it is known itself, or if something was found", () => {
    expect(noteOfAbsence("workflow:qa", known, "archive")([])).toBeUndefined();
    expect(noteOfAbsence("workflow:releases", known, "archive")([])).toBeUndefined();
    expect(noteOfAbsence("workflow:pr", never, "archive")([{}])).toBeUndefined();
  });

  test("whoever asks for all is told the command", () => {
    expect(noteOfAbsence("all", never, "archive")([])).toBe(
      "note: no archive is called all; all archives: bun run .claude/skills/session/scripts/get.ts --archived",
    );
  });
});

/** What is said of a `set` with these words to a session with this context, `null` for none. */
function noteOf(
  words: string[],
  before: Session | null = session,
  step = "next",
  active: () => string[] = never,
  workflow = "workflow:pr",
) {
  const given = parse(words);
  const patch = given === "-" ? {} : given.patch;
  return noteOfSet({ workflow, given, before, active })(advance(before, { step, patch, now: new Date() }));
}

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

  test.each(["if-new", "if-step", "—if-new", "find --if-new", 'find {"a":1}', "find a=1"])(
    "whose step is %j, that is told",
    (step) => {
      expect(noteOf([], session, step)).toBe(
        `note: the step is the whole text ${JSON.stringify(step)}; a context and options are words of their own`,
      );
    },
  );

  test.each(["if-then", "find it", "a-—b", "a=b"])("whose step is %j, nothing is told", (step) => {
    expect(noteOf([], session, step)).toBeUndefined();
  });

  test("that starts at a step with the name of a workflow, even of none that is active, that is told", () => {
    const note =
      'note: this started a new session of init at step "workflow:pr", which looks like the name of a workflow; the workflow comes first';
    expect(noteOf([], null, "workflow:pr", () => [], "init")).toBe(note);
    expect(noteOf([], null, "git:pr:find", () => [])).toBeUndefined();
  });

  test("several things are told in one line", () => {
    expect(noteOf(["a=True", "b=None"], session, "init")).toMatch(
      /^note: workflow:pr had been running .*; a is the text .*; b is the text .*$/,
    );
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
  expect(noteOfArchives(["a.md", "b.md", "c.md"])).toContain(": a.md, b.md, c.md; ");
  expect(noteOfArchives(["a.md", "b.md"])).toBe(
    "note: kept, written by an interrupted save of this session: a.md, b.md; delete by hand what is not wanted",
  );
});

test("of a save the archives that stay are told, else notes that are the name of a file", () => {
  expect(noteOfSave("merged", [])).toBeUndefined();
  expect(noteOfSave(undefined, [])).toBeUndefined();
  expect(noteOfSave("@notes.md", [])).toBe('note: the notes are the text "@notes.md"; no file is read');
  expect(noteOfSave("@ada: done", [])).toBeUndefined();
  expect(noteOfSave("@notes.md", ["a.md"])).toBe(noteOfArchives(["a.md"], ", with other content"));
});
