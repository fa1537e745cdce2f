/**
 * Every error that the scripts can give, in one table: what was done, the exit code, and the whole of stderr. stdout is
 * empty each time, and nothing in the sessions folder changes.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copies } from "../support/copies.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { runScript, type ScriptName } from "../support/run-script.ts";
import { runShell, withoutPrivileges } from "../support/run-shell.ts";
import { nested } from "../support/sample.ts";
import {
  checkOwner,
  damaged,
  forms,
  listActive,
  nameRule,
  oneForm,
  pipeIt,
  removeLock,
  scriptsPath,
  statusRule,
  stepRule,
  storeLess,
  unmet,
  unprintedRead,
  usage,
  writeUtf8,
} from "../support/words.ts";

setDefaultTimeout(60_000);

type Row = {
  call: [ScriptName, ...string[]];
  exitCode: number;
  /** `{project}` stands for the project's path. */
  stderr: string;
  given?: (project: TemporaryProject) => void;
  stdin?: string | Uint8Array;
  line?: string;
};

const call = (script: ScriptName, ...words: string[]): Row["call"] => [script, ...words];
const state = (fields = {}) => ({
  started_at: "2025-01-29T15:00:00.000Z",
  updated_at: "2025-01-29T15:05:00.000Z",
  step: "wait",
  steps: ["init", "wait"],
  context: {},
  ...fields,
});
const session = (project: TemporaryProject) => project.write("workflow:pr.json", state());
const file = (content: unknown) => (project: TemporaryProject) => project.write("workflow:pr.json", content);
const place = 'step "wait", updated_at 2025-01-29T15:05:00.000Z';
const missingStep = (found: string, words: string) =>
  `error: expected <step>, found what looks like a context: ${found}; is the step missing?\n` +
  `help: if it is the step, put -- right before it, and all options before the --; if not, insert the step: ${scriptsPath}/set.ts workflow:pr STEP ${words}\n`;
const dashed = (option: string, word: string) =>
  `error: option ${option} is followed by "${word}", which begins with "-"\n` +
  `help: if that is its value, write it behind an equals sign: ${option}=${word}\n`;

const wrongUsage: Row[] = [
  { call: ["get"], exitCode: 2, stderr: `error: expected a workflow, --all or --archived, found none\n${usage.get}` },
  { call: ["get", "workflow:pr", "--all"], exitCode: 2, stderr: `error: expected a workflow or --all, found both\n${usage.get}` },
  { call: ["set"], exitCode: 2, stderr: `error: expected <workflow>, found nothing\n${usage.set}` },
  { call: ["set", "workflow:pr"], exitCode: 2, stderr: `error: expected <step>, found only "workflow:pr"\n${usage.set}` },
  { call: ["reset"], exitCode: 2, stderr: `error: expected <workflow>, found nothing\n${usage.reset}` },
  { call: ["save"], exitCode: 2, stderr: `error: expected <workflow>, found nothing\n${usage.save}` },
  { call: ["reset", "a", "b"], exitCode: 2, stderr: `error: unexpected argument "b"\n${usage.reset}` },
  { call: ["get", "--al"], exitCode: 2, stderr: `error: unknown option "--al"\n${usage.get}` },
  { call: ["reset", "a", "-f"], exitCode: 2, stderr: `error: unknown option "-f"\n${usage.reset}` },
  { call: ["get", "--all", "--all"], exitCode: 2, stderr: `error: option --all is given twice\n${usage.get}` },
  { call: ["get", "--all=yes"], exitCode: 2, stderr: `error: option --all takes no value, found "yes"\n${usage.get}` },
  { call: ["save", "a", "--notes"], exitCode: 2, stderr: `error: option --notes needs a value: --notes=TEXT\n${usage.save}` },
  { call: ["save", "a", "--notes", "--json"], exitCode: 2, stderr: dashed("--notes", "--json") },
  { call: ["save", "a", "--notes", "-"], exitCode: 2, stderr: dashed("--notes", "-") },
  ...(["set", "reset", "save"] as const).map((script) => ({
    call: call(script, ...(script === "set" ? ["a", "b"] : ["a"]), "--if-updated=x", "--if-step=b"),
    exitCode: 2,
    stderr: `error: --if-step and --if-updated cannot be combined\n${usage[script]}`,
  })),
  ...["--if-step=b", "--if-updated=x"].map((condition) => ({
    call: call("set", "a", "b", "--if-new", condition),
    exitCode: 2,
    stderr: `error: --if-new and ${condition.slice(0, -2)} cannot be combined\n${usage.set}`,
  })),
  { call: ["reset", "a", "--if-new"], exitCode: 2, stderr: `error: unknown option "--if-new"\n${usage.reset}` },
  { call: ["save", "a", "--if-new"], exitCode: 2, stderr: `error: unknown option "--if-new"\n${usage.save}` },
  { call: ["get", "a", "--brief"], exitCode: 2, stderr: `error: --brief needs --all\n${usage.get}` },
  { call: ["get", "--brief"], exitCode: 2, stderr: `error: --brief needs --all\n${usage.get}` },
  {
    call: ["get", "--all", "--archived"],
    exitCode: 2,
    stderr: `error: --all and --archived cannot be combined: --archived alone lists all archives\n${usage.get}`,
  },
  { call: ["set", "workflow:pr", "pr_number=10"], exitCode: 2, stderr: missingStep('"pr_number=10"', "pr_number=10") },
  { call: ["set", "workflow:pr", "a:=1", "b=2", "--if-new"], exitCode: 2, stderr: missingStep('"a:=1"', "a:=1 b=2 --if-new") },
  { call: ["set", "workflow:pr", '{"a":1}'], exitCode: 2, stderr: missingStep('"{\\"a\\":1}"', `'{"a":1}'`) },
  { call: ["set", "workflow:pr", " [1]"], exitCode: 2, stderr: missingStep('" [1]"', "' [1]'") },
  { call: ["set", "workflow:pr", "-"], exitCode: 2, stderr: missingStep('"-"', "-") },
  { call: ["get", "workflow/pr"], exitCode: 2, stderr: `error: bad workflow name "workflow/pr": ${nameRule}\n${usage.get}` },
  { call: ["set", "workflow:pr", " x"], exitCode: 2, stderr: `error: bad step " x": ${stepRule}\n${usage.set}` },
  {
    call: ["save", "workflow:pr", "--status=complete"],
    exitCode: 2,
    stderr: `error: bad status "complete": ${statusRule}\n${usage.save}`,
  },
];

