/**
 * Every error that the scripts can give, in one table: what was done, the exit code, and the whole of stderr. stdout is
 * empty each time, and nothing in the sessions folder changes.
 */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copies } from "../support/copies.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { runScript, type ScriptName } from "../support/run-script.ts";
import { runShell, withoutPrivileges } from "../support/run-shell.ts";
import { forms, nameRule, stepRule, storeLess, usage, waysOut } from "../support/words.ts";

type Row = {
  call: [ScriptName, ...string[]];
  exitCode: number;
  /** `{project}` stands for the project's path. */
  stderr: string;
  given?: (project: TemporaryProject) => void;
  stdin?: string | Uint8Array;
  line?: string;
};

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
const damaged = (problem: string) =>
  `error: ia/state/sessions/workflow:pr.json is damaged: ${problem}\n${waysOut("workflow:pr")}`;
const nested = (levels: number) => `${'{"a":'.repeat(levels - 1)}{}${"}".repeat(levels - 1)}`;

const wrongUsage: Row[] = [
  { call: ["get"], exitCode: 2, stderr: `error: expected a workflow or --all, found neither\n${usage.get}` },
  { call: ["get", "workflow:pr", "--all"], exitCode: 2, stderr: `error: expected a workflow or --all, found both\n${usage.get}` },
  { call: ["set"], exitCode: 2, stderr: `error: expected <workflow>, found nothing\n${usage.set}` },
  { call: ["set", "workflow:pr"], exitCode: 2, stderr: `error: expected <step>, found only "workflow:pr"\n${usage.set}` },
  { call: ["reset"], exitCode: 2, stderr: `error: expected <workflow>, found nothing\n${usage.reset}` },
  { call: ["save"], exitCode: 2, stderr: `error: expected <workflow>, found nothing\n${usage.save}` },
  { call: ["reset", "a", "b"], exitCode: 2, stderr: `error: unexpected argument "b"\n${usage.reset}` },
  { call: ["get", "--al"], exitCode: 2, stderr: `error: unknown option "--al"; did you mean --all?\n${usage.get}` },
  { call: ["reset", "a", "-f"], exitCode: 2, stderr: `error: unknown option "-f"\n${usage.reset}` },
  { call: ["get", "--all", "--all"], exitCode: 2, stderr: `error: option --all is given twice\n${usage.get}` },
  { call: ["get", "--all=yes"], exitCode: 2, stderr: `error: option --all takes no value, found "yes"\n${usage.get}` },
  { call: ["save", "a", "--notes"], exitCode: 2, stderr: `error: option --notes needs a value: --notes=TEXT\n${usage.save}` },
  {
    call: ["save", "a", "--notes", "--json"],
    exitCode: 2,
    stderr: `error: option --notes needs a value: --notes=TEXT\n${usage.save}`,
  },
  {
    call: ["set", "a", "b", "--if-new", "--if-step=b"],
    exitCode: 2,
    stderr: `error: --if-new and --if-step cannot both hold\n${usage.set}`,
  },
  { call: ["get", "workflow/pr"], exitCode: 2, stderr: `error: bad workflow name "workflow/pr": ${nameRule}\n${usage.get}` },
  { call: ["set", "workflow:pr", " x"], exitCode: 2, stderr: `error: bad step " x": ${stepRule}\n${usage.set}` },
  {
    call: ["save", "workflow:pr", "--status=complete"],
    exitCode: 2,
    stderr: `error: bad status "complete": expected completed, failed, cancelled; did you mean completed?\n${usage.save}`,
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
  ["__proto__=1", 'key "__proto__" is refused; choose another name'],
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
    stderr: `error: bad context: standard input is not UTF-8 text\n${forms}`,
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
    stderr:
      "error: the session cannot be kept: context: expected at most 1048576 bytes of JSON, found 1200015\n" +
      "help: store less: put large data into a file and its path into the context\n",
  },
);

const damage: Row[] = [
  {
    call: ["get", "workflow:pr"],
    given: file(""),
    exitCode: 4,
    stderr: damaged("not JSON: expected a value, found the end at line 1, column 1"),
  },
  {
    call: ["set", "workflow:pr", "init"],
    given: file('{\n  "step": "init",\n  "steps": ["init"\n}\n'),
    exitCode: 4,
    stderr: damaged('not JSON: expected "," or "]", found "}" at line 4, column 1'),
  },
  {
    call: ["save", "workflow:pr"],
    given: file(state({ updated_at: "yesterday" })),
    exitCode: 4,
    stderr: damaged('updated_at: expected an ISO 8601 time like 2025-01-29T15:00:00.000Z, found "yesterday"'),
  },
  {
    call: ["get", "workflow:pr"],
    given: file(state({ steps: ["init", 7] })),
    exitCode: 4,
    stderr: damaged(`steps[1]: ${stepRule}, found the number 7`),
  },
  {
    call: ["get", "workflow:pr"],
    given: file(state({ step: undefined })),
    exitCode: 4,
    stderr: damaged(`step: ${stepRule}, found nothing`),
  },
  {
    call: ["get", "workflow:pr"],
    given: file(state({ context: [] })),
    exitCode: 4,
    stderr: damaged("context: expected an object, found a list"),
  },
  {
    call: ["get", "workflow:pr"],
    given: file("[]"),
    exitCode: 4,
    stderr: damaged("not a session: expected an object with started_at, updated_at, step and steps, found a list"),
  },
  { call: ["get", "workflow:pr"], given: file(new Uint8Array([123, 255])), exitCode: 4, stderr: damaged("not UTF-8 text") },
  {
    call: ["get", "workflow:pr"],
    given: (project) => mkdirSync(project.file("workflow:pr.json"), { recursive: true }),
    exitCode: 4,
    stderr: damaged("not a regular file"),
  },
  {
    call: ["get", "workflow:pr"],
    given: file(" ".repeat(8388609)),
    exitCode: 4,
    stderr: damaged("too large: 8388609 bytes, the limit is 8388608"),
  },
];

