/**
 * Proof 1: a kill at any system call leaves the old state or the new one, and the next call of any script works at once.
 * A killed save may leave its archive beside the session, and a marker that notes it. If it is run again, even after the
 * session has moved on under another branch, exactly one archive is there in the end; a reset touches none. No archive
 * that was finished is ever touched, and no temp file or marker outlives the next writes.
 */
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/project.ts";
import type { ScriptName } from "../support/run-script.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { type Experiment, inParallel, Tally, width } from "./experiment.ts";
import { launch } from "./launch.ts";
import {
  old,
  prepare,
  resetAfterKilledSave,
  type Scenario,
  save,
  saveAfterKilledSave,
  setExisting,
  writers,
} from "./scenario.ts";
import {
  areKept,
  markerName,
  newArchivesOf,
  parseArchive,
  parseWhole,
  readState,
  type State,
  sessionsOf,
  workflow,
} from "./state.ts";
import { isChange, recordCalls, type SystemCall, strike } from "./strace.ts";
import { difference, isCutOff, isUntouched } from "./verdict.ts";

type Sweep = {
  scenario: Scenario;
  scripts?: string | undefined;
  /** Which of the calls to strike; by default all. */
  at?: (call: SystemCall) => boolean;
};

/** What is called after the kill, and what must be there then. */
type Aftermath = { calls: [ScriptName, ...string[]][]; judge?: (course: Course) => string[] };
export type Course = { before: State; killed: State; after: State };

const savedAgain: Aftermath = { calls: [["save", workflow]], judge: judgeSavedAgain };
const movedOn: Aftermath = {
  calls: [
    ["set", workflow, "again", "branch=other"],
    ["save", workflow],
  ],
  judge: judgeSavedAgain,
};
const deleted: Aftermath = { calls: [["reset", workflow]], judge: judgeDeleted };
const afterSave = [savedAgain, movedOn, deleted];
const afterOthers: Aftermath[] = [deleted, { calls: [["set", workflow, "again"]] }, { calls: [["get", workflow]] }, savedAgain];

/** Kills a script at each of its system calls, or at those that `at` picks. */
export async function sweepKills({ scenario, scripts, at = () => true }: Sweep): Promise<Tally> {
  const tally = new Tally();
  const calls = await record(scenario, scripts);
  const choices = scenario.script === "save" ? afterSave : afterOthers;
  const points = calls.filter(at).flatMap((call, index) => {
    const isForAll = choices === afterSave && isChange(call);
    return choices.filter((_, choice) => isForAll || choice === index % choices.length).map((aftermath) => ({ call, aftermath }));
  });
  await inParallel(points, width, async ({ call, aftermath }) => {
    const then = aftermath.calls.map((words) => words.join(" ")).join(", ");
    const name = `${scenario.name}, killed at ${call.name} ${call.ordinal} ${call.label}, then ${then}`;
    await tally.attempt(name, () => killAt(call, aftermath, { scenario, scripts }));
  });
  return tally;
}

/** Lists the calls of a scenario in a run without a fault. */
export async function record(scenario: Scenario, scripts?: string): Promise<SystemCall[]> {
  using folder = temporaryFolder();
  prepare(scenario, folder.path);
  return await recordCalls({ ...scenario, cwd: folder.path, scripts });
}

async function killAt(call: SystemCall, { calls, judge }: Aftermath, { scenario, scripts }: Sweep): Promise<string[] | null> {
  using folder = temporaryFolder();
  const cwd = folder.path;
  prepare(scenario, cwd);
  const before = readState(cwd);
  const run = await strike({ ...scenario, cwd, scripts }, call, "KILL");
  if (!run.hit) return null;
  const killed = readState(cwd);
  const problems = judgeKilled(scenario, before, killed);
  for (const [script, ...args] of calls) {
    const { exitCode, stderr, ms } = await launch({ script, args, cwd, scripts });
    if (exitCode !== 0 && exitCode !== 3) problems.push(`then ${script} exits ${exitCode}: ${stderr}`);
    if (ms > 5000) problems.push(`then ${script} takes ${Math.round(ms)} ms`);
  }
  const after = readState(cwd);
  if (!areKept(before, after)) problems.push(`then an archive that was finished before is gone: ${difference(before, after)}`);
  if (judge) problems.push(...judge({ before, killed, after }));
  return [...problems, ...(await judgeDebris(cwd, scripts, call.ordinal % 2 === 0 ? "save" : "reset"))];
}

/** Right after the kill. A save that was cut off may have its archive beside the session, never neither. */
function judgeKilled(scenario: Scenario, before: State, after: State): string[] {
  if (isUntouched(before, after) || scenario.isDone(before, after) || isCutOff(scenario, before, after)) return [];
  return [`neither the old state nor the new one: ${difference(before, after)}`];
}