const badContext: Row[] = [
  ["x", `"x": not JSON: expected a value, found "x" at line 1, column 1`],
  ['{"a":1,}', `"{\\"a\\":1,}": not JSON: expected a key in double quotes, found "}" at line 1, column 8`],
  ["[1]", `"[1]": expected a JSON object`],
  ['{"n":9007199254740993}', `"{\\"n\\":9007199254740993}": integer beyond ±(2^53−1) at "n" would be rounded; put it in quotes`],
  ['{"n":[1e999]}', `"{\\"n\\":[1e999]}": number too large at "n[0]"; put it in quotes`],
  ['{"t":"\\ud800"}', `"{\\"t\\":\\"\\\\ud800\\"}": lone surrogate in the text at "t"; no UTF-8 file can hold it`],
  ['{"a":{"__proto__":1}}', `"{\\"a\\":{\\"__proto__\\":1}}": key "__proto__" at "a" is refused; choose another name`],
  ['{"a":True}', `"{\\"a\\":True}": not JSON: expected a value, found "T" at line 1, column 6; JSON writes true`],
  ["__proto__=1", 'key "__proto__" is refused; choose another name'],
  ["__proto__:={}", 'key "__proto__" is refused; choose another name'],
].map(([context = "", problem]) => ({
  call: ["set", "workflow:pr", "init", context],
  exitCode: 2,
  stderr: `error: bad context: ${problem}\n${forms}`,
}));
badContext.push(
  {
    call: ["set", "workflow:pr", "init", "1x=2"],
    exitCode: 2,
    stderr: `error: bad context: "1x=2": expected key=value, the key a letter or _, then letters, digits, _, . and -\n${forms}`,
  },
  ...[
    ["x:=eight", 'x:="eight": not JSON: expected a value, found "e" at line 1, column 1', "; for text write x=eight"],
    ["x:=", 'x:="": not JSON: expected a value, found the end at line 1, column 1', "; for text write x=''"],
    ["x:=1 2", 'x:="1 2": not JSON: expected nothing more, found "2" at line 1, column 3', "; for text write x='1 2'"],
    [
      "id:=9007199254740993",
      'id:="9007199254740993": integer beyond ±(2^53−1) would be rounded; put it in quotes',
      "; for text write id=9007199254740993",
    ],
    [
      "x:=['a']",
      `x:="['a']": not JSON: expected a value or the closing bracket, found "'" at line 1, column 2; JSON has double quotes only`,
      `, in single quotes for the shell: x:='["a","b"]'`,
    ],
  ].map(([context = "", problem, help]) => ({
    call: call("set", "workflow:pr", "init", context),
    exitCode: 2,
    stderr: `error: bad context: ${problem}\nhelp: what follows := is JSON${help}\n`,
  })),
  ...[
    ['{"a":1}', "b=2"],
    ["b=2", '{"a":1}'],
    ["a:=1", "-"],
    ["-", "a=1"],
  ].map((words) => ({
    call: call("set", "workflow:pr", "init", ...words),
    exitCode: 2,
    stderr: `error: bad context: ${JSON.stringify(words.find((word) => /^[{-]/.test(word)))} and key=value pairs cannot be combined\n${oneForm}`,
  })),
  {
    call: ["set", "workflow:pr", "init", "a=1", "a:=2"],
    exitCode: 2,
    stderr: `error: bad context: the key "a" is given twice\n${forms}`,
  },
  {
    call: ["set", "workflow:pr", "init", "a=1", "a=2"],
    exitCode: 2,
    stderr: `error: bad context: the key "a" is given twice\n${forms}`,
  },
  {
    call: ["set", "workflow:pr", "init", nested(65)],
    exitCode: 2,
    stderr: `error: bad context: "${'{\\"a\\":'.repeat(15)}{\\"a\\"…": nested too deep at "${"a.".repeat(20)}"; the limit is 64 levels\n${forms}`,
  },
  {
    call: ["set", "workflow:pr", "init", "-"],
    stdin: new Uint8Array([123, 255, 125]),
    exitCode: 2,
    stderr: `error: bad context: standard input is not UTF-8 text\n${writeUtf8}`,
  },
  {
    call: ["set", "workflow:pr", "init", "-"],
    stdin: "",
    exitCode: 2,
    stderr: `error: bad context: standard input is empty\n${pipeIt("context")}`,
  },
  {
    call: ["save", "workflow:pr", "--notes=-"],
    given: session,
    stdin: "",
    exitCode: 2,
    stderr: `error: bad notes: standard input is empty\n${pipeIt("notes")}`,
  },
  {
    call: ["save", "workflow:pr", "--notes=-"],
    given: session,
    stdin: new Uint8Array([0x66, 0xff]),
    exitCode: 2,
    stderr: `error: bad notes: standard input is not UTF-8 text\n${writeUtf8}`,
  },
  {
    call: ["set", "workflow:pr", "init", "-"],
    stdin: " ".repeat(1048577),
    exitCode: 2,
    stderr: `error: bad context: standard input has more than 1048576 bytes, the limit\n${storeLess}`,
  },
  {
    call: ["set", "workflow:pr", "init", "-"],
    stdin: JSON.stringify({ b: "x".repeat(600_000) }),
    given: file(state({ context: { a: "x".repeat(600_000) } })),
    exitCode: 2,
    stderr: `error: the session cannot be stored: context: expected at most 1048576 bytes of JSON, found 1200015\n${storeLess}`,
  },
);