const conditions: Row[] = [
  {
    call: ["set", "workflow:pr", "init", "--if-new"],
    given: session,
    exitCode: 6,
    stderr:
      'error: --if-new: there is a session already, at step "wait" since 2025-01-29T15:05:00.000Z\n' +
      "help: look at it with get.ts; go on without --if-new if it is yours\n",
  },
  {
    call: ["set", "workflow:pr", "done", "--if-step=init"],
    given: session,
    exitCode: 6,
    stderr:
      'error: --if-step=init: the current step is "wait"\nhelp: look at it with get.ts: somebody else may have moved it on\n',
  },
  {
    call: ["set", "workflow:pr", "done", "--if-step=init"],
    exitCode: 6,
    stderr: "error: --if-step=init: there is no session\nhelp: look at it with get.ts: somebody else may have moved it on\n",
  },
];

const missing: Row[] = [
  {
    call: ["save", "workflow:pr"],
    given: (project) => {
      mkdirSync(project.file("archives"), { recursive: true });
      chmodSync(project.file("archives"), 0);
    },
    line: withoutPrivileges,
    exitCode: 3,
    stderr: "error: there is no session of workflow:pr to save\nhelp: no session is active\n",
  },
  {
    call: ["save", "workflow:pr"],
    exitCode: 3,
    stderr: "error: there is no session of workflow:pr to save\nhelp: no session is active\n",
  },
  {
    call: ["save", "workflow:rp"],
    given: session,
    exitCode: 3,
    stderr: "error: there is no session of workflow:rp to save; did you mean workflow:pr?\nhelp: active: workflow:pr\n",
  },
  {
    call: ["save", "workflow:pr", "--dry-run"],
    given: (project) => project.write("archives/2025-01-29-workflow-pr-main.md", "---\nworkflow: workflow:pr\n---\n"),
    exitCode: 3,
    stderr:
      "error: there is no session of workflow:pr to save\n" +
      "help: no session is active; the newest archive of workflow:pr is ia/state/sessions/archives/2025-01-29-workflow-pr-main.md\n",
  },
];

const check = "help: check who owns it and its permissions (ls -l)\n";
const lockHelp = "help: it should be an empty file; remove it, and the next write makes a new one\n";
const failed: Row[] = [
  ...(process.platform === "linux"
    ? [
        {
          call: ["get", "workflow:pr"] as [ScriptName, string],
          given: session,
          line: '"$@" >&-',
          exitCode: 1,
          stderr:
            "error: cannot print the result of what was done: EBADF: stdout is closed\nhelp: do not repeat what changes something; look with get.ts --all\n",
        },
      ]
    : []),
  {
    call: ["get", "workflow:pr"],
    given: session,
    line: '"$@" > /dev/full',
    exitCode: 1,
    stderr:
      "error: cannot print the result of what was done: ENOSPC: no space left on device\nhelp: do not repeat what changes something; look with get.ts --all\n",
  },
  {
    call: ["set", "workflow:pr", "init", "-"],
    line: '"$@" < /',
    exitCode: 1,
    stderr: "error: cannot read standard input: EISDIR: illegal operation on a directory\n",
  },
  {
    call: ["set", "workflow:pr", "init"],
    given: (project) => chmodSync(project.path, 0o555),
    line: withoutPrivileges,
    exitCode: 1,
    stderr: `error: cannot make the folder {project}/ia/state/sessions: EACCES: permission denied\n${check}`,
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
    stderr: `error: cannot write {project}/ia/state/sessions/workflow:pr.json: EACCES: permission denied\n${check}`,
  },
  {
    call: ["get", "workflow:pr"],
    given: (project) => {
      session(project);
      chmodSync(project.file("workflow:pr.json"), 0);
    },
    line: withoutPrivileges,
    exitCode: 1,
    stderr: `error: cannot read {project}/ia/state/sessions/workflow:pr.json: EACCES: permission denied\n${check}`,
  },
  {
    call: ["set", "workflow:pr", "init"],
    given: (project) => mkdirSync(project.file(".lock"), { recursive: true }),
    exitCode: 1,
    stderr: `error: cannot lock {project}/ia/state/sessions/.lock: EISDIR: illegal operation on a directory\n${lockHelp}`,
  },
  {
    call: ["set", "workflow:pr", "init"],
    given: (project) => project.write(".lock", "this is no lock file, and long enough not to be taken for an empty one"),
    exitCode: 1,
    stderr: `error: cannot lock {project}/ia/state/sessions/.lock: file is not a database\n${lockHelp}`,
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
      "help: make it a folder: nothing is written outside the sessions folder\n",
  },
  {
    call: ["reset", "workflow:pr"],
    given: (project) => project.write("workflow:pr.json/kept", "a file in a folder where a file should be"),
    exitCode: 1,
    stderr:
      "error: cannot delete {project}/ia/state/sessions/workflow:pr.json: ENOTEMPTY: directory not empty\n" +
      "help: it is a folder with something in it: look, and remove it by hand\n",
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
