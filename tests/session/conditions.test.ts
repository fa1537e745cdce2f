/** The guards of a command: what holds, and what is said if one does not. */
import { describe, expect, test } from "bun:test";
import { type Condition, isConditional, requireCondition } from "../../lib/session/conditions.ts";
import type { Session } from "../../lib/session/schema.ts";
import { session } from "../support/sample.ts";

const scripts = "bun run .claude/skills/session/scripts";
const neverAsked = () => {
  throw new Error("the active sessions were listed for nothing");
};

function check(found: Session | null, condition: Condition, active: () => readonly string[] = neverAsked) {
  return () => requireCondition(found, condition, { workflow: "workflow:pr", active });
}

test.each<[string, Session | null, Condition]>([
  ["none with a session", session, {}],
  ["none without a session", null, {}],
  ["no value for any", session, { "if-new": false, "if-step": undefined, "if-updated": undefined }],
  ["--if-new without a session", null, { "if-new": true }],
  ["--if-step with the current step", session, { "if-step": "git:pr:monitor" }],
  ["--if-updated with the very text", session, { "if-updated": "2025-01-29T15:05:00.000Z" }],
])("a condition holds: %s", (_, found, condition) => {
  expect(check(found, condition)).not.toThrow();
});

describe("a condition that does not hold says what was found", () => {
  const found = 'workflow:pr is at step "git:pr:monitor", updated_at 2025-01-29T15:05:00.000Z';
  const moved = `somebody may have changed it (a time is compared as text); read it before you decide anything: ${scripts}/get.ts workflow:pr`;
  const resume = `resume it from there, or give another run a name of its own, like workflow:pr.2; to read it: ${scripts}/get.ts workflow:pr`;
  const list = `list the active sessions: ${scripts}/get.ts --all`;

  test.each<[Session | null, Condition, string, string]>([
    [session, { "if-new": true }, `--if-new: ${found}`, resume],
    [session, { "if-step": "init" }, `--if-step=init: ${found}`, moved],
    [session, { "if-step": "" }, `--if-step=: ${found}`, moved],
    [session, { "if-updated": "2025-01-29T15:05:00Z" }, `--if-updated=2025-01-29T15:05:00Z: ${found}`, moved],
    [session, { "if-updated": "x".repeat(81) }, `--if-updated=${"x".repeat(79)}…: ${found}`, moved],
    [null, { "if-step": "init" }, "--if-step=init: there is no session of workflow:pr", list],
    [null, { "if-updated": "x" }, "--if-updated=x: there is no session of workflow:pr", list],
  ])("%j, %j", (given, condition, message, help) => {
    expect(check(given, condition, () => [])).toThrow(expect.objectContaining({ code: "condition", message, help }));
    expect(help).not.toMatch(/--if-|without|leave out|drop/);
  });

  test("and no example of another name if that would be too long", () => {
    const longest = `a${":b".repeat(59)}c`;
    const help = `resume it from there, or give another run a name of its own; to read it: ${scripts}/get.ts ${longest}`;
    const refuse = () => requireCondition(session, { "if-new": true }, { workflow: longest, active: () => [] });
    expect(refuse).toThrow(expect.objectContaining({ help }));
  });

  test("and a near name if there is no session", () => {
    const message = "--if-step=init: there is no session of workflow:pr; did you mean workflow:prr?";
    expect(check(null, { "if-step": "init" }, () => ["other", "workflow:prr"])).toThrow(expect.objectContaining({ message }));
  });

  test("the step in quotes, escaped and cut", () => {
    const steps = ["a\u202e\u009b", "x".repeat(200)];
    const shown = steps.map((step) => {
      try {
        check({ ...session, step }, { "if-new": true })();
      } catch (error) {
        return String(error).match(/".*"/)?.[0];
      }
      return undefined;
    });
    expect(shown).toEqual(['"a\\u202e\\u009b"', `"${"x".repeat(79)}…"`]);
  });
});

test("a step or time is compared as it stands: not trimmed, in the same letters, not as an instant", () => {
  for (const step of [" git:pr:monitor", "git:pr:Monitor", "git:pr"]) expect(check(session, { "if-step": step })).toThrow();
  for (const time of ["2025-01-29T16:05:00.000+01:00", "2025-01-29T15:05:00.0000Z", ""])
    expect(check(session, { "if-updated": time })).toThrow();
});

test("a command is conditional if any condition is given", () => {
  const given: Condition[] = [{ "if-new": true }, { "if-step": "" }, { "if-updated": "" }];
  expect(given.map(isConditional)).toEqual([true, true, true]);
  expect([{}, { "if-new": false }, { "if-step": undefined, "if-updated": undefined }].filter(isConditional)).toEqual([]);
});
