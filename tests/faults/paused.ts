/**
 * Proof 6 goes on: the last look. A script is stopped after each of its calls on the sessions folder in turn, while something
 * happens that it has to notice: its lock file is deleted and another script works under a new one, a hand edits the
 * session, or takes the name that the archive was to have. When it goes on, nothing is lost, doubled or overwritten.
 *
 * Left out are the moments between the last look at a file and the call that replaces or deletes it: no call does both.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { withoutCheck } from "./crowds.ts";
import { type Experiment, inParallel, Tally, width } from "./experiment.ts";
import { judgeDebris, record } from "./kill.ts";
import { type Launched, launch } from "./launch.ts";
import { old, oldArchive, prepare, reset, type Scenario, save, saveAfterKilledSave, setExisting, textOf } from "./scenario.ts";
import { finishedArchives, parseArchive, parseWhole, readState, type State, sessionsOf, workflow } from "./state.ts";
import { isChange, pause, type SystemCall, strike } from "./strace.ts";

/** What happened while a script was stopped: another one ran, a hand was faster, or it came too late. */
type Happened = Launched | "by hand" | "too late";

type Event = {
  what: string;
  happen: (cwd: string, scripts: string) => Happened | Promise<Happened>;
  /** Whether a call is a look that can notice it. */
  isLook: (call: SystemCall) => boolean;
  /** Whether a call is one that must not be made when it has happened. */
  isCommit: (call: SystemCall) => boolean;
  /** Whether one more save runs when the stopped script has gone on. */
  isSavedAfterwards?: true;
  judge: (course: Course) => string[];
};
type Course = { scenario: Scenario; run: Launched; happened: Happened; before: State; after: State };

const at = (path: string, names: RegExp) => (call: SystemCall) => names.test(call.name) && call.label.includes(path);
const sessionPath = `/${workflow}.json`;
const changesSession = at(sessionPath, /^(?:rename|unlink)/);
const changesArchive = at(".md", /^rename/);

/** The lock is lost, and another script takes the new one. */
function underNewLock(script: "set" | "save"): Event {
  const words = script === "set" ? [workflow, "other"] : [workflow];
  return {
    what: `its lock file is deleted, then ${script}`,
    happen: async (cwd, scripts) => {
      rmSync(join(sessionsOf(cwd), ".lock"), { force: true });
      return await launch({ script, args: words, cwd, scripts });
    },
    isLook: at("/.lock", /stat/),
    isCommit: (call) => changesSession(call) || (script === "save" && changesArchive(call)),
    judge: (course) => judgeSteps(course, script === "set" ? ["other"] : []),
  };
}

/** Another script moves the session on, and a save is killed. Afterwards one more save must clear away what both left. */
function killedUnderNewLock(kill: SystemCall): Event {
  return {
    ...underNewLock("save"),
    what: `its lock file is deleted, then set, then save killed at ${kill.name} ${kill.ordinal} ${kill.label}`,
    happen: async (cwd, scripts) => {
      const run = await underNewLock("set").happen(cwd, scripts);
      await strike({ ...save, cwd, scripts }, kill, "KILL");
      return run;
    },
    isSavedAfterwards: true,
    judge: (course) => judgeSteps(course, ["other"]),
  };
}

/** By a rename, as editors and git do it. */
const edited: Event = {
  what: "a hand edits the session",
  happen: (cwd) => {
    const path = join(sessionsOf(cwd), `${workflow}.json`);
    if (!existsSync(path) || readFileSync(path, "utf8") !== textOf(old)) return "too late";
    const session = { ...old, step: "other", steps: [...old.steps, "other"] };
    writeFileSync(join(cwd, "edited"), textOf(session));
    renameSync(join(cwd, "edited"), path);
    return "by hand";
  },
  isLook: at(sessionPath, /stat/),
  isCommit: changesSession,
  judge: (course) => judgeSteps(course, course.happened === "too late" ? [] : ["other"]),
};

