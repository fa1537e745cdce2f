/**
 * Proof 15: a session that is active all the time is in every answer of `get --all` exactly once, while all of them are
 * being replaced, on disks on which a single listing of a folder does not show that: a tmpfs with many files, and btrfs,
 * where it happens once in a thousand times, so that one process asks that often; and, if it is the only session, in two
 * listings in a row once in two thousand times.
 */
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { bun, repository } from "../support/run-script.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { call } from "./calls.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { makeFiles, memoryDisk, renamesOver } from "./rigs/busy-folder.ts";
import { btrfsDisk } from "./rigs/images.ts";
import { command } from "./rigs/rig.ts";
import { old } from "./scenario.ts";
import { sessionsOf } from "./state.ts";

type Asked = { root: string; names: string[]; scripts: string };

/** Asks while all sessions, so many of them, are replaced in turn. */
async function askWhileReplaced(root: string, count: number, ask: (names: string[]) => Promise<Tally>): Promise<Tally> {
  mkdirSync(join(root, ".git"));
  mkdirSync(sessionsOf(root), { recursive: true });
  const names = Array.from({ length: count }, (_, index) => `flow-${index}`);
  const files = names.map((name) => `${name}.json`);
  await using loop = await renamesOver(makeFiles(sessionsOf(root), files, `${JSON.stringify(old)}\n`));
  const tally = await ask(names);
  const renames = await loop.stop();
  tally.point(`${renames} renames`, renames > 2 * count ? [] : ["they were too few"]);
  return tally;
}

async function askByScript({ root, names, scripts }: Asked): Promise<Tally> {
  const tally = new Tally();
  for (let answer = 0; answer < 30; answer += 1) {
    const { exitCode, stdout, stderr } = await call(["get", "--all"], { cwd: root, scripts });
    const listed: { workflow: string; step?: string }[] = exitCode === 0 ? JSON.parse(stdout) : [];
    const found = new Set(listed.filter(({ step }) => step === old.step).map(({ workflow }) => workflow));
    const lost = names.filter((name) => !found.has(name));
    const problems = lost.length === 0 ? [] : [`${lost.length} are left out: ${lost.slice(0, 3)} ${stderr}`];
    if (listed.length > found.size) problems.push(`${listed.length - found.size} are there twice or damaged`);
    tally.point(`answer ${answer + 1}`, problems);
  }
  return tally;
}

async function askInOneProcess({ root, names, scripts }: Asked, answers: number): Promise<Tally> {
  const tally = new Tally();
  const asked = [bun, join(import.meta.dir, "list-often.ts"), sourcesOf(scripts), root, String(answers)];
  const counts: number[] = JSON.parse(command(asked));
  for (const [index, count] of counts.entries())
    tally.point(`answer ${index + 1}`, count === names.length ? [] : [`it has ${count} of ${names.length}`]);
  return tally;
}

/** The folder of the sources that scripts were built from. */
function sourcesOf(scripts: string): string {
  let folder = scripts;
  while (folder !== "/" && !existsSync(join(folder, "lib/store/reading.ts"))) folder = dirname(folder);
  return folder === "/" ? repository : folder;
}

async function inMemory(scripts: string): Promise<Tally> {
  using disk = memoryDisk();
  return await askWhileReplaced(disk.path, 500, (names) => askByScript({ root: disk.path, names, scripts }));
}

async function onBtrfs(scripts: string): Promise<Tally> {
  using disk = btrfsDisk();
  return await askWhileReplaced(disk.path, 5, (names) => askInOneProcess({ root: disk.path, names, scripts }, 8000));
}

async function aloneOnBtrfs(scripts: string): Promise<Tally> {
  using disk = btrfsDisk();
  return await askWhileReplaced(disk.path, 1, (names) => askInOneProcess({ root: disk.path, names, scripts }, 20_000));
}

const oneListing: Edit[] = [{ file: "lib/store/reading.ts", find: "listing < maxListings", replace: "listing < 1" }];
const twoListings: Edit[] = [{ file: "lib/store/reading.ts", find: " && isQuiet(folder)) break;", replace: ") break;" }];

export const listings: Experiment[] = [
  { name: "listing: 500 sessions on tmpfs", needs: ["busy folder"], run: inMemory },
  { name: "listing: sessions on btrfs", needs: ["btrfs"], run: onBtrfs },
  { name: "listing: one session on btrfs", needs: ["btrfs"], run: aloneOnBtrfs },
  { name: "listing: one listing, tmpfs", needs: ["busy folder"], edits: oneListing, run: inMemory },
  { name: "listing: one listing, btrfs", needs: ["btrfs"], edits: oneListing, run: onBtrfs },
  { name: "listing: two listings, btrfs", needs: ["btrfs"], edits: twoListings, run: aloneOnBtrfs },
];
