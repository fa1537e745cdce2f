/**
 * Proof 9: nothing rests on the clock. While it stands still, three sessions of one workflow that begin and end at the same
 * instant have three archives, `updated_at` grows with every write, also when the clock goes back, and of 32 claims with
 * one `--if-updated` exactly one wins.
 */

import { temporaryProject } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { call, callInTurn, type Place, unlessExit } from "./calls.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { frozenClock } from "./rigs/frozen-clock.ts";
import { parseArchive, parseWhole, readState, workflow } from "./state.ts";

/** Sessions of one workflow, one after the other, at one instant. */
async function sameInstant(scripts: string): Promise<Tally> {
  using project = temporaryProject();
  await using clock = await frozenClock();
  const place: Place = { cwd: project.path, scripts, under: clock.words };
  const tally = new Tally();
  for (const run of ["first", "second", "third"]) {
    const before = readState(project.path).archives;
    const problems = await callInTurn(
      [
        ["set", workflow, "init", `run=${run}`],
        ["save", workflow, `--notes=${run}`],
      ],
      place,
    );
    const { archives } = readState(project.path);
    for (const [name, text] of Object.entries(before)) if (archives[name] !== text) problems.push(`${name} is another now`);
    const runs = Object.values(archives).map((text) => parseArchive(text)?.context["run"]);
    if (runs.filter((each) => each === run).length !== 1) problems.push(`archived are the runs ${runs}`);
    tally.point(`the ${run} session`, problems);
  }
  return tally;
}

/** Writes of one session while the clock stands still, and then while it stands a year before. */
async function growingTimes(scripts: string): Promise<Tally> {
  using project = temporaryProject();
  await using now = await frozenClock("2025-01-29 15:00:00");
  await using before = await frozenClock("2024-01-29 15:00:00");
  const tally = new Tally();
  const times: string[] = [];
  for (const [index, clock] of [now, now, now, before, before, before].entries()) {
    const run = await call(["set", workflow, "step", `n=${index}`], { cwd: project.path, scripts, under: clock.words });
    const { updated_at = "" } = parseWhole(run.stdout) ?? {};
    const last = times.at(-1) ?? "";
    tally.point(`write ${index + 1}`, updated_at > last ? [] : [`updated_at ${updated_at} after ${last}`, run.stderr]);
    times.push(updated_at);
  }
  return tally;
}

/** Agents that have all read the same state, and resume it, at the same step. */
async function claims(scripts: string): Promise<Tally> {
  using project = temporaryProject();
  await using clock = await frozenClock();
  const place: Place = { cwd: project.path, scripts, under: clock.words };
  const { stdout } = await call(["set", workflow, "step"], place);
  const { updated_at } = JSON.parse(stdout);
  const agents = Array.from({ length: 32 }, (_, index) => `agent-${index}`);
  const runs = await Promise.all(
    agents.map((by) => call(["set", workflow, "step", `by=${by}`, `--if-updated=${updated_at}`], place)),
  );
  const tally = new Tally();
  const winners = agents.filter((_, index) => runs[index]?.exitCode === 0);
  tally.point("the winner", winners.length === 1 ? [] : [`${winners.length} of ${agents.length} won`]);
  const { context } = parseWhole(readState(project.path).session?.text ?? "") ?? {};
  tally.point("the session", context?.["by"] === winners[0] ? [] : [`it is ${context?.["by"]}'s, and ${winners} won`]);
  const losers = runs.filter(({ exitCode }) => exitCode !== 0);
  tally.point(
    "the others",
    losers.flatMap((run) => unlessExit(6, run)),
  );
  return tally;
}

/** A save takes the first name, whatever has it. */
export const overwritingSave: Edit[] = [
  { file: "lib/store/archives.ts", find: "=== null) return name;", replace: "=== null || true) return name;" },
  { file: "lib/store/save.ts", find: "lastLook(target, null);", replace: "" },
];
const clockOnly: Edit[] = [
  {
    file: "lib/session/time.ts",
    find: "now.getTime() > last ? now.getTime() : last + 1",
    replace: "now.getTime()",
  },
];

const needs = ["frozen clock"] as const;

export const clocks: Experiment[] = [
  { name: "clocks: sessions at one instant", needs, run: sameInstant },
  { name: "clocks: updated_at grows", needs, run: growingTimes },
  { name: "clocks: 32 claims", needs, run: claims },
  { name: "clocks: an archive is replaced", needs, edits: overwritingSave, run: sameInstant },
  { name: "clocks: updated_at is the clock's time", needs, edits: clockOnly, run: growingTimes },
  { name: "clocks: claims by the clock's time", needs, edits: clockOnly, run: claims },
];
