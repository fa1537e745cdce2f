/**
 * Command lines that ask for help and command lines that are wrong, of all four scripts: nothing is read or changed before
 * the whole of one has been checked.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { copies, skillPath } from "../support/copies.ts";
import { refused, shown } from "../support/outcome.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { bun, cleanEnvironment, type Run, repository, runScript, type ScriptName } from "../support/run-script.ts";
import { runShell } from "../support/run-shell.ts";
import { session } from "../support/sample.ts";
import { nameRule, scriptsPath, statusRule, stepRule, usage } from "../support/words.ts";

setDefaultTimeout(60_000);

const asking: [ScriptName, string[]][] = [
  ["get", ["--help"]],
  ["get", ["-h"]],
  ["get", ["workflow:pr", "--help"]],
  ["get", ["--all", "-h", "--all", "--unknown", "../bad name"]],
  ["get", ["one", "two", "three", "--all=1", "--help"]],
  ["get", ["--version", "--help"]],
  ["set", ["--help"]],
  ["set", ["-h"]],
  ["set", ["workflow:pr", "init", "--help"]],
  ["set", ["workflow:pr", "init", "a=1", "a=2", "--if-new", "--if-step=x", "--unknown", "-h"]],
  ["set", ["workflow:pr", "init", "--if-step", "--help"]],
  ["set", ["workflow:pr", "a=1", "-h"]],
  ["reset", ["--help"]],
  ["reset", ["-h"]],
  ["reset", ["workflow:pr", "--help"]],
  ["reset", ["workflow:pr", "../bad name", "--unknown", "-h"]],
  ["save", ["--help"]],
  ["save", ["-h"]],
  ["save", ["workflow:pr", "--help"]],
  ["save", ["workflow:pr", "--notes", "-h"]],
  ["save", ["workflow:pr", "../bad name", "--status=unknown", "--dry-run=1", "--help"]],
];

const byEqualsSign = (word: string) => `help: if that is its value, write it behind an equals sign: ${word}\n`;
const missingStep = (args: string) =>
  `help: if it is the step, put -- right before it, and all options before the --; if not, insert the step: ${scriptsPath}/set.ts ${args}\n`;

/** What is said about each, and the help if it is not the usage. (Bun itself takes away a `--` that comes first.) */
const wrong: Record<ScriptName, [args: string[], error: string, help?: string][]> = {
  get: [
    [[], "expected a workflow, --all or --archived, found none"],
    [["--json"], "expected a workflow, --all or --archived, found none"],
    [["--"], "expected a workflow, --all or --archived, found none"],
    [["workflow:pr", "--all"], "expected a workflow or --all, found both"],
    [["--all", "workflow:pr"], "expected a workflow or --all, found both"],
    [["workflow:pr", "workflow:other"], 'unexpected argument "workflow:other"'],
    [["workflow:pr", ""], 'unexpected argument ""'],
    [["--all", "--all"], "option --all is given twice"],
    [["workflow:pr", "--json", "--json"], "option --json is given twice"],
    [["--all=yes"], 'option --all takes no value, found "yes"'],
    [["--all="], 'option --all takes no value, found ""'],
    [["--all", "--archived"], "--all and --archived cannot be combined: --archived alone lists all archives"],
    [["workflow:pr", "--brief"], "--brief needs --all"],
    [["--archived", "--brief"], "--brief needs --all"],
    [["--brief"], "--brief needs --all"],
    [["--al"], 'unknown option "--al"'],
    [["-a"], 'unknown option "-a"'],
    [["-all"], 'unknown option "-all"'],
    [["--constructor"], 'unknown option "--constructor"'],
    [["--if-new", "workflow:pr"], 'unknown option "--if-new"'],
    [["--\u001b[31mred"], 'unknown option "--\\u001b[31mred"'],
    [["-"], `bad workflow name "-": ${nameRule}`],
    [[""], `bad workflow name "": ${nameRule}`],
    [["../secret"], `bad workflow name "../secret": ${nameRule}`],
    [["--json", "--", "--all"], `bad workflow name "--all": ${nameRule}`],
    [["--json", "--", "--help"], `bad workflow name "--help": ${nameRule}`],
    [["\u001b]0;owned\u0007"], `bad workflow name "\\u001b]0;owned\\u0007": ${nameRule}`],
    [["x".repeat(121)], `bad workflow name "${"x".repeat(79)}…": ${nameRule}`],
  ],
  set: [
    [[], "expected <workflow>, found nothing"],
    [["workflow:pr"], 'expected <step>, found only "workflow:pr"'],
    [["--if-new"], "expected <workflow>, found nothing"],
    [["workflow:pr", "--if-new"], 'expected <step>, found only "workflow:pr"'],
    [["workflow:pr", "init", "--force"], 'unknown option "--force"'],
    [["workflow:pr", "init", "--if-nw"], 'unknown option "--if-nw"'],
    [["workflow:pr", "init", "-n"], 'unknown option "-n"'],
    [["workflow:pr", "init", "--all"], 'unknown option "--all"'],
    [["workflow:pr", "init", "--if-new=yes"], 'option --if-new takes no value, found "yes"'],
    [["workflow:pr", "init", "--if-new", "--if-new"], "option --if-new is given twice"],
    [["workflow:pr", "init", "--if-step=a", "--if-step=a"], "option --if-step is given twice"],
    [["workflow:pr", "init", "--if-step=a", "--if-step", "b"], "option --if-step is given twice"],
    [["workflow:pr", "init", "--if-step"], "option --if-step needs a value: --if-step=STEP"],
    [
      ["workflow:pr", "init", "--if-step", "--json"],
      'option --if-step is followed by "--json", which begins with "-"',
      byEqualsSign("--if-step=--json"),
    ],
    [["workflow:pr", "init", "--if-step="], `bad step "": ${stepRule}`],
    [["workflow:pr", "init", "--if-step= a"], `bad step " a": ${stepRule}`],
    [["workflow:pr", "init", "--if-new", "--if-step=init"], "--if-new and --if-step cannot be combined"],
    [["workflow:pr", "init", "--if-updated=x", "--if-new"], "--if-new and --if-updated cannot be combined"],
    [["workflow:pr", "init", "--if-updated=x", "--if-step=init"], "--if-step and --if-updated cannot be combined"],
    [
      ["workflow:pr", "pr_number=8"],
      'expected <step>, found what looks like a context: "pr_number=8"; is the step missing?',
      missingStep("workflow:pr STEP pr_number=8"),
    ],
    [
      ["workflow:pr", "a:=[1]", "b=it's", "--if-new"],
      'expected <step>, found what looks like a context: "a:=[1]"; is the step missing?',
      missingStep("workflow:pr STEP 'a:=[1]' 'b=it'\\''s' --if-new"),
    ],
    [
      ["workflow:pr", '{"a":1}'],
      'expected <step>, found what looks like a context: "{\\"a\\":1}"; is the step missing?',
      missingStep(`workflow:pr STEP '{"a":1}'`),
    ],
    [
      ["workflow:pr", "-"],
      'expected <step>, found what looks like a context: "-"; is the step missing?',
      missingStep("workflow:pr STEP -"),
    ],
  ],
  reset: [
    [[], "expected <workflow>, found nothing"],
    [["--json"], "expected <workflow>, found nothing"],
    [["workflow:pr", "workflow:other"], 'unexpected argument "workflow:other"'],
    [["workflow:pr", "workflow:pr"], 'unexpected argument "workflow:pr"'],
    [["--all"], 'unknown option "--all"'],
    [["workflow:pr", "--force"], 'unknown option "--force"'],
    [["workflow:pr", "-f"], 'unknown option "-f"'],
    [["workflow:pr", "--jso"], 'unknown option "--jso"'],
    [["workflow:pr", "--if-new"], 'unknown option "--if-new"'],
    [["workflow:pr", "--if-step=a", "--if-updated=b"], "--if-step and --if-updated cannot be combined"],
    [["workflow:pr", "--if-step= "], `bad step " ": ${stepRule}`],
    [["workflow:pr", "--json", "--json"], "option --json is given twice"],
    [["workflow:pr", "--json=1"], 'option --json takes no value, found "1"'],
    [[""], `bad workflow name "": ${nameRule}`],
    [["*"], `bad workflow name "*": ${nameRule}`],
    [["../archives/2025"], `bad workflow name "../archives/2025": ${nameRule}`],
    [["workflow:pr", "--", "--help"], 'unexpected argument "--help"'],
  ],
  save: [
    [[], "expected <workflow>, found nothing"],
    [["--dry-run"], "expected <workflow>, found nothing"],
    [["workflow:pr", "done"], 'unexpected argument "done"'],
    [["workflow:pr", "--status"], "option --status needs a value: --status=S"],
    [["workflow:pr", "--status", "--dry-run"], `bad status "--dry-run": ${statusRule}`],
    [["workflow:pr", "--status="], `bad status "": ${statusRule}`],
    [["workflow:pr", "--status=done"], `bad status "done": ${statusRule}`],
    [["workflow:pr", "--status=Failed"], `bad status "Failed": ${statusRule}`],
    [["workflow:pr", "--status", "canceled"], `bad status "canceled": ${statusRule}`],
    [["workflow:pr", "--status=failed", "--status=failed"], "option --status is given twice"],
    [["workflow:pr", "--notes"], "option --notes needs a value: --notes=TEXT"],
    [
      ["workflow:pr", "--notes", "- merged"],
      'option --notes is followed by "- merged", which begins with "-"',
      byEqualsSign("--notes='- merged'"),
    ],
    [["workflow:pr", "--if-updated=b", "--if-step=a"], "--if-step and --if-updated cannot be combined"],
    [["workflow:pr", "--notes=a", "--notes", "b"], "option --notes is given twice"],
    [["workflow:pr", "--dry-run", "--dry-run"], "option --dry-run is given twice"],
    [["workflow:pr", "--dry-run=yes"], 'option --dry-run takes no value, found "yes"'],
    [["workflow:pr", "--dryrun"], 'unknown option "--dryrun"'],
    [["workflow:pr", "-n"], 'unknown option "-n"'],
    [["a/../b"], `bad workflow name "a/../b": ${nameRule}`],
    [["workflow:pr", "--", "--dry-run"], 'unexpected argument "--dry-run"'],
  ],
};

