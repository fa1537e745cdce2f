/** What the four scripts say of themselves. Their command lines are in `args.test.ts`, their help in `help.test.ts`. */
import { describe, expect, test } from "bun:test";
import { type Command, parseArgs } from "../../lib/cli/args.ts";
import { commands } from "../support/run-script.ts";

describe.each(Object.entries<Command>(commands))("the command %s", (name, command) => {
  test("has the name of its script", () => {
    expect(command.name).toBe(name);
  });

  test("has three examples that are sound", () => {
    expect(command.examples).toHaveLength(3);
    for (const example of command.examples) {
      const words = [...example.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replaceAll('"', ""));
      expect(() => parseArgs(command, words)).not.toThrow();
    }
  });

  test("says of each operand and option what it is", () => {
    const parts = [...Object.values(command.operands), ...Object.values(command.options)];
    expect(parts.filter(({ about }) => about.length < 10)).toEqual([]);
  });
});
