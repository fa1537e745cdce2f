/**
 * Builds the skill as it is installed: SKILL.md, the licenses, and each script as one file that needs nothing but Bun.
 * From source inside a host project Bun would take the host's zod and tsconfig paths, or go to the network; a bundle
 * cannot. The same source and the same Bun give the same bytes.
 *
 *   bun run build                                  makes dist/session
 *   bun run build --into PROJECT [--dry-run]       installs it at PROJECT/.claude/skills/session
 */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import type * as z from "zod";
import { failures, isAbsence, SessionError, systemCode, systemError } from "./lib/errors.ts";
import { escapeControls, isObject, quote } from "./lib/session/json.ts";
import { isStep } from "./lib/session/rules.ts";
import { fields, sessionSchema } from "./lib/session/schema.ts";
import { isTime } from "./lib/session/time.ts";
import manifest from "./package.json";

const repository = import.meta.dir;
const version = `${manifest.name} ${manifest.version}`;
const usage = "usage: bun run build [--into PROJECT [--dry-run]]";
const parts = ["SKILL.md", "LICENSE", "THIRD-PARTY-LICENSES", "scripts"];
const scriptNames = ["get", "set", "reset", "save"];

/** Makes the skill in a folder, in the place of what was there. */
export async function build(folder: string): Promise<void> {
  const skill = join(repository, "SKILL.md");
  if (!fs.existsSync(skill))
    throw new SessionError("failed", `cannot build: ${skill} is missing`, "it tells agents how to use it");
  const bundles = await Promise.all(scriptNames.map(bundle));
  const staged = temporaryBeside(folder);
  try {
    fs.mkdirSync(join(staged, "scripts"), { recursive: true });
    for (const name of ["SKILL.md", "LICENSE"]) fs.cpSync(join(repository, name), join(staged, name));
    fs.writeFileSync(join(staged, "THIRD-PARTY-LICENSES"), renderLicenses(bundles));
    for (const output of bundles.flatMap(({ outputs }) => outputs)) {
      await Bun.write(join(staged, "scripts", basename(output.path)), output);
    }
    putInPlace(staged, folder);
  } finally {
    fs.rmSync(staged, { recursive: true, force: true });
  }
}

function temporaryBeside(folder: string): string {
  return join(dirname(folder), `.${basename(folder)}-${crypto.randomUUID()}.tmp`);
}

/** Swaps a folder for another one; builds that run at once each put theirs in place, and the last one stays. */
function putInPlace(staged: string, folder: string): void {
  for (;;) {
    try {
      fs.renameSync(staged, folder); // succeeds where there is nothing, or an empty folder
      return;
    } catch (error) {
      if (!["ENOTEMPTY", "EEXIST"].includes(systemCode(error))) throw error;
    }
    const old = temporaryBeside(folder);
    try {
      fs.renameSync(folder, old);
    } catch (error) {
      if (!isAbsence(error)) throw error; // another build has moved it away
    }
    fs.rmSync(old, { recursive: true, force: true });
  }
}

/**
 * A script as `get.ts` and its bytecode `get.ts.jsc`, which halves what its code costs at the start. Bun uses bytecode
 * only with the very text and the very Bun it was made from, else the text: a stale one is harmless. Each script is
 * bundled for itself: together, each would keep what only another one needs.
 */
function bundle(name: string): Promise<Bun.BuildOutput> {
  return Bun.build({
    entrypoints: [join(repository, "scripts", `${name}.ts`)],
    target: "bun",
    format: "cjs", // bytecode needs it
    bytecode: true,
    minify: true,
    metafile: true,
    naming: "[name].ts",
    banner: `// generated from ${version}: edit its source, not this file`,
    plugins: [withoutHashbang, withoutYaml, withoutZod],
  });
}

