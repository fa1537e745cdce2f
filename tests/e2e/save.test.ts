/** `save`: archives a session as Markdown with front matter, deletes it, and says where the archive is. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import matter from "gray-matter";
import { parse } from "yaml";
import type { JsonObject } from "../../lib/session/json.ts";
import { copies } from "../support/copies.ts";
import { masked, maskNow, now, printed, refused, shown } from "../support/outcome.ts";
import { type TemporaryProject, temporaryFolder, temporaryProject, withMode } from "../support/project.ts";
import { type Run, runJson, runScript } from "../support/run-script.ts";
import { intoClosedPipe, runShell, throughPipe, withoutPrivileges } from "../support/run-shell.ts";
import { damage, damages, fileText, session } from "../support/sample.ts";

setDefaultTimeout(60_000);

/** What an archive is named for, and its name. */
const names: { what: string; workflow: string; branch?: string | number | null; started_at?: string; name: string }[] = [
  {
    what: "a branch",
    workflow: "workflow:pr",
    branch: "feat/workflow-start",
    name: "2025-01-29-workflow-pr-feat-workflow-start",
  },
  { what: "no branch", workflow: "workflow:pr", name: "2025-01-29-workflow-pr" },
  { what: "an empty branch", workflow: "workflow:pr", branch: "", name: "2025-01-29-workflow-pr" },
  { what: "a branch that is not text", workflow: "workflow:pr", branch: 8, name: "2025-01-29-workflow-pr" },
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

describe.each(copies)("save from $name", ({ scripts }) => {
  test.concurrent("tells both where a failed save cannot be undone for sure, and ends with one archive when run again", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    project.write(".lock", "");
    mkdirSync(project.file("archives"));
    chmodSync(project.file(".lock"), 0o666);
    chmodSync(project.file(""), 0o777);
    chmodSync(project.file("archives"), 0o333); // names can be made and deleted in it, but the folder not opened for a sync
    const name = "archives/2025-01-29-workflow-pr-feat-workflow-start.md";
    expect(await runShell(withoutPrivileges, "save", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(
      refused(
        1,
        `error: workflow:pr is not saved, its session is kept: cannot archive and delete ${project.file("workflow:pr.json")}: EACCES: permission denied; cannot undo the interrupted save to ${project.file(name)}: EACCES: permission denied\nhelp: check who owns it and its permissions (ls -l)\n`,
      ),
    );
    expect(project.read("workflow:pr.json")).toBe(fileText(session));
    expect(readdirSync(project.file("archives"))).toEqual([]);
    await runJson("save", ["workflow:pr"], { cwd: project.path, scripts });
    expect(Object.keys(project.snapshot() ?? {}).sort()).toEqual([".lock", "archives", name]);
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
    [["--notes=one\n\ntwo\r\nthree\n"], { notes: '"one\\n\\ntwo\\r\\nthree\\n"', quotation: "> one  \n>  \n> two  \n> three" }],
    [
      ["--notes=# a\n- b\n1. c\n```\n---\n<script> [l](u) *e* _e_ `c` &amp; a|b\n===\n    d\n> \u001b[31m"],
      {
        notes: '"# a\\n- b\\n1. c\\n```\\n---\\n<script> [l](u) *e* _e_ `c` &amp; a|b\\n===\\n    d\\n> \\u001b[31m"',
        quotation:
          "> \\# a  \n> \\- b  \n> 1\\. c  \n> \\`\\`\\`  \n> \\---  \n> \\<script\\> \\[l\\](u) \\*e\\* \\_e\\_ \\`c\\` \\&amp; a\\|b  \n> \\===  \n> d  \n> \\> \\\\u001b\\[31m",
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
  });

  test.concurrent("archives keys named <<, which are merge keys to YAML 1.1 only where they are plain", async () => {
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

  test.concurrent("replaces the archive of the very same session, so that it has one", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    for (const status of ["completed", "failed"]) {
      project.write("workflow:pr.json", session);
      expect(await runScript("save", ["workflow:pr", `--status=${status}`], options)).toEqual(saved(name, { status }));
    }
    expect(readdirSync(project.file("archives"))).toEqual([name]);
    const text = readArchive(project, name);
    expect(text).toBe(archive({ status: "failed" }, text));
  });

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

  test.concurrent("prints with --dry-run more than a pipe holds, whole, also from a folder that may only be read", async () => {
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

  test.concurrent("finds nothing to save where there is no session, names what is there instead, and makes nothing", async () => {
    using bare = temporaryProject();
    using busy = temporaryProject();
    using many = temporaryProject();
    using archived = temporaryProject();
    busy.write("workflow:pr.json", session);
    busy.write("workflow:bad.json", "");
    for (let index = 0; index < 10; index += 1) many.write(`w${index}.json`, session);
    archived.write("archives/2025-01-29-workflow-none-x.md", "---\nworkflow: workflow:none\n---\n");
    const projects = [bare, busy, many, archived];
    const before = projects.map((project) => project.snapshot());
    const save = (project: TemporaryProject, ...args: string[]) => runScript("save", args, { cwd: project.path, scripts });
    const missing = (workflow: string, rest: string) => refused(3, `error: there is no session of ${workflow} to save${rest}`);
    expect(
      await Promise.all([
        save(bare, "workflow:none"),
        save(bare, "workflow:none", "--dry-run"),
        save(busy, "workflow:none"),
        save(busy, "workflow:rp"),
        save(many, "other"),
        save(archived, "workflow:none"),
      ]),
    ).toEqual([
      missing("workflow:none", "\nhelp: no session is active\n"),
      missing("workflow:none", "\nhelp: no session is active\n"),
      missing("workflow:none", "\nhelp: active: workflow:bad, workflow:pr\n"),
      missing("workflow:rp", "; did you mean workflow:pr?\nhelp: active: workflow:bad, workflow:pr\n"),
      missing("other", "\nhelp: active: w0, w1, w2, w3, w4, w5, w6, w7 and 2 more\n"),
      missing(
        "workflow:none",
        "\nhelp: no session is active; the newest archive of workflow:none is ia/state/sessions/archives/2025-01-29-workflow-none-x.md\n",
      ),
    ]);
    expect(projects.map((project) => project.snapshot())).toEqual(before);
  });

  test.concurrent("does not name the archive of another workflow whose name begins the same", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    await runJson("save", ["workflow:pr"], { cwd: project.path, scripts });
    expect(await runScript("save", ["workflow"], { cwd: project.path, scripts })).toEqual(
      refused(3, "error: there is no session of workflow to save\nhelp: no session is active\n"),
    );
  });

  test.concurrent.each(damages)("never removes a session file that is $what", async (bad) => {
    using project = temporaryProject();
    damage(project, "workflow:bad", bad);
    project.write(".lock", "");
    const before = project.snapshot();
    const expected = refused(
      4,
      `error: ia/state/sessions/workflow:bad.json is damaged: ${bad.problem}\nhelp: mend ia/state/sessions/workflow:bad.json by hand, or throw it away: bun run .claude/skills/session/scripts/reset.ts workflow:bad\n`,
    );
    const runs = [[], ["--dry-run"]].map((more) => runScript("save", ["workflow:bad", ...more], { cwd: project.path, scripts }));
    expect(await Promise.all(runs)).toEqual([expected, expected]);
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent.each([
    ["a full disk", 'exec "$@" > /dev/full', "ENOSPC: no space left on device"],
    ["a closed pipe", intoClosedPipe, "EPIPE: broken pipe"],
  ])("fails where stdout is %s, and says that the work is done", async (_stdout, line, reason) => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    expect(await runShell(line, "save", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(
      refused(
        1,
        `error: cannot print the result of what was done: ${reason}\nhelp: do not repeat what changes something; look with get.ts --all\n`,
      ),
    );
    expect(Object.keys(project.snapshot() ?? {}).sort()).toEqual([".lock", "archives", `archives/${name}`]);
  });

  test.concurrent("fails in a folder that may only be read, and keeps the session", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const before = project.snapshot();
    using _mode = withMode(project.file(""), 0o555);
    expect(await runShell(withoutPrivileges, "save", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(
      refused(
        1,
        `error: cannot lock ${project.file(".lock")}: EACCES: permission denied\nhelp: check who owns it and its permissions (ls -l)\n`,
      ),
    );
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("keeps the session where its archive cannot be written", async () => {
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
        `error: workflow:pr is not saved, its session is kept: cannot write ${project.file(`archives/${name}`)}: EACCES: permission denied\nhelp: check who owns it and its permissions (ls -l)\n`,
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
    expect({ ...again, stderr: again.stderr.split("\n")[0] }).toEqual(
      refused(3, "error: there is no session of workflow:pr to save"),
    );
  });

  test.concurrent("writes nothing outside the sessions folder, also where archives is a symlink that leads there", async () => {
    using project = temporaryProject();
    using outside = temporaryFolder();
    project.write("workflow:pr.json", session);
    symlinkSync(outside.path, project.file("archives"));
    expect(await runScript("save", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(
      refused(
        1,
        `error: ${project.file("archives")} is a symbolic link\nhelp: make it a folder: nothing is written outside the sessions folder\n`,
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
