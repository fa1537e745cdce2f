/**
 * Proof 4: a power cut loses nothing that was acknowledged and tears nothing. A script runs on an ext4 disk that writes
 * nothing by itself and is killed at a system call, or runs to its end. The image is copied at once, before any sync: it
 * holds what had reached the disk. The copy is mounted, which replays its journal, and looked at; then `save` is run
 * there, which must end with one archive and no session.
 *
 * Not proved: a drive that loses or reorders what it has acknowledged, and other file systems.
 */
import { mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Edit } from "../support/unsafe-copy.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { launch } from "./launch.ts";
import { afterPowerCut, ext4Disk, type ImageDisk, syncDisk } from "./mount.ts";
import { old, prepare, reset, type Scenario, save, saveAgain, setAfterKilledSave, setExisting, setNew } from "./scenario.ts";
import { archivesOf, readState, type State, workflow } from "./state.ts";
import { isChange, recordCalls, type SystemCall, strike } from "./strace.ts";
import { difference, isHalfSaved, isUntouched } from "./verdict.ts";

type Cut = { scenario: Scenario; scripts?: string | undefined /** `null`: after the end. */; call: SystemCall | null };

/** Cuts the power at each call that changes something, and after the end. Two disks at once. */
async function sweepCuts(scenarios: Scenario[], scripts?: string): Promise<Tally> {
  using first = ext4Disk();
  using second = ext4Disk();
  const cuts: Cut[] = [];
  for (const scenario of scenarios) {
    const calls = await recordCalls({ ...scenario, cwd: makeProject(first, scenario), scripts });
    cuts.push(...[...calls.filter(isChange), null].map((call) => ({ scenario, scripts, call })));
  }
  const tally = new Tally();
  const queue = cuts.values();
  const sweep = async (disk: ImageDisk) => {
    for (const cut of queue) {
      const place = cut.call ? `at ${cut.call.name} ${cut.call.ordinal} ${cut.call.label}` : "after exit 0";
      await tally.attempt(`${cut.scenario.name}, cut ${place}`, () => cutAt(disk, cut));
    }
  };
  await Promise.all([sweep(first), sweep(second)]);
  return tally;
}

/** A new project on a disk, with the old state of a scenario, all of it written to the image. */
function makeProject(disk: ImageDisk, scenario: Scenario): string {
  const cwd = join(disk.path, crypto.randomUUID());
  mkdirSync(cwd);
  prepare(scenario, cwd);
  syncDisk(disk.path);
  return cwd;
}

async function cutAt(disk: ImageDisk, { scenario, scripts, call }: Cut): Promise<string[] | null> {
  const cwd = makeProject(disk, scenario);
  const before = readState(cwd);
  const run = call ? await strike({ ...scenario, cwd, scripts }, call, "KILL") : await launch({ ...scenario, cwd, scripts });
  using found = afterPowerCut(disk);
  rmSync(cwd, { recursive: true });
  if ("hit" in run && !run.hit) return null;
  const root = join(found.path, basename(cwd));
  const after = readState(root);
  const problems = judgeFound(scenario, run.stdout !== "", before, after);
  const next = await launch({ script: "save", args: [workflow], cwd: root, scripts });
  return [...problems, ...judgeSaved(after, readState(root), next.exitCode)];
}

function judgeFound(scenario: Scenario, isAcknowledged: boolean, before: State, after: State): string[] {
  if (scenario.isDone(before, after)) return [];
  if (isAcknowledged) return [`acknowledged and lost: ${difference(before, after)}`];
  if (isUntouched(before, after) || isHalfSaved(before, after)) return [];
  return [`torn: ${difference(before, after)}`];
}

/** What was there as a session before `save` ran is in one archive now. */
function judgeSaved(before: State, after: State, exitCode: number | null): string[] {
  if (exitCode !== 0 && exitCode !== 3) return [`then save exits ${exitCode}`];
  if (after.session !== null) return ["then there still is a session"];
  const count = archivesOf(after, old.started_at).length;
  const hadOld = before.session?.text.includes(old.started_at) || Object.keys(before.archives).length > 0;
  return count === (hadOld ? 1 : 0) ? [] : [`then there are ${count} archives of the session`];
}

const scenarios = [setNew, setExisting, setAfterKilledSave, reset, save, saveAgain];
const needs = ["root", "loop", "strace"] as const;

export const powerCuts: Experiment[] = [
  { name: "power cut: ext4", needs, run: (scripts) => sweepCuts(scenarios, scripts) },
  control("no sync of the file", { file: "lib/store/atomic-write.ts", find: "fsyncSync(file);", replace: "" }),
  control("no sync of the folder", { file: "lib/store/atomic-write.ts", find: "fsyncSync(directory);", replace: "" }),
];

function control(what: string, edit: Edit): Experiment {
  return { name: `power cut: ${what}`, needs, edits: [edit], run: (scripts) => sweepCuts([setExisting, save], scripts) };
}
