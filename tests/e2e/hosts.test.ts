/**
 * The committed copy in projects of every kind, called as documented: whatever the host has, the answers are the same,
 * nothing of the host is executed and nobody is asked on the network.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { save } from "../../lib/cli/commands.ts";
import type { JsonValue } from "../../lib/session/json.ts";
import { copySkill, skillPath } from "../support/copies.ts";
import { masked, now, printed, refused } from "../support/outcome.ts";
import { type TemporaryProject, temporaryFolder, temporaryProject } from "../support/project.ts";
import { bun, cleanEnvironment, type Run, runScript, type ScriptName } from "../support/run-script.ts";
import { runShell } from "../support/run-shell.ts";
import { session } from "../support/sample.ts";
import { runInTerminal } from "../support/terminal.ts";
import { checkOwner } from "../support/words.ts";

setDefaultTimeout(60_000);

/** The documented place of the scripts, relative to the host. */
const scripts = `${skillPath}/scripts`;
const sample = { "workflow:old.json": session };

/** A host project with a session, into which the committed skill is copied. */
function temporaryHost({ git = true } = {}): TemporaryProject {
  const host = temporaryProject({ git });
  for (const [name, content] of Object.entries(sample)) host.write(name, content);
  copySkill(host.path);
  return host;
}

