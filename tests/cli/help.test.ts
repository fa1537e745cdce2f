/** The help of each script. */
import { describe, expect, test } from "bun:test";
import { type Command, usageLine } from "../../lib/cli/args.ts";
import { renderHelp } from "../../lib/cli/help.ts";
import { failures } from "../../lib/errors.ts";
import { expectGolden } from "../support/golden.ts";
import { commands } from "../support/run-script.ts";

describe.each(Object.entries<Command>(commands))("the help of %s", (name, command) => {
  const help = renderHelp(command);
  const { about, operands, options, examples } = command;
  const words = help.replace(/\s+/g, " ");

  test("reads as in its golden file", () => {
    expectGolden(`help/${name}.txt`, help);
  });

  test("says what the script does and how it is called", () => {
    expect(help).toStartWith(`${about}\n\nusage: `);
    expect(words).toContain(`usage: ${usageLine(command)}`);
  });

  test("has a line for every operand and option", () => {
    for (const operand of Object.keys(operands)) expect(help).toMatch(new RegExp(`^  ${operand} +\\S`, "m"));
    for (const [option, { value, about }] of Object.entries(options)) {
      expect(words).toContain(` --${option}${value === undefined ? "" : `=${value}`} ${about}`);
    }
    expect(words).toContain(" -h, --help print this help and do nothing else");
  });

  test("shows its examples as they are typed", () => {
    for (const example of examples) expect(help).toContain(`\n  bun run .claude/skills/session/scripts/${name}.ts ${example}\n`);
  });

  test("tells every exit code", () => {
    expect(words).toContain("exit codes: 0 done");
    for (const { status, meaning } of Object.values(failures)) expect(words).toContain(`${status} ${meaning}`);
  });

  test("fits on a screen of 80 columns and 24 lines, and ends with a newline", () => {
    const lines = help.split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(25);
    expect(help).toMatch(/\S\n$/);
  });
});
