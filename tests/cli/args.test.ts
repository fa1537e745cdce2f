/** The command lines of the four scripts. */
import { describe, expect, test } from "bun:test";
import { type Command, parseArgs, usageLine } from "../../lib/cli/args.ts";
import { fromStandardInput } from "../../lib/cli/context.ts";
import { commands, type ScriptName } from "../support/run-script.ts";

const names = Object.keys(commands) as ScriptName[];

describe("a sound command line becomes its arguments", () => {
  const get = { all: false, json: false };
  const set = { "if-new": false, json: false, workflow: "workflow:pr", step: "init", context: {} };
  const save = { "dry-run": false, json: false, workflow: "workflow:pr" };

  test.each<[ScriptName, string[], object]>([
    ["get", ["workflow:pr"], { ...get, workflow: "workflow:pr" }],
    ["get", ["--all"], { ...get, all: true }],
    ["get", ["--json", "--all"], { all: true, json: true }],
    ["get", ["workflow:pr", "--json"], { ...get, workflow: "workflow:pr", json: true }],
    ["get", ["--", "workflow:pr"], { ...get, workflow: "workflow:pr" }],
    ["set", ["workflow:pr", "init"], set],
    ["set", ["workflow:pr", "init", '{"a":1}'], { ...set, context: { a: 1 } }],
    ["set", ["workflow:pr", "init", "a=1", "b=x"], { ...set, context: { a: 1, b: "x" } }],
    ["set", ["workflow:pr", "init", "-"], { ...set, context: fromStandardInput }],
    ["set", ["workflow:pr", "init", "--if-new"], { ...set, "if-new": true }],
    ["set", ["workflow:pr", "init", "--if-step=find it"], { ...set, "if-step": "find it" }],
    ["set", ["--if-step", "find", "workflow:pr", "init", "a=1"], { ...set, "if-step": "find", context: { a: 1 } }],
    ["set", ["workflow:pr", "a=1", "--json", "b=2"], { ...set, json: true, step: "a=1", context: { b: 2 } }],
    ["set", ["workflow:pr", "--", "--all", "a=--json"], { ...set, step: "--all", context: { a: "--json" } }],
    ["reset", ["workflow:pr"], { json: false, workflow: "workflow:pr" }],
    ["save", ["workflow:pr"], save],
    ["save", ["workflow:pr", "--status=failed", "--notes=CI = blocked"], { ...save, status: "failed", notes: "CI = blocked" }],
    [
      "save",
      ["--status", "cancelled", "--notes", "two\nlines", "workflow:pr"],
      { ...save, status: "cancelled", notes: "two\nlines" },
    ],
    ["save", ["workflow:pr", "--notes="], { ...save, notes: "" }],
    ["save", ["workflow:pr", "--notes=--help", "--dry-run"], { ...save, notes: "--help", "dry-run": true }],
  ])("%s %j", (name, argv, args) => {
    expect<object>(parseArgs<Command>(commands[name], argv)).toEqual(args);
  });
});

