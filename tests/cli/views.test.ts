/** The view for people: golden files in `tests/fixtures/terminal/`, one for each view and window. */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { ListedArchive } from "../../lib/archive/front-matter.ts";
import * as lists from "../../lib/cli/lists.ts";
import * as views from "../../lib/cli/views.ts";
import type { JsonObject } from "../../lib/session/json.ts";
import type { Session } from "../../lib/session/schema.ts";
import { expectGolden } from "../support/golden.ts";
import { repository } from "../support/run-script.ts";
import { hostileText, unsafe } from "../support/terminal.ts";

type Options = views.ViewOptions;

const sessions = "/home/ada/project/ia/state/sessions";
const options = (width: number, colour = false): Options => ({
  width,
  colour,
  now: new Date("2025-01-29T15:10:00.000Z"),
  sessions,
});
const session = (fields: Partial<Session> = {}): Session => ({
  started_at: "2025-01-29T13:00:00.000Z",
  updated_at: "2025-01-29T15:05:00.000Z",
  step: "git:pr:monitor",
  steps: ["init", "git:pr:find", "git:pr:monitor"],
  context: {
    branch: "feat/workflow-start",
    pr_number: 8,
    draft: false,
    checks: { ci: "red", lint: "green" },
    title: "Fix the login 🎉",
  },
  ...fields,
});
const listed = (workflow: string, fields: Partial<Session> = {}) => ({ workflow, ...session(fields) });
const hours = (count: number) => new Date(Date.parse("2025-01-29T15:10:00.000Z") - count * 3_600_000).toISOString();
const workflow = "workflow:pr";
const longName = `workflow:${"long-name-".repeat(10)}x`;

const list = [
  listed("workflow:pr"),
  listed("workflow:release-v1.2", {
    ...{ step: "発行する", steps: ["init", "発行する"], updated_at: hours(72) },
    context: { branch: "release/日本語" },
  }),
  listed("workflow:hotfix", {
    step: "👍🏽 wait",
    steps: Array.from({ length: 1200 }, () => "wait"),
    context: {},
    updated_at: hours(2134),
  }),
];
const bad = {
  workflow: "workflow:bad",
  error: "ia/state/sessions/workflow:bad.json is damaged: not JSON: expected a value, found the end at line 1, column 1",
};
const withLongName = list.toSpliced(1, 0, listed(longName, { step: "s".repeat(200), context: { branch: "b".repeat(90) } }));
const brief = [
  { workflow: "workflow:pr", step: "git:pr:monitor", updated_at: hours(0), branch: "feat/x" },
  { workflow: "workflow:release-v1.2", step: "発行する", updated_at: hours(72) },
  bad,
  { omitted: 37 },
];
const archive = (name: string, fields: Partial<ListedArchive> = {}): ListedArchive => ({
  ...{ workflow: "workflow:pr", status: "completed", started_at: hours(5), archived_at: hours(3), step: "merged" },
  archive: `ia/state/sessions/archives/${name}.md`,
  ...fields,
});
const archives = [
  archive("2025-01-29-workflow-pr-feat-workflow-start", { branch: "feat/workflow-start" }),
  archive("2025-01-26-workflow-release-v1-2", {
    workflow: "workflow:release-v1.2",
    status: "failed",
    branch: "release/日本語",
    archived_at: hours(72),
  }),
  {
    archive: "ia/state/sessions/archives/2025-01-20-x.md",
    error: "cannot read ia/state/sessions/archives/2025-01-20-x.md: no front matter that can be read",
  },
];
const words = "The login redirects twice since the proxy sets its own header, so the second one loses the session.";
const long = session({
  step: "wait for the review",
  steps: [...Array.from({ length: 60 }, (_, index) => `step:${index}`), "wait for the review"],
  owner: { team: "platform" },
  context: {
    short: "",
    notes: `${words}\n\n  - indented: ${words}\r\n  - 「${"値".repeat(50)}」\n`,
    url: `https://example.org/${"path/".repeat(30)}`,
    deployment_environment_of_the_release: { stages: ["qa", { name: "production", regions: [] }], done: null },
    ratio: 0.25,
  },
});

/** A view, and what in it a person acts on: that stands whole on one line, which alone may be longer than the window. */
type View = { render: (options: Options) => string; whole?: string[] };

