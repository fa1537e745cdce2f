/** What README.md and SKILL.md show is run here and compared: commands, their output, the settings, the example skill. */
import { describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder, temporaryProject } from "./support/project.ts";
import { cleanEnvironment, repository } from "./support/run-script.ts";
import { drawScreenshot } from "./tools/screenshot.ts";

type Block = { language: string; text: string };

const skillFile = "skills/session/SKILL.md";

/** The fenced code blocks of a Markdown file. */
function blocks(file: string): Block[] {
  const text = readFileSync(join(repository, file), "utf8");
  return [...text.matchAll(/^(`{3,})(\w*)\n(.*?)^\1$/gms)].map(([, , language = "", text = ""]) => ({ language, text }));
}

const textsOf = (file: string, language: string) =>
  blocks(file).flatMap((block) => (block.language === language ? [block.text] : []));

/** Times differ from run to run: they are compared as times, not as these. */
function withoutTimes(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>").replace(/\d{4}-\d\d-\d\d( \d\d:\d\d)?/g, "<date>");
}

/** Runs a command that must succeed and have nothing to remark; returns what it printed. */
async function runShell(command: string, cwd: string, env = {}): Promise<string> {
  const child = Bun.spawn(["bash", "-c", command], { cwd, env: cleanEnvironment(env), stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect({ command, exitCode: await child.exited, stderr }).toEqual({ command, exitCode: 0, stderr: "" });
  return stdout;
}

/** Puts the committed copy where the documents call it. */
function installSkill(project: string): void {
  cpSync(join(repository, "skills/session"), join(project, ".claude/skills/session"), { recursive: true });
}

function projectWithSkill() {
  const project = temporaryProject();
  installSkill(project.path);
  return project;
}

/** The commands of a text, a here-document with its command, each with the comment lines `# → …` that follow it. */
function commandsOf(text: string): { command: string; shown: string[] }[] {
  return text.split(/\n(?= *bun )|^(?= *bun )/m).flatMap((part) => {
    if (!/^\s*bun /.test(part)) return [];
    const lines = part.split("\n");
    const end = lines.indexOf("END");
    return [
      {
        command: lines
          .slice(0, end === -1 ? 1 : end + 1)
          .join("\n")
          .trim(),
        shown: lines.flatMap((line) => (line.startsWith("# → ") ? [line.slice("# → ".length)] : [])),
      },
    ];
  });
}

/** What output must hold to be what a document shows of it: `,...` stands for more fields, `...` in a text for any. */
function outlineOf(shown: string): unknown {
  return JSON.parse(shown.replaceAll(/,\.\.\.(?=[}\]])/g, "").replaceAll(",...,", ","), (_, value) =>
    typeof value === "string" && value.endsWith("...") ? expect.stringContaining(value.slice(0, -3)) : value,
  );
}

describe("README", () => {
  test("every shown command prints what is shown below it", async () => {
    using project = projectWithSkill();
    const steps = textsOf("README.md", "console").flatMap((text) => text.split(/^\$ /m).slice(1));
    expect(steps.length).toBeGreaterThan(8);
    for (const step of steps) {
      const [command = "", ...output] = step.split("\n");
      const printed = withoutTimes(await runShell(command, project.path));
      expect({ command, output: printed }).toEqual({ command, output: withoutTimes(output.join("\n")) });
    }
  });

  test("the example skill calls the scripts rightly, from the first line to the last", async () => {
    using project = projectWithSkill();
    const commands = commandsOf(textsOf("README.md", "markdown")[0] ?? "").map(({ command }) => command);
    const missing = ["get", "set", "save", "reset"].filter(
      (name) => !commands.some((command) => command.includes(`/${name}.ts`)),
    );
    expect(missing).toEqual([]);
    for (const command of commands) await runShell(command, project.path);
  });

  test("the hook of the settings lists the sessions, whatever the project's path holds", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "my \"own\" 'project' of $HOME");
    mkdirSync(join(path, ".git"), { recursive: true });
    mkdirSync(join(path, "ia/state/sessions"), { recursive: true });
    await Bun.write(join(path, "ia/state/sessions/workflow:bad.json"), "{");
    installSkill(path);
    const settings = JSON.parse(textsOf("README.md", "json")[0] ?? "");
    const command = settings.hooks.SessionStart[0].hooks[0].command;
    expect(await runShell(command, "/", { CLAUDE_PROJECT_DIR: path })).toStartWith('[{"workflow":"workflow:bad","error":');
  });

  test.each(["", ".claude", ".claude/skills"])("the copy by hand works in a project that has %p", async (folder) => {
    using project = temporaryFolder();
    mkdirSync(join(project.path, folder), { recursive: true });
    const line = textsOf("README.md", "text").flatMap((text) => text.match(/^.*cp -r PATH.*$/gm) ?? [])[0] ?? "";
    await runShell(line.replace("PATH/TO/CLONE", repository), project.path);
    const shown = await runShell("bun run .claude/skills/session/scripts/get.ts --all", project.path);
    expect(shown).toBe("[]\n");
  });

  test("the setup commands name the pinned Bun", () => {
    const { packageManager } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    const setups = textsOf("README.md", "sh").filter((text) => text.includes("npm install"));
    expect(setups.map((text) => /\bbun@\S+?(?=;|\s)/.exec(text)?.[0])).toEqual([packageManager, packageManager]);
  });

  test("the versions of the installers are those that are tested", () => {
    const pinned = readFileSync(join(repository, "tests/installers/versions.ts"), "utf8");
    const named = [...readFileSync(join(repository, "README.md"), "utf8").matchAll(/`([\w-]+)` (\d+\.\d+\.\d+)/g)];
    expect(named.length).toBeGreaterThan(5);
    for (const [, name, version] of named) expect(pinned).toMatch(new RegExp(`${name}\\b.*${RegExp.escape(version ?? "")}`));
  });

  test("it is read in five minutes: fewer than 1,700 words", () => {
    expect(readFileSync(join(repository, "README.md"), "utf8").split(/\s+/).length).toBeLessThan(1700);
  });

  test("the picture shows what the scripts show", async () => {
    const drawn = readFileSync(join(repository, "tests/fixtures/terminal.svg"), "utf8");
    expect(withoutTimes(await drawScreenshot())).toBe(withoutTimes(drawn));
  });
});