function put(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

type Call = { script: "get" | "set" | "reset" | "save"; args: string[]; expected: Run };

const started = { started_at: now, updated_at: now, step: "init", steps: ["init"], context: {} };
const moved = { ...started, step: "find", steps: ["init", "find"], context: { pr_number: 8, branch: "feat/é" } };
const archive = "ia/state/sessions/archives/2025-01-29-workflow-old-feat-workflow-start.md";

/** A call of each script on each of its ways, with what it has to answer; `up` leads from the current folder to the host. */
const calls = (up = ""): Call[] => [
  { script: "get", args: ["workflow:pr"], expected: printed(null) },
  { script: "set", args: ["workflow:pr", "init"], expected: printed(started) },
  { script: "set", args: ["workflow:pr", "find", "pr_number=8", "branch=feat/é"], expected: printed(moved) },
  { script: "get", args: ["workflow:pr"], expected: printed(moved) },
  {
    script: "get",
    args: ["--all"],
    expected: printed([
      { workflow: "workflow:pr", ...moved },
      { workflow: "workflow:old", ...session },
    ] as JsonValue),
  },
  { script: "reset", args: ["workflow:pr"], expected: printed(moved) },
  {
    script: "save",
    args: ["workflow:old", "--notes=all is well"],
    expected: printed({ workflow: "workflow:old", status: "completed", archive: `${up}${archive}` }),
  },
  {
    script: "save",
    args: ["workflow:old"],
    expected: refused(
      3,
      `error: workflow:old has no session to save\nhelp: it may be saved already: its newest archive is ${up}${archive}; no session is active\n`,
    ),
  },
  { script: "get", args: ["--all"], expected: printed([]) },
];

/** Makes all calls in a folder and compares each answer, whole. */
async function expectAllToWork(cwd: string, { env = {}, up = "" } = {}): Promise<void> {
  for (const { script, args, expected } of calls(up)) {
    const run = await runScript(script, args, { cwd, env, scripts: join(up, scripts) });
    expect({ script, args, ...masked(run) }).toEqual({ script, args, ...expected });
  }
}

const hostile = 'console.log("of the host"); console.error("of the host"); throw new Error("of the host");\n';

/** Packages and modules that the scripts, or what they are made of, could ask for. */
const packages = [
  ...["zod", "zod/mini", "zod/v4", "gray-matter", "js-yaml", "esprima", "kind-of", "section-matter", "extend-shallow"],
  ...["is-extendable", "strip-bom-string", "buffer", "fs", "fs-extra", "graceful-fs", "path", "tty", "process", "bun"],
];
const stubs = Object.fromEntries(
  packages.flatMap((name) => [
    [`node_modules/${name}/package.json`, `{"name":"${name}","version":"99.0.0","main":"index.js"}`],
    [`node_modules/${name}/index.js`, hostile],
  ]),
);

const variables = {
  ...{ NODE_ENV: "test", BUN_ENV: "test", HOME: "/nowhere", TMPDIR: "/nowhere", PWD: "/nowhere", OLDPWD: "/nowhere" },
  ...{ FORCE_COLOR: "3", CLICOLOR_FORCE: "1", NO_COLOR: "", COLUMNS: "1", TERM: "dumb", DEBUG: "*", CI: "true", LANG: "xx_XX" },
  ...{ SESSION_DIR: "/nowhere", SESSION_ROOT: "/nowhere", SESSION_STATE: "/nowhere", SESSION_LOCK_TIMEOUT: "0" },
  ...{ CLAUDE_PROJECT_DIR: "/nowhere", GIT_DIR: "/nowhere", GIT_WORK_TREE: "/nowhere", XDG_STATE_HOME: "/nowhere" },
  ...{ BUN_INSTALL: "/nowhere", BUN_INSTALL_CACHE_DIR: "/nowhere", BUN_OPTIONS: "--silent", NODE_OPTIONS: "--trace-warnings" },
  ...{ NODE_PATH: "/nowhere", TZ: "Pacific/Chatham", LC_ALL: "tr_TR.UTF-8", SQLITE_TMPDIR: "/nowhere" },
};
const dotenv = Object.entries(variables)
  .map(([name, value]) => `${name}=${value}\n`)
  .join("");

describe("the committed copy works in a host", () => {
  test.each([
    { what: "with stubs that print and throw in node_modules", files: stubs },
    {
      what: "with such stubs nearer to the skill",
      files: Object.fromEntries(Object.entries(stubs).map(([name, text]) => [`.claude/skills/${name}`, text])),
    },
    {
      what: "whose tsconfig paths lead every name elsewhere",
      files: {
        "tsconfig.json":
          '{"compilerOptions":{"baseUrl":".","paths":{"*":["./hostile/*"],"node:*":["./hostile/*"],"bun:*":["./hostile/*"]}}}',
        ...Object.fromEntries(
          [...packages, "bun:sqlite", "node:fs", "sqlite"].map((name) => [`hostile/${name}/index.ts`, hostile]),
        ),
      },
    },
    {
      what: "whose tsconfig paths lead the names of modules to one file",
      files: {
        "tsconfig.json": JSON.stringify({
          compilerOptions: {
            paths: Object.fromEntries([...packages, "bun:sqlite", "node:*"].map((name) => [name, ["./hostile.ts"]])),
          },
        }),
        "hostile.ts": hostile,
      },
    },
    { what: 'of "type": "commonjs"', files: { "package.json": '{"type":"commonjs","imports":{"#*":"./no.js"}}' } },
    { what: 'of "type": "module"', files: { "package.json": '{"type":"module","exports":"./no.js","browser":{"fs":false}}' } },
    {
      what: "whose package.json has scripts of the names of the skill's",
      files: {
        "package.json": JSON.stringify({
          scripts: { [`${scripts}/get.ts`]: "echo of the host", get: "exit 9", preget: "exit 9" },
        }),
      },
    },
    { what: "whose package.json is a list", files: { "package.json": "[]" } },
    {
      what: "whose .env files set every variable one could honour",
      files: { ".env": dotenv, ".env.local": dotenv, ".env.development": dotenv, ".env.production": dotenv },
    },
    { what: "with nothing else in it", files: {} },
  ])("$what", async ({ files }) => {
    using host = temporaryHost();
    put(host.path, files);
    await expectAllToWork(host.path);
  });

  test("of which the stubs do print and throw, if something asks for them", async () => {
    using host = temporaryHost();
    put(host.path, { ...stubs, "control.ts": 'import "esprima";' });
    const child = Bun.spawn([bun, "run", "control.ts"], {
      cwd: host.path,
      env: cleanEnvironment(),
      stdout: "pipe",
      stderr: "ignore",
    });
    expect({ stdout: await child.stdout.text(), exitCode: await child.exited }).toEqual({ stdout: "of the host\n", exitCode: 1 });
  });

  test.each([
    { what: "a package.json that is not JSON", files: { "package.json": '{ "name": ' } },
    { what: "a tsconfig.json that is not JSON", files: { "tsconfig.json": "{ broken" } },
    { what: "a bunfig.toml that is not TOML", files: { "bunfig.toml": "broken = " } },
    {
      what: "tsconfig paths that lead Bun's own entry to a file of the host",
      files: { "tsconfig.json": '{"compilerOptions":{"paths":{"*":["./hostile.ts"]}}}', "hostile.ts": hostile },
    },
  ])("as far as an empty script does, with $what", async ({ files }) => {
    using host = temporaryHost();
    put(host.path, { ...files, "empty/get.ts": "" });
    const empty = await runScript("get", [], { cwd: host.path, scripts: "empty" });
    const run = await runScript("get", ["workflow:none"], { cwd: host.path, scripts });
    // What Bun itself says about the host comes before either of them.
    expect(run).toEqual(empty.exitCode === 0 ? { ...empty, stdout: "null\n" } : empty);
  });

  test.each(["question?mark"])("as far as an empty script does, in a folder %j", async (name) => {
    using folder = temporaryFolder();
    const path = join(folder.path, name);
    put(path, { "empty/get.ts": "" });
    copySkill(path);
    const empty = await runScript("get", [], { cwd: path, scripts: "empty" });
    const run = await runScript("get", ["workflow:none"], { cwd: path, scripts });
    expect({ ...run, stderr: run.stderr.replace(`/${scripts}/`, "/empty/") }).toEqual(
      empty.exitCode === 0 ? { ...empty, stdout: "null\n" } : empty, // Bun 1.4.5 finds no script there
    );
  });

  test("whose bunfig.toml preloads something, if Bun is told to leave it", async () => {
    using host = temporaryHost();
    put(host.path, { "bunfig.toml": 'preload = ["./hostile.ts"]\n', "hostile.ts": hostile });
    const child = Bun.spawn([bun, "--config=/dev/null", "run", `${scripts}/get.ts`, "workflow:none"], {
      cwd: host.path,
      env: cleanEnvironment(),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    expect<Run>({ exitCode: await child.exited, stdout, stderr }).toEqual(printed(null));
  });

  test("with an empty install cache, without asking the registry", async () => {
    let asked = 0;
    using registry = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open: () => {
          asked += 1; // and never answers
        },
        data: () => undefined,
      },
    });
    using host = temporaryHost();
    using cache = temporaryFolder();
    const url = `http://127.0.0.1:${registry.port}/`;
    const env = {
      ...{ BUN_INSTALL_CACHE_DIR: cache.path, BUN_CONFIG_REGISTRY: url, npm_config_registry: url, NPM_CONFIG_REGISTRY: url },
      ...{ HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url, HOME: cache.path },
    };
    await expectAllToWork(host.path, { env });
    expect(asked).toBe(0);
    // The control: if a script does ask for a package, this is the registry that Bun turns to.
    put(host.path, { "control.ts": 'import "esprima";' });
    const child = Bun.spawn([bun, "run", "--install=force", "control.ts"], {
      cwd: host.path,
      env: cleanEnvironment(env),
      stdout: "ignore",
      stderr: "ignore",
    });
    while (asked === 0 && child.exitCode === null) await Bun.sleep(5);
    child.kill("SIGKILL");
    expect(asked).toBeGreaterThan(0);
  });

  test("that has the skill as a symlink to another place", async () => {
    using host = temporaryHost();
    using elsewhere = temporaryFolder();
    put(elsewhere.path, { ...stubs, "package.json": "{}", ".git/HEAD": "" });
    cpSync(join(host.path, skillPath), join(elsewhere.path, "a skill"), { recursive: true });
    renameSync(join(host.path, skillPath), join(host.path, "away"));
    symlinkSync(join(elsewhere.path, "a skill"), join(host.path, skillPath));
    await expectAllToWork(host.path);
  });

  test("that is a git worktree", async () => {
    using host = temporaryHost({ git: false });
    put(host.path, { ".git": "gitdir: /somewhere/.git/worktrees/this\n" });
    await expectAllToWork(host.path);
  });

  test("that has no git, even from a subfolder", async () => {
    using host = temporaryHost({ git: false });
    await expectAllToWork(host.path);
    using other = temporaryHost({ git: false });
    put(other.path, { "src/deep/index.ts": "" });
    await expectAllToWork(join(other.path, "src/deep"), { up: "../../" });
  });

  const homes: [where: string, way: string, arrange: (host: string, home: string) => void][] = [
    ["in a subfolder of one", "../..", () => {}],
    ["in one without the skill, if the personal one runs", "~", (host) => rmSync(join(host, ".claude"), { recursive: true })],
    [
      "in one without the skill, if the personal one runs and is a symlink",
      "~",
      (host, home) => {
        rmSync(join(host, ".claude"), { recursive: true });
        renameSync(join(home, skillPath), join(home, "a skill"));
        symlinkSync(join(home, "a skill"), join(home, skillPath));
      },
    ],
  ];

  test.each(homes)("and its help and notes can be followed to the letter %s", async (_where, way, arrange) => {
    using host = temporaryHost();
    using home = temporaryFolder();
    const env = { HOME: join(home.path, "the 'home'") };
    put(env.HOME, { ".keep": "" });
    copySkill(env.HOME);
    put(host.path, { "src/deep/index.ts": "", "ia/state/sessions/workflow:deep.json": JSON.stringify(session) });
    arrange(host.path, env.HOME);
    const cwd = join(host.path, "src/deep");
    const options = { cwd, scripts: join(way === "~" ? env.HOME : way, scripts), env };
    const misses: [ScriptName, ...string[]][] = [
      ["save", "workflow:none"],
      ["set", "workflow:deep", "next", "--if-step=none"],
      ["set", "workflow:none", "next", "--if-step=none"],
      ["get", "list"],
      ["set", "workflow:deep", "pr_number=8"],
    ];
    for (const [script, ...args] of misses) {
      const { stderr } = await runScript(script, args, options);
      const [, command = "exit 99"] = /: (bun run \S+\/\.claude\/.+)$/m.exec(stderr) ?? [];
      expect(command).toStartWith(`bun run ${way}/.claude/`);
      const line = command.replace(/^bun/, bun);
      const child = Bun.spawn(["sh", "-c", line], { cwd, env: cleanEnvironment(env), stdout: "pipe" });
      expect({ stderr, exitCode: await child.exited }).toEqual({ stderr, exitCode: 0 });
      expect(await child.stdout.text()).toContain(session.started_at);
    }
    const given = ["workflow:x", "next=bun run .claude/skills/session/scripts/get.ts x"];
    const { stderr } = await runScript("set", given, options);
    const command = `bun run ${way}/.claude/skills/session/scripts/set.ts workflow:x STEP '${given[1]}'`;
    expect(stderr).toEndWith(`insert the step: ${command}\n`);
    const { stdout } = await runScript("get", ["--help"], options);
    expect(stdout).toContain(`usage: bun run ${way}/.claude/skills/session/scripts/get.ts <workflow>`);
  });

  test("shows the documented path in one without the skill, if a copy runs that is nobody's home", async () => {
    using host = temporaryProject();
    using elsewhere = temporaryHost();
    const { stderr } = await runScript("set", ["w", "a=1"], { cwd: host.path, scripts: join(elsewhere.path, scripts) });
    expect(stderr).toEndWith("insert the step: bun run .claude/skills/session/scripts/set.ts w STEP a=1\n");
  });

  test("that is a package of a repository which has the skill too", async () => {
    using repository = temporaryHost();
    const host = join(repository.path, "packages/one");
    put(host, { "ia/state/sessions/workflow:old.json": JSON.stringify(session) });
    copySkill(host);
    const before = repository.snapshot();
    await expectAllToWork(host);
    expect(repository.snapshot()).toEqual(before);
  });

  test("from a subfolder with a package of its own", async () => {
    using host = temporaryHost();
    put(host.path, { "packages/one/package.json": "{}" });
    await expectAllToWork(join(host.path, "packages/one"), { up: "../../" });
  });

  test.each(["a b", "ünï cödé 日本語 🎉", "per%20cent #hash", "-dash", "quote'\"$HOME`", "[brackets] {braces} *"])(
    "whose path has a folder %j",
    async (name) => {
      using folder = temporaryFolder();
      const path = join(folder.path, name);
      put(path, { ".git/HEAD": "", "ia/state/sessions/workflow:old.json": JSON.stringify(session) });
      copySkill(path);
      await expectAllToWork(path);
    },
  );

  test.each([
    { TZ: "Pacific/Chatham", LC_ALL: "C" },
    { TZ: "America/St_Johns", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" },
    { TZ: "Nowhere/At_All", LC_ALL: "ar_EG.ISO-8859-6" },
    { TZ: "", LC_ALL: "", LANG: "" },
    variables,
  ])("in the environment %j", async (env) => {
    using host = temporaryHost();
    await expectAllToWork(host.path, { env: { ...env, BUN_OPTIONS: "" } });
  });

  test("with stubs, if people use a terminal or ask for help", async () => {
    using host = temporaryHost();
    put(host.path, stubs);
    const command = [bun, "run", `${scripts}/get.ts`, "--all"];
    const { exitCode, screen } = await runInTerminal(command, { cwd: host.path, columns: 200, env: { NO_COLOR: "1" } });
    expect({ exitCode, screen: screen.replace(/\S+ ago/, "<age> ago") }).toEqual({
      exitCode: 0,
      screen: expect.stringMatching(/^WORKFLOW .*\nworkflow:old +git:pr:monitor +3 +feat\/workflow-start +<age> ago\n$/),
    });
    const help = await runScript("save", ["--help"], { cwd: host.path, scripts });
    expect({ ...help, stdout: help.stdout.split("\n")[0] }).toEqual({
      exitCode: 0,
      stdout: save.about,
      stderr: "",
    });
  });
});

const isRoot = process.getuid?.() === 0;
if (!isRoot || Bun.which("setpriv") === null)
  console.warn("SKIPPED: `get` as another user in a read-only project: it needs root and setpriv");

test.skipIf(!isRoot || Bun.which("setpriv") === null)("get works for another user, in a project that is read-only", async () => {
  using host = temporaryHost();
  const asNobody = 'exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"';
  for (const folder of [".", "ia", "ia/state", "ia/state/sessions"]) chmodSync(join(host.path, folder), 0o555);
  const before = host.snapshot();
  const run = (script: "get" | "set", args: string[]) =>
    runShell(asNobody, script, args, { cwd: host.path, scripts, env: { HOME: "/nonexistent" } });
  expect(await run("get", ["workflow:old"])).toEqual(printed(session));
  expect(await run("get", ["--all"])).toEqual(printed([{ workflow: "workflow:old", ...session }]));
  expect(await run("get", ["workflow:none"])).toEqual(printed(null));
  const sessions = join(host.path, "ia/state/sessions");
  // The control: it is read-only indeed.
  expect(await run("set", ["workflow:old", "next"])).toEqual(
    refused(1, `error: cannot lock ${sessions}/.lock: EACCES: permission denied\n${checkOwner}`),
  );
  expect(host.snapshot()).toEqual(before);
  expect(readFileSync(host.file("workflow:old.json"), "utf8")).toContain("git:pr:monitor");
});
