/**
 * Proof 19: on a disk that refuses the names that Windows refuses, the error says so and what works instead; and nothing
 * that is written for a workflow without a colon has such a name.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Edit } from "../support/unsafe-copy.ts";
import { call, callInTurn, type Place, unlessExit, type Words } from "./calls.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { windowsNamesDisk } from "./rigs/images.ts";
import { readState, workflow } from "./state.ts";

async function windowsNames(scripts: string): Promise<Tally> {
  using disk = windowsNamesDisk();
  const place: Place = { cwd: disk.path, scripts };
  mkdirSync(join(disk.path, ".git"));
  const tally = new Tally();
  const first = await call(["get", workflow], place);
  tally.point("get, with a colon", first.stdout === "null\n" ? [] : [first.stderr]);
  for (const name of [workflow, "con"]) {
    const run = await call(["set", name, "init"], place);
    const isTold =
      run.stderr.includes(`${name}.json: EINVAL`) && /\nhelp: .*neither : nor devices.*use another name/.test(run.stderr);
    tally.point(`set ${name}`, [...unlessExit(1, run), ...(isTold ? [] : [`it says ${run.stderr}`])]);
  }
  const turns: Words[] = [
    ["set", "pr", "init"],
    ["set", "pr", "find", "branch=feat/x"],
    ["save", "pr"],
    ["set", "pr.2", "init"],
    ["reset", "pr.2"],
  ];
  tally.point("without one", await callInTurn(turns, place));
  const { session, archives, temporaries } = readState(disk.path);
  const isClean = session === null && temporaries.length === 0 && Object.keys(archives).length === 1;
  tally.point("what is left", isClean ? [] : [`${temporaries} ${Object.keys(archives)}`]);
  return tally;
}

const withoutHelp: Edit[] = [{ file: "lib/errors.ts", find: "  EINVAL:\n", replace: "  NONE:\n" }];

export const names: Experiment[] = [
  { name: "names: a disk with those of Windows", needs: ["windows names"], run: windowsNames },
  { name: "names: refused without help", needs: ["windows names"], edits: withoutHelp, run: windowsNames },
];
