/** The view for people: golden files in `tests/fixtures/terminal/`, one for each view and window. */
import { describe, expect, test } from "bun:test";
import { age, type Setting, viewOfGet, viewOfReset, viewOfSave, viewOfSet } from "../../lib/cli/views.ts";
import type { Session } from "../../lib/session/schema.ts";
import { expectGolden } from "../support/golden.ts";

const now = new Date("2025-01-29T15:10:00.000Z");
const setting = (width: number, colour = false): Setting => ({
  width,
  colour,
  now,
  sessions: "/home/ada/project/ia/state/sessions",
});
const session = (fields: Partial<Session>): Session => ({
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

const list = [
  { workflow: "workflow:pr", ...session({}) },
  {
    workflow: "workflow:release-v1.2",
    ...session({
      step: "発行する",
      steps: ["init", "発行する"],
      context: { branch: "release/日本語" },
      updated_at: "2025-01-26T15:00:00Z",
    }),
  },
  {
    workflow: "workflow:hotfix",
    ...session({
      step: "wait",
      steps: Array.from({ length: 1200 }, () => "wait"),
      context: {},
      updated_at: "2024-11-01T00:00:00Z",
    }),
  },
  {
    workflow: "workflow:bad",
    error: "ia/state/sessions/workflow:bad.json is damaged: not JSON: expected a value, found the end at line 1, column 1",
  },
];
const long = session({
  step: "\u001b[2Jstep \u202e9",
  steps: [...Array.from({ length: 60 }, (_, index) => `step:${index}`), "\u001b[2Jstep \u202e9"],
  context: Object.fromEntries(
    Array.from({ length: 23 }, (_, index) => [`key_${index}`, `${"値".repeat(20 * index)}\n\u009b31m`]),
  ),
  owner: { team: "platform" },
});
const workflow = "workflow:pr";
const archived = {
  workflow: "workflow:pr",
  status: "failed",
  archive: "ia/state/sessions/archives/2025-01-29-workflow-pr-feat-workflow-start.md",
};

const shown: Record<string, (setting: Setting) => string> = {
  list: (setting) => viewOfGet(list, "", setting),
  "list-of-none": (setting) => viewOfGet([], "", setting),
  session: (setting) => viewOfGet(session({}), workflow, setting),
  "long-session": (setting) => viewOfGet(long, workflow, setting),
  "no-session": (setting) => viewOfGet(null, workflow, setting),
  started: (setting) =>
    viewOfSet(session({ updated_at: "2025-01-29T13:00:00.000Z", steps: ["init"], step: "init" }), workflow, setting),
  moved: (setting) => viewOfSet(session({}), workflow, setting),
  deleted: (setting) => viewOfReset(session({}), workflow, setting),
  "nothing-deleted": (setting) => viewOfReset(null, workflow, setting),
  archived: (setting) => viewOfSave(archived, workflow, setting),
};

describe.each(Object.entries(shown))("%s", (name, render) => {
  test.each([40, 80, 200])("fits a window of %d columns", (width) => {
    const text = render(setting(width));
    expectGolden(`terminal/${name}-${width}.txt`, text);
    for (const line of text.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
  });

  test("has the same words with colours as without", () => {
    const coloured = render(setting(80, true));
    expectGolden(`terminal/${name}-80-colour.txt`, coloured);
    expect(Bun.stripANSI(coloured)).toBe(render(setting(80)));
  });

  test("holds no control characters but the ends of lines", () => {
    expect(render(setting(80))).not.toMatch(/[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
  });
});

test("the line of what happened says it for a long name too", () => {
  const name = `workflow:${"n".repeat(100)}`;
  const lines = [
    viewOfSet(session({}), name, setting(80)),
    viewOfReset(session({ step: "s".repeat(200) }), name, setting(80)),
    viewOfReset(null, name, setting(40)),
    viewOfSave(archived, name, setting(80)),
  ];
  expect(lines.map((line) => line.replace(/n{3,}|s{3,}/g, "*"))).toEqual([
    "workflow:*… is at git:pr:monitor, step 3\n",
    "workflow:*… deleted at *… (no archive)\n",
    "workflow:*… has no session now\n",
    "workflow:*… archived as failed: …low-pr-feat-workflow-start.md\n",
  ]);
});

test("a context of very many keys is not shown whole, and long keys are told apart", () => {
  const keys = Object.fromEntries(Array.from({ length: 103 }, (_, index) => [`deployment_environment_${index}`, index]));
  const text = viewOfGet(session({ context: keys }), workflow, setting(80));
  expect(text).toContain("deployment_environment_99  99\n");
  expect(text).toEndWith("… and 3 more, all with --json\n");
});

test.each([
  ["2025-01-29T15:09:30Z", "just now"],
  ["2025-01-29T15:09:00Z", "1m ago"],
  ["2025-01-29T15:05:00Z", "5m ago"],
  ["2025-01-29T12:10:00Z", "3h ago"],
  ["2025-01-26T15:00:00Z", "3d ago"],
  ["2025-01-10T15:00:00Z", "2w ago"],
  ["2024-11-20T15:00:00Z", "2mo ago"],
  ["2020-01-01T00:00:00Z", "5y ago"],
  ["2025-01-29T15:10:20Z", "just now"],
  ["2025-01-29T16:20:00Z", "in 1h"],
  ["2025-01-29T16:05:00+01:00", "5m ago"],
])("the age of %s is %s", (time, words) => {
  expect(age(time, now)).toBe(words);
});
