/**
 * Seventy calls that are wrong, or nearly, and that agents plausibly make: the first forty from a trial with one. None may be
 * silent: each fails and changes nothing, or does what was plainly meant, or does what it says and tells of the slip in a
 * note. `retry` is the call that stderr leads to, which is run too, and must be right.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { copies } from "../support/copies.ts";
import { temporaryProject } from "../support/project.ts";
import { runScript, type ScriptName } from "../support/run-script.ts";
import { fileText, session } from "../support/sample.ts";

setDefaultTimeout(60_000);

type Call = [script: ScriptName, ...words: string[]];

type Slip = {
  call: Call;
  stdin?: string;
  exitCode: number;
  /** What stdout holds, as far as it matters; nothing if the call fails. */
  prints?: unknown;
  /** What stderr must contain; nothing at all if it is empty: then the call did what was meant. */
  stderr: string[];
  /** What an agent that has read stderr calls next; missing if that would not be right. */
  retry?: Call;
  retryStdin?: string;
};

const scriptsPath = ".claude/skills/session/scripts";
const state = { ...session, context: { ...session.context, percent: 90, checks: { ci: "red", lint: "green" } } };
const read: Call = ["get", "workflow:pr"];
const next: Call = ["set", "workflow:pr", "next"];
const usage = (script: ScriptName, words: string) => `\nhelp: usage: bun run ${scriptsPath}/${script}.ts ${words}`;
const usageOf = {
  get: usage("get", "<workflow> | --all [--brief] | [<workflow>] --archived"),
  set: usage("set", "<workflow> <step> [context]"),
  reset: usage("reset", "<workflow> ["),
  save: usage("save", "<workflow> [--status=S] [--notes=TEXT]"),
};
const nameRule =
  "expected 1 to 120 letters, digits, _ and -, starting with a letter or digit, in parts joined by : or ., like workflow:pr";
const forms = "\nhelp: give key=value pairs (pr_number=8 next='run the tests'), one JSON object, or - to read a JSON object";
const mergedInto = (context: object) => ({ step: "next", context: { ...state.context, ...context } });

