/** Text laid out for a window, in columns of the terminal. Whole views are in `terminal.test.ts`. */
import { describe, expect, test } from "bun:test";
import { cut, cutPath, pad, paint, renderTable, wrap } from "../../lib/cli/layout.ts";

const screen = (width: number, colour = false) => ({ width, colour });

test.each([
  ["fits", 4, "fits"],
  ["too long", 5, "too …"],
  ["日本語", 6, "日本語"],
  ["日本語", 5, "日本…"],
  ["👩‍👩‍👧 family", 4, "👩‍👩‍👧 …"],
  ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
])("%j cut to %d columns is %j", (text, width, expected) => {
  expect(cut(text, width)).toBe(expected);
  expect(Bun.stringWidth(expected)).toBeLessThanOrEqual(width);
});

test("of a path the end is kept", () => {
  expect(cutPath("ia/state/sessions/archives/a.md", 8)).toBe("…es/a.md");
  expect(cutPath("a.md", 8)).toBe("a.md");
});

test("padding counts wide characters twice", () => {
  expect([pad("日本", 6), pad("ab", 6), pad("too long", 3)]).toEqual(["日本  ", "ab    ", "too long"]);
});

test("a style is an escape sequence only where there are colours", () => {
  expect([paint("red", "x", screen(80)), paint("red", "x", screen(80, true))]).toEqual(["x", "\u001b[31mx\u001b[0m"]);
  expect(paint("red", "", screen(80, true))).toBe("");
});

test("pieces are wrapped into lines, and one that is longer than a line is cut", () => {
  expect(wrap(["one", "two", "three", "four"], 9, "  ")).toEqual(["one two", "  three", "  four"]);
  expect(wrap(["much too long"], 6)).toEqual(["much …"]);
});

describe("a table", () => {
  const columns = [
    { title: "NAME", cells: ["workflow:one-that-is-long", "b"], shrinks: true as const },
    { title: "N", cells: ["1", "12"], align: "right" as const, optional: true as const },
    { title: "AGE", cells: ["now", "5m"] },
  ];

  test("is aligned, numbers to the right", () => {
    expect(renderTable(columns, screen(80))).toEqual([
      "NAME                        N  AGE",
      "workflow:one-that-is-long   1  now",
      "b                          12  5m",
    ]);
  });

  test("that is too wide shrinks where it may, then leaves out what is optional", () => {
    expect(renderTable(columns, screen(24))).toEqual([
      "NAME              N  AGE",
      "workflow:one-t…   1  now",
      "b                12  5m",
    ]);
    expect(renderTable(columns, screen(18))[0]).toBe("NAME           AGE");
  });
});
