/** The help of a command, from what it says of itself and the table of exit codes. */

import { failures } from "../errors.ts";
import { type Command, commandLine, usageLine } from "./args.ts";
import { wrap } from "./layout.ts";

const columns = 80;

/** The help text of a command; it fits on a screen of 80 columns and 24 lines. */
export function renderHelp(command: Command): string {
  const { name, about, operands, options, examples } = command;
  const rows = [
    ...Object.entries(operands).map(([operand, { about }]) => [operand, about]),
    ...Object.entries(options).map(([option, { value, about }]) => [
      `--${option}${value === undefined ? "" : `=${value}`}`,
      about,
    ]),
    ["-h, --help", "print this help and do nothing else"],
  ];
  const width = rows.reduce((widest, [left = ""]) => Math.max(widest, left.length), 0) + 2;
  const codes = Object.values(failures).map(({ status, meaning }) => `${status} ${meaning}`);
  return [
    about,
    "",
    ...wrap(`usage: ${usageLine(command)}`.split(/ (?![^[]*\])/), columns, "       "), // at spaces outside of brackets
    "",
    ...rows.map(([left = "", right]) => `  ${left.padEnd(width)}${right}`),
    "",
    "examples:",
    ...examples.map((words) => `  ${commandLine(name, words)}`),
    "",
    ...wrap(`exit codes: 0 done, ${codes.join(", ")}`.split(/(?<=,) (?=\d)/), columns, "  "),
    "",
  ].join("\n");
}