/** After a save: no session, and one new archive of what was a session when the kill came, or had been archived then. */
export function judgeSavedAgain({ before, killed, after }: Course): string[] {
  const startedAt = parseWhole(killed.session?.text ?? "")?.started_at ?? old.started_at;
  const expected = killed.session === null ? newArchivesOf(startedAt, before, killed).length : 1;
  const count = newArchivesOf(startedAt, before, after).length;
  const problems = count === expected ? [] : [`then there are ${count} new archives of the session, not ${expected}`];
  if (after.session !== null) problems.push("then there still is a session");
  if (!Object.values(after.archives).every(parseArchive)) problems.push("then an archive is not whole");
  return problems;
}

/** No session, and every archive that the kill left: none of them is deleted without a newer one. */
function judgeDeleted({ killed, after }: Course): string[] {
  const isSame = Bun.deepEquals(killed.archives, after.archives);
  const problems = isSame ? [] : [`then the archives are not those that the kill left: ${difference(killed, after)}`];
  return after.session === null ? problems : [...problems, "then there still is a session"];
}

/**
 * The first write a minute later clears away what is left in the folder. As long as there is a session, its marker stays
 * with the temp files in `archives/` that it notes: they go with the next save or reset.
 */
export async function judgeDebris(cwd: string, scripts: string | undefined, last: "save" | "reset"): Promise<string[]> {
  const past = Date.now() / 1000 - 120;
  for (const name of readState(cwd).temporaries) utimesSync(join(sessionsOf(cwd), name), past, past);
  if (readState(cwd).temporaries.length > 0) await launch({ script: "set", args: ["other", "step"], cwd, scripts });
  const { session, noted, temporaries, strangers } = readState(cwd);
  const known = session === null ? [] : [markerName, ...noted.map((name) => `archives/${name}`)];
  const left = [...temporaries.filter((path) => !known.includes(path)), ...strangers];
  if (temporaries.length > 0) await launch({ script: last, args: [workflow], cwd, scripts });
  const kept = readState(cwd).temporaries;
  return [
    ...(left.length === 0 ? [] : [`left behind: ${left}`]),
    ...(kept.length === 0 ? [] : [`left behind by a later ${last}: ${kept}`]),
  ];
}

export const overwrite: Edit[] = [
  {
    file: "lib/store/atomic-write.ts",
    find: "writeAndSync(temporary, text, owner);",
    replace: "writeAndSync(target, text, owner);",
  },
  { file: "lib/store/atomic-write.ts", find: "retryWhileInUse(lastLook, () => renameSync(temporary, target));", replace: "" },
  { file: "lib/store/atomic-write.ts", find: 'openSync(path, "wx", 0o666)', replace: 'openSync(path, "w", 0o666)' },
];
export const marking = "writeMarker(folder, workflow, noted, sameSession);";
const found = "findArchives(folder, earlierNames, workflow, session)";
const clearing = "removeArchives(folder, [other]);";
const beforeUnlinking = "      lastLook(path, null);\n      return removed;\n    }";
const store = (file: string, find: string, replace: string): Edit => ({ file: `lib/store/${file}.ts`, find, replace });

export const kills: Experiment[] = [
  ...writers.map((scenario) => ({
    name: `kill: ${scenario.name}`,
    needs: ["strace"] as const,
    run: (scripts?: string) => sweepKills({ scenario, scripts }),
  })),
  control("a plain overwrite instead of a rename", setExisting, overwrite),
  control("a save that deletes the session first", save, [
    store("save", marking, `unlinkSync(path); ${marking}`),
    store("save", "const sameSession = () => lastLook(path, version);", "const sameSession = () => undefined;"),
    store("save", "retryWhileInUse(isArchived, () => unlinkSync(path));", ""),
  ]),
  control("a save without its marker", save, [store("save", marking, "")]),
  control("a marker that forgets the temp file", save, [store("save", "temporary.slice(archives.length + 1), name]", "name]")]),
  control("a marker that forgets earlier saves", saveAfterKilledSave, [
    store("save", "[...earlierNames, temporary", "[temporary"),
  ]),
  control("markers that nobody sweeps", save, [store("transaction", "sweepMarker(folder, saved, isHeld)", "void isHeld")]),
  control("a save that keeps what killed ones left", saveAfterKilledSave, [store("save", clearing, "")]),
  control("a save that first removes what killed ones left", saveAfterKilledSave, [
    store("save", marking, `removeArchives(folder, ${found}); ${marking}`),
  ]),
  control("a reset that removes what killed saves left", resetAfterKilledSave, [
    store("sessions", "{ findArchives,", "{ findArchives, removeArchives,"),
    store(
      "sessions",
      beforeUnlinking,
      `${beforeUnlinking}
    const noted = findArchives(folder, readMarker(folder, workflow), workflow, removed.session!);
    removeArchives(folder, noted);`,
    ),
  ]),
  control("a set that forgets its temp files", setExisting, [
    store("transaction", "isTemporary(name) ? readVersion", "false ? readVersion"),
  ]),
];

function control(what: string, scenario: Scenario, edits: Edit[]): Experiment {
  return { name: `kill: ${what}`, needs: ["strace"], edits, run: (scripts) => sweepKills({ scenario, scripts, at: isChange }) };
}
