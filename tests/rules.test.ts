/** The rules for names and values. */
import { describe, expect, test } from "bun:test";
import { isStep, isTime, isWorkflow } from "../lib/rules.ts";
import { c0 } from "./support/nasty-texts.ts";

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
  test.each([
    ...["2025-01-29T15:00:00Z", "2025-01-29T15:00:00.1Z", "2025-01-29T15:00:00.123456789Z", "2024-02-29T23:59:59.999Z"],
    ...["2025-01-29T15:00:00+05:30", "2025-01-29T15:00:00-00:00", "2025-01-29T15:00:00+23:59", "2025-01-29T15:00:00.5-14:00"],
    ...["2025-01-29T15:00:00+0530", "2025-01-29T15:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"],
  ])("%s", (time) => {
    expect(isTime(time)).toBe(true);
    expect(Date.parse(time)).not.toBeNaN();
  });

  test.each([
    ...["", "now", "2025-01-29", "2025-01-29T15:00:00", "2025-01-29 15:00:00Z", "+012025-01-29T15:00:00Z", "20250129T150000Z"],
    ...["2025-13-01T00:00:00Z", "2025-00-01T00:00:00Z", "2025-01-00T00:00:00Z", "2025-01-32T00:00:00Z"],
    ...["2025-02-29T00:00:00Z", "2024-02-30T00:00:00Z", "2025-04-31T00:00:00Z", "1900-02-29T00:00:00+01:00"],
    ...["2025-01-29T24:00:00Z", "2025-01-29T25:00:00Z", "2025-01-29T15:60:00Z", "2025-01-29T15:00:60Z", "2025-01-29T15Z"],
    ...["2025-01-29T15:00:00+24:00", "2025-01-29T15:00:00+05:60", "2025-01-29T15:00:00+05", "2025-01-29T15:00:00.Z"],
    ...["2025-01-29T15:00:00Z\n", "2025-01-29T15:00:00Zx", 1738162800000, null, { time: "2025-01-29T15:00:00Z" }],
  ])("and not %j", (value) => {
    expect(isTime(value)).toBe(false);
  });

  test("in a year that has four digits in UTC too", () => {
    expect(["9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01"].filter(isTime)).toEqual([]);
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
});