const damage: Row[] = [
  {
    call: ["get", "workflow:pr"],
    given: file(""),
    exitCode: 4,
    stderr: damaged("workflow:pr", "not JSON: expected a value, found the end at line 1, column 1"),
  },
  {
    call: ["set", "workflow:pr", "init"],
    given: file('{\n  "step": "init",\n  "steps": ["init"\n}\n'),
    exitCode: 4,
    stderr: damaged("workflow:pr", 'not JSON: expected "," or "]", found "}" at line 4, column 1'),
  },
  {
    call: ["save", "workflow:pr"],
    given: file(state({ updated_at: "yesterday" })),
    exitCode: 4,
    stderr: damaged("workflow:pr", 'updated_at: expected an ISO 8601 time like 2025-01-29T15:00:00.000Z, found "yesterday"'),
  },
  {
    call: ["get", "workflow:pr"],
    given: file(state({ steps: ["init", 7] })),
    exitCode: 4,
    stderr: damaged("workflow:pr", `steps[1]: ${stepRule}, found the number 7`),
  },
  {
    call: ["get", "workflow:pr"],
    given: file(state({ step: undefined })),
    exitCode: 4,
    stderr: damaged("workflow:pr", `step: ${stepRule}, found nothing`),
  },
  {
    call: ["get", "workflow:pr"],
    given: file(state({ context: [] })),
    exitCode: 4,
    stderr: damaged("workflow:pr", "context: expected an object, found a list"),
  },
  {
    call: ["get", "workflow:pr"],
    given: file("[]"),
    exitCode: 4,
    stderr: damaged("workflow:pr", "not a session: expected an object with started_at, updated_at, step and steps, found a list"),
  },
  {
    call: ["get", "workflow:pr"],
    given: file(new Uint8Array([123, 255])),
    exitCode: 4,
    stderr: damaged("workflow:pr", "not UTF-8 text"),
  },
  {
    call: ["get", "workflow:pr"],
    given: (project) => mkdirSync(project.file("workflow:pr.json"), { recursive: true }),
    exitCode: 4,
    stderr: damaged("workflow:pr", "not a regular file"),
  },
  {
    call: ["get", "workflow:pr"],
    given: file(" ".repeat(8388609)),
    exitCode: 4,
    stderr: damaged("workflow:pr", "too large: 8388609 bytes, the limit is 8388608"),
  },
];

