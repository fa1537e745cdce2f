/**
 * Proof 4: a power cut loses nothing that was acknowledged and tears nothing. A script runs on an ext4 disk that writes
 * nothing by itself and is killed at a system call, or runs to its end. The image is copied at once, before any sync: it
 * holds what had reached the disk. The copy is mounted, which replays its journal, and looked at; then `save` is run
 * there, which must end with one archive and no session.
 *
 * ext4 syncs more than it is asked to. So the same is proved on a model of a disk that does not (`crash-states.ts`): there
 * the marker of a save must be durable before its archive is there, and the archive before the session is gone.
 *
 * Not proved: a drive that loses or reorders what it has acknowledged.
 */
import { mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { temporaryFolder } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { crashStates, writeFiles } from "./crash-states.ts";
import { type Experiment, inParallel, Tally, width } from "./experiment.ts";
import { judgeDebris, judgeSavedAgain, marking } from "./kill.ts";
import { launch } from "./launch.ts";
import { afterPowerCut, ext4Disk, type ImageDisk, syncDisk } from "./mount.ts";
import { prepare, type Scenario, save, saveAfterKilledSave, setExisting, setNew, writers } from "./scenario.ts";
import { areKept, readState, type State, workflow } from "./state.ts";
import { isChange, recordCalls, type SystemCall, strike } from "./strace.ts";
import { difference, isCutOff, isUntouched } from "./verdict.ts";

type Cut = { scenario: Scenario; scripts?: string | undefined /** `null`: after the end. */; call: SystemCall | null };

/** Cuts the power at each call that changes something, and after the end. Two disks at once. */
async function sweepCuts(scenarios: readonly Scenario[], scripts?: string): Promise<Tally> {
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
  return await judgeCut(scenario, { root, scripts, isAcknowledged: run.stdout !== "", before });
}

/** Tries every state that the model of a disk allows. */
async function sweepStates(scenarios: readonly Scenario[], scripts?: string): Promise<Tally> {
  const tally = new Tally();
  for (const scenario of scenarios) {
    using folder = temporaryFolder();
    prepare(scenario, folder.path);
    const before = readState(folder.path);
    const states = await crashStates({ ...scenario, cwd: folder.path, scripts });
    await inParallel(states, width, async ({ files, isAnswered, last }) => {
      using found = temporaryFolder();
      writeFiles(files, found.path);
      const name = `${scenario.name}, cut at ${last}, found ${[...files.keys()].join(" ")}`;
      await tally.attempt(name, () => judgeCut(scenario, { root: found.path, scripts, isAcknowledged: isAnswered, before }));
    });
  }
  return tally;
}

type Found = { root: string; scripts: string | undefined; isAcknowledged: boolean; before: State };

/** What is wrong with what was found, and with what `save` makes of it. */
async function judgeCut(scenario: Scenario, { root, scripts, isAcknowledged, before }: Found): Promise<string[]> {
  const found = readState(root);
  const problems = judgeFound(scenario, isAcknowledged, before, found);
  const { exitCode, stderr } = await launch({ script: "save", args: [workflow], cwd: root, scripts });
  if (exitCode !== 0 && exitCode !== 3) problems.push(`then save exits ${exitCode}: ${stderr}`);
  const after = readState(root);
  if (!areKept(before, after)) problems.push("then an archive that was finished before is gone");
  problems.push(...judgeSavedAgain({ before, killed: found, after }));
  return [...problems, ...(await judgeDebris(root, scripts, "save"))];
}

function judgeFound(scenario: Scenario, isAcknowledged: boolean, before: State, after: State): string[] {
  if (scenario.isDone(before, after)) return [];
  if (isAcknowledged) return [`acknowledged and lost: ${difference(before, after)}`];
  if (isUntouched(before, after) || isCutOff(scenario, before, after)) return [];
  return [`torn: ${difference(before, after)}`];
}

const store = (file: string, find: string, replace = ""): Edit => ({ file: `lib/store/${file}.ts`, find, replace });
const fileSync = store("atomic-write", "fsyncSync(file);");
const folderSync = store("sync", "fsyncSync(directory);");
const lateMarker = [store("save", marking), store("save", "syncFolder(archives);", `syncFolder(archives); ${marking}`)];

export const powerCuts: Experiment[] = [
  { name: "power cut: ext4", needs: ["root", "loop", "strace"], run: (scripts) => sweepCuts(writers, scripts) },
  { name: "power cut: any disk", needs: ["strace"], run: (scripts) => sweepStates(writers, scripts) },
  onExt4("no sync of the file", [fileSync]),
  onExt4("no sync of the folder", [folderSync]),
  onExt4("a marker after its archive", lateMarker),
  onAnyDisk("no sync of the file", [setExisting, save], [fileSync]),
  onAnyDisk("no sync of the folder", [setExisting, save], [folderSync]),
  onAnyDisk("a marker after its archive", [save], lateMarker),
  onAnyDisk("a marker that is not synced", [save], [store("marker", "syncFolder(folder.path);")]),
  onAnyDisk("an archive that is not synced", [save], [store("save", "syncFolder(archives);")]),
  onAnyDisk("new folders that are not synced", [setNew], [store("folder", '["", "/ia", "/ia/state"]', "[]")]),
  onAnyDisk(
    "half-saved archives removed and not synced",
    [saveAfterKilledSave],
    [store("marker", "if (paths.length > 0) syncFolder(archives);")],
  ),
];

function onExt4(what: string, edits: Edit[]): Experiment {
  const run = (scripts: string) => sweepCuts([setExisting, save], scripts);
  return { name: `power cut: ${what}, ext4`, needs: ["root", "loop", "strace"], edits, run };
}

function onAnyDisk(what: string, scenarios: Scenario[], edits: Edit[]): Experiment {
  return { name: `power cut: ${what}, any disk`, needs: ["strace"], edits, run: (scripts) => sweepStates(scenarios, scripts) };
}