/** Runs a line in the shell of a project in which the documented paths lead to these scripts. */
async function paste(line: string, { path }: TemporaryProject, scripts: string): Promise<Run> {
  mkdirSync(join(path, skillPath), { recursive: true });
  symlinkSync(scripts, join(path, skillPath, "scripts"));
  const env = cleanEnvironment({ PATH: `${dirname(bun)}:${process.env["PATH"]}` });
  const child = Bun.spawn(["/bin/sh", "-c", line], { cwd: path, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

/** The commands below "examples:" in the help of a script. */
function examplesOf(script: ScriptName): string[] {
  const help = readFileSync(join(repository, `tests/fixtures/help/${script}.txt`), "utf8");
  const examples = /^examples:\n(.*?)\n\n/ms.exec(help)?.[1] ?? "";
  return examples.split(/\n(?= {2}bun )/).map((example) => example.trim());
}

describe.each(copies)("in $name", ({ scripts }) => {
  test.concurrent.each([
    ["a value", "set", ["workflow:pr", "next", "note=caf\\351"]],
    ["a step", "set", ["workflow:pr", "caf\\351"]],
    ["notes", "save", ["workflow:pr", "--notes=caf\\351"]],
    ["notes as a word of their own", "save", ["workflow:pr", "--notes", "caf\\351"]],
  ] as const)("%s in bytes that are not UTF-8 is refused, and nothing is changed", async (_, script, args) => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const before = project.snapshot();
    const last = `"$(printf '%b' '${args.at(-1)}')"`;
    const { exitCode, stdout, stderr } = await runShell(`"$@" ${last}`, script, args.slice(0, -1), {
      cwd: project.path,
      scripts,
    });
    expect({ exitCode, stdout, files: project.snapshot() }).toEqual({ exitCode: 2, stdout: "", files: before });
    expect(stderr).toMatch(
      /^error: the argument ".*caf\ufffd" is not UTF-8 text, or holds U\+FFFD\nhelp: write it in UTF-8; .*\n$/,
    );
  });

  test.concurrent.each(asking)("%s helps with %j and does nothing else", async (script, args) => {
    const help = readFileSync(join(repository, `tests/fixtures/help/${script}.txt`), "utf8");
    using bare = temporaryProject();
    using active = temporaryProject();
    active.write("workflow:pr.json", session);
    for (const project of [bare, active]) {
      const before = project.snapshot();
      expect(await runScript(script, args, { cwd: project.path, scripts })).toEqual(shown(help));
      expect(project.snapshot()).toEqual(before);
    }
  });

  describe.each(Object.keys(wrong) as ScriptName[])("%s", (script) => {
    test.concurrent.each(wrong[script])("refuses the arguments %j", async (args, error, help = usage[script]) => {
      using project = temporaryProject();
      project.write("workflow:pr.json", session);
      const before = project.snapshot();
      const run = await runScript(script, args, { cwd: project.path, scripts });
      expect(run).toEqual(refused(2, `error: ${error}\n${help}`));
      expect(project.snapshot()).toEqual(before);
    });

    test.concurrent.each(examplesOf(script))("does what its help shows: %j", async (example) => {
      using project = temporaryProject();
      if (!example.includes("--if-new")) project.write("workflow:pr.json", { ...session, step: "init", steps: ["init"] });
      await Bun.write(join(project.path, "pr.json"), '{"pr_number":9}');
      await Bun.write(join(project.path, "notes.txt"), "the reason\n");
      const run = await paste(example, project, scripts);
      expect(run).toEqual({ exitCode: 0, stdout: expect.stringMatching(/\S\n$/), stderr: "" });
    });

    test("has three examples", () => {
      expect(examplesOf(script)).toHaveLength(3);
    });

    test.concurrent("prints name and version with --version alone, and does nothing else", async () => {
      using project = temporaryProject();
      const { name, version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
      expect(await runScript(script, ["--version"], { cwd: project.path, scripts })).toEqual(shown(`${name} ${version}\n`));
      expect(project.snapshot()).toBeNull();
    });

    test.concurrent("refuses --version beside other arguments: it may be part of a call that was meant", async () => {
      using project = temporaryProject();
      const { exitCode, stdout, stderr } = await runScript(script, ["workflow:pr", "version", "--version", "1.2.0"], {
        cwd: project.path,
        scripts,
      });
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toStartWith('error: unknown option "--version"\n');
    });
  });

  describe("a set whose step is missing is corrected by its help, pasted into a shell with a step in the place of STEP", () => {
    const notes = 'it\'s $HOME "quoted" `x` \\ 値';
    test.concurrent.each<[args: string[], context: object]>([
      [["workflow:new", "pr_number=8", `notes=${notes}`, 'labels:=["bug"]'], { pr_number: 8, notes, labels: ["bug"] }],
      [["workflow:new", JSON.stringify({ notes }), "--if-new"], { notes }],
      [["--if-new", "workflow:new", "a=", "--json", "--", "b=2"], { a: "", b: 2 }],
    ])("%j", async (args, context) => {
      using project = temporaryProject();
      const { exitCode, stderr } = await runScript("set", args, { cwd: project.path, scripts });
      expect(exitCode).toBe(2);
      const command =
        /^help: if it is the step, put -- right before it, and all options before the --; if not, insert the step: (.*)$/m.exec(
          stderr,
        )?.[1] ?? "";
      const run = await paste(command.replace("STEP", "'find it'"), project, scripts);
      expect({ ...run, stdout: JSON.parse(run.stdout) }).toMatchObject({
        exitCode: 0,
        stdout: { step: "find it", context },
        stderr: "",
      });
    });

    test("a condition that was given is in it", async () => {
      using project = temporaryProject();
      project.write("workflow:pr.json", session);
      const { stderr } = await runScript("set", ["workflow:pr", "a=1", "--if-step=other"], { cwd: project.path, scripts });
      const command = /insert the step: (bun run .*)/.exec(stderr)?.[1] ?? "";
      expect(await paste(command.replace("STEP", "next"), project, scripts)).toMatchObject({ exitCode: 6, stdout: "" });
      expect(JSON.parse(project.read("workflow:pr.json"))).toEqual(session);
    });
  });

  test.each(["pr_number=8", "a:=1", '{"a":1}', "[x]", "-", "--json", "-h"])("behind -- the step %j is taken", async (step) => {
    using project = temporaryProject();
    const run = await runScript("set", ["workflow:pr", "--", step, "b=2"], { cwd: project.path, scripts });
    expect({ ...run, stdout: JSON.parse(run.stdout) }).toMatchObject({
      ...{ exitCode: 0, stderr: "" },
      stdout: { step, steps: [step], context: { b: 2 } },
    });
  });
});
