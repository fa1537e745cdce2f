/**
 * Proof 5: many processes at once lose nothing. 32 processes make six updates each, on one workflow and on eight; every
 * one must succeed and be there, and readers meanwhile must see every session whole. Then 32 processes mix `set` and
 * `save`, three in ten killed at a random moment: what was acknowledged is in exactly one place, a session or one
 * archive, and nothing is anywhere twice, after one more write has rolled back the saves that were killed.
 */
import { readdirSync } from "node:fs";
import { temporaryProject } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { type Launched, launch } from "./launch.ts";
import { parseArchive, readState, sessionsOf } from "./state.ts";
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

/** Sets and saves with kills. One point per call, one for the archives together. */
async function sweepMixture({ workers, rounds }: typeof crowd, scripts?: string): Promise<Tally> {
  using project = temporaryProject();
  const cwd = project.path;
  const actions: Action[] = [];
  let longestMs = 500;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let round = 0; round < rounds; round += 1) {
        const step = `w${worker}r${round}`;
        const name = `flow-${worker % 4}`;
        const script = Math.random() < 0.3 ? "save" : "set";
        const killAfterMs = Math.random() < 0.3 ? Math.random() * longestMs : undefined;
        const run = await launch({ script, args: script === "set" ? [name, step] : [name], cwd, scripts, killAfterMs });
        if (killAfterMs === undefined) longestMs = (longestMs + run.ms) / 2;
        actions.push({ script, step, run });
      }
    }),
  );
  await launch({ script: "set", args: ["last", "step"], cwd, scripts });
  return judgeMixture(actions, cwd);
}

function judgeMixture(actions: Action[], root: string): Tally {
  const tally = new Tally();
  const sessions = readSessions(root);
  const { archives, temporaries, strangers } = readState(root);
  const parsed = Object.values(archives).map(parseArchive);
  const steps = [...sessions.values(), ...parsed].flatMap((place) => place?.steps ?? []);
  for (const { script, step, run } of actions) {
    const count = steps.filter((each) => each === step).length;
    const isDone = isAcknowledged(run);
    const problems = [];
    if (run.exitCode !== null && !isDone && run.exitCode !== (script === "save" ? 3 : 0))
      problems.push(`exits ${run.exitCode}: ${run.stderr}`);
    if (script === "set" && isDone && count !== 1) problems.push(`acknowledged, and in ${count} places`);
    if (script === "set" && count > 1) problems.push(`in ${count} places`);
    if (script === "save" && isDone && !isThere(run, archives))
      problems.push(`acknowledged, and there is no archive: ${run.stdout}`);
    tally.point(`${script} ${step}`, problems);
  }
  const starts = parsed.map((archive) => `${archive?.workflow} ${archive?.started_at}`);
  tally.point("all archives", [
    ...(parsed.includes(null) ? ["an archive is torn"] : []),
    ...(new Set(starts).size === starts.length ? [] : ["a session has two archives"]),
    ...(sessions.size === readdirSync(sessionsOf(root)).filter((name) => name.endsWith(".json")).length
      ? []
      : ["a session is torn"]),
    ...(temporaries.some((name) => name.endsWith(".saving.tmp")) ? ["a killed save was not rolled back"] : []),
    ...strangers,
  ]);
  return tally;
}

function isThere({ stdout }: Launched, archives: Record<string, string>): boolean {
  const { archive } = JSON.parse(stdout);
  return archive.slice(archive.lastIndexOf("/") + 1) in archives;
}

/** Neither the lock nor the check that nobody else has written. */
export const withoutLock: Edit[] = [
  { file: "lib/store/lock.ts", find: '"BEGIN IMMEDIATE"', replace: '"SELECT 1"' },
  { file: "lib/store/lock.ts", find: '"PRAGMA user_version = 1"', replace: '"SELECT 1"' },
  {
    file: "lib/store/sessions.ts",
    find: "if (readVersion(path) !== version || !lock.isHeld()) throw replaced;",
    replace: "void [lock, path, version];",
  },
];
const withGap: Edit[] = [
  {
    file: "lib/store/atomic-write.ts",
    find: "renameSync(temporary, target);",
    replace: "discard(target); Bun.sleepSync(5); renameSync(temporary, target);",
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
  { name: "crowds: 32 × 6 sets and saves, 30 % killed", needs: [], run: (scripts) => sweepMixture(crowd, scripts) },
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
    run: (scripts) => sweepMixture({ workers: 16, rounds: 4 }, scripts),
  },
];
