/** The help of each script: golden files in `tests/fixtures/help/`. That its examples work is shown in `e2e/usage.test.ts`. */
import { describe, expect, test } from "bun:test";
import type { Command } from "../../lib/cli/args.ts";
import { renderHelp } from "../../lib/cli/help.ts";
import { expectGolden } from "../support/golden.ts";
import { commands, type ScriptName } from "../support/run-script.ts";
import { shellWords } from "../support/shell-words.ts";

/** The exit codes that each script can give. */
const codes: Record<ScriptName, string> = { get: "0 1 2 4", set: "0 1 2 4 5 6", reset: "0 1 2 4 5 6", save: "0 1 2 3 4 5 6" };

describe.each(Object.keys(commands) as ScriptName[])("the help of %s", (name) => {
  const help = renderHelp(commands[name]);

  test("reads as in its golden file", () => {
    expectGolden(`help/${name}.txt`, help);
  });

  test("tells the exit codes of this script and no others", () => {
    const told = /^exit codes: .*\n(?: {2}.*\n)*$/m.exec(help)?.[0] ?? "";
    expect([...told.matchAll(/(?<=^exit codes: |, |\n {2})\d(?= )/g)].join(" ")).toBe(codes[name]);
  });

  test("fits on a screen of 80 columns and 24 lines, and ends with a newline", () => {
    const lines = help.split("\n");
    expect(lines.filter((line) => Bun.stringWidth(line) > 80)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(25);
    expect(help).toMatch(/\S\n$/);
  });
});

test("an example that is longer than a line goes on in the next, as a shell takes it", () => {
  const command: Command = {
    ...{ name: "get", about: "About.", usage: "", operands: {}, options: {}, failures: [] },
    examples: [`workflow:pr --notes=${"x".repeat(50)} last`],
  };
  const example = /(?<=examples:\n).*?(?=\n\n)/s.exec(renderHelp(command))?.[0] ?? "";
  expect(example).toContain(" \\\n");
  expect(shellWords(example)).toEqual([
    "bun",
    "run",
    ".claude/skills/session/scripts/get.ts",
    "workflow:pr",
    `--notes=${"x".repeat(50)}`,
    "last",
  ]);
});
