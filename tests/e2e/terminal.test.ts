/** The scripts in real pseudo-terminals: who gets the view for people, who the JSON, and with which colours. */
import { describe, expect, test } from "bun:test";
import { copies } from "../support/copies.ts";
import { temporaryProject } from "../support/project.ts";
import { bun, runScript, type ScriptName, scriptPath } from "../support/run-script.ts";
import { runInTerminal } from "../support/terminal.ts";

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

  test.each([40, 80, 200])("get --all fits a terminal of %d columns", async (columns) => {
    using project = temporaryProject();
    project.write("workflow:pr.json", state);
    project.write("workflow:bad.json", "{");
    const { exitCode, screen } = await runInTerminal(start("get", "--all"), { cwd: project.path, columns });
    expect(exitCode).toBe(0);
    for (const line of Bun.stripANSI(screen).split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(screen).toContain("\u001b[36mwait\u001b[0m");
    expect(screen).toContain("\u001b[31mdamaged\u001b[0m");
  });

  test("every script has a view of its own", async () => {
    using project = temporaryProject();
    const view = async (script: ScriptName, ...args: string[]) =>
      Bun.stripANSI((await runInTerminal(start(script, ...args), { cwd: project.path, columns: 120 })).screen);
    expect(await view("get", "--all")).toStartWith("No active sessions in ");
    expect(await view("get", "workflow:pr")).toStartWith("No session of workflow:pr in ");
    expect(await view("set", "workflow:pr", "init")).toBe("workflow:pr started at init\n");
    expect(await view("set", "workflow:pr", "git:pr:find")).toBe("workflow:pr is at git:pr:find, step 2\n");
    expect(await view("get", "workflow:pr")).toStartWith("workflow:pr\n  steps    init → ● git:pr:find\n  started  ");
    expect(await view("save", "workflow:pr", "--dry-run")).toStartWith("---\nworkflow: workflow:pr\n");
    expect(await view("save", "workflow:pr")).toMatch(
      /^workflow:pr archived as completed: ia\/state\/sessions\/archives\/[\d-]+-workflow-pr.md\n$/,
    );
    await view("set", "workflow:pr", "init");
    expect(await view("reset", "workflow:pr")).toBe("workflow:pr deleted at init (no archive)\n");
    expect(await view("reset", "workflow:pr")).toBe("workflow:pr has no session now\n");
  });

  test.each<Record<string, string>>([{ NO_COLOR: "1" }, { TERM: "dumb" }])("has no colours with %p", async (env) => {
    using project = temporaryProject();
    project.write("workflow:pr.json", state);
    const { screen } = await runInTerminal(start("get", "workflow:pr"), { cwd: project.path, columns: 120, env });
    expect(screen).toContain("● wait");
    expect(screen).not.toContain("\u001b");
  });

  test("--json asks for the JSON on a terminal too", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", state);
    const terminal = { cwd: project.path, columns: 80 };
    expect(await runInTerminal(start("get", "workflow:pr", "--json"), terminal)).toEqual({ exitCode: 0, screen: jsonLine });
    expect(await runInTerminal(start("reset", "workflow:pr", "--json"), terminal)).toEqual({ exitCode: 0, screen: jsonLine });
  });

  test("a pipe gets the JSON while stderr is a terminal, a terminal the view while stderr is a file", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", state);
    const terminal = { cwd: project.path, columns: 80 };
    const piped = await runInTerminal(["sh", "-c", '"$@" | cat', "sh", ...start("get", "workflow:pr")], terminal);
    expect(piped.screen).toBe(jsonLine);
    const silent = await runInTerminal(["sh", "-c", '"$@" 2>/dev/null', "sh", ...start("get", "workflow:pr")], terminal);
    expect(silent.screen).toStartWith("\u001b[1mworkflow:pr\u001b[0m\n");
  });

  test("text from a session cannot send escape sequences, on stdout or stderr", async () => {
    using project = temporaryProject();
    const hostile = "\u001b]0;title\u0007\u001b[2J\u009b31m\u202eevil";
    project.write("workflow:pr.json", { ...state, context: { branch: hostile, [hostile]: hostile } });
    project.write("workflow:bad.json", `{"${hostile}`);
    for (const args of [["--all"], ["workflow:pr"], ["workflow:bad"], [hostile], [`--${hostile}`]]) {
      const { screen } = await runInTerminal(start("get", ...args), { cwd: project.path, columns: 80, env: { NO_COLOR: "1" } });
      expect(screen).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    }
  });

  test("/dev/null is no terminal", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", state);
    const { exitCode } = await runScript("get", ["workflow:pr"], { cwd: project.path, ...(scripts ? { scripts } : {}) });
    expect(exitCode).toBe(0);
  });
});