const conditions: Row[] = [
  ...(["reset", "save"] as const).map((script) => ({
    call: call(script, "workflow:pr", "--if-step=wait"),
    given: file("{"),
    exitCode: 4,
    stderr: damaged(
      "workflow:pr",
      "not JSON: expected a key in double quotes or the closing bracket, found the end at line 1, column 2",
    ),
  })),
  ...[
    call("set", "workflow:pr", "done"),
    call("reset", "workflow:pr"),
    call("save", "workflow:pr"),
    call("save", "workflow:pr", "--dry-run"),
  ].flatMap(([script, ...words]) =>
    ["--if-step=init", "--if-updated=2025-01-29T15:05:00Z", "--if-updated=now"].map((condition) => ({
      call: call(script, ...words, condition),
      given: session,
      exitCode: 6,
      stderr: unmet.moved(condition, "workflow:pr", place),
    })),
  ),
  ...(["set", "reset"] as const).flatMap((script) =>
    ["--if-step=init", "--if-updated=2025-01-29T15:05:00.000Z"].flatMap((condition) => [
      {
        call: call(script, "workflow:pr", ...(script === "set" ? ["done"] : []), condition),
        exitCode: 6,
        stderr: unmet.none(condition, "workflow:pr"),
      },
      {
        call: call(script, "pr", ...(script === "set" ? ["done"] : []), condition),
        given: session,
        exitCode: 6,
        stderr: unmet.none(condition, "pr", "; did you mean workflow:pr?"),
      },
    ]),
  ),
  { call: ["set", "workflow:pr", "init", "--if-new"], given: session, exitCode: 6, stderr: unmet.new("workflow:pr", place) },
];
const none = (help: string, { name = "workflow:pr", near = "" } = {}) =>
  `error: ${name} has no session to save${near}\nhelp: ${help}\n`;
const archived = (project: TemporaryProject, name: string, front: Record<string, string>) => {
  const fields = { status: "completed", archived_at: "2025-01-29T16:00:00.000Z", notes: "", ...state(), ...front };
  const lines = Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  project.write(`archives/${name}`, `---\n${lines.join("")}---\n`);
};

const missing: Row[] = [
  ...[[], ["--dry-run"], ["--if-step=wait"], ["--if-updated=2025-01-29T15:05:00.000Z"], ["--if-step=wait", "--dry-run"]].map(
    (words) => ({ call: call("save", "workflow:pr", ...words), exitCode: 3, stderr: none("no session is active") }),
  ),
  {
    call: ["save", "workflow:pr"],
    given: (project) => {
      mkdirSync(project.file("archives"), { recursive: true });
      chmodSync(project.file("archives"), 0);
    },
    line: withoutPrivileges,
    exitCode: 3,
    stderr: none("no session is active"),
  },
  {
    call: ["save", "workflow:prr", "--if-step=wait"],
    given: session,
    exitCode: 3,
    stderr: none(listActive, { name: "workflow:prr", near: "; did you mean workflow:pr?" }),
  },
  { call: ["save", "workflow:qa"], given: session, exitCode: 3, stderr: none(listActive, { name: "workflow:qa" }) },
  {
    call: ["save", "workflow:pr", "--dry-run"],
    given: (project) => {
      archived(project, "2025-01-29-workflow-pr-main.md", { workflow: "workflow:pr" });
      archived(project, "2025-01-30-workflow-pr-main.md", { workflow: "workflow:pr.main" });
      archived(project, "2025-01-28-workflow-pr.md", { workflow: "workflow:pr", archived_at: "2025-01-28T16:00:00.000Z" });
    },
    exitCode: 3,
    stderr: none(
      "it may be saved already: its newest archive is ia/state/sessions/archives/2025-01-29-workflow-pr-main.md; no session is active",
    ),
  },
];

