/**
 * Command lines that ask for help and command lines that are wrong, of all four scripts: nothing is read or changed before
 * the whole of one has been checked.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { copies } from "../support/copies.ts";
import { refused, shown } from "../support/outcome.ts";
import { temporaryProject } from "../support/project.ts";
import { repository, runScript, type ScriptName } from "../support/run-script.ts";
import { session } from "../support/sample.ts";
import { nameRule, statusRule, stepRule, usage } from "../support/words.ts";

setDefaultTimeout(60_000);

const asking: [ScriptName, string[]][] = [
  ["get", ["--help"]],
  ["get", ["-h"]],
  ["get", ["workflow:pr", "--help"]],
  ["get", ["--all", "-h", "--all", "--unknown", "../bad name"]],
  ["get", ["one", "two", "three", "--all=1", "--help"]],
  ["set", ["--help"]],
  ["set", ["-h"]],
  ["set", ["workflow:pr", "init", "--help"]],
  ["set", ["workflow:pr", "init", "a=1", "a=2", "--if-new", "--if-step=x", "--unknown", "-h"]],
  ["set", ["workflow:pr", "init", "--if-step", "--help"]],
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

/** What is said about each. (Bun itself takes away a `--` that comes first.) */
const wrong: Record<ScriptName, [args: string[], error: string][]> = {
  get: [
    [[], "expected a workflow or --all, found neither"],
    [["--json"], "expected a workflow or --all, found neither"],
    [["--"], "expected a workflow or --all, found neither"],
    [["workflow:pr", "--all"], "expected a workflow or --all, found both"],
    [["--all", "workflow:pr"], "expected a workflow or --all, found both"],
    [["workflow:pr", "workflow:other"], 'unexpected argument "workflow:other"'],
    [["workflow:pr", ""], 'unexpected argument ""'],
    [["--all", "--all"], "option --all is given twice"],
    [["workflow:pr", "--json", "--json"], "option --json is given twice"],
    [["--all=yes"], 'option --all takes no value, found "yes"'],
    [["--all="], 'option --all takes no value, found ""'],
    [["--al"], 'unknown option "--al"; did you mean --all?'],
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
    [["workflow:pr", "init", "--if-nw"], 'unknown option "--if-nw"; did you mean --if-new?'],
    [["workflow:pr", "init", "--ifstep=x"], 'unknown option "--ifstep"; did you mean --if-step?'],
    [["workflow:pr", "init", "-n"], 'unknown option "-n"'],
    [["workflow:pr", "init", "--all"], 'unknown option "--all"'],
    [["workflow:pr", "init", "--if-new=yes"], 'option --if-new takes no value, found "yes"'],
    [["workflow:pr", "init", "--if-new", "--if-new"], "option --if-new is given twice"],
    [["workflow:pr", "init", "--if-step=a", "--if-step=a"], "option --if-step is given twice"],
    [["workflow:pr", "init", "--if-step=a", "--if-step", "b"], "option --if-step is given twice"],
    [["workflow:pr", "init", "--if-step"], "option --if-step needs a value: --if-step=STEP"],
    [["workflow:pr", "init", "--if-step", "--json"], "option --if-step needs a value: --if-step=STEP"],
    [["workflow:pr", "init", "--if-step="], `bad step "": ${stepRule}`],
    [["workflow:pr", "init", "--if-step= a"], `bad step " a": ${stepRule}`],
    [["workflow:pr", "init", "--if-new", "--if-step=init"], "--if-new and --if-step cannot both hold"],
  ],
  reset: [
    [[], "expected <workflow>, found nothing"],
    [["--json"], "expected <workflow>, found nothing"],
    [["workflow:pr", "workflow:other"], 'unexpected argument "workflow:other"'],
    [["workflow:pr", "workflow:pr"], 'unexpected argument "workflow:pr"'],
    [["--all"], 'unknown option "--all"'],
    [["workflow:pr", "--force"], 'unknown option "--force"'],
    [["workflow:pr", "-f"], 'unknown option "-f"'],
    [["workflow:pr", "--jso"], 'unknown option "--jso"; did you mean --json?'],
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
    [["workflow:pr", "--status"], "option --status needs a value: --status=STATUS"],
    [["workflow:pr", "--status", "--dry-run"], "option --status needs a value: --status=STATUS"],
    [["workflow:pr", "--status="], `bad status "": ${statusRule}`],
    [["workflow:pr", "--status=done"], `bad status "done": ${statusRule}`],
    [["workflow:pr", "--status=Failed"], `bad status "Failed": ${statusRule}; did you mean failed?`],
    [["workflow:pr", "--status", "canceled"], `bad status "canceled": ${statusRule}; did you mean cancelled?`],
    [["workflow:pr", "--status=failed", "--status=failed"], "option --status is given twice"],
    [["workflow:pr", "--notes"], "option --notes needs a value: --notes=TEXT"],
    [["workflow:pr", "--notes", "-x"], "option --notes needs a value: --notes=TEXT"],
    [["workflow:pr", "--notes=a", "--notes", "b"], "option --notes is given twice"],
    [["workflow:pr", "--dry-run", "--dry-run"], "option --dry-run is given twice"],
    [["workflow:pr", "--dry-run=yes"], 'option --dry-run takes no value, found "yes"'],
    [["workflow:pr", "--dryrun"], 'unknown option "--dryrun"; did you mean --dry-run?'],
    [["workflow:pr", "--note=x"], 'unknown option "--note"; did you mean --notes?'],
    [["workflow:pr", "-n"], 'unknown option "-n"'],
    [["a/../b"], `bad workflow name "a/../b": ${nameRule}`],
    [["workflow:pr", "--", "--dry-run"], 'unexpected argument "--dry-run"'],
  ],
};

describe.each(copies)("in $name", ({ scripts }) => {
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
    test.concurrent.each(wrong[script])("refuses the arguments %j", async (args, error) => {
      using project = temporaryProject();
      project.write("workflow:pr.json", session);
      const before = project.snapshot();
      const run = await runScript(script, args, { cwd: project.path, scripts });
      expect(run).toEqual(refused(2, `error: ${error}\n${usage[script]}`));
      expect(project.snapshot()).toEqual(before);
    });
  });
});
