/** `save`: archives a session as Markdown with front matter, deletes it, and says where the archive is. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import matter from "gray-matter";
import { parse } from "yaml";
import type { JsonObject } from "../../lib/session/json.ts";
import { copies } from "../support/copies.ts";
import { beginKilledSave } from "../support/killed-save.ts";
import { masked, maskNow, now, printed, refused, shown } from "../support/outcome.ts";
import { type TemporaryProject, temporaryFolder, temporaryProject, withMode } from "../support/project.ts";
import { cleanEnvironment, type Run, runJson, runScript, type ScriptName } from "../support/run-script.ts";
import {
  canFreezeClock,
  frozenTime,
  runShell,
  throughPipe,
  unwritable,
  withFrozenClock,
  withoutPrivileges,
} from "../support/run-shell.ts";
import { conditions, damage, damages, fileText, place, session } from "../support/sample.ts";
import { unsafeCopy } from "../support/unsafe-copy.ts";
import { checkOwner, damaged, listActive, pipeIt, storeLess, unmet, unprinted, writeUtf8 } from "../support/words.ts";

setDefaultTimeout(120_000);

/** What an archive is named for, and its name. */
const names: { what: string; workflow: string; branch?: string | number | boolean | null; started_at?: string; name: string }[] =
  [
    {
      what: "a branch",
      workflow: "workflow:pr",
      branch: "feat/workflow-start",
      name: "2025-01-29-workflow-pr-feat-workflow-start",
    },
    { what: "no branch", workflow: "workflow:pr", name: "2025-01-29-workflow-pr" },
    { what: "an empty branch", workflow: "workflow:pr", branch: "", name: "2025-01-29-workflow-pr" },
    { what: "a branch that is a number", workflow: "workflow:pr", branch: 8, name: "2025-01-29-workflow-pr-8" },
    { what: "a branch with a fraction", workflow: "workflow:pr", branch: -1.5, name: "2025-01-29-workflow-pr-1-5" },
    { what: "a branch that is neither", workflow: "workflow:pr", branch: true, name: "2025-01-29-workflow-pr" },
    { what: "a branch that is null", workflow: "workflow:pr", branch: null, name: "2025-01-29-workflow-pr" },
    { what: "a branch without letters and digits", workflow: "workflow:pr", branch: "../..", name: "2025-01-29-workflow-pr" },
    {
      what: "capitals and runs of other characters",
      workflow: "A_b-.C",
      branch: "--Feat//X..y__Z--",
      name: "2025-01-29-A-b-C-Feat-X-y-Z",
    },
    {
      what: "a workflow that ends in other characters",
      workflow: "release-v1.2_-",
      branch: "x",
      name: "2025-01-29-release-v1-2-x",
    },
    { what: "a branch of 80 characters", workflow: "w", branch: "x".repeat(80), name: `2025-01-29-w-${"x".repeat(80)}` },
    { what: "a branch of 81 characters", workflow: "w", branch: "x".repeat(81), name: `2025-01-29-w-${"x".repeat(80)}` },
    {
      what: "a branch that is cut at a hyphen",
      workflow: "w",
      branch: `${"x".repeat(79)}/y`,
      name: `2025-01-29-w-${"x".repeat(79)}`,
    },
    {
      what: "a long workflow and branch",
      workflow: "w".repeat(120),
      branch: "/x".repeat(80),
      name: `2025-01-29-${"w".repeat(120)}-${"x-".repeat(39)}x`,
    },
    { what: "a start on the next day in UTC", workflow: "w", started_at: "2024-12-31T20:00:00-05:00", name: "2025-01-01-w" },
    { what: "a start on the day before in UTC", workflow: "w", started_at: "2025-03-01T00:30:00+01:00", name: "2025-02-28-w" },
  ];