const ofTheTrial: Slip[] = [
  {
    call: [...next, '--context={"a":1}'],
    exitCode: 2,
    stderr: ['error: unknown option "--context"', usageOf.set],
    retry: [...next, '{"a":1}'],
  },
  {
    call: ["set", "workflow:pr", "--step", "next"],
    exitCode: 2,
    stderr: ['error: unknown option "--step"', usageOf.set],
    retry: next,
  },
  {
    call: ["get"],
    exitCode: 2,
    stderr: ["error: expected a workflow, --all or --archived, found none", usageOf.get],
    retry: ["get", "--all"],
  },
  {
    call: ["save", "workflow:pr", "--status=done"],
    exitCode: 2,
    stderr: ['error: bad status "done": expected completed, failed, cancelled'],
    retry: ["save", "workflow:pr", "--status=completed"],
  },
  {
    call: ["save", "workflow:pr", "--note=merged"],
    exitCode: 2,
    stderr: ['error: unknown option "--note"', usageOf.save],
    retry: ["save", "workflow:pr", "--notes=merged"],
  },
  {
    call: ["reset", "workflow:pr", "--force"],
    exitCode: 2,
    stderr: ['error: unknown option "--force"', usageOf.reset],
    retry: ["reset", "workflow:pr"],
  },
  {
    call: [...next, "{'a': 'x'}"],
    exitCode: 2,
    stderr: ['found "\'" at line 1, column 2; JSON has double quotes only', forms],
    retry: [...next, '{"a":"x"}'],
  },
  {
    call: [...next, "@context.json"],
    exitCode: 2,
    stderr: ['error: bad context: "@context.json": not JSON', forms],
    retry: [...next, "-"],
    retryStdin: '{"a":1}',
  },
  {
    call: ["set", "workflow pr", "next"],
    exitCode: 2,
    stderr: [`error: bad workflow name "workflow pr": ${nameRule}`, usageOf.set],
    retry: next,
  },
  {
    call: ["set", "workflow/pr", "next"],
    exitCode: 2,
    stderr: [`error: bad workflow name "workflow/pr": ${nameRule}`, usageOf.set],
    retry: next,
  },
  {
    call: ["save", "workflow:pr", "failed"],
    exitCode: 2,
    stderr: ['error: unexpected argument "failed"', usageOf.save],
    retry: ["save", "workflow:pr", "--status=failed"],
  },
  {
    call: ["set", "workflow:pr"],
    exitCode: 2,
    stderr: ['error: expected <step>, found only "workflow:pr"', usageOf.set],
    retry: next,
  },
  {
    call: ["get", "--workflow=workflow:pr"],
    exitCode: 2,
    stderr: ['error: unknown option "--workflow"', usageOf.get],
    retry: read,
  },
  {
    call: ["reset", "--all"],
    exitCode: 2,
    stderr: ['error: unknown option "--all"', usageOf.reset],
    retry: ["reset", "workflow:pr"],
  },
  {
    call: ["save", "--all"],
    exitCode: 2,
    stderr: ['error: unknown option "--all"', usageOf.save],
    retry: ["save", "workflow:pr"],
  },
  { call: ["get", "--list"], exitCode: 2, stderr: ['error: unknown option "--list"', usageOf.get], retry: ["get", "--all"] },
  {
    call: [...next, "branch: x"],
    exitCode: 2,
    stderr: ['error: bad context: "branch: x": ', forms],
    retry: [...next, "branch=x"],
  },
  {
    call: [...next, "branch", "=", "x"],
    exitCode: 2,
    stderr: ['error: bad context: "branch": expected key=value', forms],
    retry: [...next, "branch=x"],
  },
  {
    call: ["set", "workflow:qa", "next", "--if-step=init"],
    exitCode: 6,
    stderr: [
      "error: --if-step=init: there is no session of workflow:qa",
      `\nhelp: list the active sessions: bun run ${scriptsPath}/get.ts --all`,
    ],
    retry: ["get", "--all"],
  },
  {
    call: ["get", "workflow:pr", "workflow:release"],
    exitCode: 2,
    stderr: ['error: unexpected argument "workflow:release"', usageOf.get],
    retry: read,
  },
  {
    call: ["get", "workflow:pr", "--pretty"],
    exitCode: 2,
    stderr: ['error: unknown option "--pretty"', usageOf.get],
    retry: read,
  },
  {
    call: ["save", "workflow:prr"],
    exitCode: 3,
    stderr: ["error: workflow:prr has no session to save; did you mean workflow:pr?"],
    retry: ["save", "workflow:pr"],
  },
  {
    call: ["save", "workflow:pr", "--status", "failed"],
    exitCode: 0,
    prints: { status: "failed" },
    stderr: [],
  },
  { call: ["save", "workflow:pr", "--notes", "a b"], exitCode: 0, prints: { status: "completed" }, stderr: [] },
  { call: [...next, "--if-step", session.step], exitCode: 0, prints: mergedInto({}), stderr: [] },
  { call: [...next, "--json", '{"a":1}'], exitCode: 0, prints: mergedInto({ a: 1 }), stderr: [] },
  {
    call: [...next, '{"draft":True}'],
    exitCode: 2,
    stderr: ['found "T" at line 1, column 10; JSON writes true', forms],
    retry: [...next, '{"draft":true}'],
  },
  {
    call: [...next, '{"a":1}', "b=2"],
    exitCode: 2,
    stderr: [
      "and key=value pairs cannot be combined",
      "\nhelp: give either one JSON object, or - for standard input, or pairs only",
    ],
    retry: [...next, "a=1", "b=2"],
  },
  {
    call: [...next, "-"],
    exitCode: 2,
    stderr: [
      "error: bad context: standard input is empty",
      "\nhelp: pipe the context into the script, or use a here-document (<<'END')",
    ],
    retry: [...next, "-"],
    retryStdin: '{"a":1}\n',
  },
  {
    call: ["get", "list"],
    exitCode: 0,
    prints: null,
    stderr: [`note: no session is called list; all sessions: bun run ${scriptsPath}/get.ts --all`],
    retry: ["get", "--all"],
  },
  {
    call: ["get", "pr"],
    exitCode: 0,
    prints: null,
    stderr: ["note: pr has no session; did you mean workflow:pr?"],
    retry: read,
  },
  {
    call: ["get", "Workflow:PR"],
    exitCode: 0,
    prints: null,
    stderr: ["note: Workflow:PR has no session; did you mean workflow:pr?"],
    retry: read,
  },
  {
    call: ["reset", "workflow:prr"],
    exitCode: 0,
    prints: null,
    stderr: ["note: workflow:prr has no session; did you mean workflow:pr?"],
    retry: ["reset", "workflow:pr"],
  },
  {
    call: ["set", "pr", "next"],
    exitCode: 0,
    prints: { step: "next", steps: ["next"], context: {} },
    stderr: ["note: this started a new session of pr; did you mean workflow:pr?"],
    retry: next,
  },
  {
    call: ["set", "workflow:pr", "pr_number=10"],
    exitCode: 2,
    stderr: [
      "is the step missing?",
      `\nhelp: if it is the step, put -- right before it, and all options before the --; if not, insert the step: bun run ${scriptsPath}/set.ts workflow:pr STEP pr_number=10`,
    ],
    retry: [...next, "pr_number=10"],
  },
  {
    call: ["set", "workflow:pr", '{"branch":"x"}'],
    exitCode: 2,
    stderr: ["is the step missing?", `${scriptsPath}/set.ts workflow:pr STEP '{"branch":"x"}'`],
    retry: [...next, '{"branch":"x"}'],
  },
  {
    call: [...next, "checks.ci=green"],
    exitCode: 0,
    prints: mergedInto({ "checks.ci": "green" }),
    stderr: [
      `note: "checks.ci" is a key beside the object checks; to change the key in the object: checks.ci=null checks:='{"ci":"green"}'`,
    ],
    retry: [...next, "checks.ci=null", 'checks:={"ci":"green"}'],
  },
  {
    call: [...next, "comments=[12,15]"],
    exitCode: 0,
    prints: mergedInto({ comments: "[12,15]" }),
    stderr: [`note: comments is the text "[12,15]"; as JSON: comments:='[12,15]'`],
    retry: [...next, "comments:=[12,15]"],
  },
  {
    call: [...next, "draft=True"],
    exitCode: 0,
    prints: mergedInto({ draft: "True" }),
    stderr: ['note: draft is the text "True"; for the JSON value write draft=true'],
    retry: [...next, "draft=true"],
  },
  {
    call: [...next, "sha=1234567"],
    exitCode: 0,
    prints: mergedInto({ sha: 1234567 }),
    stderr: [`note: sha is the number 1234567; as text: sha:='"1234567"'`],
    retry: [...next, 'sha:="1234567"'],
  },
];

