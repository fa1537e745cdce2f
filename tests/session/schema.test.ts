/** The schema: what a session is, what is wrong with everything else, and which times are times. */
import { describe, expect, test } from "bun:test";
import { fields, findIssue, looseObject, placeOf, textBy, time } from "../../lib/session/schema.ts";
import { session } from "../support/sample.ts";

const timeRule = "an ISO 8601 time like 2025-01-29T15:00:00.000Z";
const stepRule = "1 to 200 characters on one line, no control characters, no space at either end";

test("a session has no issue, whatever other fields it has", () => {
  expect(findIssue(session)).toBeUndefined();
  expect(findIssue({ later: [1], ...session, constructor: null })).toBeUndefined();
});

test("a session may have no steps, and at its start any step", () => {
  expect(findIssue({ ...session, steps: [], step: "elsewhere", context: {} })).toBeUndefined();
});

test("the fields stand in the order in which they are written", () => {
  expect(fields).toEqual(["started_at", "updated_at", "step", "steps", "context"]);
});

describe("the first issue is reported with its place", () => {
  const whole = { path: [], expected: "an object with started_at, updated_at, step and steps" };
  const badStep = (...path: PropertyKey[]) => ({ path, expected: stepRule });
  const badTime = (...path: PropertyKey[]) => ({ path, expected: timeRule });

  test.each<[string, unknown, { path: PropertyKey[]; expected: string }]>([
    ["null", null, whole],
    ["nothing", undefined, whole],
    ["a text", "session", whole],
    ["a list", { list: [session] }.list, whole],
    ["a field that is missing", { ...session, updated_at: undefined }, badTime("updated_at")],
    ["two wrong fields", { ...session, started_at: 1, step: 2 }, badTime("started_at")],
    ["a time that is an object", { ...session, started_at: { time: session.started_at } }, badTime("started_at")],
    ["a step that is a number", { ...session, step: 1 }, badStep("step")],
    ["an empty step", { ...session, step: "" }, badStep("step")],
    ["a wrong step among the steps", { ...session, steps: ["a", "b", ""] }, badStep("steps", 2)],
    ["a wrong first step", { ...session, steps: [1, "a"] }, badStep("steps", 0)],
    ["the first of several wrong steps", { ...session, steps: ["a", null, "", 3] }, badStep("steps", 1)],
    ["steps that are no list", { ...session, steps: { 0: "a" } }, { path: ["steps"], expected: "a list of steps" }],
    ["steps that are missing", { ...session, steps: undefined }, { path: ["steps"], expected: "a list of steps" }],
    ["a context that is a list", { ...session, context: [] }, { path: ["context"], expected: "an object" }],
    ["a context that is missing", { ...session, context: undefined }, { path: ["context"], expected: "an object" }],
  ])("%s", (_, value, issue) => {
    expect(findIssue(value)).toEqual(issue);
  });
});

test("the place of an issue is shown as it would be written in code", () => {
  const places = [[], ["step"], ["steps", 12]].map((path) => placeOf({ path, expected: "x" }));
  expect(places).toEqual(["", "step", "steps[12]"]);
});

describe("another schema", () => {
  const schema = looseObject({ name: textBy((name) => name.startsWith("a"), "a name with a"), at: time }, "a person");

  test("is built of the same parts", () => {
    expect(findIssue({ name: "ada", at: session.started_at, more: 1 }, schema)).toBeUndefined();
    expect(findIssue([], schema)).toEqual({ path: [], expected: "a person" });
    expect(findIssue({ name: "bob", at: session.started_at }, schema)).toEqual({ path: ["name"], expected: "a name with a" });
    expect(findIssue({ name: 1, at: session.started_at }, schema)).toEqual({ path: ["name"], expected: "a name with a" });
    expect(findIssue({ name: "ada", at: "now" }, schema)).toEqual({ path: ["at"], expected: timeRule });
  });
});

describe("a time is ISO 8601 with seconds, any fraction and any offset", () => {
  const isTime = (value: unknown) => findIssue(value, time) === undefined;

  test.each([
    ...["2025-01-29T15:00:00Z", "2025-01-29T15:00:00.1Z", "2025-01-29T15:00:00.123456789Z", "2024-02-29T23:59:59.999Z"],
    ...["2025-01-29T15:00:00+05:30", "2025-01-29T15:00:00-00:00", "2025-01-29T15:00:00+23:59", "2025-01-29T15:00:00.5-14:00"],
    ...["0000-01-01T00:00:00Z", "0000-02-29T00:00:00Z", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.9999999Z"],
  ])("%s", (text) => {
    expect(isTime(text)).toBe(true);
  });

  test.each([
    ...["", "now", "2025-01-29", "2025-01-29T15:00:00", "2025-01-29 15:00:00Z", "+012025-01-29T15:00:00Z", "20250129T150000Z"],
    ...["2025-13-01T00:00:00Z", "2025-00-01T00:00:00Z", "2025-01-00T00:00:00Z", "2025-01-32T00:00:00Z"],
    ...["2025-02-29T00:00:00Z", "2024-02-30T00:00:00Z", "2025-04-31T00:00:00Z", "1900-02-29T00:00:00+01:00"],
    ...["2025-01-29T24:00:00Z", "2025-01-29T25:00:00Z", "2025-01-29T15:60:00Z", "2025-01-29T15:00:60Z", "2025-01-29T15Z"],
    ...["2025-01-29T15:00:00+24:00", "2025-01-29T15:00:00+05:60", "2025-01-29T15:00:00+24", "2025-01-29T15:00:00.Z"],
    ...["2025-01-29T15:00Z", "2025-01-29T15:00+01:00", "2025-01-29T15:00:00-08", "2025-01-29T15:00:00+0530"],
    ...[
      "2025-01-29T15:00:00,5Z",
      "2025-01-29T15:00:00z",
      "2025-01-29t15:00:00Z",
      "2025-01-29T15:00:00 Z",
      " 2025-01-29T15:00:00Z",
    ],
    ...["2025-01-29T15:00:00Z\n", "2025-01-29T15:00:00Zx", 1738162800000, null, undefined, { time: "2025-01-29T15:00:00Z" }],
  ])("and not %j", (value) => {
    expect(findIssue(value, time)).toEqual({ path: [], expected: timeRule });
  });

  test("in a year that has four digits in UTC too", () => {
    expect(["9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01"].filter(isTime)).toEqual([]);
    expect(["9999-12-31T23:58:59-00:01", "0000-01-01T00:01:00+00:01"].filter(isTime)).toHaveLength(2);
  });

  test("and of a month only the days that it has", () => {
    const days = Array.from({ length: 31 }, (_, day) => String(day + 1).padStart(2, "0"));
    const lengths = (year: number) =>
      Array.from({ length: 12 }, (_, month) => `${year}-${String(month + 1).padStart(2, "0")}`).map(
        (month) => days.filter((day) => isTime(`${month}-${day}T12:00:00+02:00`)).length,
      );
    expect(lengths(2024)).toEqual([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
    expect(lengths(2100)).toEqual([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
  });

  test("of any length, read in linear time: in quadratic time this would never end", () => {
    expect(isTime(`2025-01-29T15:00:00.${"0".repeat(5_000_000)}1Z`)).toBe(true);
    expect(isTime(`2025-01-29T15:00:00.${"0".repeat(5_000_000)}`)).toBe(false);
  });
});