describe("SKILL.md", () => {
  test("every shown command works in the order shown, and prints what is shown", async () => {
    using project = projectWithSkill();
    const commands = textsOf(skillFile, "bash").flatMap(commandsOf);
    expect(commands.length).toBeGreaterThan(12);
    for (const { command, shown } of commands) await runInTurn(command, shown, project);
  });

  test("the shown state is one", async () => {
    using project = projectWithSkill();
    const state = JSON.parse(textsOf(skillFile, "json")[0] ?? "");
    project.write("workflow:pr.json", state);
    const printed = await runShell("bun run .claude/skills/session/scripts/get.ts workflow:pr", project.path);
    expect(JSON.parse(printed)).toEqual(state);
  });

  test("the front matter keeps to the Agent Skills specification", () => {
    const text = readFileSync(join(repository, skillFile), "utf8");
    const fields = Bun.YAML.parse(/^---\n(.*?)\n---\n/s.exec(text)?.[1] ?? "") as Record<string, string>;
    const { engines } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    expect(Object.keys(fields).sort()).toEqual(["allowed-tools", "compatibility", "description", "license", "metadata", "name"]);
    expect(fields["name"]).toBe("session");
    expect(fields["description"]?.length).toBeWithin(100, 1024);
    expect(fields["compatibility"]?.length).toBeLessThanOrEqual(500);
    expect(fields["compatibility"]).toContain(`Bun ${engines.bun.replace(">=", "")} or later`);
  });

  test("an agent reads it whole: at most 950 words", () => {
    expect(readFileSync(join(repository, skillFile), "utf8").trim().split(/\s+/).length).toBeLessThanOrEqual(950);
  });
});

/**
 * Runs a command of SKILL.md in the state of which its section speaks: a session at the step that a condition names, or
 * one to read, save or reset. What it prints is compared with the first line shown, and `null` with an empty project.
 */
async function runInTurn(command: string, shown: string[], project: ReturnType<typeof temporaryProject>): Promise<void> {
  const [, given, value = ""] = /--if-(step|updated)=(\S+)/.exec(command) ?? [];
  const state = JSON.parse(textsOf(skillFile, "json")[0] ?? "");
  const step = given === "step" ? value : "git:pr:monitor";
  project.write("workflow:pr.json", { ...state, step, steps: [step], ...(given === "updated" && { updated_at: value }) });
  const [own, none] = shown;
  if (/--if-new|workflow:pr init/.test(command)) await runShell("rm ia/state/sessions/workflow:pr.json", project.path);
  if (command.includes("--archived"))
    await runShell("bun run .claude/skills/session/scripts/save.ts workflow:pr --notes=merged", project.path);
  const printed = await runShell(command, project.path);
  if (own !== undefined) expect(JSON.parse(printed)).toMatchObject(outlineOf(own) as object);
  if (none === undefined) return;
  await runShell("rm ia/state/sessions/workflow:pr.json", project.path);
  expect(await runShell(command, project.path)).toBe(`${none.split(" ")[0]}\n`);
}