/** Values that one version of YAML or the other, or a careless writer, would change. */
const tricky: JsonObject = {
  texts: [
    ...[
      "",
      " ",
      "  padded  ",
      "line\n",
      "two\n\nlines\n\n",
      "\r\n",
      "\ttab",
      "\u00a0",
      "\u3000",
      "\u2028",
      "\u0085",
      "\ufeff",
      "\u0000\u001b\u007f",
    ],
    ...["null", "Null", "~", "true", "True", "yes", "NO", "on", "y", "n", ".nan", ".inf", "-.INF"],
    ...["8", "08", "0o17", "017", "0x1F", "0b1", "1_000", "1.10", "12e5", "1e3", "+1", "-0", ".5", "1.", "190:20:30", "1:30"],
    ...[
      "2025-01-29",
      "2025-01-29T15:00:00.000Z",
      "2025-01-29 15:00:00",
      "<<",
      "=",
      "!tag",
      "!!js/function 'x'",
      "&anchor",
      "*alias",
    ],
    ...[
      "# comment",
      "a # b",
      "a: b",
      ": ",
      "- item",
      "-",
      "? key",
      "---",
      "...",
      "%YAML 1.1",
      "|",
      ">",
      "@",
      "`",
      "{a: 1}",
      "[1]",
      "'",
      '"',
      "\\",
      '"\\u0041"',
    ],
    ...["日本", "🎉", "é", "\u202eturned", "x".repeat(3000), `${"word ".repeat(500)}end`, `a\n---js\nprocess.exit(9)\n---\n`],
  ],
  numbers: [0, -1, 1.5, 0.1, 1e-7, -2.5e-9, 1e15, 9007199254740991, -9007199254740991, 0.30000000000000004],
  others: [true, false, null, [], {}, [[]], [{}], [[1, [2]], { a: [{ b: null }] }]],
  keys: {
    "": 1,
    " ": 2,
    null: 3,
    yes: 4,
    "08": 5,
    "a: b": 6,
    "# x": 7,
    "two\nlines": 8,
    [`long ${"x".repeat(1100)}`]: 9,
    "-": 10,
    "?": 11,
    constructor: 12,
  },
};

/** An archive for `session`, saved now. */
function archive(
  { status = "completed", notes, quotation }: { status?: string; notes?: string; quotation?: string },
  text: string,
) {
  const archivedAt = /^archived_at: "(.*)"$/m.exec(text)?.[1] ?? "";
  const ms = Date.parse(archivedAt) - Date.parse(session.started_at);
  const days = Math.floor(ms / 86_400_000);
  const hours = Math.floor(ms / 3_600_000) % 24;
  return `---
workflow: workflow:pr
status: ${status}
archived_at: "${archivedAt}"
${notes === undefined ? "" : `notes: ${notes}\n`}started_at: "2025-01-29T15:00:00.000Z"
updated_at: "2025-01-29T15:05:00.000Z"
step: git:pr:monitor
steps:
  - init
  - git:pr:find
  - git:pr:monitor
context:
  branch: feat/workflow-start
  pr_number: 8
---

# workflow:pr: ${status}

Branch \`feat/workflow-start\` · 3 steps · 2025-01-29 15:00 to ${archivedAt.slice(0, 16).replace("T", " ")} UTC · ${days}d${hours === 0 ? "" : ` ${hours}h`}

${quotation === undefined ? "" : `${quotation}\n\n`}## Steps

1. \`init\`
2. \`git:pr:find\`
3. \`git:pr:monitor\`

## Context

\`\`\`json
{
  "branch": "feat/workflow-start",
  "pr_number": 8
}
\`\`\`
`;
}

function saved(archive: string, { workflow = "workflow:pr", status = "completed" } = {}): Run {
  return printed({ workflow, status, archive: `ia/state/sessions/archives/${archive}` });
}

function readArchive(project: TemporaryProject, name: string): string {
  return project.read(`archives/${name}`);
}

/** The front matter as parsers of both versions of YAML read it, neither of which wrote it. */
function frontMatters(text: string): unknown[] {
  const yaml = /^---\n(.*?\n)---\n/s.exec(text)?.[1] ?? "";
  return [parse(yaml, { version: "1.1" }), parse(yaml, { version: "1.2" }), matter(text, {}).data];
}

const name = "2025-01-29-workflow-pr-feat-workflow-start.md";

