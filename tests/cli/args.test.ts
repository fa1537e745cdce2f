/** The command lines of the four scripts. */
import { describe, expect, test } from "bun:test";
import { type Command, parseArgs, shellWord } from "../../lib/cli/args.ts";
import { commands, type ScriptName } from "../support/run-script.ts";
import { shellWords } from "../support/shell-words.ts";
import { nameRule, scriptsPath, statusRule, stepRule, usage } from "../support/words.ts";

/** The words of the error and its help. */
function refusal(name: ScriptName, argv: string[]): { code: string; message: string; help: string | undefined } {
  try {
    parseArgs<Command>(commands[name], argv);
  } catch (error) {
    const { code, message, help } = error as { code: string; message: string; help?: string };
    return { code, message, help };
  }
  throw new Error(`it was taken: ${JSON.stringify(argv)}`);
}

describe("a sound command line becomes its arguments", () => {
  const get = {};
  const reset = { workflow: "workflow:pr" };
  const save = reset;
  const noPairs = { patch: {}, texts: new Map() };
  const set = { ...reset, step: "init", context: noPairs };
  const pairs = (patch: object, texts: Record<string, string>) => ({ patch, texts: new Map(Object.entries(texts)) });

  test.each<[ScriptName, string[], object]>([
    ["get", ["workflow:pr"], { ...get, workflow: "workflow:pr" }],
    ["get", ["--all"], { ...get, all: true }],
    ["get", ["--json", "--all"], { ...get, all: true, json: true }],
    ["get", ["--brief", "--all"], { ...get, all: true, brief: true }],
    ["get", ["--archived"], { ...get, archived: true }],
    ["get", ["--archived", "workflow:pr"], { ...get, archived: true, workflow: "workflow:pr" }],
    ["get", ["workflow:pr", "--json"], { ...get, workflow: "workflow:pr", json: true }],
    ["get", ["--", "workflow:pr"], { ...get, workflow: "workflow:pr" }],
    ["set", ["workflow:pr", "init"], set],
    ["set", ["workflow:pr", "init", '{"a":1}'], { ...set, context: pairs({ a: 1 }, {}) }],
    ["set", ["workflow:pr", "init", "a=1", "b:=[2]"], { ...set, context: pairs({ a: 1, b: [2] }, { a: "1" }) }],
    ["set", ["workflow:pr", "init", "-"], { ...set, context: "-" }],
    ["set", ["workflow:pr", "init", "--if-new"], { ...set, "if-new": true }],
    ["set", ["workflow:pr", "init", "--if-step=find it"], { ...set, "if-step": "find it" }],
    ["set", ["workflow:pr", "init", "--if-updated=any text"], { ...set, "if-updated": "any text" }],
    [
      "set",
      ["--if-step", "find", "workflow:pr", "init", "a=1"],
      { ...set, "if-step": "find", context: pairs({ a: 1 }, { a: "1" }) },
    ],
    ["set", ["workflow:pr", "--json", "init", "a=1"], { ...set, json: true, context: pairs({ a: 1 }, { a: "1" }) }],
    [
      "set",
      ["workflow:pr", "--", "--all", "a=--json"],
      { ...set, step: "--all", context: pairs({ a: "--json" }, { a: "--json" }) },
    ],
    ["reset", ["workflow:pr"], reset],
    ["reset", ["workflow:pr", "--if-updated", "2025"], { ...reset, "if-updated": "2025" }],
    ["save", ["workflow:pr"], save],
    ["save", ["workflow:pr", "--status=failed", "--notes=CI = blocked"], { ...save, status: "failed", notes: "CI = blocked" }],
    [
      "save",
      ["--status", "cancelled", "--notes", "two\nlines", "workflow:pr"],
      { ...save, status: "cancelled", notes: "two\nlines" },
    ],
    ["save", ["workflow:pr", "--notes="], { ...save, notes: "" }],
    ["save", ["workflow:pr", "--notes=-"], { ...save, notes: "-" }],
    ["save", ["workflow:pr", "--notes=--dry-run"], { ...save, notes: "--dry-run" }],
    ["save", ["workflow:pr", "--if-step=a", "--dry-run"], { ...save, "if-step": "a", "dry-run": true }],
  ])("%s %j", (name, argv, args) => {
    expect<object>(parseArgs<Command>(commands[name], argv)).toEqual(args);
  });
});

