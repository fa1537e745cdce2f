/** The rules for names and values. */
import { describe, expect, test } from "bun:test";
import {
  bytesBeyond,
  isStep,
  isWorkflow,
  maxArchiveBytes,
  maxFileBytes,
  maxTextBytes,
  statuses,
} from "../../lib/session/rules.ts";
import { c0 } from "../support/nasty-texts.ts";

test.each<[text: string, bytes: number]>([
  ["", 0],
  ["abc", 3],
  ["€€€", 9],
  ["éa", 3],
  ["😀😀", 8],
  ["a€😀".repeat(1000), 8000],
  ["\ud800", 3],
])("the size of %p is counted in bytes of UTF-8", (text, bytes) => {
  expect(bytesBeyond(bytes, text)).toBeUndefined();
  expect(bytesBeyond(bytes - 1, text)).toBe(bytes);
});

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
    ["anything but text", [undefined, null, 1, true, ["a"], { length: 1 }, new String("a")]],
  ])("may not be %s", (_, texts) => {
    expect((texts as unknown[]).filter(isStep)).toEqual([]);
  });
});

test("the limits and the statuses are those of the contract", () => {
  expect([maxTextBytes, maxFileBytes]).toEqual([1_048_576, 8_388_608]);
  expect(statuses).toEqual(["completed", "failed", "cancelled"]);
});

test("any archive of a session file within its limits can be recognised: a byte becomes six, what the body repeats twice as many", () => {
  expect(maxArchiveBytes).toBeGreaterThan(6 * maxFileBytes + 6 * maxTextBytes + 12 * maxTextBytes);
});