const taken: Event = {
  what: "a hand takes the name of its archive",
  happen: (cwd) => {
    const path = join(sessionsOf(cwd), "archives", oldArchive);
    mkdirSync(dirname(path), { recursive: true });
    if (existsSync(path)) return "too late";
    writeFileSync(path, "precious");
    return "by hand";
  },
  isLook: at(".md", /stat/),
  isCommit: changesArchive,
  judge: ({ scenario, run, happened, before, after }) => {
    const { [oldArchive]: text, ...others } = after.archives;
    const archives = happened === "by hand" ? others : after.archives;
    const isKept = happened !== "by hand" || text === "precious";
    const isDone = run.exitCode === 0 && scenario.isDone(before, { ...after, archives });
    return [...(isKept ? [] : ["the file of the hand is gone"]), ...(isDone ? [] : [`exits ${run.exitCode}: ${run.stderr}`])];
  },
};

type Sweep = {
  scripts: string;
  tally?: Tally;
  /** After which of the calls to stop; by default all. */
  after?: (call: SystemCall) => boolean;
};

/** Stops a scenario after its calls on the sessions folder, but for those between a last look and its commit. */
async function sweepPauses(
  scenario: Scenario,
  event: Event,
  { scripts, tally = new Tally(), after = () => true }: Sweep,
): Promise<Tally> {
  const calls = (await record(scenario, scripts)).filter(({ label }) => label.includes("./ia"));
  const points = calls.filter((call, index) => after(call) && !isBlind(calls, index, event));
  await inParallel(points, width, async (call) => {
    const name = `${scenario.name}, stopped after ${call.name} ${call.ordinal} ${call.label}, ${event.what}`;
    await tally.attempt(name, () => pauseAfter(call, scenario, { event, scripts }));
  });
  return tally;
}

/** Whether there is no look any more between a call and the next commit. */
function isBlind(calls: SystemCall[], index: number, { isLook, isCommit }: Event): boolean {
  const next = calls.findIndex((call, place) => place > index && isCommit(call));
  return next !== -1 && calls.slice(0, next).findLastIndex(isLook) <= index;
}

type How = { event: Event; scripts: string };

async function pauseAfter(call: SystemCall, scenario: Scenario, { event, scripts }: How): Promise<string[] | null> {
  using folder = temporaryFolder();
  const cwd = folder.path;
  prepare(scenario, cwd);
  const before = readState(cwd);
  let happened: Happened = "too late";
  const run = await pause({ ...scenario, cwd, scripts }, call, async () => {
    happened = await event.happen(cwd, scripts);
  });
  if (!run.hit) return null;
  if (event.isSavedAfterwards) await launch({ ...save, cwd, scripts });
  const problems = event.judge({ scenario, run, happened, before, after: readState(cwd) });
  return [...problems, ...(await judgeDebris(cwd, scripts, "reset"))];
}

/** All scripts do what they were asked for, and each step is in one place: the session, an archive, or what `reset` printed and has no archive of. */
function judgeSteps({ scenario, run, happened, before, after }: Course, others: string[]): string[] {
  const problems = [run, happened].flatMap((each) => {
    const isDone = typeof each === "string" || each.exitCode === 0 || /^error: \S+ has no session to save/.test(each.stderr);
    return isDone ? [] : [`exits ${each.exitCode}: ${each.stderr}`];
  });
  const isOnlyPrinted = scenario.script === "reset" && run.exitCode === 0 && !run.stderr.startsWith("note: kept");
  const printed = isOnlyPrinted ? [parseWhole(run.stdout)] : [];
  const finished = finishedArchives(before); // of another session
  const archived = Object.entries(after.archives).flatMap(([name, text]) => (name in finished ? [] : [parseArchive(text)]));
  const places = [...printed, ...archived, parseWhole(after.session?.text ?? "")];
  const steps = places.flatMap((place) => place?.steps ?? []);
  const expected = [...old.steps, ...others, ...(scenario.script === "set" ? ["monitor"] : [])];
  for (const step of expected) {
    const count = steps.filter((each) => each === step).length;
    if (count !== 1) problems.push(`the step ${step} is in ${count} places`);
  }
  return archived.includes(null) ? [...problems, "an archive is torn"] : problems;
}