const failed: Row[] = [
  ...(process.platform === "linux"
    ? [
        {
          call: call("get", "workflow:pr"),
          given: session,
          line: '"$@" >&-',
          exitCode: 1,
          stderr: unprintedRead("EBADF: stdout is closed"),
        },
      ]
    : []),
  {
    call: ["get", "workflow:pr"],
    given: session,
    line: '"$@" > /dev/full',
    exitCode: 1,
    stderr: unprintedRead("ENOSPC: no space left on device"),
  },
  {
    call: ["set", "workflow:pr", "init", "-"],
    line: '"$@" < /',
    exitCode: 1,
    stderr:
      "error: cannot read standard input: EISDIR: illegal operation on a directory\n" +
      "help: give it a file, a pipe or a here-document\n",
  },
  {
    call: ["set", "workflow:pr", "init"],
    given: (project) => chmodSync(project.path, 0o555),
    line: withoutPrivileges,
    exitCode: 1,
    stderr: `error: cannot make the folder {project}/ia/state/sessions: EACCES: permission denied\n${checkOwner}`,
  },
  {
    call: ["set", "workflow:pr", "done"],
    given: (project) => {
      session(project);
      writeFileSync(project.file(".lock"), "");
      chmodSync(project.file(""), 0o555);
    },
    line: withoutPrivileges,
    exitCode: 1,
    stderr: `error: cannot write {project}/ia/state/sessions/workflow:pr.json: EACCES: permission denied\n${checkOwner}`,
  },
  {
    call: ["get", "workflow:pr"],
    given: (project) => {
      session(project);
      chmodSync(project.file("workflow:pr.json"), 0);
    },
    line: withoutPrivileges,
    exitCode: 1,
    stderr: `error: cannot read {project}/ia/state/sessions/workflow:pr.json: EACCES: permission denied\n${checkOwner}`,
  },
  {
    call: ["set", "workflow:pr", "init"],
    given: (project) => mkdirSync(project.file(".lock"), { recursive: true }),
    exitCode: 1,
    stderr: `error: cannot lock {project}/ia/state/sessions/.lock: EISDIR: illegal operation on a directory\n${removeLock}`,
  },
  {
    call: ["set", "workflow:pr", "init"],
    given: (project) => project.write(".lock", "this is no lock file, and long enough not to be taken for an empty one"),
    exitCode: 1,
    stderr: `error: cannot lock {project}/ia/state/sessions/.lock: it is not empty\n${removeLock}`,
  },
  {
    call: ["save", "workflow:pr"],
    given: (project) => {
      session(project);
      symlinkSync(join(project.path, ".git"), project.file("archives"));
    },
    exitCode: 1,
    stderr:
      "error: {project}/ia/state/sessions/archives is a symbolic link\n" +
      "help: make it a folder: nothing is read or written outside of the sessions folder\n",
  },
  {
    call: ["reset", "workflow:pr"],
    given: (project) => project.write("workflow:pr.json/kept", "a file in a folder where a file should be"),
    exitCode: 1,
    stderr:
      "error: cannot delete {project}/ia/state/sessions/workflow:pr.json: ENOTEMPTY: directory not empty\n" +
      "help: it is a folder with something in it; look into it and remove it by hand\n",
  },
];

describe.each(copies)("$name", ({ scripts }) => {
  const rows = [...wrongUsage, ...badContext, ...damage, ...conditions, ...missing, ...failed];
  test.each(rows.map((row) => [`${row.exitCode}: ${row.stderr.split("\n")[0]}`.slice(0, 120), row] as const))(
    "%s",
    async (_, row) => {
      using project = temporaryProject();
      row.given?.(project);
      const [script, ...args] = row.call;
      const { [".lock"]: _lock, ...before } = project.snapshot() ?? {};
      const options = { cwd: project.path, scripts, ...(row.stdin === undefined ? {} : { stdin: row.stdin }) };
      const found =
        row.line === undefined ? await runScript(script, args, options) : await runShell(row.line, script, args, options);
      chmodSync(project.path, 0o755);
      const { [".lock"]: lock, ...after } = project.snapshot() ?? {};
      rmSync(join(project.path, "ia"), { recursive: true, force: true });
      expect(found).toEqual({ exitCode: row.exitCode, stdout: "", stderr: row.stderr.replaceAll("{project}", project.path) });
      expect(after).toEqual(before);
      expect(lock === undefined || lock === "" || lock === _lock).toBe(true);
    },
  );
});
