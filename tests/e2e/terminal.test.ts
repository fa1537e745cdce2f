/** The scripts in real pseudo-terminals: who gets the view for people, who the JSON, and with which colours. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { agentVariables } from "../../lib/cli/agents.ts";
import { copies } from "../support/copies.ts";
import { beginKilledSave } from "../support/killed-save.ts";
import { temporaryProject } from "../support/project.ts";
import { bun, type ScriptName, scriptPath } from "../support/run-script.ts";
import { fileText } from "../support/sample.ts";
import { hostileText, runInTerminal, unsafe } from "../support/terminal.ts";
import { unprintedRead } from "../support/words.ts";

setDefaultTimeout(60_000);

const state = {
  started_at: "2025-01-29T15:00:00.000Z",
  updated_at: "2025-01-29T15:05:00.000Z",
  step: "wait",
  steps: ["init", "wait"],
  context: { branch: "feat/ünïcode-日本語-branch-name", pr_number: 8 },
};
const jsonLine = `${JSON.stringify(state)}\n`;

describe.each(copies)("$name", ({ scripts }) => {
  const start = (script: ScriptName, ...args: string[]) => [bun, "run", scriptPath(script, scripts), ...args];
  const inShell = (line: string, ...call: string[]) => ["sh", "-c", line, "sh", ...call];

  /** A project with a sound session, and its terminal. */
  function scene(columns = 80) {
    const project = temporaryProject();
    project.write("workflow:pr.json", state);
    const run = (command: string[], env: Record<string, string> = {}) =>
      runInTerminal(command, { cwd: project.path, columns, env });
    return { project, run, [Symbol.dispose]: () => project[Symbol.dispose]() };
  }

  test.concurrent.each([40, 80, 200])("get --all and --archived fit a terminal of %d columns, and line up", async (columns) => {
    using here = scene(columns);
    here.project.write("release.json", { ...state, step: "発行する", context: { branch: "👍🏽 main" } });
    here.project.write("hotfix.json", { ...state, step: "s".repeat(200) });
    const { exitCode, screen } = await here.run(start("get", "--all"));
    expect(exitCode).toBe(0);
    const lines = Bun.stripANSI(screen).trimEnd().split("\n");
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(screen).toContain("\u001b[36mwait\u001b[0m");
    const columnOf = (line = "", part = "") => Bun.stringWidth(line.slice(0, line.indexOf(part)));
    expect(["ssss", "発行する", "wait"].map((step, index) => columnOf(lines[index + 1], step))).toEqual(
      [1, 2, 3].map(() => columnOf(lines[0], "STEP")),
    );
    await here.run(start("save", "release"));
    const archived = Bun.stripANSI((await here.run(start("get", "--archived"))).screen);
    const path = "ia/state/sessions/archives/2025-01-29-release-main.md";
    expect(archived).toMatch(
      columns === 40 ? /^WORKFLOW {2}ARCHIVE\nrelease/ : /^WORKFLOW {2}STATUS .*ARCHIVE\nrelease {3}completed/,
    );
    expect(archived).toContain(path);
  });

  test("a damaged file is marked in the list", async () => {
    using here = scene();
    here.project.write("workflow:bad.json", "{");
    const { exitCode, screen } = await here.run(start("get", "--all"));
    expect({ exitCode, screen }).toMatchObject({
      exitCode: 0,
      screen: expect.stringContaining("workflow:bad  \u001b[31mdamaged\u001b[0m\n"),
    });
  });

  test("every script has a view of its own, for whatever it answers", async () => {
    using project = temporaryProject();
    const view = async (script: ScriptName, ...args: string[]) =>
      Bun.stripANSI((await runInTerminal(start(script, ...args), { cwd: project.path, columns: 120 })).screen);
    const folder = project.file("").replace(/\/$/, "");
    expect(await view("get", "--all")).toBe(`No active sessions in ${folder}\n`);
    expect(await view("get", "--all", "--brief")).toBe(`No active sessions in ${folder}\n`);
    expect(await view("get", "--archived")).toBe(`No archives in ${folder}/archives\n`);
    expect(await view("get", "workflow:pr")).toBe(`No session of workflow:pr in ${folder}\n`);
    expect(await view("set", "workflow:pr", "init")).toBe("workflow:pr started at init\n");
    expect(await view("set", "workflow:pr", "git:pr:find")).toBe("workflow:pr is at git:pr:find, step 2\n");
    expect(await view("get", "workflow:pr")).toStartWith("workflow:pr\n  steps    init → ● git:pr:find\n  started  ");
    expect(await view("get", "--all")).toStartWith(
      "WORKFLOW     STEP         STEPS  BRANCH  UPDATED\nworkflow:pr  git:pr:find      2          just now\n",
    );
    expect(await view("get", "--all", "--brief")).toBe("WORKFLOW     STEP         UPDATED\nworkflow:pr  git:pr:find  just now\n");
    expect(await view("save", "workflow:pr", "--dry-run")).toStartWith("---\nworkflow: workflow:pr\n");
    const saved = await view("save", "workflow:pr");
    expect(saved).toMatch(/^workflow:pr archived as completed: ia\/state\/sessions\/archives\/[\d-]+-workflow-pr.md\n$/);
    const path = saved.trim().split(" ").at(-1) ?? "";
    expect(readFileSync(join(project.path, path), "utf8")).toContain("workflow: workflow:pr\n");
    expect(await view("get", "--archived")).toEndWith(` just now  ${path}\n`);
    await view("set", "workflow:pr", "init");
    expect(await view("reset", "workflow:pr")).toMatch(
      /^workflow:pr deleted at init \(no archive\); its last state was\n {2}steps {4}● init\n {2}started .*\n {2}updated .*\n$/,
    );
    expect(await view("reset", "workflow:pr")).toBe("workflow:pr has no session now\n");
  });

  describe("the terminal of an agent gets one line of JSON", () => {
    test.concurrent.each(agentVariables)("if %s is set, and the view if it is off", async (name) => {
      using here = scene();
      const get = start("get", "workflow:pr");
      expect(await here.run(get, { [name]: "1" })).toEqual({ exitCode: 0, screen: jsonLine });
      expect(await here.run([...get, "--json"], { [name]: "1" })).toEqual({ exitCode: 0, screen: jsonLine });
      for (const off of ["0", ""])
        expect((await here.run(get, { [name]: off })).screen).toStartWith("\u001b[1mworkflow:pr\u001b[0m\n");
    });

    test("a terminal without any of them is one of a person", async () => {
      using here = scene();
      expect((await here.run(start("get", "workflow:pr"))).screen).toStartWith("\u001b[1mworkflow:pr\u001b[0m\n");
    });
  });

  test.concurrent.each<Record<string, string>>([{ NO_COLOR: "1" }, { TERM: "dumb" }])(
    "there are no colours with %j",
    async (env) => {
      using here = scene();
      here.project.write("workflow:bad.json", "{");
      for (const args of [["workflow:pr"], ["--all"], ["--archived"]]) {
        const { exitCode, screen } = await here.run(start("get", ...args), env);
        expect({ exitCode, isPlain: !screen.includes("\u001b") }).toEqual({ exitCode: 0, isPlain: true });
      }
    },
  );

  test("with an empty NO_COLOR there are colours", async () => {
    using here = scene();
    expect((await here.run(start("get", "workflow:pr"), { NO_COLOR: "" })).screen).toContain("\u001b[36m● wait\u001b[0m");
  });

  test("--json asks for the JSON on a terminal too, indented for eyes", async () => {
    using here = scene();
    for (const script of ["get", "reset"] as const) {
      expect(await here.run(start(script, "workflow:pr", "--json"))).toEqual({ exitCode: 0, screen: fileText(state) });
    }
    expect(await here.run(start("get", "--all", "--json"))).toEqual({ exitCode: 0, screen: "[]\n" });
  });

  test("a pipe and a file get one line of JSON while stderr is a terminal, with --json too", async () => {
    using here = scene();
    for (const args of [["workflow:pr"], ["workflow:pr", "--json"]]) {
      expect((await here.run(inShell('"$@" | cat', ...start("get", ...args)))).screen).toBe(jsonLine);
      expect((await here.run(inShell('"$@" > out; cat out', ...start("get", ...args)))).screen).toBe(jsonLine);
    }
  });

  test("a terminal gets the view while stderr is a file", async () => {
    using here = scene();
    const { screen } = await here.run(inShell('"$@" 2>/dev/null', ...start("get", "workflow:pr")));
    expect(screen).toStartWith("\u001b[1mworkflow:pr\u001b[0m\n");
  });

  test("a reset after a killed save names the archive that stays, and does not say that there is none", async () => {
    using here = scene();
    const name = "2025-01-29-workflow-pr-feat-n-code-branch-name.md";
    here.project.write(`archives/${name}`, (await here.run(start("save", "workflow:pr", "--dry-run"))).screen);
    beginKilledSave(here.project.file(""), "workflow:pr", [name]);
    const { screen } = await here.run(start("reset", "workflow:pr"), { NO_COLOR: "1" });
    expect(screen).toMatch(/^note: kept, .*\nworkflow:pr deleted at wait; its last state was\n {2}steps /);
  });

  test("/dev/null takes the result and is no closed stdout", async () => {
    using here = scene();
    const get = start("get", "workflow:pr");
    expect(await here.run(inShell('"$@" > /dev/null', ...get))).toEqual({ exitCode: 0, screen: "" });
  });

  test.skipIf(process.platform !== "linux")("a stdout that is closed takes nothing, and the exit code says so", async () => {
    using here = scene();
    const get = start("get", "workflow:pr");
    expect(await here.run(inShell('"$@" >&-', ...get))).toEqual({
      exitCode: 1,
      screen: unprintedRead("EBADF: stdout is closed"),
    });
    for (const page of ["--help", "--version"]) {
      const { exitCode, screen } = await here.run(inShell('"$@" >&-', ...start("get", page)));
      expect({ exitCode, screen }).toEqual({
        exitCode: 1,
        screen: expect.stringContaining("cannot print the result: EBADF: stdout is closed"),
      });
    }
  });

  test("of a value of very many lines the rest is counted, and --json has it whole", async () => {
    using here = scene();
    const log = Array.from({ length: 5000 }, (_, index) => `line ${index}`).join("\n");
    here.project.write("workflow:pr.json", { ...state, context: { log } });
    const { screen } = await here.run(start("get", "workflow:pr"), { NO_COLOR: "1" });
    expect(screen).toEndWith("line 99\n       … and 4900 more rows; see all with --json\n");
    expect(JSON.parse((await here.run(start("get", "workflow:pr", "--json"))).screen).context.log).toBe(log);
  });

  test("a text of 1 MiB without a space is shown", async () => {
    using here = scene(40);
    here.project.write("workflow:pr.json", { ...state, context: { text: "x".repeat(1024 * 1024 - 20) } });
    const { exitCode, screen } = await here.run(start("get", "workflow:pr"), { NO_COLOR: "1" });
    expect({ exitCode, rows: screen.split("\n").filter((row) => /^\s+(?:text {2})?x{32}$/.test(row)).length }).toEqual({
      exitCode: 0,
      rows: 100,
    });
  });

  test("text from a session cannot send escape sequences, on stdout or stderr", async () => {
    using here = scene(500);
    const hostile = hostileText;
    const context = { branch: hostile, [hostile]: hostile, nested: [{ [hostile]: hostile }] };
    here.project.write("workflow:pr.json", { ...state, step: "a\u202eb", steps: ["a\u202eb"], context, [hostile]: hostile });
    here.project.write("workflow:bad.json", `\u202e${hostile}`);
    here.project.write("workflow:worse.json", { ...state, step: hostile });
    const frontMatter = {
      workflow: "workflow:x",
      status: "failed",
      archived_at: state.updated_at,
      ...state,
      context,
      notes: hostile,
    };
    here.project.write("archives/2025-01-29-workflow-x.md", `---\n${JSON.stringify(frontMatter)}\n---\n`);
    const calls: [exitCode: number, script: ScriptName, ...args: string[]][] = [
      [0, "get", "--all"],
      [0, "get", "--all", "--brief"],
      [0, "get", "--all", "--json"],
      [0, "get", "workflow:pr"],
      [0, "get", "--archived"],
      [4, "get", "workflow:bad"],
      [4, "get", "workflow:worse"],
      [2, "get", hostile],
      [2, "get", `--${hostile}`],
      [0, "set", "workflow:pr", "b\u202ec", `x=[${hostile}]`, `y=${hostile}`],
      [2, "set", "workflow:pr", `x=${hostile}`],
      [6, "set", "workflow:pr", "init", "--if-new"],
      [2, "set", "workflow:pr", "init", "--if-step", `-${hostile}`],
      [0, "save", "workflow:pr", `--notes=${hostile}`, "--dry-run"],
      [4, "save", "workflow:bad"],
      [0, "reset", "workflow:bad"],
      [4, "reset", "workflow:worse", "--if-step=x"],
      [0, "reset", "workflow:pr"],
    ];
    expect(hostile).toMatch(unsafe);
    for (const [exitCode, script, ...args] of calls) {
      const run = await here.run(start(script, ...args.map((word) => word.replaceAll("\0", ""))), { NO_COLOR: "1" });
      const found = { exitCode: run.exitCode, unsafe: unsafe.exec(run.screen)?.[0], isShown: run.screen.includes("\\u202e") };
      expect({ script, args, ...found }).toEqual({ script, args, exitCode, unsafe: undefined, isShown: true });
    }
  });
});
