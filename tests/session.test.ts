/** What a session is: the rules for names and steps, the schema, the text of its file, and how it starts and moves on. */
import { describe, expect, test } from "bun:test";
import { SessionError } from "../lib/errors.ts";
import {
  advance,
  checkSession,
  isStep,
  isWorkflow,
  maxContextBytes,
  parseSession,
  printSession,
  requireCondition,
  type Session,
} from "../lib/session.ts";
import { c0 } from "./support/nasty-texts.ts";
import { damages, nested, session } from "./support/sample.ts";

const withFields = (fields: Record<string, unknown>) => ({ ...session, ...fields }) as Session;

describe("a workflow name", () => {
  test.each(["workflow:pr", "workflow:release-v1.2", "a", "0", "A_b-c.d:e_", "a:-b", "a--", "x".repeat(120)])(
    "may be %j",
    (name) => {
      expect(isWorkflow(name)).toBe(true);
    },
  );

  test.each([
    ...[
      "",
      ".",
      "..",
      ".a",
      "_a",
      "-a",
      ":a",
      "a:",
      "a.",
      "a::b",
      "a..b",
      "a.:b",
      "a/b",
      "../a",
      "a\\b",
      "a b",
      " a",
      "a ",
      "a\n",
      "\na",
    ],
    ...["a\u0000", "é", "ａ", "a\u0301", "😀", "a,b", "a~", "x".repeat(121)],
  ])("may not be %j", (name) => {
    expect(isWorkflow(name)).toBe(false);
  });
});

describe("a step", () => {
  const good = [
    "a",
    "git:pr:monitor",
    "two words",
    "日本語",
    "`--- # <b>",
    "\u202eb",
    "\ufffd",
    "x".repeat(200),
    "😀".repeat(200),
  ];

  test.each(good)("may be %s", (text) => {
    expect(isStep(text)).toBe(true);
  });

  test.each([
    ["empty", [""]],
    ["longer than 200 characters", ["x".repeat(201), "😀".repeat(201), "x".repeat(100_000)]],
    ["on two lines", ["a\nb", "a\rb", "a\u0085b", "a\u2028b", "a\u2029b"]],
    ["with space at an end", [" a", "a ", "\u00a0a", "a\u3000", "\ufeffa"]],
    ["with control characters", [...c0, "\u007f", "\u0080", "\u009f"].map((control) => `a${control}b`)],
    ["with a lone surrogate", ["a\ud800b"]],
  ])("may not be %s", (_, texts) => {
    expect(texts.filter(isStep)).toEqual([]);
  });
});

describe("a time is ISO 8601 with any fraction and offset", () => {
  const check = (time: string) => checkSession(withFields({ started_at: time }));

  test.each([
    ...["2025-01-29T15:00:00Z", "2025-01-29T15:00:00.1Z", "2025-01-29T15:00:00.123456789Z", "2024-02-29T23:59:59.999Z"],
    ...["2025-01-29T15:00:00+05:30", "2025-01-29T15:00:00-00:00", "2025-01-29T15:00:00+23:59", "2025-01-29T15:00:00.5-14:00"],
  ])("%s", (time) => {
    expect(check(time)).toEqual({ value: withFields({ started_at: time }) });
    expect(Date.parse(time)).not.toBeNaN();
  });

  test.each([
    ...["", "now", "2025-01-29", "2025-01-29T15:00:00", "2025-01-29 15:00:00Z", "2025-02-29T00:00:00Z", "2025-13-01T00:00:00Z"],
    ...[
      "2025-01-29T25:00:00Z",
      "2025-01-29T15:60:00Z",
      "2025-01-29T15:00:00+24:00",
      "2025-01-29T15:00:00.Z",
      "+012025-01-29T15:00:00Z",
    ],
    ...["2025-01-29T15:00:00Z\n", "20250129T150000Z", "2025-01-29T15:00:00Zx"],
  ])("and not %j", (time) => {
    const problem = `started_at: expected an ISO 8601 time like 2025-01-29T15:00:00.000Z, found ${JSON.stringify(time)}`;
    expect(check(time)).toEqual({ problem });
  });
});

describe("parseSession", () => {
  const texts = damages.flatMap(({ what, content, problem }) =>
    typeof content === "string" ? [{ what, text: content, problem }] : [],
  );

  test("returns every field of a file in the order of the file", () => {
    const text = JSON.stringify({ note: { a: [1] }, ...session, later: null });
    expect(JSON.stringify(parseSession(text))).toBe(`{"value":${text}}`);
  });

  test("takes a missing context for an empty one", () => {
    expect(parseSession(JSON.stringify({ ...session, context: undefined }))).toEqual({ value: { ...session, context: {} } });
  });

  test("accepts a context of 64 levels, and unknown fields named like those of Object.prototype", () => {
    const text = JSON.stringify({ ...session, constructor: 1, toString: null, context: JSON.parse(nested(64)) });
    expect(parseSession(text)).toEqual({ value: JSON.parse(text) });
  });

  test("accepts a context of exactly 1 MiB of JSON", () => {
    const context = { text: "x".repeat(maxContextBytes - '{"text":""}'.length) };
    expect(parseSession(JSON.stringify({ ...session, context }))).toEqual({ value: { ...session, context } });
  });

  test.each(texts)("says what is wrong with a file that is $what", ({ text, problem }) => {
    expect(parseSession(text)).toEqual({ problem });
  });

  test.each([
    [
      "step",
      1,
      "step: expected 1 to 200 characters on one line, no control characters, no space at either end, found the number 1",
    ],
    ["steps", {}, "steps: expected a list of steps, found an object"],
    ["steps", ["a", null], /^steps\[1\]: expected 1 to 200 .*, found null$/],
    ["steps", ["a", ["b"]], /^steps\[1\]: expected 1 to 200 .*, found a list$/],
    ["context", "{}", 'context: expected an object, found "{}"'],
    ["context", true, "context: expected an object, found the boolean true"],
  ])("names the field and the value: %s = %j", (field, value, problem) => {
    const expected = typeof problem === "string" ? problem : expect.stringMatching(problem);
    expect(parseSession(JSON.stringify(withFields({ [field]: value })))).toEqual({ problem: expected });
  });
});

