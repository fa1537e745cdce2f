/**
 * Proof 5: many processes at once lose nothing. 32 processes make six updates each, on one workflow and on eight; every
 * one must succeed and be there, and readers meanwhile must see every session whole. Then 32 processes mix `set` and
 * `save`, three in ten killed at a random moment: what was acknowledged is in exactly one place, a session or one
 * archive, and nothing is anywhere twice, after one more write has rolled back the saves that were killed.
 */
import { temporaryProject } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { type Launched, launch } from "./launch.ts";
import { parseArchive, readState } from "./state.ts";
import { findLoss, isAcknowledged, type Load, readSessions, update, watch } from "./updates.ts";

const crowd = { workers: 32, rounds: 6 };

/** Every update of a load succeeds and is there. One point per update, one for all reads. */
async function sweepUpdates(load: Omit<Load, "places">): Promise<Tally> {
  using project = temporaryProject();
  const reading = watch(project.path, load.workflows, load.scripts);
  const updates = await update({ ...load, places: [project.path] });
  const { reads, faults } = await reading.end();
  const tally = new Tally();
  for (const each of updates) tally.point(`${each.workflow} ${each.step}`, findLoss(each, project.path));
  tally.point(`${reads} reads`, faults.slice(0, 3));
  return tally;
}

type Action = { script: "set" | "save"; step: string; run: Launched };
type Mixture = {
  workers: number;
  rounds: number;
  scripts?: string | undefined;
  workflows?: string[];
  /** What runs each save; by default nothing. */
  underSave?: string[];
  /** What part of the calls is killed; by default none. */
  killed?: number;
};
const four = ["flow-0", "flow-1", "flow-2", "flow-3"];

/**
 * Sets and saves in a project, some of them killed. Then what is there is saved, which clears away what killed saves left
 * of it, and one more write what is left of those that were done. One point per call, one for all archives together.
 */
export async function sweepMixture(cwd: string, mixture: Mixture): Promise<Tally> {
  const { workers, rounds, scripts, workflows = four, underSave = [], killed = 0 } = mixture;
  const actions: Action[] = [];
  let longestMs = 500;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let round = 0; round < rounds; round += 1) {
        const step = `w${worker}r${round}`;
        const name = workflows[worker % workflows.length] ?? "";
        const script = Math.random() < 0.3 ? "save" : "set";
        const killAfterMs = Math.random() < killed ? Math.random() * longestMs : undefined;
        const place = { cwd, scripts, killAfterMs };
        const run =
          script === "set"
            ? await launch({ script, args: [name, step], ...place })
            : await launch({ script, args: [name], ...place, under: underSave });
        if (killAfterMs === undefined) longestMs = (longestMs + run.ms) / 2;
        actions.push({ script, step, run });
      }
    }),
  );
  for (const name of workflows) {
    const run = await launch({ script: "save", args: [name], cwd, scripts });
    actions.push({ script: "save", step: "last", run });
  }
  await launch({ script: "set", args: ["other", "step"], cwd, scripts });
  return judgeMixture(actions, cwd);
}

function judgeMixture(actions: Action[], root: string): Tally {
  const tally = new Tally();
  const sessions = readSessions(root);
  const { archives, temporaries, strangers } = readState(root);
  const parsed = Object.values(archives).map(parseArchive);
  const steps = parsed.flatMap((archive) => archive?.steps ?? []);
  for (const { script, step, run } of actions) {
    const count = steps.filter((each) => each === step).length;
    const isDone = isAcknowledged(run);
    const problems = [];
    if (run.exitCode !== null && !isDone && run.exitCode !== (script === "save" ? 3 : 0))
      problems.push(`exits ${run.exitCode}: ${run.stderr}`);
    if (script === "set" && isDone && count !== 1) problems.push(`acknowledged, and in ${count} archives`);
    if (script === "set" && count > 1) problems.push(`in ${count} archives`);
    if (script === "save" && isDone && !isThere(run, archives))
      problems.push(`acknowledged, and there is no archive: ${run.stdout}`);
    tally.point(`${script} ${step}`, problems);
  }
  const starts = parsed.map((archive) => `${archive?.workflow} ${archive?.started_at}`);
  const left = temporaries.filter((path) => path.startsWith("archives/") || path.endsWith(".saving.tmp"));
  tally.point("all archives", [
    ...(parsed.includes(null) ? ["an archive is torn"] : []),
    ...(new Set(starts).size === starts.length ? [] : ["a session has two archives"]),
    ...[...sessions.keys()].filter((name) => name !== "other").map((name) => `${name} is still there`),
    ...[...left, ...strangers].map((path) => `${path} is left`),
  ]);
  return tally;
}

function isThere({ stdout }: Launched, archives: Record<string, string>): boolean {
  const { archive } = JSON.parse(stdout);
  return archive.slice(archive.lastIndexOf("/") + 1) in archives;
}

async function mix(mixture: Mixture): Promise<Tally> {
  using project = temporaryProject();
  return await sweepMixture(project.path, mixture);
}

/** Nobody cares whether somebody else has written meanwhile. */
export const withoutCheck: Edit[] = [
  {
    file: "lib/store/transaction.ts",
    find: "if (!isSameVersion(readVersion(path), version) || !lock.isHeld()) throw new NewStart();",
    replace: "void [isSameVersion(readVersion(path), version), lock.isHeld()];",
  },
];
/** Neither that nor the lock. */
export const withoutLock: Edit[] = [
  { file: "lib/store/lock.ts", find: '"BEGIN IMMEDIATE"', replace: '"SELECT 1"' },
  { file: "lib/store/lock.ts", find: '"PRAGMA user_version = 1"', replace: '"SELECT 1"' },
  ...withoutCheck,
];
const withGap: Edit[] = [
  {
    file: "lib/store/atomic-write.ts",
    find: "renameSync(temporary, target));",
    replace: "{ discard(target); Bun.sleepSync(5); renameSync(temporary, target); });",
  },
];
const eight = Array.from({ length: 8 }, (_, index) => `flow-${index}`);

export const crowds: Experiment[] = [
  {
    name: "crowds: 32 × 6 updates of one workflow",
    needs: [],
    run: (scripts) => sweepUpdates({ ...crowd, workflows: ["flow"], scripts }),
  },
  {
    name: "crowds: 32 × 6 updates of 8 workflows",
    needs: [],
    run: (scripts) => sweepUpdates({ ...crowd, workflows: eight, scripts }),
  },
  { name: "crowds: 32 × 6 sets and saves, 30 % killed", needs: [], run: (scripts) => mix({ ...crowd, scripts, killed: 0.3 }) },
  {
    name: "crowds: updates without a lock",
    needs: [],
    edits: withoutLock,
    run: (scripts) => sweepUpdates({ workers: 16, rounds: 3, workflows: ["flow"], scripts }),
  },
  {
    name: "crowds: a file that is gone for a moment",
    needs: [],
    edits: withGap,
    run: (scripts) => sweepUpdates({ workers: 8, rounds: 4, workflows: ["flow"], scripts }),
  },
  {
    name: "crowds: sets and saves without a lock",
    needs: [],
    edits: withoutLock,
    run: (scripts) => mix({ workers: 16, rounds: 4, scripts, killed: 0.3 }),
  },
];
