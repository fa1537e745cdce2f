/**
 * Proof 14: mounts. Archives may lie on a disk of their own, into which nothing can be renamed; a session may lie on a disk
 * that refuses every chmod. Everything works there.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryProject } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { callInTurn, type Words } from "./calls.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { chmodDenyingDisk } from "./rigs/bindfs.ts";
import { btrfsDisk, makeSubvolume } from "./rigs/images.ts";
import { ownMount } from "./rigs/own-mount.ts";
import { parseArchive, readState, sessionsOf, workflow } from "./state.ts";

const turns: Words[] = [
  ["set", workflow, "init", "branch=feat/x"],
  ["set", workflow, "find"],
  ["save", workflow],
  ["set", workflow, "init", "branch=feat/x"],
  ["save", workflow, "--status=failed"],
  ["set", workflow, "init"],
  ["reset", workflow],
];

/** What is wrong with a project in which all turns were taken. */
async function takeTurns(cwd: string, scripts: string): Promise<string[]> {
  const problems = await callInTurn(turns, { cwd, scripts });
  const { session, archives, temporaries, strangers } = readState(cwd);
  const statuses = Object.values(archives).map((text) => parseArchive(text)?.status);
  if (statuses.toSorted().join() !== "completed,failed") problems.push(`the archives are ${statuses}`);
  if (session !== null || temporaries.length + strangers.length > 0) problems.push(`left: ${[...temporaries, ...strangers]}`);
  return problems;
}

async function archivesApart(scripts: string): Promise<Tally> {
  const tally = new Tally();
  for (const kind of ["bind", "tmpfs"] as const) {
    using project = temporaryProject();
    const archives = project.file("archives");
    mkdirSync(archives, { recursive: true });
    using _mount = ownMount(archives, kind);
    tally.point(kind, await takeTurns(project.path, scripts));
  }
  return tally;
}

async function archivesInSubvolume(scripts: string): Promise<Tally> {
  using disk = btrfsDisk();
  const tally = new Tally();
  mkdirSync(join(disk.path, ".git"));
  mkdirSync(sessionsOf(disk.path), { recursive: true });
  makeSubvolume(join(sessionsOf(disk.path), "archives"));
  tally.point("subvolume", await takeTurns(disk.path, scripts));
  return tally;
}

async function withoutChmod(scripts: string): Promise<Tally> {
  using disk = chmodDenyingDisk();
  mkdirSync(join(disk.path, ".git"));
  const tally = new Tally();
  tally.point("as it is", await takeTurns(disk.path, scripts));
  return tally;
}

const tempElsewhere: Edit[] = [
  {
    file: "lib/store/save.ts",
    find: "const temporary = temporaryFile(archives);",
    replace: "const temporary = temporaryFile(folder.path);",
  },
];
const needlessChmod: Edit[] = [
  { file: "lib/store/atomic-write.ts", find: "if (((own.mode ^ mode) & 0o7777) !== 0) fchmodSync", replace: "fchmodSync" },
];

export const mounts: Experiment[] = [
  { name: "mounts: archives on a mount of its own", needs: ["own mount"], run: archivesApart },
  { name: "mounts: archives in a btrfs subvolume", needs: ["btrfs"], run: archivesInSubvolume },
  { name: "mounts: a disk that refuses chmod", needs: ["chmod denied"], run: withoutChmod },
  { name: "mounts: the archive is renamed from another folder", needs: ["own mount"], edits: tempElsewhere, run: archivesApart },
  { name: "mounts: the same, in a subvolume", needs: ["btrfs"], edits: tempElsewhere, run: archivesInSubvolume },
  { name: "mounts: chmod without need", needs: ["chmod denied"], edits: needlessChmod, run: withoutChmod },
];