describe("anything else is wrong usage, and the help is how the script is called", () => {
  test.each<[ScriptName, string[], string | RegExp]>([
    ["get", [], "expected a workflow or --all, found neither"],
    ["get", ["a", "--all"], "expected a workflow or --all, found both"],
    ["get", ["a", "b"], 'unexpected argument "b"'],
    [
      "get",
      [""],
      'bad workflow name "": expected 1 to 120 letters, digits, _ and -, in parts joined by : or ., like workflow:pr',
    ],
    ["get", ["../a"], /^bad workflow name "..\/a": expected/],
    ["get", ["a\u001b[2J"], /^bad workflow name "a\\u001b\[2J": expected/],
    ["get", ["-"], /^bad workflow name "-": expected/],
    ["get", ["-a"], 'unknown option "-a"'],
    ["get", ["-all"], 'unknown option "-all"'],
    ["get", ["--al"], 'unknown option "--al"; did you mean --all?'],
    ["get", ["--All"], 'unknown option "--All"; did you mean --all?'],
    ["get", ["--jsno"], 'unknown option "--jsno"; did you mean --json?'],
    ["get", ["--nothing-like-it"], 'unknown option "--nothing-like-it"'],
    ["get", ["--=1"], 'unknown option "--"'],
    ["get", ["--constructor"], 'unknown option "--constructor"'],
    ["get", ["--__proto__=1"], 'unknown option "--__proto__"'],
    ["get", ["--all=true"], 'option --all takes no value, found "true"'],
    ["get", ["--all="], 'option --all takes no value, found ""'],
    ["get", ["--all", "--all"], "option --all is given twice"],
    ["get", ["--", "--all"], /^bad workflow name "--all": expected/],
    ["set", [], "expected <workflow>, found nothing"],
    ["set", ["a"], 'expected <step>, found only "a"'],
    ["set", ["a", ""], 'bad step "": expected 1 to 200 characters on one line, no control characters, no space at either end'],
    ["set", ["a", "b\nc"], /^bad step "b\\nc": expected/],
    ["set", ["a", "b", "c"], /^bad context: "c": not JSON/],
    ["set", ["a", "b", "-5"], 'unknown option "-5"'],
    ["set", ["a", "b", "--if-new=1"], 'option --if-new takes no value, found "1"'],
    ["set", ["a", "b", "--if-step"], "option --if-step needs a value: --if-step=STEP"],
    ["set", ["a", "b", "--if-step", "--json"], "option --if-step needs a value: --if-step=STEP"],
    ["set", ["a", "b", "--if-step="], /^bad step "": expected/],
    ["set", ["a", "b", "--if-step=c", "--if-step=c"], "option --if-step is given twice"],
    ["set", ["a", "b", "--if-new", "--if-step=c"], "--if-new and --if-step cannot both hold"],
    ["reset", [], "expected <workflow>, found nothing"],
    ["reset", ["a", "b"], 'unexpected argument "b"'],
    ["reset", ["a", "--all"], 'unknown option "--all"'],
    ["save", [], "expected <workflow>, found nothing"],
    ["save", ["a", "--status=done"], 'bad status "done": expected completed, failed, cancelled'],
    ["save", ["a", "--status=faild"], 'bad status "faild": expected completed, failed, cancelled; did you mean failed?'],
    ["save", ["a", "--status="], /^bad status "": expected completed, failed, cancelled$/],
    ["save", ["a", "--status=failed", "--status=failed"], "option --status is given twice"],
    ["save", ["a", "--notes"], "option --notes needs a value: --notes=TEXT"],
    ["save", ["a", "--note=x"], 'unknown option "--note"; did you mean --notes?'],
    ["save", ["a", "--notes", "x", "y"], 'unexpected argument "y"'],
  ])("%s %j", (name, argv, message) => {
    const expected = typeof message === "string" ? message : expect.stringMatching(message);
    expect(() => parseArgs(commands[name], argv)).toThrow(expect.objectContaining({ code: "usage", message: expected }));
  });

  test("the help names the usage where no better one is known", () => {
    const { help } = captured(() => parseArgs(commands.reset, []));
    expect(help).toBe(`usage: ${usageLine(commands.reset)} (more with --help)`);
    expect(captured(() => parseArgs(commands.set, ["a", "b", "c"])).help).toStartWith("give key=value pairs");
  });
});

function captured(action: () => unknown): { help?: string } {
  try {
    action();
  } catch (error) {
    return error as { help?: string };
  }
  throw new Error("it did not throw");
}

describe("the usage line", () => {
  test.each(names)("of %s names the script, every operand and every option of the table", (name) => {
    const { operands, options } = commands[name];
    const line = usageLine(commands[name]);
    expect(line).toStartWith(`bun run .claude/skills/session/scripts/${name}.ts <workflow>`);
    for (const operand of Object.keys(operands)) expect(line).toMatch(new RegExp(`[<[]${operand}[>\\]]`));
    for (const option of Object.keys(options)) expect(line).toMatch(new RegExp(`--${option}\\b`));
  });
});