describe("anything else is wrong usage, and the help is how the script is called", () => {
  test.each<[ScriptName, string[], string]>([
    ["get", [], "expected a workflow, --all or --archived, found none"],
    ["get", ["a", "--all"], "expected a workflow or --all, found both"],
    ["get", ["--all", "--archived"], "--all and --archived cannot be combined: --archived alone lists all archives"],
    ["get", ["a", "--brief"], "--brief needs --all"],
    ["get", ["--archived", "--brief"], "--brief needs --all"],
    ["get", ["a", "b"], 'unexpected argument "b"'],
    ["get", [""], `bad workflow name "": ${nameRule}`],
    ["get", ["../a"], `bad workflow name "../a": ${nameRule}`],
    ["get", ["a\u001b[2J"], `bad workflow name "a\\u001b[2J": ${nameRule}`],
    ["get", ["-"], `bad workflow name "-": ${nameRule}`],
    ["get", ["-a"], 'unknown option "-a"'],
    ["get", ["-all"], 'unknown option "-all"'],
    ["get", ["--al"], 'unknown option "--al"'],
    ["get", ["--=1"], 'unknown option "--"'],
    ["get", ["--constructor"], 'unknown option "--constructor"'],
    ["get", ["--__proto__=1"], 'unknown option "--__proto__"'],
    ["get", ["--all=true"], 'option --all takes no value, found "true"'],
    ["get", ["--all="], 'option --all takes no value, found ""'],
    ["get", ["--all", "--all"], "option --all is given twice"],
    ["get", ["--", "--all"], `bad workflow name "--all": ${nameRule}`],
    ["set", [], "expected <workflow>, found nothing"],
    ["set", ["a"], 'expected <step>, found only "a"'],
    ["set", ["a", ""], `bad step "": ${stepRule}`],
    ["set", ["a", "b\nc"], `bad step "b\\nc": ${stepRule}`],
    ["set", ["a", "b", "-5"], 'unknown option "-5"'],
    ["set", ["a", "b", "--if-new=1"], 'option --if-new takes no value, found "1"'],
    ["set", ["a", "b", "--if-step"], "option --if-step needs a value: --if-step=STEP"],
    ["set", ["a", "b", "--if-step="], `bad step "": ${stepRule}`],
    ["set", ["a", "b", "--if-step=c", "--if-step=c"], "option --if-step is given twice"],
    ["reset", [], "expected <workflow>, found nothing"],
    ["reset", ["a", "b"], 'unexpected argument "b"'],
    ["reset", ["a", "--all"], 'unknown option "--all"'],
    ["reset", ["a", "--if-new"], 'unknown option "--if-new"'],
    ["save", [], "expected <workflow>, found nothing"],
    ["save", ["a", "--dry-run", "--json"], "--dry-run prints Markdown, --json prints JSON; use one of them"],
    ["save", ["a", "--status=done"], `bad status "done": ${statusRule}`],
    ["save", ["a", "--status="], `bad status "": ${statusRule}`],
    ["save", ["a", "--status=failed", "--status=failed"], "option --status is given twice"],
    ["save", ["a", "--notes"], "option --notes needs a value: --notes=TEXT"],
    ["save", ["a", "--note=x"], 'unknown option "--note"'],
    ["save", ["a", "--notes", "x", "y"], 'unexpected argument "y"'],
    ["save", ["a", "--if-new"], 'unknown option "--if-new"'],
  ])("%s %j", (name, argv, message) => {
    const help = usage[name].replace(/^help: |\n$/g, "");
    expect(refusal(name, argv)).toEqual({ code: "usage", message, help });
  });
});

