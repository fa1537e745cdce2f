/** What README.md and SKILL.md show is run here and compared: commands, their output, the settings, the example skill. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { drawScreenshot } from "./screenshot.ts";
import { temporaryProject } from "./support/project.ts";
import { cleanEnvironment, repository } from "./support/run-script.ts";

type Block = { language: string; text: string };

/** The fenced code blocks of a Markdown file. */
function blocks(file: string): Block[] {
  const text = readFileSync(join(repository, file), "utf8");
  return [...text.matchAll(/^(`{3,})(\w*)\n(.*?)^\1$/gms)].map(([, , language = "", text = ""]) => ({ language, text }));
}

/** Times differ from run to run: they are compared as times, not as these. */
function withoutTimes(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>").replace(/\d{4}-\d\d-\d\d( \d\d:\d\d)?/g, "<date>");
}

async function runShell(command: string, cwd: string, env = {}): Promise<string> {
  const child = Bun.spawn(["bash", "-c", command], { cwd, env: cleanEnvironment(env), stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect({ command, exitCode: await child.exited, stderr }).toEqual({ command, exitCode: 0, stderr: "" });
  return stdout;
}

/** A project in which the documented paths lead to the scripts. */
function projectWithSkill() {
  const project = temporaryProject();
  mkdirSync(join(project.path, ".claude/skills"), { recursive: true });
  symlinkSync(repository, join(project.path, ".claude/skills/session"));
  return project;
}

const commandsOf = (text: string) => text.split("\n").flatMap((line) => (/^\s*bun /.test(line) ? [line.trim()] : []));

test("README: every shown command prints what is shown below it", async () => {
  using project = projectWithSkill();
  const shown = blocks("README.md").filter(({ language }) => language === "console");
  const steps = shown.flatMap(({ text }) => text.split(/^\$ /m).slice(1));
  expect(steps.length).toBeGreaterThan(8);
  for (const step of steps) {
    const [command = "", ...output] = step.split("\n");
    expect({ command, output: withoutTimes(await runShell(command, project.path)) }).toEqual({
      command,
      output: withoutTimes(output.join("\n")),
    });
  }
});

test("README: the example skill calls the scripts rightly, from the first line to the last", async () => {
  using project = projectWithSkill();
  const skill = blocks("README.md").find(({ language }) => language === "markdown");
  const commands = commandsOf(skill?.text ?? "");
  expect(
    ["get", "set", "save", "reset"].filter((script) => !commands.some((command) => command.includes(`/${script}.ts`))),
  ).toEqual([]);
  for (const command of commands) await runShell(command, project.path);
});

test("README: the hook of the settings lists the sessions, from whatever folder", async () => {
  using project = projectWithSkill();
  project.write("workflow:bad.json", "{");
  const settings = JSON.parse(blocks("README.md").find(({ language }) => language === "json")?.text ?? "");
  const command = settings.hooks.SessionStart[0].hooks[0].command;
  expect(await runShell(command, "/", { CLAUDE_PROJECT_DIR: project.path })).toContain('"workflow":"workflow:bad"');
});

test("README: the setup commands name the pinned Bun", () => {
  const { packageManager } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const setups = blocks("README.md").filter(({ text }) => text.startsWith("npm install"));
  expect(setups.map(({ text }) => /\bbun@\S+/.exec(text)?.[0])).toEqual([packageManager, packageManager]);
});

describe("SKILL.md", () => {
  test("every shown command works, in the order shown", async () => {
    using project = projectWithSkill();
    const shown = blocks("SKILL.md").filter(({ language }) => language === "sh");
    const commands = shown.flatMap(({ text }) => text.trim().split(/\n(?=bun )/)); // a command may have a here-document
    expect(commands.length).toBeGreaterThan(8);
    for (const command of commands) await runShell(command, project.path);
  });

  test("the shown state is one", async () => {
    using project = projectWithSkill();
    const state = JSON.parse(blocks("SKILL.md").find(({ language }) => language === "json")?.text ?? "");
    project.write("workflow:pr.json", state);
    const printed = await runShell("bun run .claude/skills/session/scripts/get.ts workflow:pr", project.path);
    expect(JSON.parse(printed)).toEqual(state);
  });

  test("the front matter keeps to the Agent Skills specification", () => {
    const text = readFileSync(join(repository, "SKILL.md"), "utf8");
    const fields = Bun.YAML.parse(/^---\n(.*?)\n---\n/s.exec(text)?.[1] ?? "") as Record<string, string>;
    expect(Object.keys(fields).sort()).toEqual(["allowed-tools", "compatibility", "description", "license", "metadata", "name"]);
    expect(fields["name"]).toBe("session");
    expect(fields["description"]?.length).toBeWithin(100, 1024);
    expect(fields["compatibility"]?.length).toBeLessThanOrEqual(500);
  });
});

test("README: the picture shows what the scripts show", async () => {
  const drawn = readFileSync(join(repository, "tests/fixtures/terminal.svg"), "utf8");
  expect(withoutTimes(await drawScreenshot())).toBe(withoutTimes(drawn));
});