const reset = "bun run .claude/skills/session/scripts/reset.ts workflow:bad";
const shown: Record<string, View> = {
  list: { render: (options) => lists.viewList([...list, bad], options), whole: [...list.map(({ workflow }) => workflow), reset] },
  "list-with-long-name": {
    render: (options) => lists.viewList(withLongName, options),
    whole: withLongName.map(({ workflow }) => workflow),
  },
  "list-of-damaged": { render: (options) => lists.viewList([bad], options), whole: [reset] },
  "list-of-none": { render: (options) => lists.viewList([], options), whole: [sessions] },
  brief: { render: (options) => lists.viewBrief(brief, options), whole: ["workflow:pr", "workflow:release-v1.2", reset] },
  "brief-of-none": { render: (options) => lists.viewBrief([], options), whole: [sessions] },
  archives: { render: (options) => lists.viewArchives(archives, options), whole: archives.map(({ archive }) => archive) },
  "archives-of-none": { render: (options) => lists.viewArchives([], options), whole: [`${sessions}/archives`] },
  session: { render: (options) => views.viewSession(workflow)(session(), options), whole: [workflow] },
  "long-session": { render: (options) => views.viewSession(longName)(long, options), whole: [longName] },
  "no-session": { render: (options) => views.viewSession(workflow)(null, options), whole: [workflow, sessions] },
  started: {
    render: (options) =>
      views.viewSet(workflow)(session({ updated_at: hours(3), started_at: hours(3), steps: ["init"], step: "init" }), options),
    whole: [workflow],
  },
  moved: { render: (options) => views.viewSet(workflow)(session(), options), whole: [workflow, "git:pr:monitor"] },
  "moved-far": {
    render: (options) => views.viewSet(longName)(session({ step: "s".repeat(200) }), options),
    whole: [`${longName} is at ${"s".repeat(200)}, step 3`],
  },
  deleted: {
    render: (options) => views.viewReset(workflow)(session({ step: "s".repeat(200) }), options),
    whole: [workflow, "s".repeat(200)],
  },
  "nothing-deleted": { render: (options) => views.viewReset(workflow)(null, options), whole: [workflow] },
  archived: {
    render: () => views.viewSave({ workflow, status: "failed", archive: archive(`2025-01-29-${"x".repeat(200)}`).archive }),
    whole: [workflow, archive(`2025-01-29-${"x".repeat(200)}`).archive],
  },
};

describe.each(Object.entries(shown))("the view %s", (name, { render, whole = [] }) => {
  test.each([40, 80, 200])(
    "in a window of %d columns reads as in its golden file, and cuts nothing that one acts on",
    (width) => {
      const text = render(options(width));
      expectGolden(`terminal/${name}-${width}.txt`, text);
      const lines = text.split("\n");
      for (const part of whole) expect(lines.some((line) => line.includes(part))).toBe(true);
      const tooLong = lines.filter((line) => Bun.stringWidth(line) > width && !whole.some((part) => line.includes(part)));
      expect(tooLong).toEqual([]);
      expect(lines.filter((line) => /\s$/.test(line))).toEqual([]);
      expect(text).toEndWith("\n");
    },
  );

  test("has the same words with colours as without", () => {
    const coloured = render(options(80, true));
    expectGolden(`terminal/${name}-80-colour.txt`, coloured);
    expect(Bun.stripANSI(coloured)).toBe(render(options(80)));
  });
});

test("every golden file belongs to a view", () => {
  const sizes = ["40", "80", "200", "80-colour"];
  const names = Object.keys(shown).flatMap((name) => sizes.map((size) => `${name}-${size}.txt`));
  expect(readdirSync(join(repository, "tests/fixtures/terminal")).sort()).toEqual(names.sort());
});

describe("columns line up", () => {
  const columnOf = (line: string, part: string) => Bun.stringWidth(line.slice(0, line.indexOf(part)));

  test.each([80, 200])("beside CJK and emoji, at %d columns", (width) => {
    const [titles = "", ...rows] = lists.viewList(list, options(width)).trimEnd().split("\n");
    const ages = ["5m ago", "3d ago", "2mo ago"];
    expect(rows.map((row, index) => columnOf(row, ages[index] ?? ""))).toEqual(ages.map(() => columnOf(titles, "UPDATED")));
    const steps = ["git:pr:monitor", "発行する", "👍🏽 wait"];
    expect(rows.map((row, index) => columnOf(row, steps[index] ?? ""))).toEqual(steps.map(() => columnOf(titles, "STEP")));
  });

  test("in a session, with keys of wide characters", () => {
    const rows = views
      .viewSession(workflow)(session({ context: { 鍵: "one", key: "two", "👍🏽": "three" } }), options(80))
      .split("\n");
    const found = ["one", "two", "three"].map((value) => columnOf(rows.find((row) => row.endsWith(value)) ?? "", value));
    expect(new Set(found).size).toBe(1);
  });
});

