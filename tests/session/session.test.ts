/** The session as a value: from the text of its file and to it, started, and moved on; and what a hostile file costs. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { SessionError } from "../../lib/errors.ts";
import { maxFileBytes, maxTextBytes } from "../../lib/session/rules.ts";
import type { Session } from "../../lib/session/schema.ts";
import { advance, branchOf, decodeSession, renderSession } from "../../lib/session/session.ts";
import { damages, nested, session } from "../support/sample.ts";

setDefaultTimeout(60_000);

const withFields = (fields: Record<string, unknown>) => ({ ...session, ...fields }) as Session;

describe("decodeSession", () => {
  const texts = damages.flatMap(({ what, content, problem }) =>
    typeof content === "string" ? [{ what, text: content, problem }] : [],
  );

  test("returns every field of a file in the order of the file", () => {
    const text = JSON.stringify({ note: { a: [1] }, ...session, later: null });
    expect(JSON.stringify(decodeSession(text))).toBe(`{"value":${text}}`);
  });

  test("takes a missing context for an empty one", () => {
    expect(decodeSession(JSON.stringify({ ...session, context: undefined }))).toEqual({ value: { ...session, context: {} } });
  });

  test("accepts a context of 64 levels, and unknown fields named like those of Object.prototype", () => {
    const text = JSON.stringify({ ...session, constructor: 1, toString: null, context: JSON.parse(nested(64)) });
    expect(decodeSession(text)).toEqual({ value: JSON.parse(text) });
  });

  test("accepts a context of exactly 1 MiB of JSON", () => {
    const context = { text: "x".repeat(maxTextBytes - '{"text":""}'.length) };
    expect(decodeSession(JSON.stringify({ ...session, context }))).toEqual({ value: { ...session, context } });
  });

  test.each(texts)("says what is wrong with a file that is $what", ({ text, problem }) => {
    expect(decodeSession(text)).toEqual({ problem });
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
    expect(decodeSession(JSON.stringify(withFields({ [field]: value })))).toEqual({ problem: expected });
  });
});

describe("renderSession", () => {
  test("writes two-space JSON with a final newline that reads back the same", () => {
    expect(renderSession(session)).toBe(`${JSON.stringify(session, null, 2)}\n`);
    expect(decodeSession(renderSession(session))).toEqual({ value: session });
  });

  test("takes the fields as they stand", () => {
    const other = { last: 1, ...session, first: null } as Session;
    expect(renderSession(other)).toBe(`${JSON.stringify(other, null, 2)}\n`);
  });

  const storeLess = "store less: put large data into a file, and give its path instead";

  test.each<[string, Record<string, unknown>, RegExp, string | undefined]>([
    ["a bad step", { step: " a" }, /^the session cannot be stored: step: expected/, undefined],
    [
      "a time beyond the last year",
      { updated_at: "+010000-01-01T00:00:00.000Z" },
      /^the session cannot be stored: updated_at: expected/,
      undefined,
    ],
    [
      "a number that JSON turns into null",
      { context: { n: Number.POSITIVE_INFINITY } },
      /number too large at "context.n"/,
      undefined,
    ],
    ["a lone surrogate", { context: { "\ud800": 1 } }, /lone surrogate in the key/, undefined],
    ["a context of 65 levels", { context: JSON.parse(nested(65)) }, /nested too deep/, undefined],
    [
      "a context of more than 1 MiB",
      { context: { text: "x".repeat(maxTextBytes) } },
      /context: expected at most 1048576 bytes of JSON, found 1048587$/,
      storeLess,
    ],
    [
      "a context of more than 1 MiB in UTF-8",
      { context: { text: "é".repeat(maxTextBytes / 2) } },
      /context: expected at most 1048576 bytes of JSON, found 1048587$/,
      storeLess,
    ],
    [
      "a file of more than 8 MiB",
      { steps: Array(45_000).fill("x".repeat(200)) },
      /its file would have \d+ bytes, the limit is 8388608$/,
      storeLess,
    ],
  ])("refuses what could not be read again: %s", (_, fields, message, help) => {
    const render = () => renderSession(withFields(fields));
    expect(render).toThrow(SessionError);
    expect(render).toThrow(expect.objectContaining({ code: "usage", message: expect.stringMatching(message), help }));
  });
});

describe("advance", () => {
  const time = "2025-01-29T16:00:00.000Z";
  const now = new Date(time);

  test("starts a session", () => {
    const patch = { a: 1, b: null, c: { d: null } };
    const started = { started_at: time, updated_at: time, step: "init", steps: ["init"], context: { a: 1, c: {} } };
    expect(advance(null, { step: "init", patch, now })).toEqual(started);
  });

  test("moves one on: keeps its start and unknown fields, appends the step, merges the context", () => {
    const before = withFields({ note: "kept" });
    const copy = structuredClone(before);
    const after = advance(before, { step: "merge", patch: { pr_number: null, draft: true }, now });
    expect(after).toEqual({
      ...before,
      updated_at: time,
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
    expect(advance(session, { step, patch: {}, now })).toEqual({ ...session, updated_at: time, step, steps });
  });

  test("what is written has step equal to the last of steps, even if a hand had changed it", () => {
    const after = advance(withFields({ step: "elsewhere" }), { step: "git:pr:monitor", patch: {}, now });
    expect([after.step, after.steps]).toEqual(["git:pr:monitor", session.steps]);
  });

  test("updated_at grows even if the clock stands still, while started_at stays", () => {
    const first = advance(null, { step: "a", patch: {}, now });
    const second = advance(first, { step: "b", patch: {}, now });
    const third = advance(second, { step: "b", patch: {}, now: new Date(0) });
    expect([second.updated_at, third.updated_at]).toEqual(["2025-01-29T16:00:00.001Z", "2025-01-29T16:00:00.002Z"]);
    expect([second.started_at, third.started_at]).toEqual([time, time]);
  });

  test("puts the known fields in their order and leaves the others where they stood", () => {
    const { started_at, updated_at, step, steps, context } = session;
    const before = { first: 1, context, steps, middle: 2, step, updated_at, started_at, last: 3 } as Session;
    const after = advance(before, { step, patch: {}, now });
    expect(Object.keys(after)).toEqual(["first", "started_at", "updated_at", "middle", "step", "steps", "context", "last"]);
    expect(after).toEqual({ ...session, updated_at: time, first: 1, middle: 2, last: 3 } as Session);
  });

  test("keeps unknown fields that are named like those of Object.prototype", () => {
    const names = { constructor: 1, toString: null, hasOwnProperty: [], values: 2 };
    const after = advance(withFields(names), { step: "a", patch: {}, now });
    expect(Object.keys(after)).toEqual([...Object.keys(session), ...Object.keys(names)]);
    expect(after).toMatchObject({ constructor: 1, hasOwnProperty: [], values: 2 });
  });
});

test.each<[string, unknown, string | undefined]>([
  ["a text", "feat/x", "feat/x"],
  ["a number, as text", 8, "8"],
  ["zero", 0, "0"],
  ["an empty text", "", undefined],
  ["a flag", true, undefined],
  ["null", null, undefined],
  ["a list", ["feat/x"], undefined],
  ["nothing", undefined, undefined],
])("the branch of a context that names %s", (_, branch, name) => {
  expect(branchOf(withFields({ context: { branch } }))).toBe(name);
});

describe("to refuse a hostile file of 8 MiB takes at most twice the memory that it takes to read a sound one", () => {
  const { started_at, updated_at, step } = session;
  const file = (steps: string) => `${JSON.stringify({ started_at, updated_at, step }).slice(0, -1)},"steps":[${steps}]}`;
  const many = (item: string) => item.repeat(Math.floor((maxFileBytes - 200) / item.length));

  /** The most memory that a process of its own ever held to read a text with some code, and what the code returned. */
  function measure(code: string, text: string): { peak: number; answer: string } {
    const script = `
      import { readFileSync } from "node:fs";
      import { decodeSession } from ${JSON.stringify(import.meta.resolve("../../lib/session/session.ts"))};
      const text = await Bun.stdin.text();
      const answer = (${code})(text);
      // On Linux, resourceUsage() counts what the parent process held.
      const peak = process.platform === "linux"
        ? Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1])
        : process.resourceUsage().maxRSS;
      console.log(JSON.stringify({ peak, answer }));`;
    const cmd = [process.execPath, "-e", script];
    const { stdout, stderr } = Bun.spawnSync({ cmd, stdin: Buffer.from(text), cwd: import.meta.dir });
    if (stdout.length === 0) throw new Error(stderr.toString());
    return JSON.parse(stdout.toString());
  }

  const decode = '(text) => decodeSession(text).problem ?? "sound"';
  let limit = 0;

  beforeAll(() => {
    const { peak, answer } = measure(decode, file(`${many('"a",')}"a"`));
    expect(answer).toBe("sound");
    limit = 2 * peak;
  });

  test.each([
    ["of brackets", "[".repeat(maxFileBytes), "nested too deep; the limit is 64 levels"],
    ["of objects", many('{"a":'), "nested too deep; the limit is 64 levels"],
    ["of values and commas", many("1,"), /^not JSON: /],
    ["of values in a list that never ends", `[${many("1,")}`, /^not JSON: /],
    ["of keys in an object that never ends", `{${many('"":0,')}`, /^not JSON: /],
    ["of one text beside the same key", `{"a":"${many("x")}","a":1}`, "a key is given twice in one object"],
    ["of escapes beside the same key", `{"a":"${many("\\n")}","a":1}`, "a key is given twice in one object"],
    ["of the same key", `{${many('"a":0,')}"a":1}`, "a key is given twice in one object"],
    ["of empty lines", `${many("\n")}x`, /^not JSON: Unexpected identifier "x"$/],
    ["of steps that are numbers", file(`${many("1,")}1`), /^steps\[0\]: expected 1 to 200 .*, found the number 1$/],
    [
      "of steps with one number at the end",
      file(`${many('"a",')}1`),
      /^steps\[2\d+\]: expected 1 to 200 .*, found the number 1$/,
    ],
  ])("%s", (_, text, problem) => {
    const { peak, answer } = measure(decode, text);
    expect(answer).toEqual(typeof problem === "string" ? problem : expect.stringMatching(problem));
    expect(peak).toBeLessThan(limit);
  });

  test.each([
    ["JSON.parse of brackets", '(text) => { try { JSON.parse(text); } catch { return "refused"; } }', "[".repeat(maxFileBytes)],
    [
      "zod's own list of steps, for half as many numbers",
      '(text) => require("zod/mini").array(require("zod/mini").string()).safeParse(JSON.parse(text)).success ? "sound" : "refused"',
      `[${"1,".repeat(maxFileBytes / 4)}1]`,
    ],
  ])("unlike %s", (_, code, text) => {
    const { peak, answer } = measure(code, text);
    expect(answer).toBe("refused");
    expect(peak).toBeGreaterThan(limit);
  });
});