/** Bun before 1.3.4 knows its own bundles only by their first line, and runs nothing of one with a hashbang there. */
const withoutHashbang: Bun.BunPlugin = {
  name: "without hashbang",
  setup: (build) => {
    build.onLoad({ filter: /\/scripts\/\w+\.ts$/ }, async ({ path }) => ({
      contents: (await Bun.file(path).text()).replace(/^#!.*\n/, "\n"),
      loader: "ts",
    }));
  },
};

/** gray-matter asks for js-yaml, which is never called (`lib/archive/yaml.ts`) and would look for esprima in the host at run time. */
const withoutYaml: Bun.BunPlugin = {
  name: "without js-yaml",
  setup: (build) => {
    build.onResolve({ filter: /^js-yaml$/ }, ({ path }) => ({ path, namespace: "replaced" }));
    build.onLoad({ filter: /./, namespace: "replaced" }, () => ({
      contents: 'exports.safeLoad = exports.safeDump = () => { throw new Error("js-yaml is not part of this bundle"); };',
      loader: "js",
    }));
  },
};

/** `lib/session/schema.ts` with its checks as plain code, so that zod is not loaded at each start. */
const withoutZod: Bun.BunPlugin = {
  name: "without zod",
  setup: (build) => {
    build.onLoad({ filter: /\/lib\/session\/schema\.ts$/ }, () => ({
      contents: `
        import { isObject } from "./json.ts";
        import { isStep } from "./rules.ts";
        import { isTime } from "./time.ts";
        export const fields = ${JSON.stringify(fields)};
        export function findIssue(value) {\n${compile(sessionSchema)}}`,
      loader: "js",
    }));
  },
};

/**
 * Code that returns the first issue of a value, as `findIssue` does. It knows only what the schema of a session is made of,
 * and throws for anything else, so that no check is ever left out.
 */
export function compile(schema: z.core.$ZodType, value = "value", path: string[] = []): string {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const issue = `{ path: [${path}], expected: ${JSON.stringify(def.error?.({} as never))} }`;
  const unless = (condition: string) => `if (!${condition}) return ${issue};\n`;
  const rule = [isObject, isStep, isTime].find((rule) => def.type === "custom" && rule === def.fn);
  if (def.checks === undefined && def.error !== undefined) {
    if (rule !== undefined) return unless(`${rule.name}(${value})`);
    if (def.type === "object" && def.catchall?._zod.def.type === "unknown") {
      const keys = Object.entries<z.core.$ZodType>(def.shape).map(([key, field]) => ({ key: JSON.stringify(key), field }));
      return (
        unless(`isObject(${value})`) + keys.map(({ key, field }) => compile(field, `${value}[${key}]`, [...path, key])).join("")
      );
    }
    if (def.type === "array") {
      const [index, item] = [`index${path.length}`, `item${path.length}`];
      const loop = `for (const [${index}, ${item}] of ${value}.entries()) {\n${compile(def.element, item, [...path, index])}}\n`;
      return unless(`Array.isArray(${value})`) + loop;
    }
  }
  throw new Error(`the schema of a session holds what is not compiled: ${def.type}`);
}

/** The licenses of the packages that bytes of the bundles come from. */
function renderLicenses(bundles: Bun.BuildOutput[]): string {
  const inputs = bundles.flatMap(({ metafile }) => Object.values(metafile?.outputs ?? {}).map(({ inputs }) => inputs));
  const files = inputs.flatMap((input) => Object.keys(input).filter((file) => (input[file]?.bytesInOutput ?? 0) > 0));
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  const notices = [...new Set(folders.map((folder) => resolve(folder)))].map(renderLicense).sort();
  const rule = `\n${"-".repeat(80)}\n\n`;
  return [`The scripts of ${version} contain code of these packages.\n`, ...notices].join(rule);
}

function renderLicense(folder: string): string {
  const { name, version, license } = JSON.parse(fs.readFileSync(join(folder, "package.json"), "utf8"));
  const file = fs.readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  if (file === undefined) throw new SessionError("failed", `cannot build: ${folder} has no license text`);
  return `${name} ${version} (${license})\n\n${fs.readFileSync(join(folder, file), "utf8").trim()}\n`;
}

/** Where the skill goes in a project, the symlinks resolved. Throws where there is something else that would be lost. */
export function findTarget(project: string): string {
  if (!fs.statSync(project, { throwIfNoEntry: false })?.isDirectory()) {
    throw new SessionError("usage", `${quote(project)} is not a folder`, usage);
  }
  const path = join(fs.realpathSync(project), ".claude/skills/session");
  if (fs.lstatSync(path, { throwIfNoEntry: false }) === undefined) return path;
  const refuse = (found: string) =>
    new SessionError(
      "failed",
      `${path} ${found}: it is not an installed copy of this skill`,
      "move it away, then run this again",
    );
  if (!fs.statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw refuse("is not a folder");
  const target = fs.realpathSync(path);
  const foreign = findForeign(target);
  if (foreign !== undefined) throw refuse(foreign);
  return target;
}

/** What says that a folder is not, or not only, a copy of this skill that `install` made; `undefined` where all of it is. */
function findForeign(target: string): string | undefined {
  const entries = list(target);
  const other = entries.find((entry) => !isPart(entry));
  if (other !== undefined) return `holds ${quote(other.name)}`;
  const scripts = entries.some(({ name }) => name === "scripts") ? list(join(target, "scripts")) : [];
  const otherScript = scripts.find((entry) => !isOwnScript(entry));
  if (otherScript !== undefined) return `holds ${quote(`scripts/${otherScript.name}`)}`;
  if (entries.length === 0 || scripts.length > 0) return undefined;
  return holdsSame(join(repository, "SKILL.md"), join(target, "SKILL.md")) ? undefined : "has another SKILL.md";
}

function list(folder: string): fs.Dirent[] {
  return fs.readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== ".DS_Store"); // the Finder's
}

function isPart(entry: fs.Dirent): boolean {
  return parts.includes(entry.name) && (entry.name === "scripts" ? entry.isDirectory() : entry.isFile());
}

function isOwnScript(entry: fs.Dirent): boolean {
  const [, name = "", ending] = /^(.*)\.ts(\.jsc)?$/.exec(entry.name) ?? [];
  if (!entry.isFile() || !scriptNames.includes(name)) return false;
  return ending !== undefined || isGenerated(join(entry.parentPath, entry.name));
}

function isGenerated(script: string): boolean {
  return fs.readFileSync(script, "utf8").slice(0, 1000).includes(`// generated from ${manifest.name} `);
}

/**
 * Installs a built copy in a project and returns where. The copy is staged beside the target. A new one appears whole,
 * by one rename. An old one is replaced file by file, so that there is no moment without a script for those who are
 * calling it: each file is complete in itself, and text and bytecode that do not belong together are harmless.
 */
export function install(copy: string, project: string): string {
  const target = findTarget(project);
  const staged = temporaryBeside(target);
  try {
    fs.cpSync(copy, staged, { recursive: true });
    if (!fs.existsSync(target) || fs.readdirSync(target).length === 0) fs.renameSync(staged, target);
    else replaceFiles(staged, target);
  } catch (error) {
    throw systemError(`install ${target}`, error);
  } finally {
    fs.rmSync(staged, { recursive: true, force: true });
  }
  return target;
}

function replaceFiles(staged: string, target: string): void {
  fs.mkdirSync(join(target, "scripts"), { recursive: true });
  for (const entry of fs.readdirSync(staged, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const installed = join(target, relative(staged, path));
    if (entry.isFile() && !holdsSame(path, installed)) fs.renameSync(path, installed);
  }
}

/** A file that stays the same is left: Bun does not find a script that is replaced while it opens it. */
function holdsSame(path: string, installed: string): boolean {
  return fs.existsSync(installed) && fs.readFileSync(path).equals(fs.readFileSync(installed));
}

const nextSteps = `
to let agents run it without asking, add to .claude/settings.json:
  { "permissions": { "allow": ["Bash(bun run .claude/skills/session/scripts/*)"] } }
to keep what is not a session out of git, add to .gitignore:
  ia/state/sessions/.lock
  ia/state/sessions/.*.tmp
`;

async function main(argv: string[]): Promise<string> {
  const { into, dryRun } = parse(argv);
  if (into === undefined) {
    const folder = join(repository, "dist/session");
    await build(folder);
    return `built ${version} in ${escapeControls(folder)}\n`;
  }
  const target = findTarget(into);
  const shown = `${version} in ${escapeControls(target)}`;
  if (dryRun) return `would install ${shown}${fs.existsSync(target) ? ", over the copy that is there" : ""}\n`;
  const folder = fs.mkdtempSync(join(tmpdir(), "session-build-"));
  try {
    await build(join(folder, "session"));
    install(join(folder, "session"), into);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return `installed ${shown}\n${nextSteps}`;
}

function parse(argv: string[]): { into: string | undefined; dryRun: boolean } {
  const words = argv.flatMap((word) => (word.startsWith("--into=") ? ["--into", word.slice("--into=".length)] : [word]));
  const at = words.indexOf("--into");
  const [, into = ""] = at === -1 ? [] : words.splice(at, 2);
  if (at !== -1 && (into === "" || into.startsWith("-")))
    throw new SessionError("usage", "--into needs the folder of a project", usage);
  const dryRun = at !== -1 && words.includes("--dry-run");
  if (dryRun) words.splice(words.indexOf("--dry-run"), 1);
  if (words[0] !== undefined) throw new SessionError("usage", `unexpected argument ${quote(words[0])}`, usage);
  return { into: at === -1 ? undefined : into, dryRun };
}

if (import.meta.main) {
  try {
    await Bun.write(Bun.stdout, await main(process.argv.slice(2)));
  } catch (error) {
    const { path } = error as { path?: string };
    const { code, message, help } = systemError(path === undefined ? "build" : `build: ${path}`, error);
    await Bun.write(
      Bun.stderr,
      `error: ${escapeControls(message)}\n${help === undefined ? "" : `help: ${escapeControls(help)}\n`}`,
    );
    process.exitCode = failures[code].status;
  }
}