const ofOurOwn: Slip[] = [
  {
    call: ["save", "workflow:pr", "--notes=-"],
    stdin: "fixed the `eval`\n",
    exitCode: 0,
    prints: { workflow: "workflow:pr" },
    stderr: [],
  },
  {
    call: ["save", "workflow:pr", "--notes", "-"],
    stdin: "fixed the `eval`\n",
    exitCode: 2,
    stderr: [
      'error: option --notes is followed by "-"',
      "\nhelp: if that is its value, write it behind an equals sign: --notes=-",
    ],
    retry: ["save", "workflow:pr", "--notes=-"],
    retryStdin: "fixed the `eval`\n",
  },
  {
    call: ["save", "workflow:pr", "notes=merged"],
    exitCode: 2,
    stderr: ['error: unexpected argument "notes=merged"', usageOf.save],
    retry: ["save", "workflow:pr", "--notes=merged"],
  },
  {
    call: ["save", "workflow:pr", "--dry-run=true"],
    exitCode: 2,
    stderr: ['error: option --dry-run takes no value, found "true"'],
    retry: ["save", "workflow:pr", "--dry-run"],
  },
  {
    call: ["save", "workflow:pr", "--if-step=init"],
    exitCode: 6,
    stderr: [`error: --if-step=init: workflow:pr is at step "${session.step}"`, `${scriptsPath}/get.ts workflow:pr`],
    retry: read,
  },
  {
    call: ["reset", "workflow:pr", "workflow:release"],
    exitCode: 2,
    stderr: ['error: unexpected argument "workflow:release"', usageOf.reset],
    retry: ["reset", "workflow:pr"],
  },
  {
    call: ["get", "workflow:pr", "--archives"],
    exitCode: 2,
    stderr: ['error: unknown option "--archives"', usageOf.get],
    retry: ["get", "workflow:pr", "--archived"],
  },
  {
    call: ["get", "workflow:pr", ".context.percent"],
    exitCode: 2,
    stderr: ['error: unexpected argument ".context.percent"', usageOf.get],
    retry: read,
  },
  {
    call: ["get", "--all=workflow:pr"],
    exitCode: 2,
    stderr: ['error: option --all takes no value, found "workflow:pr"', usageOf.get],
    retry: read,
  },
  {
    call: ["get", "--brief"],
    exitCode: 2,
    stderr: ["error: --brief needs --all"],
    retry: ["get", "--all", "--brief"],
  },
  {
    call: ["set", "workflow:pr", "init", "pr_number=9"],
    exitCode: 0,
    prints: { step: "init", context: { ...state.context, pr_number: 9 } },
    stderr: [
      `note: workflow:pr had been running since ${session.started_at} and was at "${session.step}"`,
      "--if-new refuses such a start",
    ],
    retry: ["set", "workflow:pr", session.step, "pr_number=8"],
  },
  {
    call: ["set", "workflow:pr", "init", "--if-new"],
    exitCode: 6,
    stderr: [
      `error: --if-new: workflow:pr is at step "${session.step}", updated_at ${session.updated_at}`,
      "\nhelp: resume it from there, or give another run a name of its own, like workflow:pr.2",
    ],
    retry: ["set", "workflow:pr.2", "init", "--if-new"],
  },
  {
    call: [...next, "--if-updated=2025-01-29T15:05:00Z"],
    exitCode: 6,
    stderr: [`updated_at ${session.updated_at}`, `read it before you decide anything: bun run ${scriptsPath}/get.ts workflow:pr`],
    retry: read,
  },
  {
    call: ["set", "workflow:pr", "step=next", "pr_number=9"],
    exitCode: 2,
    stderr: ["is the step missing?", `${scriptsPath}/set.ts workflow:pr STEP step=next pr_number=9`],
    retry: [...next, "pr_number=9"],
  },
  {
    call: [...next, "percent=99.5"],
    exitCode: 0,
    prints: mergedInto({ percent: "99.5" }),
    stderr: ['note: percent is the text "99.5"; as JSON: percent:=99.5'],
    retry: [...next, "percent:=99.5"],
  },
  {
    call: [...next, "labels:=[bug]"],
    exitCode: 2,
    stderr: [
      'error: bad context: labels:="[bug]": not JSON',
      `\nhelp: what follows := is JSON, in single quotes for the shell: labels:='["a","b"]'`,
    ],
    retry: [...next, 'labels:=["bug"]'],
  },
  {
    call: [...next, "title:=Fix the login"],
    exitCode: 2,
    stderr: ['error: bad context: title:="Fix the login": not JSON', "for text write title='Fix the login'"],
    retry: [...next, "title=Fix the login"],
  },
  {
    call: [...next, '{"id":12345678901234567890}'],
    exitCode: 2,
    stderr: ['at "id" would be rounded; put it in quotes'],
    retry: [...next, '{"id":"12345678901234567890"}'],
  },
  {
    call: [...next, "pr-number/id=9"],
    exitCode: 2,
    stderr: ['error: bad context: "pr-number/id=9": expected key=value, the key a letter or _, then letters, digits, _, . and -'],
    retry: [...next, "pr-number.id=9"],
  },
  {
    call: [...next, "branch=x", "branch=y"],
    exitCode: 2,
    stderr: ['error: bad context: the key "branch" is given twice'],
    retry: [...next, "branch=y"],
  },
];

