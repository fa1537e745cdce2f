/** Text laid out for a window, in columns of the terminal. Whole views are in `views.test.ts`. */
import { describe, expect, test } from "bun:test";
import { type Column, cut, pad, paint, renderTable, wrap } from "../../lib/cli/layout.ts";

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

test("padding counts wide characters twice", () => {
  expect([pad("日本", 6), pad("👍🏽", 4), pad("ab", 6), pad("too long", 3)]).toEqual(["日本  ", "👍🏽  ", "ab    ", "too long"]);
});

test("a style is an escape sequence only if there are colours", () => {
  expect([paint("red", "x", screen(80)), paint("red", "x", screen(80, true))]).toEqual(["x", "\u001b[31mx\u001b[0m"]);
  expect(paint("red", "", screen(80, true))).toBe("");
});

describe("wrap", () => {
  test.each<[pieces: string[], width: number, rows: string[]]>([
    [["one", "two", "three", "four"], 9, ["one two", "three", "four"]],
    [["one two", "three"], 9, ["one two", "three"]],
    [["much", "toolongforone"], 6, ["much", "toolon", "gforon", "e"]],
    [["toolongforone", "more"], 6, ["toolon", "gforon", "e more"]],
    [["日本語日本語", "x"], 5, ["日本", "語日", "本語", "x"]],
    [["👩‍👩‍👧👩‍👩‍👧", "x"], 3, ["👩‍👩‍👧", "👩‍👩‍👧", "x"]],
    [["e\u0301".repeat(4)], 2, ["e\u0301e\u0301", "e\u0301e\u0301"]],
    [["", "", "indented"], 20, ["  indented"]],
    [["a", "", "b"], 20, ["a  b"]],
    [[""], 20, [""]],
    [[], 20, []],
  ])("%j at %d columns", (pieces, width, rows) => {
    expect(wrap(pieces, width)).toEqual(rows);
  });

  test("indents all lines but the first", () => {
    expect(wrap(["one", "two", "three", "four"], 9, "  ")).toEqual(["one two", "  three", "  four"]);
  });

  test("loses nothing", () => {
    const text = `${"値".repeat(50)} ${"x".repeat(333)} e\u0301 👍🏽 ${"word ".repeat(40)}`;
    for (const width of [20, 21, 80]) {
      const rows = wrap(text.split(" "), width);
      expect(rows.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      for (const row of rows) expect(Bun.stringWidth(row)).toBeLessThanOrEqual(width);
    }
  });

  test("of a text of 1 MiB without a space is as many lines as it takes", () => {
    expect(wrap(["x".repeat(1_048_576)], 20)).toHaveLength(Math.ceil(1_048_576 / 20));
  });

  test("may be more lines than a call can have arguments", () => {
    expect(wrap(["x".repeat(1_300_000)], 1)).toHaveLength(1_300_000);
  });
});

describe("a table", () => {
  const columns: Column[] = [
    { title: "NAME", cells: ["workflow:one-that-is-long", "b"], shrinks: true },
    { title: "N", cells: ["1", "12"], align: "right", optional: true },
    { title: "AGE", cells: ["now", "5m"], style: "dim" },
  ];

  test("is aligned, numbers to the right, without spaces at the ends of lines", () => {
    expect(renderTable(columns, screen(80))).toEqual([
      "NAME                        N  AGE",
      "workflow:one-that-is-long   1  now",
      "b                          12  5m",
    ]);
  });

  test("is aligned if there are wide characters", () => {
    const wide: Column[] = [
      { title: "STEP", cells: ["発行する", "👍🏽", "wait"] },
      { title: "N", cells: ["1", "2", "3"] },
    ];
    expect(renderTable(wide, screen(80))).toEqual(["STEP      N", "発行する  1", "👍🏽        2", "wait      3"]);
  });

  test("that is too wide shrinks if it may, then leaves out what is optional", () => {
    expect(renderTable(columns, screen(24))).toEqual([
      "NAME              N  AGE",
      "workflow:one-t…   1  now",
      "b                12  5m",
    ]);
    expect(renderTable(columns, screen(18))).toEqual(["NAME           AGE", "workflow:one…  now", "b              5m"]);
  });

  test("leaves out what is optional from the right", () => {
    const optional = ["A", "B", "C"].map((title): Column => ({ title, cells: [title.toLowerCase()], optional: true }));
    const rows = [8, 7, 4, 1].map((width) => renderTable([{ title: "N", cells: ["n"] }, ...optional], screen(width))[1]);
    expect(rows).toEqual(["n  a  b", "n  a  b", "n  a", "n"]);
  });

  test("shrinks its widest column first, none below 12 columns", () => {
    const both: Column[] = [
      { title: "A", cells: ["a".repeat(40)], shrinks: true },
      { title: "B", cells: ["b".repeat(20)], shrinks: true },
    ];
    const widths = (width: number) =>
      renderTable(both, screen(width))[1]
        ?.split("  ")
        .map((cell) => cell.length);
    expect(widths(62)).toEqual([40, 20]);
    expect(widths(52)).toEqual([30, 20]);
    expect(widths(42)).toEqual([20, 20]);
    expect(widths(32)).toEqual([15, 15]);
    expect(widths(10)).toEqual([12, 12]);
  });

  test("never cuts a column that may not shrink: its line is longer, and the others stay aligned", () => {
    const long = `workflow:${"n".repeat(40)}`;
    const fixed: Column[] = [
      { title: "NAME", cells: ["workflow:pr", long, "b"] },
      { title: "STEP", cells: ["git:pr:monitor", "find", "wait"], shrinks: true },
      { title: "N", cells: ["1", "2", "3"], optional: true },
    ];
    expect(renderTable(fixed, screen(40))).toEqual([
      "NAME         STEP",
      "workflow:pr  git:pr:monitor",
      `${long}  find`,
      "b            wait",
    ]);
    expect(renderTable(fixed, screen(12))).toEqual(["NAME  STEP", "workflow:pr  git:pr:moni…", `${long}  find`, "b     wait"]);
  });

  test("paints the line of titles and the columns that have a style, and is as wide as without", () => {
    const plain = renderTable(columns, screen(80));
    const painted = renderTable(columns, screen(80, true));
    expect(painted.map((row) => Bun.stripANSI(row).trimEnd())).toEqual(plain);
    expect(painted[0]).toStartWith("\u001b[2mNAME\u001b[0m ");
    expect(painted[1]).toEndWith("\u001b[2mnow\u001b[0m");
  });
});