describe("at most one condition may be given", () => {
  const conditions = ["--if-new", "--if-step=b", "--if-updated=2025-01-29T15:05:00.000Z"];
  const name = (condition: string) => condition.split("=")[0];
  const twoOf = (all: string[]) => all.flatMap((first, at) => all.slice(at + 1).map((second) => [first, second] as const));
  const cases = [
    ...twoOf(conditions).map((two) => ["set", ["a", "b"], two] as const),
    ...twoOf(conditions.slice(1)).flatMap((two) => [["reset", ["a"], two] as const, ["save", ["a"], two] as const]),
  ];

  test.each(cases)("%s %j %j", (script, words, [first, second]) => {
    for (const argv of [
      [...words, first, second],
      [second, ...words, first],
    ]) {
      expect(refusal(script, argv)).toMatchObject({
        code: "usage",
        message: `${name(first)} and ${name(second)} cannot be combined`,
      });
    }
    for (const one of [first, second]) expect(() => parseArgs<Command>(commands[script], [...words, one])).not.toThrow();
  });
});

describe("an option whose value would begin with - is asked for in the other form, which works", () => {
  test.each<[ScriptName, string[], string, string]>([
    ["save", ["a", "--notes", "-x"], "-x", "--notes=-x"],
    ["save", ["a", "--notes", "--dry-run"], "--dry-run", "--notes=--dry-run"],
    ["save", ["a", "--notes", "-"], "-", "--notes=-"],
    ["save", ["a", "--notes", "- it's done"], "- it's done", "--notes='- it'\\''s done'"],
    ["set", ["a", "b", "--if-step", "--json"], "--json", "--if-step=--json"],
    ["set", ["a", "b", "--if-step", "--"], "--", "--if-step=--"],
  ])("%s %j", (name, argv, found, word) => {
    expect(refusal(name, argv)).toEqual({
      code: "usage",
      message: `option ${argv.at(-2)} is followed by "${found}", which begins with "-"`,
      help: `if that is its value, write it behind an equals sign: ${word}`,
    });
    const given = shellWords(word);
    expect(given).toEqual([`${argv.at(-2)}=${found}`]);
    expect(() => parseArgs<Command>(commands[name], [...argv.slice(0, -2), ...given])).not.toThrow();
  });

  test("unless the option cannot have it in that form either", () => {
    expect(refusal("save", ["a", "--status", "--dry-run"])).toMatchObject({
      message: 'bad status "--dry-run": expected completed, failed, cancelled',
    });
  });

  test("one that a message cannot show is not shown", () => {
    expect(refusal("save", ["a", "--notes", "-x\n\u202ey"])).toMatchObject({
      message: 'option --notes is followed by "-x\\n\\u202ey", which begins with "-"',
      help: "if that is its value, write it behind an equals sign: --notes=TEXT",
    });
  });
});

test("a help that knows more than the usage is kept", () => {
  expect(refusal("set", ["a", "b", "c"]).help).toStartWith("give key=value pairs");
});

test.each([
  ["workflow:pr", "workflow:pr"],
  ["a=feat/x.y-z_1@2", "a=feat/x.y-z_1@2"],
  ["", "''"],
  ["it's", "'it'\\''s'"],
  ['$HOME `x` \\ "y" *', "'$HOME `x` \\ \"y\" *'"],
  ["値 🎉", "'値 🎉'"],
  ["~", "'~'"],
  ["a\nb", "TEXT"],
  ["\u202e", "TEXT"],
])("the word %j is %s for a shell", (text, word) => {
  expect(shellWord(text)).toBe(word);
  expect(shellWords(word)).toEqual([word === "TEXT" ? "TEXT" : text]);
});

test("the usage line is the documented form of the call", () => {
  const line = `${scriptsPath}/reset.ts <workflow> [--if-step=STEP | --if-updated=TIME]`;
  const help = `usage: ${line} (more with --help)`;
  expect(() => parseArgs(commands.reset, [])).toThrow(expect.objectContaining({ code: "usage", help }));
});
