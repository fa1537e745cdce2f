/**
 * The committed copy after things that happen to files in other people's repositories, and under other runtimes. Whatever it
 * was, each script does what it says or fails with a word on stderr: exit 0 with nothing done is the one defect that
 * nobody notices. (A file of which nothing is left, or nothing but whole comments, is an empty program, and nothing in it can
 * speak.)
 */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "../../lib/session/json.ts";
import { copySkill } from "../support/copies.ts";
import { masked, now, printed } from "../support/outcome.ts";
import { installPackages } from "../support/packages.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { bun, cleanEnvironment, type Run, repository, type ScriptName } from "../support/run-script.ts";
import { session } from "../support/sample.ts";

setDefaultTimeout(60_000);

type Verdict = "right" | "loud" | { wrong: Run };

const started = { started_at: now, updated_at: now, step: "init", steps: ["init"], context: {} };
const archive = "ia/state/sessions/archives/2025-01-29-saved-feat-workflow-start.md";
const archived: JsonValue = { workflow: "saved", status: "completed", archive };

/** A call of each script, what it must print, and the files that must have appeared and gone. */
const calls: { script: ScriptName; args: string[]; answer: JsonValue; made?: string; gone?: string }[] = [
  { script: "get", args: ["read"], answer: session },
  { script: "set", args: ["new", "init"], answer: started, made: "ia/state/sessions/new.json" },
  { script: "reset", args: ["deleted"], answer: session, gone: "ia/state/sessions/deleted.json" },
  { script: "save", args: ["saved"], answer: archived, made: archive, gone: "ia/state/sessions/saved.json" },
];
const scripts = calls.map(({ script }) => script);

/** A project with the committed copy in it and a session for each call. */
function temporaryHost(): TemporaryProject & { skill: string; scripts: string } {
  const project = temporaryProject();
  const skill = copySkill(project.path);
  for (const name of ["read", "deleted", "saved"]) project.write(`${name}.json`, session);
  return { ...project, skill, scripts: join(skill, "scripts") };
}

type Start = { start?: string[]; ending?: string };
type Outcome = { run: Run; answer: JsonValue; isDone: boolean };

/** Makes the four calls at once, with `start` before the path of each script. */
function callAll(host: { path: string; scripts: string }, { start = [bun, "run"], ending = ".ts" }: Start): Promise<Outcome[]> {
  return Promise.all(
    calls.map(async ({ script, args, answer, made, gone }) => {
      const child = Bun.spawn([...start, join(host.scripts, `${script}${ending}`), ...args], {
        cwd: host.path,
        env: cleanEnvironment({ NO_COLOR: "1" }),
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      });
      const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
      const run = { exitCode: await child.exited, stdout, stderr };
      const has = (path: string) => existsSync(join(host.path, path));
      return { run, answer, isDone: (made === undefined || has(made)) && (gone === undefined || !has(gone)) };
    }),
  );
}

/** Whether a run did all that it should, or failed and said so. */
function judge({ run, answer, isDone }: Outcome): Verdict {
  if (Bun.deepEquals(masked(run), printed(answer)) && isDone) return "right";
  return run.exitCode !== 0 && /\w/.test(run.stderr) ? "loud" : { wrong: run };
}

async function judgeAll(host: { path: string; scripts: string }, start: Start = {}): Promise<Verdict[]> {
  return (await callAll(host, start)).map(judge);
}

const allRight: Verdict[] = ["right", "right", "right", "right"];
const allLoud: Verdict[] = ["loud", "loud", "loud", "loud"];

type Change = (text: string) => string | Uint8Array;

function changeScripts(host: { scripts: string }, change: Change): void {
  for (const script of scripts) {
    const path = join(host.scripts, `${script}.ts`);
    writeFileSync(path, change(readFileSync(path, "utf8")));
  }
}

const asItIs: Change = (script) => script;

/** Judges the copy with its four scripts changed as text. */
async function judgeChanged(change: Change, start: Start = {}): Promise<Verdict[]> {
  using host = temporaryHost();
  changeScripts(host, change);
  return await judgeAll(host, start);
}