/** The rows of the context of a session, without the indent, from the blank line on. */
function rowsOf(context: JsonObject, width = 80): string[] {
  const rows = views.viewSession(workflow)(session({ context }), options(width)).trimEnd().split("\n");
  return rows.slice(rows.indexOf("") + 1).map((row) => row.slice(2));
}

describe("the context of a session", () => {
  test("is shown key by key, each value as it is", () => {
    expect(rowsOf({ text: "a", number: 1.5, no: false, empty: "", nothing: null })).toEqual([
      "text     a",
      "number   1.5",
      "no       false",
      "empty",
      "nothing  null",
    ]);
  });

  test("breaks its lines as the text does, whatever the kind of break", () => {
    expect(rowsOf({ a: "one\ntwo\r\n  three\rfour\n\nfive\n" })).toEqual([
      "a  one",
      "   two",
      "     three",
      "   four",
      "",
      "   five",
    ]);
  });

  test("is wrapped at spaces, and a word that is longer than a line goes on in the next", () => {
    const rows = rowsOf({ a: `${words} ${"x".repeat(100)}` }, 50);
    expect(
      rows
        .map((row) => row.slice(3))
        .join("")
        .replaceAll(" ", ""),
    ).toBe(`${words}${"x".repeat(100)}`.replaceAll(" ", ""));
    expect(rows[0]).toBe("a  The login redirects twice since the proxy");
  });

  test("has lists and objects as indented JSON, whole even if they are wider than the window", () => {
    const value = { list: [1, "a\nb", {}], text: "x".repeat(300) };
    const rows = rowsOf({ key: value }, 40);
    expect(JSON.parse(rows.map((row) => row.slice(5)).join("\n"))).toEqual(value);
    expect(rows.slice(0, 3)).toEqual(["key  {", '       "list": [', "         1,"]);
  });

  test("has a key that is longer than a third of the window on a line of its own", () => {
    expect(rowsOf({ ["k".repeat(27)]: "one", b: "two" })).toEqual(["k".repeat(27), "   one", "b  two"]);
    expect(rowsOf({ ["k".repeat(24)]: "one", b: "two" })).toEqual([`${"k".repeat(24)}  one`, `${"b".padEnd(24)}  two`]);
    expect(rowsOf({ ["k".repeat(14)]: "one", b: "two" }, 40)).toEqual(["k".repeat(14), "   one", "b  two"]);
  });

  test("has every key, however many there are", () => {
    const keys = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`deployment_environment_${index}`, index]));
    expect(rowsOf(keys).filter((row) => /^deployment_environment_\d+/.test(row))).toHaveLength(500);
  });

  test("that is empty has no room", () => {
    expect(views.viewSession(workflow)(session({ context: {} }), options(80))).toEndWith("(5m ago)\n");
  });
});

describe("of more than a hundred rows the rest is counted", () => {
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `row ${index + 1}`);

  test.each<[string, (rows: number) => JsonObject]>([
    ["a text", (rows) => ({ a: numbered(rows).join("\n") })],
    ["a list", (rows) => ({ a: numbered(rows - 2) })],
    ["a text without a line break", (rows) => ({ a: "x".repeat(75 * rows) })],
  ])("%s", (_, make) => {
    expect(rowsOf(make(100))).toHaveLength(100);
    expect(rowsOf(make(100)).join()).not.toContain("…");
    expect(rowsOf(make(101))).toHaveLength(101);
    expect(rowsOf(make(101)).at(-1)).toBe("   … and 1 more row; see all with --json");
    expect(rowsOf(make(350)).at(-1)).toBe("   … and 250 more rows; see all with --json");
    expect(rowsOf(make(350)).slice(0, 100)).toEqual(rowsOf(make(351)).slice(0, 100));
  });

  test("of the steps the last are shown, and the current one", () => {
    const steps = [...Array.from({ length: 2000 }, (_, index) => `step:${String(index).padStart(4, "0")}`), "now"];
    const rows = views
      .viewSession(workflow)(session({ steps, step: "now", context: {} }), options(80))
      .split("\n");
    const path = rows.slice(
      1,
      rows.findIndex((row) => row.startsWith("  started")),
    );
    expect(path).toHaveLength(100);
    expect(path[0]).toBe("  steps    … 301 rows of earlier steps; see all with --json");
    expect(path.at(-1)).toEndWith("step:1999 → ● now");
  });

  test("each of them is counted by itself, and the other keys are shown", () => {
    const rows = rowsOf({ a: numbered(120).join("\n"), b: "last" });
    expect(rows.slice(-2)).toEqual(["   … and 20 more rows; see all with --json", "b  last"]);
  });
});

