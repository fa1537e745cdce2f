import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { type Bundle, bundle, scriptNames } from "../../lib/build/bundle.ts";
import { repository } from "../support/run-script.ts";
import { unsafeCopy } from "../support/unsafe-copy.ts";

setDefaultTimeout(60_000);

const bundles: Bundle[] = [];
for (const name of scriptNames) bundles.push(await bundle(repository, name, "session-skill 9.9.9"));

/** What a text asks for at run time; `undefined` stands for something that is not written there as a plain name. */
function requirements(text: string): (string | undefined)[] {
  const uses = text.matchAll(/\b(?:__require|require|import)\(\s*(?:"([^"]+)"\s*\))?|^import .* from "([^"]+)"$/gm);
  return [...uses].map(([, called, imported]) => called ?? imported);
}

/** What evaluates text as code. */
function evaluations(text: string): string[] {
  return text.match(/\beval\b|(?<!instanceof )\bFunction\b(?!\.prototype)|"(?:node:)?vm"/g) ?? [];
}

/** A program as Bun's parser understands it, without the comments of licenses, which it keeps. */
function read(text: string): string {
  const code = text.replace(/\/\*![\s\S]*?\*\//g, "");
  return new Bun.Transpiler({ loader: "js", minifyWhitespace: true }).transformSync(code);
}

describe.each(bundles)("the bundle of $name", ({ name, text, packageFiles }) => {
  const lines = text.split("\n");

  test("holds its own command, and only set the parser of contexts", () => {
    const commands = scriptNames.filter((command) => text.includes(`\n  name: "${command}",\n`));
    expect(commands).toEqual([name as (typeof scriptNames)[number]]);
    expect(text.includes("function parsePairs(")).toBe(name === "set");
  });

  test("begins with what keeps tools away, its version and its source, and one name that only its end declares", () => {
    expect(lines.slice(0, 9)).toEqual([
      "// @bun",
      "/* eslint-disable */",
      "/* biome-ignore-all lint: generated */",
      "/* biome-ignore-all format: generated */",
      "/* biome-ignore-all assist: generated */",
      "// @ts-nocheck",
      "/* prettier-ignore */",
      "export { isComplete }",
      `// session-skill 9.9.9: generated from scripts/${name}.ts of its repository; edit it there, not here`,
    ]);
    expect(lines.slice(-4)).toEqual(["}", "// prettier-ignore", "function isComplete() {}", ""]);
    expect(text.match(/isComplete/g)).toHaveLength(2);
  });

  test("has one block between the imports and its end", () => {
    const head = lines.slice(9, lines.indexOf("{") + 1);
    const isIgnored = (line: string) => line === "// prettier-ignore";
    expect(head.filter((line) => !isIgnored(line)).slice(0, -1)).toEqual(
      head.filter((line) => /^import .* from ".*"$/.test(line)),
    );
    expect(head.filter((line, index) => index % 2 === 0 && !isIgnored(line))).toEqual([]);
    expect(lines.slice(lines.indexOf("{") + 1).filter((line) => line.startsWith("import "))).toEqual([]);
  });

  test("has no line that ends in white space, no tab and no byte beyond ASCII", () => {
    expect(lines.filter((line) => /\s$/.test(line))).toEqual([]);
    expect(text).not.toMatch(/[^\n -~]/);
  });

  test("means the same if every line is indented: no text in it goes over two lines", () => {
    expect(read(text.replace(/^/gm, "  "))).toBe(read(text));
  });

  test("asks for nothing that is not built into Bun", () => {
    const names = requirements(text);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => name === undefined || !isBuiltin(name))).toEqual([]);
  });

  test("evaluates no text as code", () => {
    expect(evaluations(text)).toEqual([]);
  });

  test("is readable: no line is long, names are those of the source, and each module is headed by its path", () => {
    expect(lines.filter((line) => line.length > 400)).toEqual([]);
    expect(text).toContain("\nfunction decodeJson(");
    expect(text).toContain(`\n// scripts/${name}.ts\nrun(${name}, `);
    const paths = lines.filter((line) => /^\/\/ \S+\/\S+\.[jt]s$/.test(line));
    expect(paths.filter((path) => !/^\/\/ (?:lib|scripts|node_modules)\//.test(path))).toEqual([]);
    expect(paths).toContain("// lib/cli/run.ts");
  });

  test("holds zod itself, and names the files that its bytes are from", () => {
    const zod = packageFiles.filter((file) => file.startsWith(join(repository, "node_modules/zod/")));
    expect(zod.length).toBeGreaterThan(3);
    expect(text).toContain("// node_modules/zod/v4/core/schemas.js\n");
  });
});

describe("the controls", () => {
  test("gray-matter's own engines hold what evaluates text", async () => {
    const { outputs } = await Bun.build({ entrypoints: [join(repository, "scripts/save.ts")], target: "bun" });
    expect(evaluations((await outputs[0]?.text()) ?? "")).toContain("eval");
  });

  test("a text that goes over two lines means something else if it is indented", () => {
    expect(read("x = `a\n  b`;")).not.toBe(read("x = `a\nb`;"));
  });

  test.each([
    ['var x = __require("fs");', ["fs"]],
    ['var x = require("esprima");', ["esprima"]],
    ['import { x } from "node:fs"', ["node:fs"]],
    ['await import("zod")', ["zod"]],
    ["require(name)", [undefined]],
  ])("%j asks for %j", (text, names) => {
    expect(requirements(text)).toEqual(names);
  });

  test.each(["eval(x)", "new Function(x)", "const F = Function;", 'import vm from "node:vm"'])("%j evaluates text", (text) => {
    expect(evaluations(text)).toHaveLength(1);
  });
});

describe("a bundle that cannot be made", () => {
  test.each([
    {
      what: "is not understood",
      replace: "export const maxDepth = ;",
      message: /^cannot bundle get: .*\(.*lib\/session\/rules\.ts:\d+\)/,
    },
    {
      what: "asks for what is not there",
      replace: 'import "./nowhere.ts";',
      message: /^cannot bundle get: .*"\.\/nowhere\.ts".*\(.*rules\.ts:\d+\)/,
    },
  ])("is told with file and line, if the source $what", async ({ replace, message }) => {
    using clone = unsafeCopy([]);
    await Bun.write(join(clone.path, "lib/session/rules.ts"), replace);
    await expect(bundle(clone.path, "get", "x 1")).rejects.toMatchObject({
      code: "failed",
      message: expect.stringMatching(message),
    });
  });
});