/** Judges the copy after a command was run in the folder of its scripts, given their names. */
async function judgeAfter(command: string[], { change, files }: { change: Change; files: Record<string, string> }) {
  using host = temporaryHost();
  changeScripts(host, change);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(host.path, name), text);
  const names = scripts.map((script) => join(host.scripts, `${script}.ts`));
  const texts = names.map((path) => readFileSync(path, "utf8"));
  Bun.spawnSync([...command, ...names], { cwd: host.path, env: cleanEnvironment(), stdout: "ignore", stderr: "ignore" });
  const changed = names.filter((path, index) => readFileSync(path, "utf8") !== texts[index]).length;
  return { changed, verdicts: await judgeAll(host) };
}

const above =
  (text: string): Change =>
  (script) =>
    text + script;
const below =
  (text: string): Change =>
  (script) =>
    script + text;
const filtered =
  (command: string[]): Change =>
  (script) =>
    Bun.spawnSync(command, { stdin: new Blob([script]), env: cleanEnvironment() }).stdout;
const eachLine =
  (change: (line: string, index: number) => string): Change =>
  (script) =>
    script.split("\n").map(change).join("\n");
/** What keeps formatters away is gone. */
const withoutComments: Change = (script) => script.replace(/^(?:\/\/|\/\*).*\n/gm, "");

describe("each script of the copy works as before", () => {
  test("if nothing happened to it", async () => {
    expect(await judgeChanged(asItIs)).toEqual(allRight);
  });

  test.each<{ what: string; change: Change }>([
    { what: "a comment above its first line", change: above("// Copyright Example\n") },
    { what: "a licence header above its first line", change: above("/**\n * Copyright Example\n *\n * @license MIT\n */\n\n") },
    { what: "the header of a formatter above its first line", change: above("/** @format */\n\n") },
    { what: "an empty line above its first one", change: above("\n") },
    { what: "a directive above its first line", change: above('"use strict";\n') },
    { what: "an import above its first line", change: above('import "node:fs";\n') },
    { what: "a hashbang", change: above("#!/usr/bin/env bun\n") },
    { what: "a byte order mark", change: above("\ufeff") },
    { what: "a byte order mark, a comment and CRLF", change: (text) => `\ufeff// x\n${text}`.replaceAll("\n", "\r\n") },
    { what: "CRLF", change: (script) => script.replaceAll("\n", "\r\n") },
    { what: "CR alone", change: (script) => script.replaceAll("\n", "\r") },
    { what: "UTF-16", change: (script) => Buffer.from(`\ufeff${script}`, "utf16le") },
    { what: "its first line removed", change: (script) => script.slice(script.indexOf("\n") + 1) },
    { what: "every line that is a comment removed", change: withoutComments },
    { what: "white space stripped by git", change: filtered(["git", "stripspace"]) },
    { what: "white space stripped by sed", change: filtered(["sed", "s/[[:space:]]*$//"]) },
    { what: "tabs expanded", change: filtered(["expand"]) },
    { what: "tabs in the place of spaces", change: filtered(["unexpand", "-a"]) },
    { what: "every line indented", change: eachLine((line) => `  ${line}`) },
    { what: "no line indented", change: eachLine((line) => line.trimStart()) },
    { what: "empty lines between all lines", change: (script) => script.replaceAll("\n", "\n\n") },
    { what: "no empty lines", change: (script) => script.replaceAll(/\n+/g, "\n") },
    { what: "no line break at its end", change: (script) => script.trimEnd() },
    { what: "a comment below its last line", change: below("\n\n// vim: set ts=4:\n") },
    { what: "code below its last line", change: below("export const of = 'another tool';\n") },
    { what: "white space minified", change: minified },
  ])("with $what", async ({ change }) => {
    expect(await judgeChanged(change)).toEqual(allRight);
  });

  test.each([".js", ".mjs", ".cjs", ".mts", ".cts", ".tsx", ".jsx", ""])("renamed to end with %j", async (ending) => {
    using host = temporaryHost();
    for (const script of scripts) renameSync(join(host.scripts, `${script}.ts`), join(host.scripts, `${script}${ending}`));
    expect(await judgeAll(host, { ending })).toEqual(allRight);
  });

  test.each(['{"type":"commonjs"}', '{"type":"module"}', '{"sideEffects":false}', "{"])(
    "beside the package.json %s",
    async (text) => {
      using host = temporaryHost();
      writeFileSync(join(host.scripts, "package.json"), text);
      expect(await judgeAll(host)).toEqual(allRight);
    },
  );

  test("as a symbolic link to itself elsewhere", async () => {
    using host = temporaryHost();
    mkdirSync(join(host.path, "elsewhere"));
    for (const script of scripts) {
      const path = join(host.scripts, `${script}.ts`);
      renameSync(path, join(host.path, "elsewhere", script));
      symlinkSync(join(host.path, "elsewhere", script), path);
    }
    expect(await judgeAll(host)).toEqual(allRight);
  });

  test.each<{ what: string; start: string[] }>([
    { what: "bun without run", start: [bun] },
    { what: "bun run --bun", start: [bun, "run", "--bun"] },
    { what: "bun run --silent", start: [bun, "run", "--silent"] },
    { what: "bun --smol", start: [bun, "--smol"] },
    { what: "bun --no-install run", start: [bun, "--no-install", "run"] },
  ])("started by $what", async ({ start }) => {
    using host = temporaryHost();
    expect(await judgeAll(host, { start })).toEqual(allRight);
  });
});

