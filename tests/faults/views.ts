/**
 * Proof 8: two process-number namespaces write to one folder through two mounts that share no locks, as a host and its
 * container may: one starts and saves sessions, the other sets those of other workflows. Nothing that was acknowledged is
 * lost. (Two writers of one workflow can lose each other's changes there, as the README says.)
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Edit } from "../support/unsafe-copy.ts";
import { call } from "./calls.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { twoViews } from "./rigs/bindfs.ts";
import { inOwnProcessNamespace } from "./rigs/process-namespace.ts";
import { withSlowSyncs } from "./rigs/slow-sync.ts";
import { parseArchive, readState, workflow } from "./state.ts";
import { findLoss, type Update } from "./updates.ts";

/** Saves on a slow disk, so that there is time for the others between archive and deletion. */
const savers = [...inOwnProcessNamespace, ...withSlowSyncs(20)];

async function sweepViews(saves: number, scripts: string): Promise<Tally> {
  using views = twoViews("bindfs");
  const [first, second] = views.paths;
  mkdirSync(join(views.source, ".git"));
  const tally = new Tally();
  const updates: Update[] = [];
  let isOver = false;
  const set = async (other: string) => {
    for (let round = 0; !isOver; round += 1) {
      const step = `r${round}`;
      const run = await call(["set", other, step, `${step}=1`], { cwd: second, scripts, under: inOwnProcessNamespace });
      updates.push({ workflow: other, step, run });
    }
  };
  const setting = set("other");
  for (let round = 0; round < saves; round += 1) {
    const place = { cwd: first, scripts };
    const step = `s${round}`;
    const isStarted = (await call(["set", workflow, step], { ...place, under: inOwnProcessNamespace })).exitCode === 0;
    const isSaved = (await call(["save", workflow], { ...place, under: savers })).exitCode === 0;
    tally.point(step, judgePlace(views.source, step, isSaved ? "archive" : isStarted ? "anywhere" : "nowhere"));
  }
  isOver = true;
  await setting;
  for (const each of updates) if (each.run.exitCode === 0) tally.point(`other ${each.step}`, findLoss(each, views.source));
  return tally;
}

/** Whether a step is where an acknowledged call has put it. */
function judgePlace(root: string, step: string, where: "archive" | "anywhere" | "nowhere"): string[] {
  const { session, archives } = readState(root);
  const isArchived = Object.values(archives).some((text) => parseArchive(text)?.steps.includes(step));
  if (isArchived || where === "nowhere") return [];
  if (where === "archive") return ["saved, and in no archive"];
  return session?.text.includes(`"${step}"`) ? [] : ["set, and neither in the session nor in an archive"];
}

/** A marker of any workflow is taken for that of a dead process, and what it names is removed. */
const rollBackByAnybody: Edit[] = [
  { file: "lib/store/transaction.ts", find: "import { sweepMarker }", replace: "import { readMarker, sweepMarker }" },
  {
    file: "lib/store/transaction.ts",
    find: "if (saved !== null &&",
    replace: `if (saved !== null && readVersion(sessionFile(folder, saved)) !== null)
      for (const begun of readMarker(folder, saved)) if (begun.endsWith(".md")) discard(folder.path + "/archives/" + begun);
    if (saved !== null &&`,
  },
];

const needs = ["two views", "process namespace", "slow syncs"] as const;

export const views: Experiment[] = [
  { name: "views: saves and sets in two namespaces", needs, run: (scripts) => sweepViews(20, scripts) },
  {
    name: "views: a marker is rolled back by anybody",
    needs,
    edits: rollBackByAnybody,
    run: (scripts) => sweepViews(12, scripts),
  },
];
