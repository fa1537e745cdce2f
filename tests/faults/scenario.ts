/** The calls of the scripts that faults strike: what is there before, and how to tell the old state from the new one. */
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { renderArchive } from "../../lib/archive/archive.ts";
import type { Session } from "../../lib/session/schema.ts";
import { beginKilledSave } from "../support/killed-save.ts";
import type { ScriptName } from "../support/run-script.ts";
import {
  areKept,
  finishedArchives,
  newArchivesOf,
  parseArchive,
  parseWhole,
  type SessionFields,
  type State,
  sessionsOf,
  workflow,
} from "./state.ts";

export type Scenario = {
  name: string;
  script: ScriptName;
  args: string[];
  /** Makes the old state in a folder that is empty but for `.git`. */
  prepare: (root: string) => void;
  /** Whether the second state is what the script makes of the first. */
  isDone: (before: State, after: State) => boolean;
};

export const old: SessionFields = {
  started_at: "2025-01-29T15:00:00.000Z",
  updated_at: "2025-01-29T15:05:00.000Z",
  step: "find",
  steps: ["init", "find"],
  context: { branch: "feat/x", pr_number: 8 },
};
/** The first name that its archive could have. */
export const oldArchive = "2025-01-29-workflow-pr-feat-x.md";

const setArgs = [workflow, "monitor", "round=1"];

export const setNew: Scenario = {
  name: "set, new session",
  script: "set",
  args: setArgs,
  prepare: () => undefined,
  isDone: isSet,
};

export const setExisting: Scenario = {
  name: "set, existing session",
  script: "set",
  args: setArgs,
  prepare: writeSession,
  isDone: isSet,
};

/** Two saves were killed, and nobody but the next save removes their archives. */
export const setAfterKilledSave: Scenario = {
  ...setExisting,
  name: "set after a killed save",
  prepare: writeKilledSave,
  isDone: (before, after) =>
    isSet(before, after) && Bun.deepEquals([before.archives, before.noted], [after.archives, after.noted]),
};

export const reset: Scenario = {
  name: "reset",
  script: "reset",
  args: [workflow],
  prepare: writeSession,
  isDone: (before, after) => after.session === null && Bun.deepEquals(after.archives, before.archives),
};

export const resetAfterKilledSave: Scenario = { ...reset, name: "reset after a killed save", prepare: writeKilledSave };

export const save: Scenario = {
  name: "save",
  script: "save",
  args: [workflow],
  prepare: writeSession,
  isDone: isSaved,
};

export const saveAfterKilledSave: Scenario = { ...save, name: "save after a killed save", prepare: writeKilledSave };

/** The session was brought back by hand (a checkout does that): its archive is there, and stays beside the new one. */
export const saveAgain: Scenario = {
  ...save,
  name: "save beside its own archive",
  prepare: (root) => {
    writeSession(root);
    write(root, `archives/${oldArchive}`, archiveText(old.started_at));
  },
};

export const getOne: Scenario = {
  name: "get",
  script: "get",
  args: [workflow],
  prepare: writeSession,
  isDone: () => true,
};

export const getAll: Scenario = { ...getOne, name: "get --all", args: ["--all"] };

/** The scenarios that change something. */
export const writers = [
  setNew,
  setExisting,
  setAfterKilledSave,
  reset,
  resetAfterKilledSave,
  save,
  saveAfterKilledSave,
  saveAgain,
];

/** Makes a folder the root of a project with the old state of a scenario. */
export function prepare(scenario: Scenario, root: string): void {
  mkdirSync(join(root, ".git"), { recursive: true });
  scenario.prepare(root);
}

/** The archive that a save of a session would have made when it had just started. */
function archiveText(startedAt: string): string {
  const session = { ...old, started_at: startedAt, updated_at: startedAt } as Session;
  return renderArchive(session, { workflow, status: "completed", notes: undefined, now: new Date(startedAt) });
}

export function writeSession(root: string, session: SessionFields = old): void {
  write(root, ".lock", "");
  write(root, `${workflow}.json`, textOf(session));
}

export function textOf(session: SessionFields): string {
  return `${JSON.stringify(session, null, 2)}\n`;
}

function write(root: string, name: string, text: string): void {
  const path = join(sessionsOf(root), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/**
 * One save was killed when its archive was whole, the next one while it wrote, and a `set` before them; a session before
 * this one was saved.
 */
function writeKilledSave(root: string): void {
  const [first, second, third] = [1, 2, 3].map((number) => `00000000-0000-4000-8000-00000000000${number}`);
  const next = oldArchive.replace(".md", "-2.md");
  writeSession(root);
  write(root, `archives/${oldArchive.replace("29", "28")}`, archiveText("2025-01-28T15:00:00.000Z"));
  write(root, `archives/${oldArchive}`, archiveText(old.started_at));
  write(root, `archives/.${second}.tmp`, "---\nworkflow: ");
  write(root, `.${third}.tmp`, "{");
  utimesSync(join(sessionsOf(root), `.${third}.tmp`), 1, 1);
  beginKilledSave(sessionsOf(root), workflow, [`.${first}.tmp`, oldArchive, `.${second}.tmp`, next]);
}

function isSet({ session: before }: State, { session: after }: State): boolean {
  const past = before === null ? null : parseWhole(before.text);
  const now = after === null ? null : parseWhole(after.text);
  return (
    now !== null &&
    now.step === "monitor" &&
    Bun.deepEquals(now.steps, [...(past?.steps ?? []), "monitor"]) &&
    Bun.deepEquals(now.context, { ...past?.context, ...now.context, round: 1 }) &&
    (past === null || (now.started_at === past.started_at && after?.mode === before?.mode))
  );
}

/** No session, and one new archive that holds it. */
function isSaved(before: State, after: State): boolean {
  const past = before.session === null ? null : parseWhole(before.session.text);
  if (past === null || after.session !== null || !areKept(before, after)) return false;
  const isAlone = Object.keys(after.archives).length === Object.keys(finishedArchives(before)).length + 1;
  const [text = ""] = newArchivesOf(past.started_at, before, after);
  const { steps, context, status } = parseArchive(text) ?? {};
  return isAlone && status === "completed" && Bun.deepEquals(steps, past.steps) && Bun.deepEquals(context, past.context);
}
