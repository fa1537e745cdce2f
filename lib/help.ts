/** The help of a script, from the tables of its arguments and of the exit codes. */
import { commandLine, type Script, type ScriptName, scripts, usageLine } from "./args.ts";
import { failures } from "./errors.ts";
import { stepRule, workflowRule } from "./session.ts";

const operandHelp: Record<string, string> = {
  workflow: workflowRule,
  step: stepRule,
  context: "merged into the old context: key=value pairs, a JSON object, or - for stdin",
};

/** The help text of a script; it fits on a screen. */
export function renderHelp(name: ScriptName): string {
  const { about, operands, options, examples }: Script = scripts[name];
  const rows = [
    ...Object.keys(operands).map((operand) => [operand, operandHelp[operand] ?? ""]),
    ...Object.entries(options).map(([option, { value, about }]) => [
      `--${option}${value === undefined ? "" : `=${value}`}`,
      about,
    ]),
    ["-h, --help", "print this help and do nothing else"],
  ];
  const width = Math.max(...rows.map(([left = ""]) => left.length)) + 2;
  const codes = [
    ["0", "done; null and [] are answers"],
    ...Object.values(failures).map(({ status, meaning }) => [String(status), meaning]),
  ];
  return [
    about,
    "",
    `usage: ${usageLine(name)}`,
    "",
    ...rows.map(([left = "", right]) => `  ${left.padEnd(width)}${right}`),
    "",
    "examples:",
    ...examples.map((words) => `  ${commandLine(name, words)}`),
    "",
    "exit codes:",
    ...codes.map(([code, meaning]) => `  ${code}  ${meaning}`),
    "",
  ].join("\n");
}
