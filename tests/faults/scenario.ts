/** The calls of the scripts that faults strike: what is there before, and how to tell the old state from the new one. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readVersion } from "../../lib/store/read-file.ts";
import { beginKilledSave } from "../support/killed-save.ts";
import type { ScriptName } from "../support/run-script.ts";
import { archivesOf, parseArchive, parseWhole, type SessionFields, type State, sessionsOf, workflow } from "./state.ts";

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
const oldArchive = "2025-01-29-workflow-pr-feat-x.md";

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

/** A killed save left its marker and its archive: `set` rolls it back first. */
export const setAfterKilledSave: Scenario = {
  name: "set after a killed save",
  script: "set",
  args: setArgs,
  prepare: (root) => {
    writeSession(root);
    write(root, `archives/${oldArchive}`, archiveText);
    beginKilledSave(sessionsOf(root), workflow, {
      version: readVersion(join(sessionsOf(root), `${workflow}.json`)) ?? "",
      archive: oldArchive,
      text: archiveText,
    });
  },
  isDone: (before, after) => isSet(before, after) && Object.keys(after.archives).length === 0,
};

export const reset: Scenario = {
  name: "reset",
  script: "reset",
  args: [workflow],
  prepare: writeSession,
  isDone: (_, after) => after.session === null,
};

export const save: Scenario = {
  name: "save",
  script: "save",
  args: [workflow],
  prepare: writeSession,
  isDone: isSaved,
};

/** The session was brought back by hand (a checkout does that): its archive is there already. */
export const saveAgain: Scenario = {
  name: "save over its own archive",
  script: "save",
  args: [workflow],
  prepare: (root) => {
    writeSession(root);
    write(root, `archives/${oldArchive}`, archiveText);
  },
  isDone: (before, after) => isSaved(before, after) && after.archives[oldArchive] !== before.archives[oldArchive],
};

export const getOne: Scenario = {
  name: "get",
  script: "get",
  args: [workflow],
  prepare: writeSession,
  isDone: () => true,
};

export const getAll: Scenario = { ...getOne, name: "get --all", args: ["--all"] };

/** Makes a folder the root of a project with the old state of a scenario. */
export function prepare(scenario: Scenario, root: string): void {
  mkdirSync(join(root, ".git"), { recursive: true });
  scenario.prepare(root);
}

const archiveText = `---\nworkflow: ${workflow}\nstarted_at: "${old.started_at}"\n---\n\n\`\`\`json\n{}\n\`\`\`\n`;

export function writeSession(root: string, session: SessionFields = old): void {
  write(root, ".lock", "");
  write(root, `${workflow}.json`, `${JSON.stringify(session, null, 2)}\n`);
}

function write(root: string, name: string, text: string): void {
  const path = join(sessionsOf(root), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
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

function isSaved({ session: before }: State, after: State): boolean {
  const past = before === null ? null : parseWhole(before.text);
  if (past === null || after.session !== null) return false;
  const [text, ...others] = archivesOf(after, past.started_at);
  if (text === undefined || others.length > 0) return false;
  const { steps, context, status } = parseArchive(text) ?? {};
  return status === "completed" && Bun.deepEquals(steps, past.steps) && Bun.deepEquals(context, past.context);
}
