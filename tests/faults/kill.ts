/**
 * Proof 1: a kill at any system call leaves the old state or the new one, and the next call of any script works at once.
 * A save that was killed and is run again, also after the session has moved on under another branch, ends with exactly
 * one archive. No temp file outlives the next writes.
 */
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/project.ts";
import type { ScriptName } from "../support/run-script.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { type Experiment, inParallel, Tally, width } from "./experiment.ts";
import { launch } from "./launch.ts";
import { old, prepare, reset, type Scenario, save, saveAgain, setAfterKilledSave, setExisting, setNew } from "./scenario.ts";
import { archivesOf, parseArchive, readState, type State, sessionsOf, workflow } from "./state.ts";
import { isChange, recordCalls, type SystemCall, strike } from "./strace.ts";
import { difference, isHalfSaved, isUntouched } from "./verdict.ts";

type Sweep = {
  scenario: Scenario;
  scripts?: string | undefined;
  /** Which of the calls to strike; by default all. */
  at?: (call: SystemCall) => boolean;
};

/** What is called after the kill, and what must be there then. */
type Aftermath = { calls: [ScriptName, ...string[]][]; judge?: (before: State, after: State) => string[] };

const anyScript: Aftermath[] = [
  { calls: [["set", workflow, "again"]] },
  { calls: [["get", workflow]] },
  { calls: [["save", workflow]] },
  { calls: [["reset", workflow]] },
];
const savedAgain: Aftermath = { calls: [["save", workflow]], judge: judgeSavedAgain };
const aftermaths = new Map<Scenario, Aftermath[]>([
  [
    save,
    [
      savedAgain,
      {
        calls: [
          ["set", workflow, "again", "branch=other"],
          ["save", workflow],
        ],
        judge: judgeSavedAgain,
      },
    ],
  ],
  [saveAgain, [savedAgain, { calls: [["set", "other", "step"]], judge: judgeArchiveKept }]],
]);

/** Kills a script at each of its system calls, or at those that `at` picks. */
export async function sweepKills({ scenario, scripts, at = () => true }: Sweep): Promise<Tally> {
  const tally = new Tally();
  const calls = await record(scenario, scripts);
  const choices = aftermaths.get(scenario) ?? anyScript;
  const points = calls.filter(at).flatMap((call, index) => {
    const isForAll = choices !== anyScript && isChange(call);
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
  const problems = judgeKilled(scenario, before, readState(cwd));
  for (const [script, ...args] of calls) {
    const { exitCode, stderr, ms } = await launch({ script, args, cwd, scripts });
    if (exitCode !== 0 && exitCode !== 3) problems.push(`then ${script} exits ${exitCode}: ${stderr}`);
    if (ms > 5000) problems.push(`then ${script} takes ${Math.round(ms)} ms`);
  }
  if (judge) problems.push(...judge(before, readState(cwd)));
  return [...problems, ...(await judgeDebris(cwd, scripts))];
}

/** Right after the kill. A save that was cut off may have its archive beside the session, never neither. */
function judgeKilled(scenario: Scenario, before: State, after: State): string[] {
  if (isUntouched(before, after) || scenario.isDone(before, after) || isHalfSaved(before, after)) return [];
  return [`neither the old state nor the new one: ${difference(before, after)}`];
}

/** Exactly one archive of the session that was killed in its save, and no session. */
function judgeSavedAgain(before: State, after: State): string[] {
  const count = archivesOf(after, old.started_at).length;
  const problems = count === 1 ? [] : [`then there are ${count} archives of the session`];
  if (after.session !== null) problems.push("then there still is a session");
  if (!Object.values(after.archives).every(parseArchive)) problems.push("then an archive is not whole");
  return before.session === null ? ["there was no session"] : problems;
}

/** An archive that was there before the save stays, whatever becomes of the save. */
function judgeArchiveKept(_: State, after: State): string[] {
  return archivesOf(after, old.started_at).length === 1 ? [] : ["then the archive that was there before is gone"];
}

/** The first write a minute later clears away what is left. */
async function judgeDebris(cwd: string, scripts?: string): Promise<string[]> {
  const past = Date.now() / 1000 - 120;
  for (const name of readState(cwd).temporaries) utimesSync(join(sessionsOf(cwd), name), past, past);
  if (readState(cwd).temporaries.length > 0) await launch({ script: "set", args: ["other", "step"], cwd, scripts });
  const { temporaries, strangers } = readState(cwd);
  return temporaries.length + strangers.length === 0 ? [] : [`left behind: ${[...temporaries, ...strangers]}`];
}

export const overwrite: Edit[] = [
  { file: "lib/store/atomic-write.ts", find: "const temporary =", replace: "const temporary = target; void" },
  { file: "lib/store/atomic-write.ts", find: "    beforeRename();\n", replace: "" },
  { file: "lib/store/atomic-write.ts", find: 'openSync(path, "wx", 0o666)', replace: 'openSync(path, "w", 0o666)' },
];
const archiveLast: Edit[] = [
  { file: "lib/store/save.ts", find: "beginSave(folder,", replace: "unlinkSync(path); beginSave(folder," },
  {
    file: "lib/store/save.ts",
    find: "requireUnchanged(lock, target, before);\n      requireUnchanged(lock, path, stored.version);\n    };",
    replace: "};",
  },
  { file: "lib/store/save.ts", find: "requireUnchanged(lock, path, stored.version);\n      unlinkSync(path);", replace: "" },
];
const noMarker: Edit[] = [
  { file: "lib/store/save.ts", find: "beginSave(folder,", replace: "((..._: unknown[]) => beginSave)(folder," },
];

const writers = [setNew, setExisting, setAfterKilledSave, reset, save, saveAgain];

export const kills: Experiment[] = [
  ...writers.map((scenario) => ({
    name: `kill: ${scenario.name}`,
    needs: ["strace"] as const,
    run: (scripts?: string) => sweepKills({ scenario, scripts }),
  })),
  control("a plain overwrite instead of a rename", overwrite, setExisting),
  control("save that deletes the session first", archiveLast, save),
  control("save without its marker", noMarker, save),
];

function control(what: string, edits: Edit[], scenario: Scenario): Experiment {
  return { name: `kill: ${what}`, needs: ["strace"], edits, run: (scripts) => sweepKills({ scenario, scripts, at: isChange }) };
}
