/**
 * Proof 18: on a disk that ignores case, two workflows that differ in case are never merged: `get` knows of none, the others
 * exit 2 and name the other spelling. Two spellings of the project's path are one project with one lock.
 */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Edit } from "../support/unsafe-copy.ts";
import { call, callInTurn, type Place, unlessExit, type Words } from "./calls.ts";
import { withoutLock } from "./crowds.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { caseFoldingDisk } from "./rigs/case-folding.ts";
import { old, writeSession } from "./scenario.ts";
import { readState, sessionsOf, workflow } from "./state.ts";
import { findLoss, type Load, update } from "./updates.ts";

const shouted = "workflow:PR";

/** A workflow in the other spelling, with every script, while the first one is there. */
async function otherSpelling(scripts: string): Promise<Tally> {
  using disk = caseFoldingDisk();
  const place: Place = { cwd: disk.path, scripts };
  mkdirSync(join(disk.path, ".git"));
  writeSession(disk.path);
  const tally = new Tally();
  const before = readState(disk.path);
  const refused: Words[] = [
    ["set", shouted, "other"],
    ["set", shouted, "other", "--if-new"],
    ["set", shouted, "other", `--if-step=${old.step}`],
    ["save", shouted],
    ["save", shouted, "--dry-run"],
    ["reset", shouted],
  ];
  for (const words of refused) {
    const run = await call(words, place);
    const problems = unlessExit(2, run);
    if (!/^error: .*\bworkflow:pr\b/.test(run.stderr)) problems.push(`it does not name the other: ${run.stderr}`);
    if (!Bun.deepEquals(readState(disk.path), before)) problems.push("something has changed");
    tally.point(words.join(" "), problems);
  }
  const { stdout, stderr } = await call(["get", shouted], place);
  const isTold = /^note: .*\bworkflow:pr\b/.test(stderr);
  tally.point("get", stdout === "null\n" && isTold ? [] : [`prints ${stdout}${stderr}`]);
  tally.point(
    "the first one",
    await callInTurn(
      [
        ["set", workflow, "own"],
        ["save", workflow],
      ],
      place,
    ),
  );
  tally.point(
    "afterwards",
    await callInTurn(
      [
        ["set", shouted, "init", "--if-new"],
        ["save", shouted],
      ],
      place,
    ),
  );
  return tally;
}

/** Both spellings begin at the same moment: one of them has the session, the other is refused, every time. */
async function atOnce(rounds: number, scripts: string): Promise<Tally> {
  using disk = caseFoldingDisk();
  const place: Place = { cwd: disk.path, scripts };
  mkdirSync(join(disk.path, ".git"));
  const tally = new Tally();
  for (let round = 0; round < rounds; round += 1) {
    const names = [`flow-${round}`, `FLOW-${round}`];
    const runs = await Promise.all(
      [...names, ...names].map(async (name, index) => ({ name, ...(await call(["set", name, `s${index}`], place)) })),
    );
    const [name = "", ...others] = readdirSync(sessionsOf(disk.path)).filter(
      (each) => each.toLowerCase() === `flow-${round}.json`,
    );
    const problems = others.length === 0 ? [] : [`there is ${others}`];
    for (const run of runs) problems.push(...unlessExit(`${run.name}.json` === name ? 0 : 2, run));
    tally.point(names.join(), problems);
  }
  return tally;
}

/** Updates through two spellings of the project's path. */
async function twoPaths(load: Pick<Load, "workers" | "rounds">, scripts: string): Promise<Tally> {
  using disk = caseFoldingDisk();
  const places = ["project", "PROJECT", "Project/IA"].map((name) => join(disk.path, name));
  mkdirSync(join(disk.path, "project/.git"), { recursive: true });
  mkdirSync(sessionsOf(join(disk.path, "project")), { recursive: true });
  const tally = new Tally();
  for (const each of await update({ ...load, workflows: [workflow], places, scripts }))
    tally.point(each.step, findLoss(each, join(disk.path, "project")));
  return tally;
}

const blindToCase: Edit[] = [
  {
    file: "lib/store/spelling.ts",
    find: "const names = listNames(folder.path).map((name) => workflowOfSession(name) ?? name);",
    replace: "const names = [workflow];",
  },
];

const folding = ["case folding"] as const;

export const cases: Experiment[] = [
  { name: "case: another spelling of a workflow", needs: folding, run: otherSpelling },
  { name: "case: two spellings at once", needs: folding, run: (scripts) => atOnce(8, scripts) },
  {
    name: "case: 32 updates by three spellings of a path",
    needs: folding,
    run: (scripts) => twoPaths({ workers: 16, rounds: 2 }, scripts),
  },
  {
    name: "case: updates by three spellings, no lock",
    needs: folding,
    edits: withoutLock,
    run: (scripts) => twoPaths({ workers: 12, rounds: 2 }, scripts),
  },
  { name: "case: without a look at the spelling", needs: folding, edits: blindToCase, run: otherSpelling },
  { name: "case: at once, without a look", needs: folding, edits: blindToCase, run: (scripts) => atOnce(3, scripts) },
];
