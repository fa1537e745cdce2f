/** The schema, as it is in the source; what the build compiles from it is compared with this in `build.test.ts`. */
import { describe, expect, test } from "bun:test";
import { fields, findIssue } from "../../lib/session/schema.ts";
import { session } from "../support/sample.ts";

test("a session has no issue, whatever other fields it has", () => {
  expect(findIssue(session)).toBeUndefined();
  expect(findIssue({ later: [1], ...session, constructor: null })).toBeUndefined();
});

test("the fields stand in the order in which they are written", () => {
  expect(fields).toEqual(["started_at", "updated_at", "step", "steps", "context"]);
});

describe("the first issue is told with its place", () => {
  const whole = { path: [], expected: "an object with started_at, updated_at, step and steps" };

  test.each([
    ["null", null, whole],
    ["a list", { list: [session] }.list, whole],
    ["a field that is missing", { ...session, updated_at: undefined }, { path: ["updated_at"], expected: /^an ISO 8601 time/ }],
    ["two wrong fields", { ...session, started_at: 1, step: 2 }, { path: ["started_at"], expected: /^an ISO 8601 time/ }],
    ["a wrong step among the steps", { ...session, steps: ["a", "b", ""] }, { path: ["steps", 2], expected: /^1 to 200/ }],
    ["steps that are no list", { ...session, steps: { 0: "a" } }, { path: ["steps"], expected: "a list of steps" }],
    ["a context that is a list", { ...session, context: [] }, { path: ["context"], expected: "an object" }],
  ] as [string, unknown, { path: PropertyKey[]; expected: string | RegExp }][])("%s", (_, value, { path, expected }) => {
    const words = typeof expected === "string" ? expected : expect.stringMatching(expected);
    expect(findIssue(value)).toEqual({ path, expected: words });
  });
});