/** Runs git without any configuration of this machine. */
function runGit(cwd: string, args: string[]): void {
  const identity = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a" };
  const env = cleanEnvironment({ GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", ...identity });
  execFileSync("git", args, { cwd, env, stdio: "pipe" });
}

describe.each(copies)("save from $name", ({ scripts }) => {
  test.concurrent("tells both if a failed save cannot be undone for sure, and ends with one archive when run again", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    project.write(".lock", "");
    mkdirSync(project.file("archives"));
    chmodSync(project.file(".lock"), 0o666);
    chmodSync(project.file(""), 0o777);
    chmodSync(project.file("archives"), 0o333); // names can be made and deleted in it, but the folder not opened for a sync
    const name = "archives/2025-01-29-workflow-pr-feat-workflow-start.md";
    const denied = `cannot sync the folder ${project.file("archives")}: EACCES: permission denied`;
    expect(await runShell(withoutPrivileges, "save", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(
      refused(1, `error: workflow:pr is not saved, its session is kept: ${denied}; ${denied}\n${checkOwner}`),
    );
    expect(project.read("workflow:pr.json")).toBe(fileText(session));
    expect(readdirSync(project.file("archives"))).toEqual([]);
    await runJson("save", ["workflow:pr"], { cwd: project.path, scripts });
    expect(Object.keys(project.snapshot() ?? {}).sort()).toEqual([".lock", "archives", name]);
  });

  test.concurrent("keeps and names the archive of a killed save that a hand has changed", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    project.write("workflow:pr.json", session);
    const { stdout } = await runScript("save", ["workflow:pr", "--dry-run"], options);
    const changed = `${stdout}Blocked by CI.\n`;
    project.write(`archives/${name}`, changed);
    beginKilledSave(project.file(""), "workflow:pr", [name]);
    const next = name.replace(/\.md$/, "-2.md");
    expect(await runScript("save", ["workflow:pr"], options)).toEqual({
      ...saved(next),
      stderr: `note: kept, written by an interrupted save of this session, with other content: ia/state/sessions/archives/${name}; delete by hand what is not wanted\n`,
    });
    expect(readdirSync(project.file("archives")).sort()).toEqual([next, name]);
    expect(readArchive(project, name)).toBe(changed);
  });

  test.concurrent.each(["600", "664"])("gives an archive the mode %s of its session", async (digits) => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    chmodSync(project.file("workflow:pr.json"), Number.parseInt(digits, 8));
    const { archive } = await runJson<{ archive: string }>("save", ["workflow:pr"], { cwd: project.path, scripts });
    expect((statSync(join(project.path, archive)).mode & 0o7777).toString(8)).toBe(digits);
  });

  test.concurrent("writes the archive, deletes the session, and prints where the archive is", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    project.write("workflow:other.json", session);
    expect(await runScript("save", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(saved(name));
    const text = readArchive(project, name);
    expect(text).toBe(archive({}, text));
    expect(maskNow(text)).toContain(`\narchived_at: "${now}"\n`);
    expect(readdirSync(project.file("")).sort()).toEqual([".lock", "archives", "workflow:other.json"]);
    expect(readdirSync(project.file("archives"))).toEqual([name]);
    expect(project.read(".lock")).toBe("");
  });

  test.concurrent.each([
    ["completed", ["--status=completed"]],
    ["failed", ["--status=failed"]],
    ["cancelled", ["--status", "cancelled", "--json"]],
  ])("archives with the status %s", async (status, options) => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const run = await runScript("save", [...options, "workflow:pr"], { cwd: project.path, scripts });
    expect(run).toEqual(saved(name, { status }));
    const text = readArchive(project, name);
    expect(text).toBe(archive({ status }, text));
  });

  test.concurrent.each<[string[], { notes: string; quotation?: string }]>([
    [["--notes=CI blocked"], { notes: '"CI blocked"', quotation: "> CI blocked" }],
    [["--notes", "CI blocked"], { notes: '"CI blocked"', quotation: "> CI blocked" }],
    [["--notes=-x --help=1"], { notes: '"-x --help=1"', quotation: "> \\-x --help=1" }],
    [["--notes="], { notes: '""' }],
    [["--notes= \n "], { notes: '" \\n "' }],
    [["--notes=one\n\ntwo\r\nthree\n"], { notes: '"one\\n\\ntwo\\r\\nthree\\n"', quotation: "> one\n>\n> two\\\n> three" }],
    [
      ["--notes=# a\n- b\n1. c\n```\n---\n<script> [l](u) *e* _e_ `c` &amp; a|b\n===\n    d\n> \u001b[31m"],
      {
        notes: '"# a\\n- b\\n1. c\\n```\\n---\\n<script> [l](u) *e* _e_ `c` &amp; a|b\\n===\\n    d\\n> \\u001b[31m"',
        quotation:
          "> \\# a\\\n> \\- b\\\n> 1\\. c\\\n> \\`\\`\\`\\\n> \\---\\\n> \\<script\\> \\[l\\](u) \\*e\\* \\_e\\_ \\`c\\` \\&amp; a\\|b\\\n> \\===\\\n> d\\\n> \\> \\\\u001b\\[31m",
      },
    ],
  ])("keeps the notes of %j, as a quotation in which nothing has a meaning", async (options, expected) => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    expect(await runScript("save", ["workflow:pr", ...options], { cwd: project.path, scripts })).toEqual(saved(name));
    const text = readArchive(project, name);
    expect(text).toBe(archive(expected, text));
  });

  test.concurrent("puts every field of the state into the front matter, with its type, for parsers of YAML 1.1 and 1.2", async () => {
    using project = temporaryProject();
    const state = {
      ...session,
      started_at: "2025-01-29T17:00:00.5+02:00",
      steps: ["08", "yes", "2025-01-29", "---", "# x", session.step],
      context: { ...tricky, branch: "1e3" },
      ...tricky,
    };
    project.write("workflow:pr.json", state);
    const notes = "0x1F";
    const run = await runScript("save", ["workflow:pr", `--notes=${notes}`], { cwd: project.path, scripts });
    expect(run).toEqual(saved("2025-01-29-workflow-pr-1e3.md"));
    const text = readArchive(project, "2025-01-29-workflow-pr-1e3.md");
    const archived_at = /^archived_at: "(.*)"$/m.exec(text)?.[1];
    for (const data of frontMatters(text))
      expect(data).toStrictEqual({ workflow: "workflow:pr", status: "completed", archived_at, notes, ...state });
    expect(text).not.toMatch(/[^\S\n]$/m); // no line ends in white space
  });

  test.concurrent("archives keys named <<, which are merge keys to YAML 1.1 only if they are plain", async () => {
    using project = temporaryProject();
    const state = { ...session, context: { ...session.context, "<<": { a: 1 } }, "<<": { step: "merged" } };
    project.write("workflow:pr.json", state);
    expect(await runScript("save", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(saved(name));
    const text = readArchive(project, name);
    const archived_at = /^archived_at: "(.*)"$/m.exec(text)?.[1];
    for (const data of frontMatters(text))
      expect(data).toStrictEqual({ workflow: "workflow:pr", status: "completed", archived_at, ...state });
  });

  test.concurrent("loses no field of the state that has the name of one of its own", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", { ...session, workflow: "mine", status: 1, archived_at: null, notes: ["n"] });
    expect(await runScript("save", ["workflow:pr", "--notes=given"], { cwd: project.path, scripts })).toEqual(saved(name));
    const text = readArchive(project, name);
    const archived_at = /^archived_at: "(.*)"$/m.exec(text)?.[1];
    for (const data of frontMatters(text)) {
      expect(data).toStrictEqual({
        ...{ workflow: "workflow:pr", status: "completed", archived_at, notes: "given", ...session },
        state: { workflow: "mine", status: 1, archived_at: null, notes: ["n"] },
      });
    }
  });

  test.concurrent("lets nothing that a step, a branch or a context holds break out of its place", async () => {
    using project = temporaryProject();
    const hostile = "``` # <b> ---";
    const state = {
      ...session,
      step: hostile,
      steps: ["`", "a `b` ``c``", "<script>alert(1)</script>", "](x)", hostile],
      context: { branch: "`x` <i>", text: "\n```\n# heading\n---\n````", turned: "\u202e" },
    };
    project.write("workflow:pr.json", state);
    await runJson("save", ["workflow:pr"], { cwd: project.path, scripts });
    const text = readArchive(project, "2025-01-29-workflow-pr-x-i.md");
    const body = text.slice(text.indexOf("\n# workflow:pr: completed\n"));
    expect(body.replace(/to .* UTC · .*/, "to <end>")).toBe(`
# workflow:pr: completed

Branch \`\` \`x\` <i> \`\` · 5 steps · 2025-01-29 15:00 to <end>

## Steps

1. \`\` \` \`\`
2. \`\`\` a \`b\` \`\`c\`\` \`\`\`
3. \`<script>alert(1)</script>\`
4. \`](x)\`
5. \`\`\`\` \`\`\` # <b> --- \`\`\`\`

## Context

\`\`\`\`\`json
{
  "branch": "\`x\` <i>",
  "text": "\\n\`\`\`\\n# heading\\n---\\n\`\`\`\`",
  "turned": "\\u202e"
}
\`\`\`\`\`
`);
  });

  test.concurrent.each(names)(
    "names the archive for $what",
    async ({ workflow, branch, started_at = session.started_at, name }) => {
      using project = temporaryProject();
      project.write(`${workflow}.json`, { ...session, started_at, context: branch === undefined ? {} : { branch } });
      const run = await runScript("save", [workflow], { cwd: project.path, scripts });
      expect(run).toEqual(saved(`${name}.md`, { workflow }));
      expect(readdirSync(project.file("archives"))).toEqual([`${name}.md`]);
    },
  );

  test.concurrent("adds -2, -3 and so on to a name that others have taken, and overwrites none of them", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    project.write("archives/2025-01-29-a-b.md", "not an archive at all");
    const kept: Record<string, string> = { "2025-01-29-a-b.md": "not an archive at all" };
    const sessions: [workflow: string, started_at: string][] = [
      ["a:b", "2025-01-29T15:00:00.000Z"],
      ["a.b", "2025-01-29T15:00:00.000Z"],
      ["a-b", "2025-01-29T15:00:00.000Z"],
      ["a:b", "2025-01-29T15:00:00.001Z"],
    ];
    for (const [index, [workflow, started_at]] of sessions.entries()) {
      project.write(`${workflow}.json`, { ...session, started_at, context: {} });
      const taken = `2025-01-29-a-b-${index + 2}.md`;
      expect(await runScript("save", [workflow], options)).toEqual(saved(taken, { workflow }));
      kept[taken] = readArchive(project, taken);
    }
    project.write("a.json", { ...session, context: { branch: "b" } });
    expect(await runScript("save", ["a"], options)).toEqual(saved("2025-01-29-a-b-6.md", { workflow: "a" }));
    for (const [name, text] of Object.entries(kept)) expect(readArchive(project, name)).toBe(text);
    expect(readdirSync(project.file("archives"))).toHaveLength(6);
  });

  describe("overwrites no archive", () => {
    test.concurrent("of the very same session, put back by hand and saved again", async () => {
      using project = temporaryProject();
      const names = [name, name.replace(".md", "-2.md"), name.replace(".md", "-3.md")];
      const texts: string[] = [];
      for (const name of names) {
        project.write("workflow:pr.json", session);
        const run = await runScript("save", ["workflow:pr", `--notes=${texts.length}`], { cwd: project.path, scripts });
        expect(run).toEqual(saved(name));
        texts.push(readArchive(project, name));
      }
      expect(names.map((name) => readArchive(project, name))).toEqual(texts);
      expect(readdirSync(project.file("archives")).sort()).toEqual(names.sort());
    });

    test.concurrent.each(["checkout", "stash", "switch"])("of a session that git %s brings back", async (command) => {
      using project = temporaryProject({ git: false });
      const options = { cwd: project.path, scripts };
      const git = (...args: string[]) => runGit(project.path, args);
      const isBack = () => readdirSync(project.file("")).includes("workflow:pr.json");
      await Bun.write(join(project.path, ".gitignore"), "ia/state/sessions/**/.*\n");
      git("init", "-q", "-b", "main");
      git("add", "-A");
      git("commit", "-qm", "a project");
      const { started_at } = await runJson<{ started_at: string }>("set", ["workflow:pr", "init"], options);

      if (command === "stash") git("stash", "push", "-qu");
      else
        for (const args of [
          ["add", "-A"],
          ["commit", "-qm", "a session"],
        ])
          git(...args);
      if (command === "stash") git("stash", "apply", "-q");
      if (command === "switch") git("switch", "-qc", "other");
      await runJson("set", ["workflow:pr", "review", "by=ada"], options);
      const first = await runJson<{ archive: string }>("save", ["workflow:pr", "--notes=see runbook 7"], options);
      const text = await Bun.file(join(project.path, first.archive)).text();
      expect(isBack()).toBe(false);

      if (command === "checkout") git("checkout", "-q", ".");
      if (command === "stash") git("stash", "pop", "-q");
      if (command === "switch")
        for (const args of [
          ["commit", "-qam", "saved"],
          ["switch", "-q", "main"],
        ])
          git(...args);
      expect(isBack()).toBe(true);
      const second = await runJson<{ archive: string }>("save", ["workflow:pr", "--status=cancelled"], options);
      expect(second.archive).toBe(first.archive.replace(".md", "-2.md"));
      expect(await Bun.file(join(project.path, first.archive)).text()).toBe(text);
      expect(await runJson("get", ["workflow:pr", "--archived"], options)).toMatchObject([
        { status: "cancelled", step: "init", started_at },
        { status: "completed", step: "review", started_at, notes: "see runbook 7" },
      ]);
    });

    test.concurrent.skipIf(!canFreezeClock)("of one session after another, while the clock stands still", async () => {
      using project = temporaryProject();
      const run = (script: ScriptName, ...args: string[]) =>
        runShell(withFrozenClock, script, args, { cwd: project.path, scripts });
      for (const n of [1, 2, 3]) {
        expect(await run("set", "workflow:pr", "init", "--if-new", `n=${n}`)).toMatchObject({ exitCode: 0 });
        expect(await run("save", "workflow:pr", `--notes=run ${n}`)).toMatchObject({ exitCode: 0, stderr: "" });
      }
      const found = [1, 2, 3].map((n) => readArchive(project, `2025-01-29-workflow-pr${n === 1 ? "" : `-${n}`}.md`));
      for (const [index, text] of found.entries()) {
        expect(frontMatters(text)[0]).toMatchObject({
          ...{ archived_at: frozenTime, started_at: frozenTime, notes: `run ${index + 1}`, context: { n: index + 1 } },
        });
      }
      expect(readdirSync(project.file("archives"))).toHaveLength(3);
    });
  });

  describe("--notes=-", () => {
    const hard = [
      "fixed the `eval` in login.ts, cost $5 ($HOME, $(rm -rf .)), branch `feat/login`",
      `"double" and 'single' quotes, a \\ backslash\\n, 100 % !! *`,
      "",
      "## What is left",
      "---",
      "\t- Ada O'Neil €, 日本 🎉  ",
      "END of it",
      "",
    ].join("\n");

    test.concurrent.each([
      { what: "several lines with everything that a shell would change", notes: hard },
      { what: "text without a newline at its end", notes: "merged" },
      { what: "CRLF, a byte order mark and white space around", notes: "\ufeff \r\n a\r\nb \n\n" },
      { what: "a lone -", notes: "-" },
      { what: "1 MiB", notes: "0123456789abcde\n".repeat(65_536) },
    ])("keeps $what byte for byte", async ({ notes }) => {
      using project = temporaryProject();
      project.write("workflow:pr.json", session);
      const run = await runScript("save", ["workflow:pr", "--notes=-"], { cwd: project.path, scripts, stdin: notes });
      expect(run).toEqual(saved(name));
      for (const data of frontMatters(readArchive(project, name))) expect((data as { notes: string }).notes).toBe(notes);
    });

    test.concurrent("keeps a here-document byte for byte, and --dry-run shows the same", async () => {
      using project = temporaryProject();
      project.write("workflow:pr.json", session);
      const line = `"$@" <<'END'\n${hard}END\n`;
      const options = { cwd: project.path, scripts };
      const preview = await runShell(line, "save", ["workflow:pr", "--notes=-", "--dry-run"], options);
      expect(await runShell(line, "save", ["workflow:pr", "--notes=-"], options)).toEqual(saved(name));
      const withoutTimes = (text: string) => text.replace(/^archived_at: .*/m, "").replace(/ to \S+ \S+ UTC · .*/, "");
      const text = readArchive(project, name);
      expect({ ...preview, stdout: withoutTimes(preview.stdout) }).toEqual(shown(withoutTimes(text)));
      for (const data of frontMatters(text)) expect((data as { notes: string }).notes).toBe(hard);
    });

    test.concurrent.each([
      { what: "empty", stdin: "", problem: "standard input is empty", help: pipeIt("notes") },
      {
        what: "not UTF-8",
        stdin: new Uint8Array([0x61, 0xff]),
        problem: "standard input is not UTF-8 text",
        help: writeUtf8,
      },
      {
        what: "larger than 1 MiB",
        stdin: "x".repeat(1024 * 1024 + 1),
        problem: "standard input has more than 1048576 bytes, the limit",
        help: storeLess,
      },
    ])("saves nothing if standard input is $what", async ({ stdin, problem, help }) => {
      using project = temporaryProject();
      project.write("workflow:pr.json", session);
      const before = project.snapshot();
      const run = await runScript("save", ["workflow:pr", "--notes=-"], { cwd: project.path, scripts, stdin });
      expect(run).toEqual(refused(2, `error: bad notes: ${problem}\n${help}`));
      expect(project.snapshot()).toEqual(before);
    });

    test.concurrent("alone reads standard input", async () => {
      using project = temporaryProject();
      for (const workflow of ["a", "b", "c", "d"]) project.write(`${workflow}.json`, session);
      const calls: [args: string[], rest: string][] = [
        [["a", "--notes=-"], ""],
        [["b"], "notes"],
        [["c", "--notes=--"], "notes"],
        [["d", "--notes=-", "--status=done"], "notes"],
        [["d", "--notes=-", "--help"], "notes"],
      ];
      const line = 'printf notes | { "$@" > /dev/null 2>&1; cat; }';
      const runs = calls.map(([args]) => runShell(line, "save", args, { cwd: project.path, scripts }));
      expect(await Promise.all(runs)).toEqual(calls.map(([, rest]) => shown(rest)));
    });
  });

  test.concurrent.each(conditions)(
    "archives a session if $condition holds, and keeps it if it does not",
    async ({ condition, others }) => {
      using project = temporaryProject();
      project.write("workflow:pr.json", session);
      project.write(".lock", "");
      const before = project.snapshot();
      const save = (...args: string[]) => runScript("save", ["workflow:pr", ...args], { cwd: project.path, scripts });
      for (const other of others) {
        const expected = refused(6, unmet.moved(other, "workflow:pr", place));
        expect([await save(other), await save(other, "--dry-run")]).toEqual([expected, expected]);
      }
      expect((await save(condition, "--dry-run")).exitCode).toBe(0);
      expect(project.snapshot()).toEqual(before);
      expect(await save(condition)).toEqual(saved(name));
      // Then there is no session, which is told as such, whatever the condition.
      expect((await save(condition)).exitCode).toBe(3);
    },
  );

  test.concurrent("prints the path relative to the current folder", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    mkdirSync(join(project.path, "src/deep"), { recursive: true });
    const run = await runScript("save", ["workflow:pr"], { cwd: join(project.path, "src/deep"), scripts });
    const path = `../../ia/state/sessions/archives/${name}`;
    expect(run).toEqual(printed({ workflow: "workflow:pr", status: "completed", archive: path }));
    expect(readdirSync(project.file("archives"))).toEqual([name]);
  });

  test.concurrent("prints with --dry-run the Markdown that it would write, and changes nothing", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const before = project.snapshot();
    const args = ["workflow:pr", "--status=failed", "--notes=CI blocked"];
    const run = await runScript("save", ["--dry-run", ...args], { cwd: project.path, scripts });
    expect(run).toEqual(shown(archive({ status: "failed", notes: '"CI blocked"', quotation: "> CI blocked" }, run.stdout)));
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("prints with --dry-run more than a pipe holds, whole, even from a folder that may only be read", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", { ...session, context: { text: "0123456789abcdef".repeat(60_000) } });
    using _mode = withMode(project.file(""), 0o555);
    const options = { cwd: project.path, scripts };
    const piped = await runShell(throughPipe, "save", ["workflow:pr", "--dry-run"], options);
    const readOnly = await runShell(withoutPrivileges, "save", ["workflow:pr", "--dry-run"], options);
    const end = ({ exitCode, stdout, stderr }: Run) => ({ exitCode, stderr, end: stdout.slice(stdout.indexOf("## Context")) });
    const context = `## Context\n\n\`\`\`json\n{\n  "text": "${"0123456789abcdef".repeat(60_000)}"\n}\n\`\`\`\n`;
    expect([end(piped), end(readOnly)]).toEqual(Array.from({ length: 2 }, () => ({ exitCode: 0, stderr: "", end: context })));
  });

  test.concurrent("finds nothing to save if there is no session, names what is there instead, and makes nothing", async () => {
    using bare = temporaryProject();
    using busy = temporaryProject();
    using archived = temporaryProject();
    busy.write("workflow:pr.json", session);
    busy.write("workflow:bad.json", "");
    archived.write("workflow:pr.json", session);
    await runJson("save", ["workflow:pr"], { cwd: archived.path, scripts });
    const projects = [bare, busy, archived];
    const before = projects.map((project) => project.snapshot());
    const save = (project: TemporaryProject, ...args: string[]) => runScript("save", args, { cwd: project.path, scripts });
    const missing = (workflow: string, help: string, near = "") =>
      refused(3, `error: ${workflow} has no session to save${near}\nhelp: ${help}\n`);
    const runs: Promise<Run>[] = [
      save(bare, "workflow:pr"),
      save(bare, "workflow:pr", "--dry-run"),
      save(bare, "workflow:pr", "--if-step=init"),
      save(busy, "workflow:qa"),
      save(busy, "workflow:prr", "--if-updated=x"),
      save(archived, "workflow:pr"),
      save(archived, "workflow:pr", "--if-step=git:pr:monitor"),
      save(archived, "workflow"),
    ];
    expect(await Promise.all(runs)).toEqual([
      ...Array.from({ length: 3 }, () => missing("workflow:pr", "no session is active")),
      missing("workflow:qa", listActive),
      missing("workflow:prr", listActive, "; did you mean workflow:pr?"),
      ...Array.from({ length: 2 }, () =>
        missing(
          "workflow:pr",
          `it may be saved already: its newest archive is ia/state/sessions/archives/${name}; no session is active`,
        ),
      ),
      missing("workflow", "no session is active"), // and not the archive of a workflow whose name begins the same
    ]);
    expect(projects.map((project) => project.snapshot())).toEqual(before);
  });

  test.concurrent.each(damages)("never removes a session file that is $what", async (bad) => {
    using project = temporaryProject();
    damage(project, "workflow:bad", bad);
    project.write(".lock", "");
    const before = project.snapshot();
    const expected = refused(4, damaged("workflow:bad", bad.problem));
    const runs = [[], ["--dry-run"]].map((more) => runScript("save", ["workflow:bad", ...more], { cwd: project.path, scripts }));
    expect(await Promise.all(runs)).toEqual([expected, expected]);
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent.each(unwritable)("fails if stdout is $stdout, and says that the work is done", async ({ line, reason }) => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    expect(await runShell(line, "save", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(refused(1, unprinted(reason)));
    expect(Object.keys(project.snapshot() ?? {}).sort()).toEqual([".lock", "archives", `archives/${name}`]);
  });

  test.concurrent("fails in a folder that may only be read, and keeps the session", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const before = project.snapshot();
    using _mode = withMode(project.file(""), 0o555);
    expect(await runShell(withoutPrivileges, "save", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(
      refused(1, `error: cannot lock ${project.file(".lock")}: EACCES: permission denied\n${checkOwner}`),
    );
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("keeps the session if its archive cannot be written", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    project.write("archives/other.md", "");
    project.write(".lock", "");
    const before = project.snapshot();
    using _mode = withMode(project.file("archives"), 0o555);
    const run = await runShell(withoutPrivileges, "save", ["workflow:pr"], { cwd: project.path, scripts });
    expect(run).toEqual(
      refused(
        1,
        `error: workflow:pr is not saved, its session is kept: cannot write ${project.file(`archives/${name}`)}: EACCES: permission denied\n${checkOwner}`,
      ),
    );
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("leaves an archive that it may not read to whoever wrote it, and takes the next name", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    project.write(`archives/${name}`, "somebody else's");
    using _mode = withMode(project.file(`archives/${name}`), 0);
    const run = await runShell(withoutPrivileges, "save", ["workflow:pr"], { cwd: project.path, scripts });
    expect(run).toEqual(
      printed({
        workflow: "workflow:pr",
        status: "completed",
        archive: `ia/state/sessions/archives/${name.replace(/\.md$/, "-2.md")}`,
      }),
    );
    const again = await runShell(withoutPrivileges, "save", ["workflow:pr"], { cwd: project.path, scripts });
    expect({ ...again, stderr: again.stderr.split("\n")[0] }).toEqual(refused(3, "error: workflow:pr has no session to save"));
  });

  test.concurrent("writes nothing outside of the sessions folder, even if archives is a symlink that leads there", async () => {
    using project = temporaryProject();
    using outside = temporaryFolder();
    project.write("workflow:pr.json", session);
    symlinkSync(outside.path, project.file("archives"));
    expect(await runScript("save", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(
      refused(
        1,
        `error: ${project.file("archives")} is a symbolic link\nhelp: make it a folder: nothing is read or written outside of the sessions folder\n`,
      ),
    );
    expect(readdirSync(outside.path)).toEqual([]);
    expect(masked(project.snapshot() ?? {})).toEqual({
      ".lock": "",
      archives: "(other)",
      "workflow:pr.json": fileText(session),
    });
  });
});

test("without its search for a free name, as a control, save overwrites the archive of an earlier session", async () => {
  using copy = unsafeCopy([
    { file: "lib/store/archives.ts", find: "=== null) return name;", replace: "!== undefined) return name;" },
    { file: "lib/store/save.ts", find: "lastLook(target, null);", replace: "" },
  ]);
  using project = temporaryProject();
  for (const notes of ["1", "2"]) {
    project.write("workflow:pr.json", session);
    await runJson("save", ["workflow:pr", `--notes=${notes}`], { cwd: project.path, scripts: copy.scripts });
  }
  expect(readdirSync(project.file("archives"))).toEqual([name]);
  expect(readArchive(project, name)).toContain('\nnotes: "2"\n');
});
