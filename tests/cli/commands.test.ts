/** What the four scripts take. Their command lines are in `args.test.ts`, their help in `help.test.ts`. */
import { describe, expect, test } from "bun:test";
import { type Command, parseArgs } from "../../lib/cli/args.ts";
import { set } from "../../lib/cli/commands.ts";
import type { SessionError } from "../../lib/errors.ts";
import { commands } from "../support/run-script.ts";
import { shellWords } from "../support/shell-words.ts";
import { scriptsPath } from "../support/words.ts";

test.each(Object.entries<Command>(commands))("the command %s has the name of its script", (name, command) => {
  expect(command.name).toBe(name);
});

describe("where set expects a step, what looks like a context is refused", () => {
  const refusalOf = (argv: string[]): SessionError => {
    try {
      parseArgs(set, argv);
    } catch (error) {
      return error as SessionError;
    }
    throw new Error(`it was taken: ${JSON.stringify(argv)}`);
  };
  const corrected = (argv: string[]) =>
    /^if it is the step, put -- right before it, and all options before the --; if not, insert the step: (.*)$/s.exec(
      refusalOf(argv).help ?? "",
    )?.[1] ?? "";

  test.each<[argv: string[], found: string]>([
    [["workflow:pr", "a=1"], '"a=1"'],
    [["workflow:pr", "a="], '"a="'],
    [["workflow:pr", "_a.b-c=1"], '"_a.b-c=1"'],
    [["workflow:pr", "a:=[1]"], '"a:=[1]"'],
    [["workflow:pr", "a:="], '"a:="'],
    [["workflow:pr", '{"a":1}'], '"{\\"a\\":1}"'],
    [["workflow:pr", ' {"a":1}'], '" {\\"a\\":1}"'],
    [["workflow:pr", "[1]"], '"[1]"'],
    [["workflow:pr", "{not JSON"], '"{not JSON"'],
    [["workflow:pr", "-"], '"-"'],
    [["workflow:pr", "a=1", "b=2"], '"a=1"'],
  ])("%j", (argv, found) => {
    expect(refusalOf(argv)).toMatchObject({
      code: "usage",
      message: `expected <step>, found what looks like a context: ${found}; is the step missing?`,
    });
    expect(corrected(argv)).toStartWith(`${scriptsPath}/set.ts workflow:pr STEP `);
  });

  test.each<string[][]>([
    [["workflow:pr", "a=1"]],
    [["workflow:pr", "a=1", "b=it's $HOME", 'c:={"d":[1]}', "e="]],
    [["workflow:pr", '{"a":"it\'s"}']],
    [["workflow:pr", "-"]],
    [["workflow:pr", "a=1", "--if-new"]],
    [["--if-step=b c", "workflow:pr", "a=1", "--json"]],
    [["--if-step", "a=1", "workflow:pr", "a=1", "b=2"]],
    [["workflow:pr", "a=1", "--", "b=--json"]],
  ])("the command that the help proposes for %j works with a step in the place of STEP, and drops nothing", (argv) => {
    const words = shellWords(corrected(argv).replace("STEP", "'find it'"));
    expect(words.slice(0, 3).join(" ")).toBe(`${scriptsPath}/set.ts`);
    const at = argv.lastIndexOf("workflow:pr") + 1;
    expect(words.slice(3)).toEqual(argv.toSpliced(at, 0, "find it"));
    expect(parseArgs(set, words.slice(3))).toMatchObject({ workflow: "workflow:pr", step: "find it" });
  });

  test("a word that a message cannot show is left to the reader, not shown as another", () => {
    expect(corrected(["workflow:pr", "a=1\n2", "b=\u202e", "c=3"])).toBe(
      `${scriptsPath}/set.ts workflow:pr STEP CONTEXT CONTEXT c=3`,
    );
  });

  test("a bad name comes first: no command is proposed for it", () => {
    expect(refusalOf(["../x", "a=1"]).message).toStartWith('bad workflow name "../x"');
  });

  test.each(["a=1", "a:=1", "{", "[x]", "-", "--help"])("behind -- the step %j is taken", (step) => {
    expect(parseArgs(set, ["workflow:pr", "--", step, "b=2"])).toMatchObject({ step, context: { patch: { b: 2 } } });
  });

  test.each(["git:pr:find", "a = b", "1=2", "=", "é=1", "see {it}", "日本語"])("the step %j does not look like one", (step) => {
    expect(parseArgs(set, ["workflow:pr", step])).toMatchObject({ step: step });
  });

  test("what a condition names may look like one", () => {
    expect(parseArgs(set, ["workflow:pr", "b", "--if-step=a=1"])).toMatchObject({ "if-step": "a=1" });
  });
});

test("a condition without a value is wrong usage, and not one that does not hold", () => {
  for (const option of ["--if-updated=", "--if-step="]) {
    expect(() => parseArgs(set, ["workflow:pr", "init", option])).toThrow(expect.objectContaining({ code: "usage" }));
  }
});