const onceSilent: Slip[] = [
  { call: ["get", "help"], exitCode: 0, prints: null, stderr: ["note: no session is called help"], retry: ["get", "--all"] },
  {
    call: ["get", "workflow:pr.json"],
    exitCode: 0,
    prints: null,
    stderr: ["note: workflow:pr.json has no session; did you mean workflow:pr?"],
    retry: read,
  },
  {
    call: ["reset", "workflow:pr.json"],
    exitCode: 0,
    prints: null,
    stderr: ["note: workflow:pr.json has no session; did you mean workflow:pr?"],
    retry: ["reset", "workflow:pr"],
  },
  {
    call: ["set", "next", "workflow:pr"],
    exitCode: 0,
    prints: { step: "workflow:pr" },
    stderr: ["which is the name of an active workflow; the workflow comes first"],
    retry: next,
  },
  {
    call: [...next, "pr_number=9 branch=x"],
    exitCode: 0,
    prints: mergedInto({ pr_number: "9 branch=x" }),
    stderr: ["write each as a word of its own"],
    retry: [...next, "pr_number=9", "branch=x"],
  },
  {
    call: [...next, 'branch="x"'],
    exitCode: 0,
    prints: mergedInto({ branch: '"x"' }),
    stderr: ['note: branch is the text "\\"x\\""; the quotes are part of it'],
    retry: [...next, "branch=x"],
  },
  {
    call: [...next, 'context={"a":1}'],
    exitCode: 0,
    prints: mergedInto({ context: '{"a":1}' }),
    stderr: ['note: "context" is now a key of the context'],
    retry: [...next, '{"a":1}'],
  },
  {
    call: [...next, "context.a=1"],
    exitCode: 0,
    prints: mergedInto({ "context.a": 1 }),
    stderr: ['note: "context.a" is now a key of the context'],
    retry: [...next, "a=1"],
  },
  {
    call: [...next, "step=done"],
    exitCode: 0,
    prints: mergedInto({ step: "done" }),
    stderr: ['note: "step" is now a key of the context', '(here "next")'],
    retry: ["set", "workflow:pr", "done"],
  },
  {
    call: [...next, "if-step=zzz"],
    exitCode: 2,
    stderr: ['error: bad context: "if-step" is a condition without its dashes', "help: write --if-step=zzz;"],
    retry: [...next, `--if-step=${session.step}`],
  },
  {
    call: [...next, "if-new="],
    exitCode: 2,
    stderr: ['error: bad context: "if-new" is a condition without its dashes', "help: write --if-new;"],
    retry: ["set", "workflow:pr.2", "next", "--if-new"],
  },
  {
    call: [...next, '{"a":{"b":1},"a":{"c":2}}'],
    exitCode: 2,
    stderr: ['the key "a" is given twice in one object'],
    retry: [...next, '{"a":{"b":1,"c":2}}'],
  },
  {
    call: [...next, 'a:=[{"x":1,"\\u0078":2}]'],
    exitCode: 2,
    stderr: ['the key "x" is given twice in one object'],
    retry: [...next, 'a:=[{"x":1},{"x":2}]'],
  },
  {
    call: ["set", "workflow:pr", "next branch=x"],
    exitCode: 0,
    prints: { step: "next branch=x" },
    stderr: ['note: the step is the whole text "next branch=x"; a context and options are words of their own'],
    retry: [...next, "branch=x"],
  },
  {
    call: [...next, "note=caf\ufffd"], // as bytes that are not UTF-8 arrive
    exitCode: 2,
    stderr: ['error: the argument "note=caf\ufffd" is not UTF-8 text, or holds U+FFFD'],
    retry: [...next, "note=café"],
  },
  {
    call: [...next, "plan=-"],
    stdin: "text",
    exitCode: 0,
    prints: mergedInto({ plan: "-" }),
    stderr: ["standard input is read only if the whole context is -"],
    retry: [...next, "-"],
    retryStdin: '{"plan":"text"}',
  },
];