describe("the steps", () => {
  const pathOf = (steps: string[], step: string) =>
    views
      .viewSession(workflow)(session({ steps, step, context: {} }), options(40))
      .split("\n  started")[0]
      ?.split("\n")
      .slice(1);

  test("are a path with the current one marked", () => {
    expect(pathOf(["init"], "init")).toEqual(["  steps    ● init"]);
    expect(pathOf(["init", "find it", "wait"], "wait")).toEqual(["  steps    init → find it → ● wait"]);
    expect(pathOf(["init", "git:pr:find", "git:pr:monitor"], "git:pr:monitor")).toEqual([
      "  steps    init → git:pr:find →",
      "           ● git:pr:monitor",
    ]);
  });

  test("show a current step that a hand did not add to them", () => {
    expect(pathOf(["init", "wait"], "init")).toEqual(["  steps    init → wait → ● init"]);
    expect(pathOf([], "init")).toEqual(["  steps    ● init"]);
  });

  test("show a long one whole, in several lines", () => {
    const rows = pathOf(["s".repeat(100), "t".repeat(100)], "t".repeat(100)) ?? [];
    expect(rows.map((row) => row.slice(11)).join("")).toBe(`${"s".repeat(100)} →● ${"t".repeat(100)}`);
  });
});

describe("text from sessions cannot send escape sequences", () => {
  const hostile = hostileText;
  const nasty = session({
    ...{ step: hostile, steps: [hostile, hostile] },
    context: { branch: hostile, [hostile]: hostile, nested: { [hostile]: [hostile] } },
    [hostile]: hostile,
  });
  const every: Record<string, (options: Options) => string> = {
    viewSession: (options) => views.viewSession(workflow)(nasty, options),
    viewList: (options) =>
      lists.viewList(
        [
          { workflow, ...nasty },
          { workflow: "bad", error: hostile },
        ],
        options,
      ),
    viewBrief: (options) =>
      lists.viewBrief(
        [
          { workflow, step: hostile, updated_at: hours(1) },
          { workflow: "bad", error: hostile },
        ],
        options,
      ),
    viewArchives: (options) =>
      lists.viewArchives(
        [archive(hostile, { branch: hostile, notes: hostile, step: hostile }), { archive: hostile, error: hostile }],
        options,
      ),
    viewSet: (options) => views.viewSet(workflow)(nasty, options),
    viewReset: (options) => views.viewReset(workflow)(nasty, options),
    viewSave: () => views.viewSave({ workflow, status: "failed", archive: hostile }),
    nothing: (options) =>
      [lists.viewList([], options), lists.viewArchives([], options), views.viewSession(workflow)(null, options)].join(""),
  };

  test.each(Object.entries(every))("%s", (_, render) => {
    expect(hostile).toMatch(unsafe);
    for (const width of [20, 80, 500, 5000]) {
      const text = render({ ...options(width), sessions: `/tmp/${hostile}` });
      expect(text).not.toMatch(unsafe);
      expect(text).toContain("\\u001b"); // it is shown, not lost
      const coloured = render({ ...options(width, true), sessions: `/tmp/${hostile}` });
      expect(coloured.replaceAll(/\u001b\[(?:0|1|2|31|36)m/g, "")).not.toMatch(unsafe);
    }
  });
});

test("what was deleted is shown whole: nobody can look at it again", () => {
  const deleted = session({
    steps: Array.from({ length: 500 }, (_, index) => `step-${index}`),
    context: { log: "x\n".repeat(300) },
  });
  const view = views.viewReset(workflow)(deleted, options(40));
  expect(view).not.toContain("--json");
  expect(view.match(/^.* x$/gm)).toHaveLength(300);
  for (let index = 0; index < 500; index += 1) expect(view).toContain(`step-${index} →`);
});

test("what was deleted is said to have no archive only if it has none", () => {
  const deleted = session({ step: "init" });
  const [, state] = views
    .viewSession(workflow)(deleted, options(80))
    .split(/^[^\n]*\n/);
  const view = (hasArchive: boolean) => views.viewReset(workflow, hasArchive)(deleted, options(80));
  expect(view(false)).toBe(`${workflow} deleted at init (no archive); its last state was\n${state}`);
  expect(view(true)).toBe(`${workflow} deleted at init; its last state was\n${state}`);
});
