/** The help of a command, from what it says of itself and the table of failures. */
import { commandLine, failures } from "../errors.ts";
import type { Command } from "./args.ts";
import { wrap } from "./layout.ts";

const columns = 80;

/** The help text of a command; it fits on a screen of 80 columns. */
export function renderHelp(command: Command): string {
  const { name, about, usage, operands, options, examples } = command;
  const rows = [
    ...Object.entries(operands).map(([operand, { about }]) => [operand, about]),
    ...Object.entries(options).map(([option, { value, about }]) => [`--${option}${value ? `=${value}` : ""}`, about]),
    ["-h, --help", "print this help; --version prints the version"],
  ];
  const width = rows.reduce((widest, [left = ""]) => Math.max(widest, left.length), 0) + 4;
  const codes = command.failures.map((code) => `${failures[code].status} ${failures[code].meaning}`);
  return [
    ...wrap(about.split(" "), columns),
    "",
    ...wrap(`usage: ${commandLine(name, usage)}`.split(/ (?![^[]*\])/), columns, "       "), // at spaces outside of brackets
    "",
    ...rows.flatMap(([left = "", right = ""]) => {
      const [first = "", ...others] = wrap(right.split(" "), columns - width);
      return [`  ${left.padEnd(width - 2)}${first}`, ...others.map((row) => " ".repeat(width) + row)];
    }),
    "",
    "examples:",
    ...examples.map((words) => `  ${wrap(commandLine(name, words).split(" "), columns - 4, "    ").join(" \\\n  ")}`),
    "",
    ...wrap(`exit codes: 0 done, ${codes.join(", ")}`.split(/(?<=,) (?=\d)/), columns, "  "),
    "",
  ].join("\n");
}