function minified(script: string): string {
  return new Bun.Transpiler({ loader: "ts", minifyWhitespace: true }).transformSync(script);
}

describe("each script of the copy fails and says so", () => {
  test.each<{ what: string; change: Change }>([
    { what: "a NUL byte behind it", change: below("\0") },
    { what: "the end of a page of a disk behind it", change: below("\0".repeat(4096)) },
    { what: "its second half gone and zeros there", change: (script) => script.slice(0, 40960).padEnd(script.length, "\0") },
    { what: "nothing but zeros", change: (script) => "\0".repeat(script.length) },
    { what: "a page in its middle gone", change: (script) => script.slice(0, 8192) + script.slice(12288) },
    { what: "itself once more behind it", change: (script) => script + script },
    { what: "text behind it", change: below("and so on\n") },
    { what: "a brace behind it", change: below("}\n") },
    { what: "UTF-16 without its mark", change: (script) => Buffer.from(script, "utf16le") },
    { what: "conflict markers", change: (script) => script.replace("\n\n", "\n<<<<<<< HEAD\n=======\n>>>>>>> main\n") },
    { what: "the marks of a diff", change: eachLine((line) => `+${line}`) },
    { what: "line numbers", change: eachLine((line, index) => `${index + 1}\t${line}`) },
    { what: "a fence around it", change: (script) => `\`\`\`ts\n${script}\`\`\`\n` },
    { what: "HTML entities", change: (script) => script.replaceAll("&", "&amp;").replaceAll("<", "&lt;") },
    { what: "typographic quotes", change: (script) => script.replaceAll('"', "”") },
    { what: "the page of a failed download in its place", change: () => "404: Not Found" },
    {
      what: "the pointer of a large file in its place",
      change: () => "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
    },
    { what: "the path of a symbolic link in its place", change: () => "../../../../skills/session/scripts/get.ts" },
    { what: "the comment of another language above it", change: above("# Copyright Example\n") },
    { what: "the first line of the form that does nothing", change: above("// @bun @bytecode @bun-cjs\n") },
  ])("with $what", async ({ change }) => {
    expect(await judgeChanged(change)).toEqual(allLoud);
  });

  test.each(["sh", "bash"])("run by %s", async (shell) => {
    using host = temporaryHost();
    expect(await judgeAll(host, { start: [shell] })).toEqual(allLoud);
  });

  test.each(scripts)("%s cut off at forty places, and anywhere in its last lines", async (script) => {
    using host = temporaryHost();
    const text = readFileSync(join(host.scripts, `${script}.ts`), "utf8");
    const first = text.indexOf("export ") + 1; // nothing before it is a statement
    const breaks = [...text.matchAll(/\n/g)].map(({ index }) => index).filter((index) => index > first);
    const lines = breaks.filter((_, index) => index % Math.ceil(breaks.length / 20) === 0);
    const bytes = Array.from({ length: 20 }, (_, index) => first + Math.floor((index * (text.length - first)) / 20));
    const end = text.trimEnd().length;
    const tail = Array.from({ length: 24 }, (_, index) => end - 1 - index);
    const { args = [], answer = null } = calls.find((call) => call.script === script) ?? {};
    for (const place of [...lines.map((line, index) => line + (index % 2)), ...bytes, ...tail]) {
      writeFileSync(join(host.scripts, "cut.ts"), text.slice(0, place));
      const { exitCode, stdout, stderr } = Bun.spawnSync([bun, "run", join(host.scripts, "cut.ts"), ...args], {
        cwd: host.path,
        env: cleanEnvironment(),
      });
      const run = { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
      expect({ place, verdict: judge({ run, answer, isDone: true }) }).toEqual({ place, verdict: "loud" });
    }
  });
});

test("a script cut off anywhere before its first statement fails, but for a few places where only whole comments are left", () => {
  using host = temporaryHost();
  const text = readFileSync(join(host.scripts, "get.ts"), "utf8");
  const places = Array.from({ length: text.indexOf("export ") }, (_, place) => place);
  const silent = places.filter((place) => {
    writeFileSync(join(host.scripts, "cut.ts"), text.slice(0, place));
    return Bun.spawnSync([bun, "run", join(host.scripts, "cut.ts"), "read"], { cwd: host.path, env: cleanEnvironment() }).success;
  });
  expect(silent.length).toBeLessThan(40);
  expect(silent.filter((place) => !/^(?:\/\*.*?\*\/\n?|\/\/.*(?:\n|$))*$/.test(text.slice(0, place)))).toEqual([]);
});

describe("the judge", () => {
  const silent: Run = { exitCode: 0, stdout: "", stderr: "" };
  const wrong = { wrong: silent };

  /** The form that the scripts of version 1.0.0 had. */
  async function bundleAsBefore(host: { scripts: string }): Promise<void> {
    for (const script of scripts) {
      const { outputs } = await Bun.build({
        entrypoints: [join(repository, "scripts", `${script}.ts`)],
        target: "bun",
        format: "cjs",
        bytecode: true,
      });
      const [code = new Blob()] = outputs;
      writeFileSync(join(host.scripts, `${script}.ts`), (await code.text()).replace(/^#!.*\n/, ""));
    }
  }

  test.each<{ what: string; change: Change; verdicts: Verdict[] }>([
    { what: "if nothing happened to it", change: asItIs, verdicts: allRight },
    { what: "with a line above its first one", change: above("// x\n"), verdicts: [wrong, wrong, wrong, wrong] },
  ])("finds out a bundle of the form that does nothing, $what", async ({ change, verdicts }) => {
    using host = temporaryHost();
    await bundleAsBefore(host);
    changeScripts(host, change);
    expect(await judgeAll(host)).toEqual(verdicts);
  });

  test("finds out an answer without the deed, and the deed without an answer", () => {
    const run = { exitCode: 0, stdout: "null\n", stderr: "" };
    expect(judge({ run, answer: null, isDone: true })).toBe("right");
    expect(judge({ run, answer: null, isDone: false })).toEqual({ wrong: run });
    expect(judge({ run: silent, answer: null, isDone: true })).toEqual(wrong);
    expect(judge({ run: { ...silent, exitCode: 1 }, answer: null, isDone: false })).toEqual({
      wrong: { ...silent, exitCode: 1 },
    });
  });
});

const packages = await installPackages("bun-1.0", "bun-1.1", "deno", "tsx", "eslint", "prettier");
afterAll(() => packages[Symbol.dispose]());

const odd = { singleQuote: true, useTabs: true, semi: false, trailingComma: "none", printWidth: 40, objectWrap: "collapse" };
/** Every rule of ESLint that changes code, whatever the comments of a file say. */
const everyRule = `
  const { builtinRules } = require(${JSON.stringify(packages.file("eslint/lib/unsupported-api.js"))});
  const rules = [...builtinRules].filter(([, { meta }]) => meta.fixable && !meta.deprecated).map(([name]) => [name, "error"]);
  module.exports = [{ files: ["**/*.ts"], linterOptions: { noInlineConfig: true }, rules: Object.fromEntries(rules) }];
`;
const biome = [join(repository, "node_modules/.bin/biome"), "check", "--write", "--unsafe"];
const prettier = ["node", packages.file("prettier/bin/prettier.cjs"), "--write", "--insert-pragma"];
const eslint = ["node", packages.file("eslint/bin/eslint.js"), "--fix"];
describe.skipIf(packages.missing !== undefined)(
  "each script of the copy works as before, even if nothing in it keeps them away,",
  () => {
    test.each<{ what: string; command: string[]; files: Record<string, string> }>([
      { what: "Biome", command: biome, files: {} },
      { what: "Prettier, which notes it above", command: prettier, files: { ".prettierrc": JSON.stringify(odd) } },
      { what: "ESLint with every rule", command: eslint, files: { "eslint.config.cjs": everyRule } },
    ])("after $what", async ({ command, files }) => {
      expect(await judgeAfter(command, { change: withoutComments, files })).toEqual({ changed: 4, verdicts: allRight });
    });
  },
);

describe.skipIf(packages.missing !== undefined)("each script of the copy names the Bun that it needs", () => {
  const message =
    /^error: the scripts of session need Bun \d+\.\d+\.\d+ or later, but (?:another program is running them\nhelp: call them as bun run SCRIPT|this is Bun 1\.[01]\.\d+\nhelp: bun upgrade)\n$/;
  const named = { exitCode: 1, stdout: "", stderr: expect.stringMatching(message) };

  test.each<{ what: string; start: string[]; ending: string }>([
    { what: "Bun 1.0", start: [packages.file("bun-1.0/bin/bun"), "run"], ending: ".ts" },
    { what: "Bun 1.1", start: [packages.file("bun-1.1/bin/bun"), "run"], ending: ".ts" },
    { what: "Deno", start: ["node", packages.file("deno/bin.cjs"), "run", "--allow-all", "--quiet"], ending: ".ts" },
    { what: "tsx", start: ["node", packages.file("tsx/dist/cli.mjs")], ending: ".ts" },
    { what: "Node, renamed to end with .mjs", start: ["node"], ending: ".mjs" },
    { what: "Node, renamed to end with .js", start: ["node"], ending: ".js" },
  ])("to $what", async ({ start, ending }) => {
    using host = temporaryHost();
    const before = host.snapshot();
    changeScripts(host, above("// Copyright Example\n"));
    for (const script of scripts) renameSync(join(host.scripts, `${script}.ts`), join(host.scripts, `${script}${ending}`));
    writeFileSync(join(host.scripts, "package.json"), '{"type":"module"}');
    const outcomes = await callAll(host, { start, ending });
    expect(outcomes.map(({ run }) => run)).toEqual([named, named, named, named]);
    expect(host.snapshot()).toEqual(before);
  });

  test.each(["bun-1.0", "bun-1.1"])("to %s, with nothing above its first line", async (name) => {
    expect(await judgeChanged(asItIs, { start: [packages.file(`${name}/bin/bun`), "run"] })).toEqual(allLoud);
  });

  test.each<{ what: string; start: string[]; manifest: string }>([
    { what: "Node", start: ["node"], manifest: "{}" },
    { what: "Node", start: ["node"], manifest: '{"type":"commonjs"}' },
    { what: "tsx", start: ["node", packages.file("tsx/dist/cli.mjs")], manifest: '{"type":"commonjs"}' },
  ])("or fails in another way, run by $what beside the package.json $manifest", async ({ start, manifest }) => {
    using host = temporaryHost();
    writeFileSync(join(host.scripts, "package.json"), manifest);
    expect(await judgeAll(host, { start })).toEqual(allLoud);
  });
});
