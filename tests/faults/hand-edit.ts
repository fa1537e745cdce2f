/**
 * Proof 17: an edit by hand in the middle of a write is not lost, even if it keeps the size of the file and puts its time
 * back: the write starts over with what the hand wrote.
 */
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryProject } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { unlessExit } from "./calls.ts";
import { type Experiment, inParallel, Tally, width } from "./experiment.ts";
import { launch } from "./launch.ts";
import { withSlowSyncs } from "./rigs/slow-sync.ts";
import { old, prepare, type Scenario, save, setExisting } from "./scenario.ts";
import { parseArchive, parseWhole, readState, sessionsOf, workflow } from "./state.ts";
import { until } from "./until.ts";

/** When the hand edits: as soon as there is a file in this folder whose name ends so. */
type Moment = { what: string; scenario: Scenario; folder: string; ending: string };

const moments: Moment[] = [
  { what: "while the session is written", scenario: setExisting, folder: ".", ending: ".tmp" },
  { what: "while the marker is written", scenario: save, folder: ".", ending: ".tmp" },
  { what: "while the archive is written", scenario: save, folder: "archives", ending: ".tmp" },
  { what: "when the archive is there", scenario: save, folder: "archives", ending: ".md" },
];

async function sweepMoments(scripts: string): Promise<Tally> {
  const tally = new Tally();
  await inParallel(moments, width, async ({ what, scenario, folder, ending }) => {
    using project = temporaryProject();
    const cwd = project.path;
    prepare(scenario, cwd);
    const session = join(sessionsOf(cwd), `${workflow}.json`);
    utimesSync(session, 1_700_000_000, 1_700_000_000);
    const meanwhile = async () => {
      await until(() => namesIn(join(sessionsOf(cwd), folder)).some((name) => name.endsWith(ending)), "the moment to edit");
      editByHand(session);
    };
    const run = await launch({ ...scenario, cwd, scripts, under: withSlowSyncs(300), meanwhile });
    tally.point(`${scenario.name}, edited ${what}`, [...unlessExit(0, run), ...judgeKept(scenario, cwd)]);
  });
  return tally;
}

/** Changes a number to another one of as many digits. */
function editByHand(path: string): void {
  const { atime, mtime, size } = statSync(path);
  writeFileSync(path, readFileSync(path, "utf8").replace('"pr_number": 8', '"pr_number": 9'));
  utimesSync(path, atime, mtime);
  const now = statSync(path);
  if (now.size !== size || now.mtimeMs !== mtime.getTime()) throw new Error("the edit shows in size or time");
}

/** What is wrong with what came of it: the hand's number must be there, beside what the script did. */
function judgeKept(scenario: Scenario, root: string): string[] {
  const { session, archives, temporaries } = readState(root);
  const steps = scenario === save ? old.steps : [...old.steps, "monitor"];
  const results = scenario === save ? Object.values(archives).map(parseArchive) : [parseWhole(session?.text ?? "")];
  const problems = results.length === 1 ? [] : [`there are ${results.length} archives`];
  if (results[0]?.context["pr_number"] !== 9) problems.push(`pr_number is ${results[0]?.context["pr_number"]}`);
  if (results[0]?.steps.join() !== steps.join()) problems.push(`the steps are ${results[0]?.steps}`);
  if (scenario === save && session !== null) problems.push("the session is still there");
  if (temporaries.length > 0) problems.push(`left behind: ${temporaries}`);
  return problems;
}

function namesIn(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false }) ? readdirSync(folder) : [];
}

const withoutCtime: Edit[] = [{ file: "lib/store/read-file.ts", find: " && a.ctimeMs === b.ctimeMs", replace: "" }];

export const handEdits: Experiment[] = [
  { name: "hand: an edit that keeps size and time", needs: ["slow syncs"], run: sweepMoments },
  { name: "hand: versions without ctime", needs: ["slow syncs"], edits: withoutCtime, run: sweepMoments },
];
