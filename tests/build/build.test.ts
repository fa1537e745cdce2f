import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import manifest from "../../package.json";
import { skillPath } from "../support/copies.ts";
import { refused, shown } from "../support/outcome.ts";
import { temporaryFolder } from "../support/project.ts";
import { type Files, readFiles, releaseFiles, writeFiles } from "../support/release.ts";
import { cleanEnvironment, type Run, repository } from "../support/run-script.ts";
import { unsafeCopy } from "../support/unsafe-copy.ts";

setDefaultTimeout(60_000);

const { version } = manifest;
const skillFolder = "skills/session";
const usage = "help: usage: bun run build [--check | --into PROJECT]\n";
const nextSteps = `
to let agents run it without asking, add to .claude/settings.json:
  { "permissions": { "allow": ["Bash(bun run .claude/skills/session/scripts/*)"] } }
to keep sessions and lock out of git, and archives in, add to .gitignore:
  ia/state/sessions/*.json
  ia/state/sessions/**/.*
`;

async function runBuild(clone: { path: string }, args: string[], { cwd = clone.path, env = {} } = {}): Promise<Run> {
  const child = Bun.spawn([process.execPath, join(clone.path, "build.ts"), ...args], {
    cwd,
    env: cleanEnvironment({ GIT_CONFIG_GLOBAL: "/dev/null", ...env }),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

/** A project with these files at the place of the skill. */
function hostWith(files: Files = {}): Disposable & { path: string; target: string } {
  const folder = temporaryFolder();
  const target = join(folder.path, skillPath);
  writeFiles(target, files);
  return { ...folder, target };
}

const sourceFiles = readFiles(join(repository, skillFolder));

describe("bun run build", () => {
  test("generates the same bytes in every folder, from every current folder, with every environment", async () => {
    using one = unsafeCopy([]);
    using two = temporaryFolder();
    const other = { path: join(two.path, "a folder/of lib/node_modules/another depth") };
    cpSync(one.path, other.path, { recursive: true });
    const skill = join(other.path, skillFolder);
    for (const path of ["scripts", "checksums.txt", "THIRD-PARTY-LICENSES"]) rmSync(join(skill, path), { recursive: true });
    const built = shown(`built session-skill ${version} in ${skillFolder}\n`);
    expect(await runBuild(one, [])).toEqual(built);
    const files = readFiles(join(one.path, skillFolder));
    expect(Object.keys(files)).toContain("scripts/save.ts");
    const env = { NODE_ENV: "production", BUN_ENV: "production", TZ: "Pacific/Chatham", LC_ALL: "tr_TR.UTF-8", CI: "true" };
    for (const options of [{ cwd: "/" }, { cwd: join(other.path, "lib") }, { cwd: join(skill, "scripts") }, { env }]) {
      expect(await runBuild(other, [], options)).toEqual(built);
      expect(readFiles(skill)).toEqual(files);
    }
  });

  test("fails without SKILL.md, which is written by hand, and names it", async () => {
    using clone = unsafeCopy([]);
    rmSync(join(clone.path, skillFolder, "SKILL.md"));
    expect(await runBuild(clone, [])).toEqual(
      refused(1, `error: cannot read ${clone.path}/${skillFolder}/SKILL.md: ENOENT: no such file or directory\n`),
    );
  });

  test.each<{ args: string[]; error: string }>([
    { args: ["--into"], error: "argument missing" },
    { args: ["--into="], error: "--into needs the folder of a project" },
    { args: ["--into", "/nowhere/at/all", "--check"], error: "--check and --into cannot be combined" },
    { args: ["--into", "/nowhere/at/all", "--into", "/nowhere"], error: "--into is given twice" },
    { args: ["somewhere"], error: "'somewhere'" },
    { args: ["--force"], error: "'--force'" },
  ])("refuses the arguments $args before it does anything", async ({ args, error }) => {
    using clone = unsafeCopy([]);
    const before = readFiles(join(clone.path, skillFolder));
    const { exitCode, stdout, stderr } = await runBuild(clone, args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toStartWith("error: ");
    expect(stderr).toEndWith(usage);
    expect(stderr).toContain(error);
    expect(readFiles(join(clone.path, skillFolder))).toEqual(before);
  });
});

describe("bun run build --check", () => {
  test("says that the committed files are what a build gives, or names each one that is not, and writes nothing", async () => {
    using clone = unsafeCopy([]);
    await runBuild(clone, []);
    const good = shown(`${skillFolder} is what a build of session-skill ${version} gives\n`);
    expect(await runBuild(clone, ["--check"])).toEqual(good);
    expect(await runBuild(clone, ["--check"], { cwd: "/" })).toEqual(good);
    const folder = join(clone.path, skillFolder);
    writeFileSync(join(folder, "scripts/set.ts"), `${readFileSync(join(folder, "scripts/set.ts"), "utf8")} `);
    rmSync(join(folder, "LICENSE"));
    const before = readFiles(folder);
    expect(await runBuild(clone, ["--check"])).toEqual(
      refused(
        1,
        `error: not what a build gives: ${skillFolder}/LICENSE, ${skillFolder}/scripts/set.ts\nhelp: bun run build, then commit the result\n`,
      ),
    );
    expect(readFiles(folder)).toEqual(before);
  });

  test("fails after a change of the source, until it is built", async () => {
    using clone = unsafeCopy([{ file: "lib/cli/args.ts", find: "unknown option", replace: "UNKNOWN option" }]);
    expect((await runBuild(clone, ["--check"])).exitCode).toBe(1);
    await runBuild(clone, []);
    expect((await runBuild(clone, ["--check"])).exitCode).toBe(0);
  });

  test("fails if package.json has another version than SKILL.md and the marketplace", async () => {
    using clone = unsafeCopy([{ file: "package.json", find: `"version": "${version}"`, replace: '"version": "9.9.9"' }]);
    await runBuild(clone, []);
    const versions = `{"package.json":"9.9.9","SKILL.md":"${version}","marketplace.json":"${version}"}`;
    expect(await runBuild(clone, ["--check"])).toEqual(
      refused(1, `error: the versions differ: ${versions}\nhelp: make them the same\n`),
    );
  });
});

describe("bun run build --into", () => {
  const installed = (target: string, versions = version, warnings = "") =>
    shown(`installed session-skill ${versions} in ${target}\n${warnings}${nextSteps}`);
  const clone = { path: repository };

  test("installs the committed files into the project that the current folder leads to, and does the same again", async () => {
    using host = temporaryFolder();
    const target = join(host.path, skillPath);
    for (const args of [["--into", "."], ["--into=."]]) {
      expect(await runBuild(clone, args, { cwd: host.path })).toEqual(installed(target));
      expect(readFiles(target)).toEqual(sourceFiles);
      expect(readdirSync(join(target, ".."))).toEqual(["session"]);
    }
  });

  test.each(["INIT_CWD", "npm_config_local_prefix"])(
    "refuses a relative path if %s says that the folder was changed",
    async (name) => {
      using host = temporaryFolder();
      const env = { [name]: join(host.path, "from") };
      const message = "--into needs an absolute path here: bun or npm may have changed the current folder";
      expect(await runBuild(clone, ["--into", "."], { cwd: host.path, env })).toEqual(refused(2, `error: ${message}\n${usage}`));
      expect(readdirSync(host.path)).toEqual([]);
      expect((await runBuild(clone, ["--into", host.path], { cwd: host.path, env })).exitCode).toBe(0);
    },
  );

  test("names a file that git ignores, also in a folder whose name git would quote", async () => {
    using host = temporaryFolder();
    const project = join(host.path, 'a "b" é\n');
    mkdirSync(project);
    Bun.spawnSync(["git", "init", "--quiet", project]);
    writeFileSync(join(project, ".gitignore"), "LICENSE\n");
    const { stdout } = await runBuild(clone, ["--into", project]);
    expect(stdout).toContain("\nwarning: git ignores LICENSE, so colleagues do not get it\n");
  });

  test("says what goes from the front matter of SKILL.md", async () => {
    using host = hostWith({ ...sourceFiles, "SKILL.md": (sourceFiles["SKILL.md"] ?? "").replace("name:", "mine: 1\nname:") });
    expect((await runBuild(clone, ["--into", host.path])).stdout).toContain("\nnote: replaced in SKILL.md: mine: 1\n");
  });

  test("says from which version it led to which", async () => {
    using host = hostWith(releaseFiles("1.0.9"));
    expect(await runBuild(clone, ["--into", host.path])).toEqual(installed(host.target, `1.0.9 -> ${version}`));
    expect(readFiles(host.target)).toEqual(sourceFiles);
  });

  test.each([
    { before: "99.0.0", warning: `warning: ${version} is older than 99.0.0, which was there\n` },
    { before: "99.0.0-beta.1", warning: `warning: ${version} is older than 99.0.0-beta.1, which was there\n` },
    { before: "next", warning: "" },
  ])("warns if the version $before was newer", async ({ before, warning }) => {
    using host = hostWith(releaseFiles(before));
    expect(await runBuild(clone, ["--into", host.path])).toEqual(installed(host.target, `${before} -> ${version}`, warning));
  });

  test.each([
    { what: "the project ignores the folder", rule: ".claude", isIgnored: true },
    { what: "the project ignores its content", rule: ".claude/skills/*", isIgnored: true },
    { what: "the project ignores another one", rule: ".claude/settings.local.json", isIgnored: false },
    { what: "the project ignores some of its files", rule: "LICENSE", isIgnored: true, named: "LICENSE" },
  ])("warns if colleagues would not get it, when $what", async ({ rule, isIgnored, named = "that folder" }) => {
    using host = hostWith();
    Bun.spawnSync(["git", "init", "--quiet", host.path]);
    writeFileSync(join(host.path, ".gitignore"), `${rule}\n`);
    const warning = isIgnored ? `warning: git ignores ${named}, so colleagues do not get it\n` : "";
    expect(await runBuild(clone, ["--into", host.path])).toEqual(installed(host.target, version, warning));
  });

  test("installs where a symbolic link leads, and shows that place without escape sequences", async () => {
    using host = temporaryFolder();
    using elsewhere = temporaryFolder();
    const folder = join(elsewhere.path, "a \u001b[31m folder");
    mkdirSync(folder);
    symlinkSync(folder, join(host.path, ".claude"));
    const shownTarget = join(elsewhere.path, "a \\u001b[31m folder", "skills/session");
    expect(await runBuild(clone, ["--into", host.path])).toEqual(installed(shownTarget));
    expect(readFiles(join(realpathSync(folder), "skills/session"))).toEqual(sourceFiles);
  });

  test.each<{ what: string; files: Files; error: string }>([
    {
      what: "another skill",
      files: { "SKILL.md": "mine" },
      error: "holds something other than this skill\nhelp: move it away, then run this again\n",
    },
    {
      what: "an edited file of ours",
      files: { ...releaseFiles("1.0.9"), LICENSE: "mine" },
      error: 'holds an edited "LICENSE"\nhelp: keep your edit elsewhere and delete that file, then run this again\n',
    },
  ])("refuses to go over $what", async ({ files, error }) => {
    using host = hostWith(files);
    expect(await runBuild(clone, ["--into", host.path])).toEqual(refused(1, `error: ${host.target} ${error}`));
    expect(readFiles(host.target)).toEqual(files);
  });

  test("fails if .claude is a link to nothing, and names the place", async () => {
    using host = temporaryFolder();
    symlinkSync("/nowhere/at/all", join(host.path, ".claude"));
    const { exitCode, stdout, stderr } = await runBuild(clone, ["--into", host.path]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(
      /^error: cannot make \S+\/\.claude\/skills\/session: E\w+: .+\nhelp: something else is at that path or above it; move it away\n$/,
    );
    expect(existsSync("/nowhere/at/all")).toBe(false);
  });

  test("installs whole copies if many run at once, and says so if one cannot", async () => {
    using hosts = temporaryFolder();
    const paths = ["a", "b"].map((name) => join(hosts.path, name));
    for (const path of paths) mkdirSync(path);
    const runs = await Promise.all([...paths, ...paths, ...paths].map((path) => runBuild(clone, ["--into", path])));
    for (const { exitCode, stderr } of runs)
      expect(exitCode === 0 ? stderr : stderr.slice(0, 7)).toBe(exitCode === 0 ? "" : "error: ");
    expect(runs.map(({ exitCode }) => exitCode)).toContain(0);
    for (const path of paths) expect((await runBuild(clone, ["--into", path])).exitCode).toBe(0);
    for (const path of paths) expect(readFiles(join(path, skillPath))).toEqual(sourceFiles);
    for (const path of paths) expect(readdirSync(join(path, ".claude/skills"))).toEqual(["session"]);
  });
});
