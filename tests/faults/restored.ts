/**
 * Proof 10: a session that git brings back after it was moved on and saved, and that is saved again, gets an archive of
 * its own: the fuller one stays as it was, byte for byte.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryProject } from "../support/project.ts";
import { callInTurn, type Place, type Words } from "./calls.ts";
import { overwritingSave } from "./clocks.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { commit, git } from "./git.ts";
import { parseArchive, readState, workflow } from "./state.ts";

const session = `ia/state/sessions/${workflow}.json`;
const start: Words = ["set", workflow, "init", "branch=feat/x"];
const fullSave: Words[] = [
  ["set", workflow, "find", "pr_number=8"],
  ["set", workflow, "monitor", "round=3"],
  ["save", workflow, "--notes=all of it"],
];

/** How git brings the session back; `work` is what is done between. */
const ways: Record<string, (root: string, work: () => Promise<void>) => Promise<void>> = {
  "a checkout of the file": async (root, work) => {
    commit(root, "the session at its start");
    await work();
    git(root, "checkout", "--", session);
  },
  "a stash that is popped": async (root, work) => {
    git(root, "add", session);
    git(root, "stash", "push", "--", session);
    git(root, "stash", "apply");
    await work();
    git(root, "reset", "--quiet");
    git(root, "stash", "pop");
  },
  "another branch": async (root, work) => {
    writeFileSync(join(root, ".gitignore"), "archives/\n.lock\n");
    commit(root, "the session at its start");
    git(root, "checkout", "--quiet", "-b", "work");
    await work();
    commit(root, "the session is done");
    git(root, "checkout", "--quiet", "main");
  },
};

async function sweepWays(scripts: string): Promise<Tally> {
  const tally = new Tally();
  for (const [way, bringBack] of Object.entries(ways)) {
    using project = temporaryProject({ git: false });
    const cwd = project.path;
    const place: Place = { cwd, scripts };
    commit(cwd, "empty");
    const problems = await callInTurn([start], place);
    await bringBack(cwd, async () => void problems.push(...(await callInTurn(fullSave, place))));
    const before = readState(cwd);
    const [[name, text] = ["", ""]] = Object.entries(before.archives);
    if (before.session === null) problems.push("git did not bring the session back");
    if (parseArchive(text)?.steps.length !== 3) problems.push("the fuller archive is not there");
    problems.push(...(await callInTurn([["save", workflow, "--status=cancelled"]], place)));
    const after = readState(cwd);
    if (after.archives[name] !== text) problems.push("the fuller archive is another now");
    const statuses = Object.values(after.archives).map((each) => parseArchive(each)?.status);
    if (statuses.toSorted().join() !== "cancelled,completed") problems.push(`the archives are ${statuses}`);
    if (after.session !== null) problems.push("the session is still there");
    tally.point(way, problems);
  }
  return tally;
}

export const restored: Experiment[] = [
  { name: "restored: by git, and saved again", needs: ["git"], run: sweepWays },
  { name: "restored: an archive is replaced", needs: ["git"], edits: overwritingSave, run: sweepWays },
];