describe("printSession", () => {
  test("writes two-space JSON with a final newline that reads back the same", () => {
    expect(printSession(session)).toBe(`${JSON.stringify(session, null, 2)}\n`);
    expect(parseSession(printSession(session))).toEqual({ value: session });
  });

  test("puts the known fields in their order and leaves the others where they stood", () => {
    const { started_at, updated_at, step, steps, context } = session;
    const text = printSession({ first: 1, context, steps, middle: 2, step, updated_at, started_at, last: 3 } as Session);
    const keys = ["first", "started_at", "updated_at", "middle", "step", "steps", "context", "last"];
    expect(Object.keys(JSON.parse(text))).toEqual(keys);
    expect(JSON.parse(text)).toEqual({ ...session, first: 1, middle: 2, last: 3 });
  });

  test.each([
    ["a bad step", { step: " a" }, /^the session cannot be kept: step: expected/],
    ["a number that JSON turns into null", { context: { n: Number.POSITIVE_INFINITY } }, /number too large at "context.n"/],
    ["a lone surrogate", { context: { "\ud800": 1 } }, /lone surrogate in the key/],
    ["a context of 65 levels", { context: JSON.parse(nested(65)) }, /nested too deep/],
    [
      "a context of more than 1 MiB",
      { context: { text: "x".repeat(maxContextBytes) } },
      /context: expected at most 1048576 bytes/,
    ],
    [
      "a file of more than 8 MiB",
      { steps: Array(45_000).fill("x".repeat(200)) },
      /its file would have \d+ bytes, the limit is 8388608$/,
    ],
  ])("refuses what could not be read again: %s", (_, fields, message) => {
    const print = () => printSession(withFields(fields));
    expect(print).toThrow(SessionError);
    expect(print).toThrow(expect.objectContaining({ code: "usage", message: expect.stringMatching(message) }));
  });
});

describe("advance", () => {
  const now = "2025-01-29T16:00:00.000Z";

  test("starts a session", () => {
    const patch = { a: 1, b: null, c: { d: null } };
    const started = { started_at: now, updated_at: now, step: "init", steps: ["init"], context: { a: 1, c: {} } };
    expect(advance(null, { step: "init", patch, now })).toEqual(started);
  });

  test("moves one on: keeps its start and unknown fields, appends the step, merges the context", () => {
    const before = withFields({ note: "kept" });
    const copy = structuredClone(before);
    const after = advance(before, { step: "merge", patch: { pr_number: null, draft: true }, now });
    expect(after).toEqual({
      ...before,
      updated_at: now,
      step: "merge",
      steps: [...session.steps, "merge"],
      context: { branch: "feat/workflow-start", draft: true },
    });
    expect(before).toEqual(copy);
  });

  test.each([
    ["the last step again is not appended", "git:pr:monitor", session.steps],
    ["an earlier step is", "init", [...session.steps, "init"]],
  ])("%s", (_, step, steps) => {
    expect(advance(session, { step, patch: {}, now })).toEqual({ ...session, updated_at: now, step, steps });
  });

  test("what is written has step equal to the last of steps, also where a hand had changed it", () => {
    const after = advance(withFields({ step: "elsewhere" }), { step: "git:pr:monitor", patch: {}, now });
    expect([after.step, after.steps]).toEqual(["git:pr:monitor", session.steps]);
  });
});

describe("requireCondition", () => {
  const require = (given: Session | null, ifNew: boolean, ifStep?: string) => () => requireCondition(given, { ifNew, ifStep });

  test.each([
    ["without conditions", session, false, undefined],
    ["--if-new without a session", null, true, undefined],
    ["--if-step with the current step", session, false, "git:pr:monitor"],
  ])("holds %s", (_, given, ifNew, ifStep) => {
    expect(require(given, ifNew, ifStep)).not.toThrow();
  });

  test.each([
    [session, true, undefined, '--if-new: there is a session already, at step "git:pr:monitor" since 2025-01-29T15:05:00.000Z'],
    [session, false, "init", '--if-step=init: the current step is "git:pr:monitor"'],
    [null, false, "init", "--if-step=init: there is no session"],
  ])("does not hold for %j, %j, %j", (given, ifNew, ifStep, message) => {
    expect(require(given, ifNew, ifStep)).toThrow(expect.objectContaining({ code: "condition", message }));
  });
});

test.each(["9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01"])(
  "%s is no time: its year in UTC has not four digits",
  (started_at) => {
    const session = { started_at, updated_at: "2025-01-29T15:00:00Z", step: "init", steps: ["init"], context: {} };
    expect(checkSession(session)).toEqual({
      problem: `started_at: expected an ISO 8601 time like 2025-01-29T15:00:00.000Z, found "${started_at}"`,
    });
  },
);