const slips = [...ofTheTrial, ...ofOurOwn, ...onceSilent];

/** A call as an agent writes it. */
function render([script, ...words]: Call): string {
  return [`${script}.ts`, ...words.map((word) => (/^[\w./:=-]+$/.test(word) ? word : JSON.stringify(word)))].join(" ");
}

describe.each(copies)("$name is not silent about", ({ scripts }) => {
  test.concurrent.each(slips.map((slip): [string, Slip] => [render(slip.call), slip]))("%s", async (_, slip) => {
    using project = temporaryProject();
    project.write("workflow:pr.json", state);
    project.write("workflow:release.json", session);
    project.write(".lock", "");
    const before = project.snapshot();
    const run = ([script, ...args]: Call, stdin?: string) =>
      runScript(script, args, { cwd: project.path, scripts, ...(stdin === undefined ? {} : { stdin }) });

    const { exitCode, stdout, stderr } = await run(slip.call, slip.stdin);
    expect({ exitCode, stderr }).toEqual({ exitCode: slip.exitCode, stderr: slip.stderr.length === 0 ? "" : expect.any(String) });
    for (const part of slip.stderr) expect(stderr).toContain(part);
    if (exitCode === 0) {
      expect(stderr.split("\n").length).toBeLessThanOrEqual(2);
      if (slip.prints === null) expect(stdout).toBe("null\n");
      else expect(JSON.parse(stdout)).toMatchObject(slip.prints as object);
    } else expect({ stdout, files: project.snapshot() }).toEqual({ stdout: "", files: before });
    expect(project.read("workflow:release.json")).toBe(fileText(session));

    if (slip.retry !== undefined)
      expect(await run(slip.retry, slip.retryStdin)).toEqual({ exitCode: 0, stdout: expect.any(String), stderr: "" });
  });
});

test("of the forty calls of the trial, at most four do not lead to the right one at the first retry", () => {
  const isRight = ({ retry, exitCode, stderr }: Slip) => retry !== undefined || (exitCode === 0 && stderr.length === 0);
  expect(ofTheTrial).toHaveLength(40);
  expect(ofOurOwn).toHaveLength(20);
  expect(new Set(slips.map(({ call }) => render(call)))).toHaveProperty("size", 76);
  expect(ofTheTrial.filter((slip) => !isRight(slip)).length).toBeLessThanOrEqual(4);
});