/** Stops scenarios after each change, while a save is killed at each change, or at those that `at` picks. */
async function sweepKilledOthers(scenarios: Scenario[], scripts: string, at = (_: SystemCall) => true): Promise<Tally> {
  const tally = new Tally();
  const after = (call: SystemCall) => isChange(call) && call.name !== "close";
  for (const kill of (await record(save, scripts)).filter((call) => after(call) && at(call)))
    for (const scenario of scenarios) await sweepPauses(scenario, killedUnderNewLock(kill), { scripts, tally, after });
  return tally;
}

const ignored = (look: string) => `try { ${look}; } catch {}`;
/** A save looks a last time before it unlinks the session, and does not care. */
export const sessionLooks: Edit[] = [
  {
    file: "lib/store/save.ts",
    find: "    isArchived();\n    for",
    replace: `    ${ignored("isArchived()")}\n    for`,
  },
  {
    file: "lib/store/save.ts",
    find: "retryWhileInUse(isArchived, () => unlinkSync(path));",
    replace: `${ignored("isArchived()")} unlinkSync(path);`,
  },
];
const nameLook: Edit[] = [
  { file: "lib/store/save.ts", find: "lastLook(target, null);", replace: ignored("lastLook(target, null)") },
];
const unlockedSweep: Edit = { file: "lib/store/marker.ts", find: "if (isHeld()) discard", replace: "discard" };
const stopped = [setExisting, save, saveAfterKilledSave, reset];

export const pauses: Experiment[] = [
  ...[underNewLock("set"), underNewLock("save"), edited].map((event) => proof(event, stopped)),
  proof(taken, [save]),
  {
    name: "lock: its lock file is deleted, then a save is killed",
    needs: ["strace"],
    run: (scripts) => sweepKilledOthers([save, saveAfterKilledSave, reset], scripts),
  },
  carelessSave("removes a marker that is not its own", save, [
    { file: "lib/store/roll-back.ts", find: " && readMarker(folder, workflow).join() === noted.join()", replace: "" },
  ]),
  carelessSave("replaces a marker without a last look", save, [
    { file: "lib/store/save.ts", find: "noted, sameSession);", replace: "noted, () => undefined);" },
  ]),
  carelessSave("is done, and clears away what a marker names without the lock", save, [
    { file: "lib/store/marker.ts", find: "if (!isHeld()) return;", replace: "" },
    unlockedSweep,
  ]),
  carelessSave("is done, and removes a marker without the lock", saveAfterKilledSave, [unlockedSweep]),
  control("no last look", edited, setExisting, withoutCheck),
  control("no last look", underNewLock("set"), reset, withoutCheck),
  control("a save without a last look", underNewLock("set"), save, sessionLooks),
  control("a save without a last look", edited, save, sessionLooks),
  control("no last look at the archive's name", taken, save, nameLook),
];

function proof(event: Event, scenarios: Scenario[]): Experiment {
  const run = async (scripts: string) => {
    const tally = new Tally();
    for (const scenario of scenarios) await sweepPauses(scenario, event, { scripts, tally });
    return tally;
  };
  return { name: `lock: ${event.what}`, needs: ["strace"], run };
}

/** A save that is killed at its syncs and deletions is enough to show it. */
function carelessSave(what: string, scenario: Scenario, edits: Edit[]): Experiment {
  const run = (scripts: string) => sweepKilledOthers([scenario], scripts, ({ name }) => /^(?:fsync|unlink)$/.test(name));
  return { name: `lock: a save ${what}`, needs: ["strace"], edits, run };
}

function control(what: string, event: Event, scenario: Scenario, edits: Edit[]): Experiment {
  const run = (scripts: string) => sweepPauses(scenario, event, { scripts });
  return { name: `lock: ${what}, ${event.what}`, needs: ["strace"], edits, run };
}
