/** What a session is: the rules for names and steps, the schema, the text of its file, and how it starts and moves on. */
import { describe, expect, test } from "bun:test";
import { SessionError } from "../../lib/errors.ts";
import { maxContextBytes } from "../../lib/session/rules.ts";
import type { Session } from "../../lib/session/schema.ts";
import { advance, parseSession, printSession, requireCondition } from "../../lib/session/session.ts";
import { damages, nested, session } from "../support/sample.ts";

const withFields = (fields: Record<string, unknown>) => ({ ...session, ...fields }) as Session;

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
