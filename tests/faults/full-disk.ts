/**
 * Proof 3: where the disk is full, has no inodes left, or a limit cuts the file, a script ends in exit 0 with every byte
 * there or fails with the old state untouched. The disk is a tmpfs of 96 KiB on which every count of free pages, or of
 * free inodes, is tried; a write that only partly fits is short, as on any disk. The limit is `ulimit -f`, tried around
 * the sizes of everything that is written.
 */
import { mkdirSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { type Experiment, inParallel, Tally, width } from "./experiment.ts";
import { launch } from "./launch.ts";
import { mountTmpfs } from "./mount.ts";
import { old, prepare, reset, type Scenario, save, saveAgain, setExisting, setNew, writeSession } from "./scenario.ts";
import { readState } from "./state.ts";
import { findFaults } from "./verdict.ts";

type Disk = { options: string /** Uses up all but this many units. */; fill: (path: string, free: number) => void };
type Point = { scenario: Scenario; free: number };

/** Scenarios with texts of many pages, so that a write can stop in the middle. */
const large: Scenario[] = [
  { ...setNew, args: [...setNew.args, `text=${"x".repeat(20_000)}`] },
  { ...setExisting, args: [...setExisting.args, `text=${"x".repeat(20_000)}`] },
  { ...reset, prepare: writeLargeSession },
  { ...save, prepare: writeLargeSession },
];

function writeLargeSession(root: string): void {
  writeSession(root, { ...old, context: { ...old.context, text: "x".repeat(14_000) } });
}

const page = 4096;

const withoutSpace: Disk = {
  options: "size=96k",
  fill: (path, free) => {
    const { bavail } = statfsSync(path);
    writeFileSync(join(path, "filler"), new Uint8Array(Math.max(0, Number(bavail) - free) * page));
  },
};

const withoutInodes: Disk = {
  options: "size=1m,nr_inodes=40",
  fill: (path, free) => {
    mkdirSync(join(path, "fillers"));
    for (let count = Number(statfsSync(path).ffree); count > free; count -= 1)
      writeFileSync(join(path, "fillers", String(count)), "");
  },
};

/** Runs each scenario on a disk with 0, 1, 2, … units left. */
async function sweepFree(disk: Disk, points: Point[], scripts?: string): Promise<Tally> {
  const tally = new Tally();
  await inParallel(points, width, async ({ scenario, free }) => {
    using folder = temporaryFolder();
    using mounted = mountTmpfs(folder.path, disk.options);
    const cwd = mounted.path;
    prepare(scenario, cwd);
    const before = readState(cwd);
    disk.fill(cwd, free);
    const run = await launch({ ...scenario, cwd, scripts });
    tally.point(`${scenario.name}, ${disk.options}, ${free} free`, findFaults(scenario, run, before, readState(cwd)));
  });
  return tally;
}

/** Runs each scenario under a limit on the size of files. */
async function sweepLimits(scripts?: string): Promise<Tally> {
  const tally = new Tally();
  const limits = [0, 1, 50, 100, 170, 200, 250, 300, 350, 400, 450, 500, 4096, 20_000, 20_400, 40_000];
  const points = [...large, setNew, setExisting, reset, save, saveAgain].flatMap((scenario) =>
    limits.map((limit) => ({ scenario, limit })),
  );
  await inParallel(points, width, async ({ scenario, limit }) => {
    using folder = temporaryFolder();
    const cwd = folder.path;
    prepare(scenario, cwd);
    const before = readState(cwd);
    const run = await launch({ ...scenario, cwd, scripts, under: ["prlimit", `--fsize=${limit}`] });
    tally.point(`${scenario.name}, files of at most ${limit} bytes`, findFaults(scenario, run, before, readState(cwd)));
  });
  return tally;
}

function counts(scenarios: Scenario[], most: number): Point[] {
  return scenarios.flatMap((scenario) => Array.from({ length: most + 1 }, (_, free) => ({ scenario, free })));
}

const oneWrite: Edit[] = [
  {
    file: "lib/store/atomic-write.ts",
    find: "for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written, bytes.length - written);",
    replace: "writeSync(file, bytes);",
  },
];

export const fullDisks: Experiment[] = [
  {
    name: "full disk: tmpfs of 96 KiB",
    needs: ["tmpfs"],
    run: (scripts) => sweepFree(withoutSpace, [...counts(large, 12), ...counts([saveAgain], 2)], scripts),
  },
  {
    name: "full disk: tmpfs without inodes",
    needs: ["tmpfs"],
    run: (scripts) => sweepFree(withoutInodes, counts([setNew, setExisting, reset, save, saveAgain], 6), scripts),
  },
  { name: "full disk: ulimit -f", needs: ["prlimit"], run: sweepLimits },
  {
    name: "full disk: one write without a loop",
    needs: ["tmpfs"],
    edits: oneWrite,
    run: (scripts) => sweepFree(withoutSpace, counts(large, 8), scripts),
  },
];
