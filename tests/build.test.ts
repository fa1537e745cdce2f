/** The built copy is what it should be, byte for byte, and gets whole into a project, or not at all. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { basename, join } from "node:path";
import fc from "fast-check";
import * as z from "zod";
import { build, compile, install } from "../build.ts";
import { isObject } from "../lib/session/json.ts";
import { isStep } from "../lib/session/rules.ts";
import { findIssue, type Issue, sessionSchema } from "../lib/session/schema.ts";
import { isTime } from "../lib/session/time.ts";
import manifest from "../package.json";
import { built } from "./support/copies.ts";
import { refused, shown } from "./support/outcome.ts";
import { temporaryFolder } from "./support/project.ts";
import { cleanEnvironment, type Run, repository, runScript } from "./support/run-script.ts";
import { session } from "./support/sample.ts";

setDefaultTimeout(60_000);

const scriptNames = ["get", "reset", "save", "set"] as const;
const layout = [
  "LICENSE",
  "SKILL.md",
  "THIRD-PARTY-LICENSES",
  ...scriptNames.flatMap((name) => [`${name}.ts`, `${name}.ts.jsc`]),
];
const usage = "help: usage: bun run build [--into PROJECT [--dry-run]]\n";
const version = `session-skill ${manifest.version}`;

/** Every file below a folder with a digest of what it holds, every symlink with where it leads. */
function digests(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return Object.fromEntries(
    files
      .map((entry): [string, string] => {
        const path = join(entry.parentPath, entry.name);
        const content = entry.isSymbolicLink() ? readlinkSync(path) : Bun.hash(readFileSync(path)).toString(16);
        return [path.slice(folder.length + 1), content];
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** A clean clone: the sources at another path, with what `bun install` adds. */
function temporaryClone(): Disposable & { path: string } {
  const folder = temporaryFolder();
  for (const part of ["lib", "scripts", "build.ts", "package.json", "tsconfig.json", "SKILL.md", "LICENSE"])
    cpSync(join(repository, part), join(folder.path, part), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(folder.path, "node_modules"));
  return folder;
}

async function runBuild(clone: string, args: string[], cwd = "/"): Promise<Run> {
  const command = [process.execPath, join(clone, "build.ts"), ...args];
  const child = Bun.spawn(command, { cwd, env: cleanEnvironment(), stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

/** A copy of the built skill, to be changed. */
function temporaryCopy(): Disposable & { path: string; scripts: string } {
  const folder = temporaryFolder();
  cpSync(built, folder.path, { recursive: true });
  return { ...folder, scripts: join(folder.path, "scripts") };
}

/** A host project with something at the place of the skill. */
function hostWith(make: (place: string) => void): Disposable & { path: string; place: string } {
  const host = temporaryFolder();
  const place = join(host.path, ".claude/skills/session");
  mkdirSync(join(place, ".."), { recursive: true });
  make(place);
  return { ...host, place };
}

describe("the built copy", () => {
  test("has the documented files and no others", () => {
    expect(Object.keys(digests(built)).map((path) => basename(path))).toEqual(layout);
  });

  test("is the same, byte for byte, when it is built from a clone at another path", async () => {
    using clone = temporaryClone();
    const folder = join(clone.path, "dist/session");
    expect(await runBuild(clone.path, [])).toEqual(shown(`built ${version} in ${folder}\n`));
    expect(digests(folder)).toEqual(digests(built));
  });

  test.each(scriptNames)("begins in %s.ts with the version that it was generated from", (name) => {
    const [pragma, head] = readFileSync(join(built, `scripts/${name}.ts`), "utf8").split("\n");
    expect(pragma).toBe("// @bun @bytecode @bun-cjs"); // what Bun knows its own bundles by; it must come first
    expect(head).toEndWith(`// generated from ${version}: edit its source, not this file`);
  });

  test.each(scriptNames)("asks in %s.ts for nothing that is not built into Bun", (name) => {
    const text = readFileSync(join(built, `scripts/${name}.ts`), "utf8").replace(/^\(function\(exports, require, .*$/m, "");
    const uses = [...text.matchAll(/\b(?:require|import)\b(?!\.)(?:\("([\w:./@-]+)"\))?/g)];
    expect(uses.length).toBeGreaterThan(2);
    expect(uses.filter(([, name]) => name === undefined || !isBuiltin(name)).map(([use]) => use)).toEqual([]);
  });

  test("names every package that it has code of, with the text of its license", () => {
    const licenses = readFileSync(join(built, "THIRD-PARTY-LICENSES"), "utf8");
    const packages = ["extend-shallow", "gray-matter", "is-extendable", "kind-of", "section-matter", "strip-bom-string"];
    const headings = [...licenses.matchAll(/^(\S+) (\S+) \(\S+\)$/gm)].map(([, name, version]) => ({ name, version }));
    expect(headings).toEqual(
      packages.map((name) => ({
        name,
        version: JSON.parse(readFileSync(join(repository, `node_modules/${name}/package.json`), "utf8")).version,
      })),
    );
    for (const name of packages)
      expect(licenses).toContain(readFileSync(join(repository, `node_modules/${name}/LICENSE`), "utf8").trim());
  });

  test("is not built without a SKILL.md", async () => {
    using clone = temporaryClone();
    rmSync(join(clone.path, "SKILL.md"));
    expect(await runBuild(clone.path, [])).toEqual(
      refused(1, `error: cannot build: ${clone.path}/SKILL.md is missing\nhelp: it tells agents how to use it\n`),
    );
    expect(readdirSync(clone.path)).not.toContain("dist");
  });
});

describe("the checks that are compiled from the schema", () => {
  const compiled = new Function("isObject", "isStep", "isTime", `return (value) => {${compile(sessionSchema)}}`);
  const findCompiled: (value: unknown) => Issue | undefined = compiled(isObject, isStep, isTime);

  const wrong = fc.oneof(fc.jsonValue(), fc.constantFrom(undefined, [], ["init", 1], "init", " a", { a: 1 }, session.started_at));
  const key = fc.constantFrom(...Object.keys(session));
  const broken = fc.dictionary(key, wrong, { maxKeys: 3 }).map((fields) => ({ ...session, ...fields }));

  test("find what zod finds, in the same words", () => {
    let sound = 0;
    fc.assert(
      fc.property(fc.oneof(broken, fc.jsonValue()), (value) => {
        const issue = findIssue(value);
        sound += Number(issue === undefined);
        expect(findCompiled(value)).toEqual(issue);
      }),
      { numRuns: 2000 },
    );
    expect(sound).toBeGreaterThan(20);
    expect(findCompiled(session)).toBeUndefined();
    expect(findCompiled({ ...session, steps: ["init", ""] })).toMatchObject({ path: ["steps", 1] });
  });

  test.each<[string, z.core.$ZodType]>([
    ["a rule that the build does not know", z.custom(() => true, "anything")],
    ["a rule without words", z.custom(isStep)],
    ["a refinement", z.array(z.custom(isStep, "a step"), "steps").min(1)],
    ["an object that takes no other fields", z.strictObject({ step: z.custom(isStep, "a step") }, "an object")],
    ["any other type", z.looseObject({ step: z.string("a text") }, "an object")],
  ])("would not leave out %s: then there is no build", (_, schema) => {
    expect(() => compile(schema)).toThrow("is not compiled");
  });
});

describe("bytecode", () => {
  /** The answer of `get`, and whether Bun took the script's bytecode. */
  async function runGet(scripts: string, args = ["--all"]) {
    using host = temporaryFolder();
    const { exitCode, stdout, stderr } = await runScript("get", args, {
      cwd: host.path,
      scripts,
      env: { BUN_JSC_verboseDiskCache: "1" },
    });
    const log = /^\[Disk Cache\] .*\n/gm;
    const run = { exitCode, stdout: stdout.replace(log, ""), stderr: stderr.replace(log, "") };
    return { ...run, isTaken: /Cache hit/.test(stdout + stderr) };
  }
  const empty = { exitCode: 0, stdout: "[]\n", stderr: "" };
  // Bytecode is for the Bun that made it; every other one must run the text.
  const isPinned = process.env["SESSION_TEST_BUN"] === undefined;

  test("is taken from beside the script", async () => {
    expect(await runGet(join(built, "scripts"))).toEqual({ ...empty, isTaken: isPinned });
  });

  const bytecode = (name: string) => readFileSync(join(built, `scripts/${name}.ts.jsc`));
  test.each([
    { what: "missing", damaged: () => null },
    { what: "empty", damaged: () => Buffer.alloc(0) },
    { what: "cut off", damaged: () => bytecode("get").subarray(0, 70_000) },
    { what: "of other bytes", damaged: () => Buffer.from(bytecode("get")).fill(0xa5, 64) },
    { what: "of another script", damaged: () => bytecode("save") },
  ])("that is $what is harmless", async ({ damaged }) => {
    using copy = temporaryCopy();
    const bytes = damaged();
    if (bytes === null) rmSync(join(copy.scripts, "get.ts.jsc"));
    else writeFileSync(join(copy.scripts, "get.ts.jsc"), bytes);
    expect(await runGet(copy.scripts)).toEqual({ ...empty, isTaken: false });
  });

  test("of an older build never runs its old code, also where the text is of the same length", async () => {
    using clone = temporaryClone();
    const source = join(clone.path, "lib/cli/args.ts");
    writeFileSync(source, readFileSync(source, "utf8").replace("unknown option", "UNKNOWN OPTION"));
    await runBuild(clone.path, []);
    const newer = join(clone.path, "dist/session/scripts");
    cpSync(join(built, "scripts/get.ts.jsc"), join(newer, "get.ts.jsc"));
    const { stderr, isTaken } = await runGet(newer, ["--nope"]);
    expect({ line: stderr.split("\n")[0], isTaken }).toEqual({ line: 'error: UNKNOWN OPTION "--nope"', isTaken: false });
  });
});

describe("build --into", () => {
  const next = `
to let agents run it without asking, add to .claude/settings.json:
  { "permissions": { "allow": ["Bash(bun run .claude/skills/session/scripts/*)"] } }
to keep what is not a session out of git, add to .gitignore:
  ia/state/sessions/.lock
  ia/state/sessions/.*.tmp
`;

  test("installs into a project that the current folder leads to, says what to do next, and does the same again", async () => {
    using clone = temporaryClone();
    using host = temporaryFolder();
    const place = join(host.path, ".claude/skills/session");
    for (const args of [["--into", "."], ["--into=."]]) {
      expect(await runBuild(clone.path, args, host.path)).toEqual(shown(`installed ${version} in ${place}\n${next}`));
      expect(digests(host.path)).toEqual(
        Object.fromEntries(Object.entries(digests(built)).map(([path, digest]) => [`.claude/skills/session/${path}`, digest])),
      );
    }
    expect(readdirSync(join(place, ".."))).toEqual(["session"]);
  });

  test("says with --dry-run what it would do, and changes nothing", async () => {
    using clone = temporaryClone();
    using host = temporaryFolder();
    const place = join(host.path, ".claude/skills/session");
    const args = ["--into", host.path, "--dry-run"];
    expect(await runBuild(clone.path, args)).toEqual(shown(`would install ${version} in ${place}\n`));
    expect(await runBuild(clone.path, ["--dry-run", `--into=${host.path}`])).toEqual(
      shown(`would install ${version} in ${place}\n`),
    );
    expect(readdirSync(host.path)).toEqual([]);
    install(built, host.path);
    expect(await runBuild(clone.path, args)).toEqual(
      shown(`would install ${version} in ${place}, over the copy that is there\n`),
    );
    expect(readdirSync(clone.path)).not.toContain("dist");
  });

  test("replaces an older copy, and one that is incomplete", () => {
    using host = hostWith((place) => cpSync(built, place, { recursive: true }));
    writeFileSync(join(host.place, "LICENSE"), "an older one");
    rmSync(join(host.place, "scripts"), { recursive: true });
    expect(install(built, host.path)).toBe(host.place);
    expect(digests(host.place)).toEqual(digests(built));
  });

  test("replaces a copy that the Finder has looked at", () => {
    using host = hostWith((place) => cpSync(built, place, { recursive: true }));
    writeFileSync(join(host.place, ".DS_Store"), "");
    install(built, host.path);
    expect(readdirSync(host.place)).toContain(".DS_Store");
  });

  test("installs whole copies and says so where many run at once", async () => {
    using clone = temporaryClone();
    using hosts = temporaryFolder();
    const paths = ["a", "b", "c"].map((name) => join(hosts.path, name));
    for (const path of paths) mkdirSync(path);
    const runs = await Promise.all([
      ...paths.map((path) => runBuild(clone.path, ["--into", path])),
      ...[1, 2, 3, 4].map(() => runBuild(clone.path, [])),
    ]);
    expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(Array(7).fill([0, ""]));
    for (const path of paths) expect(digests(join(path, ".claude/skills/session"))).toEqual(digests(built));
    expect(digests(join(clone.path, "dist/session"))).toEqual(digests(built));
    expect(readdirSync(join(clone.path, "dist"))).toEqual(["session"]);
  });

  test("goes into an empty folder", () => {
    using host = hostWith((place) => mkdirSync(place));
    install(built, host.path);
    expect(digests(host.place)).toEqual(digests(built));
  });

  test("goes into the folder that a symlink points to, and leaves the symlink", () => {
    using elsewhere = temporaryFolder();
    const target = join(elsewhere.path, "the skill");
    mkdirSync(target);
    using host = hostWith((place) => symlinkSync(target, place));
    for (let round = 0; round < 2; round += 1) {
      expect(install(built, host.path)).toBe(target);
      expect(digests(target)).toEqual(digests(built));
    }
    expect(readlinkSync(host.place)).toBe(target);
    expect(readdirSync(elsewhere.path)).toEqual(["the skill"]);
  });

  test("leaves no moment without a script to those who are calling it", async () => {
    using host = temporaryFolder();
    const options = { cwd: host.path, scripts: join(install(built, host.path), "scripts") };
    let isDone = false;
    const caller = async () => {
      while (!isDone) expect(await runScript("get", ["--all"], options)).toEqual({ exitCode: 0, stdout: "[]\n", stderr: "" });
    };
    const callers = [caller(), caller()];
    for (let round = 0; round < 200; round += 1) {
      install(built, host.path);
      await Bun.sleep(1); // lets the callers go on
    }
    isDone = true;
    await Promise.all(callers);
  });

  const refusal = "it is not an installed copy of this skill\nhelp: move it away, then run this again\n";
  test.each([
    { what: "a file", make: (place: string) => writeFileSync(place, ""), found: "is not a folder" },
    { what: "a symlink to nothing", make: (place: string) => symlinkSync("/nowhere", place), found: "is not a folder" },
    {
      what: "another skill",
      make: (place: string) => {
        mkdirSync(place);
        writeFileSync(join(place, "SKILL.md"), "---\nname: sessions\n---\nname: session\n");
      },
      found: "has another SKILL.md",
    },
    {
      what: "another skill that is called session too, with scripts of its own",
      make: (place: string) => {
        mkdirSync(join(place, "scripts"), { recursive: true });
        writeFileSync(join(place, "SKILL.md"), "---\nname: session\n---\nmine\n");
        writeFileSync(join(place, "scripts/get.ts"), "console.log('mine');\n");
      },
      found: 'holds "scripts/get.ts"',
    },
    {
      what: "a copy whose scripts are a symlink to somewhere else",
      make: (place: string) => {
        mkdirSync(place);
        cpSync(join(built, "SKILL.md"), join(place, "SKILL.md"));
        symlinkSync(join(built, "scripts"), join(place, "scripts"));
      },
      found: 'holds "scripts"',
    },
    {
      what: "a copy to which somebody added a file",
      make: (place: string) => {
        cpSync(built, place, { recursive: true });
        writeFileSync(join(place, "scripts/mine.ts"), "");
      },
      found: 'holds "scripts/mine.ts"',
    },
    {
      what: "the source of this skill",
      make: (place: string) => {
        cpSync(built, place, { recursive: true });
        cpSync(join(repository, "package.json"), join(place, "package.json"));
      },
      found: 'holds "package.json"',
    },
  ])("refuses to put it in the place of $what", ({ make, found }) => {
    using host = hostWith(make);
    const before = digests(host.path);
    const message = (() => {
      try {
        return install(built, host.path);
      } catch (error) {
        return error;
      }
    })();
    expect(message).toMatchObject({
      code: "failed",
      message: expect.stringMatching(found),
      help: "move it away, then run this again",
    });
    expect(digests(host.path)).toEqual(before);
  });

  test("tells a refusal in the words of the scripts", async () => {
    using host = hostWith((place) => writeFileSync(place, ""));
    using clone = temporaryClone();
    expect(await runBuild(clone.path, ["--into", host.path])).toEqual(
      refused(1, `error: ${host.place} is not a folder: ${refusal}`),
    );
    expect(readdirSync(clone.path)).not.toContain("dist");
  });

  test("leaves nothing behind where it fails", async () => {
    using folder = temporaryFolder();
    using host = hostWith((place) => cpSync(built, place, { recursive: true }));
    writeFileSync(join(folder.path, "LICENSE"), "");
    mkdirSync(join(folder.path, "SKILL.md")); // cannot be renamed over the file
    writeFileSync(join(folder.path, "SKILL.md/file"), "");
    expect(() => install(folder.path, host.path)).toThrow("cannot install");
    expect(readdirSync(join(host.place, ".."))).toEqual(["session"]);
  });

  test.each([
    { args: ["--into"], error: "--into needs the folder of a project" },
    { args: ["--into="], error: "--into needs the folder of a project" },
    { args: ["--into", "--dry-run"], error: "--into needs the folder of a project" },
    { args: ["--into", "/nowhere/at/all"], error: '"/nowhere/at/all" is not a folder' },
    { args: ["--into", "/dev/null"], error: '"/dev/null" is not a folder' },
    { args: ["--dry-run"], error: 'unexpected argument "--dry-run"' },
    { args: ["somewhere"], error: 'unexpected argument "somewhere"' },
    { args: ["--into", "/", "--force"], error: 'unexpected argument "--force"' },
    { args: ["--into", "/", "--dry-run", "again"], error: 'unexpected argument "again"' },
  ] as { args: string[]; error: string }[])("refuses the arguments $args", async ({ args, error }) => {
    using clone = temporaryClone();
    expect(await runBuild(clone.path, args)).toEqual(refused(2, `error: ${error}\n${usage}`));
    expect(readdirSync(clone.path)).not.toContain("dist");
  });

  test("builds in the place of what was in the folder", async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "old"), "");
    await build(folder.path);
    expect(digests(folder.path)).toEqual(digests(built));
  });
});
