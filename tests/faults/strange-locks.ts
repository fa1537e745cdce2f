/**
 * Proof 11: a repository may bring a lock file with content, and files beside it that SQLite would play back or delete:
 * a journal can even name any other file to be deleted. Nothing is locked then, played back or deleted; the error names
 * what to remove, and whoever does so can go on.
 */
import { Database } from "bun:sqlite";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryProject, temporaryFolder, temporaryProject } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { type Experiment, inParallel, Tally, width } from "./experiment.ts";
import { type Launched, launch } from "./launch.ts";
import { reset, type Scenario, save, setExisting } from "./scenario.ts";

type Parts = { lock: string; victim: string };

/** Everything that is brought, and whether it forbids to lock. Nobody reads a `-shm` alone. */
const kinds: { what: string; isHarmless?: boolean; bring: (parts: Parts) => void }[] = [
  { what: "text", bring: ({ lock }) => writeFileSync(lock, "text\n") },
  { what: "a database", bring: ({ lock }) => writeFileSync(lock, interrupted().database) },
  {
    what: "a database with a hot journal",
    bring: ({ lock, victim }) => {
      writeFileSync(lock, interrupted().database);
      writeFileSync(`${lock}-journal`, hotJournal(victim));
    },
  },
  { what: "a hot journal", bring: ({ lock, victim }) => writeFileSync(`${lock}-journal`, hotJournal(victim)) },
  { what: "an empty journal", bring: ({ lock }) => writeFileSync(`${lock}-journal`, "") },
  { what: "a journal that is a link", bring: ({ lock, victim }) => symlinkSync(victim, `${lock}-journal`) },
  { what: "a write-ahead log", bring: ({ lock }) => writeFileSync(`${lock}-wal`, "text\n") },
  { what: "a folder as write-ahead log", bring: ({ lock }) => mkdirSync(`${lock}-wal`) },
  { what: "shared memory", isHarmless: true, bring: ({ lock }) => writeFileSync(`${lock}-shm`, "text\n") },
  {
    what: "all of them",
    bring: ({ lock }) => {
      for (const ending of ["", "-journal", "-wal", "-shm"]) writeFileSync(`${lock}${ending}`, "text\n");
    },
  },
];

async function sweepKinds(scripts: string): Promise<Tally> {
  const tally = new Tally();
  const points = kinds.flatMap((kind) => [setExisting, reset, save].map((scenario) => ({ ...kind, scenario })));
  await inParallel(points, width, async ({ what, bring, isHarmless = false, scenario }) => {
    using project = temporaryProject();
    const victim = join(project.path, "victim");
    writeFileSync(victim, "precious\n");
    scenario.prepare(project.path);
    bring({ lock: project.file(".lock"), victim });
    const problems = await refusedUntilRemoved(project, scenario, { scripts, isHarmless });
    if (readText(victim) !== "precious\n") problems.push("the victim is deleted or changed");
    tally.point(`${scenario.name}, ${what}`, problems);
  });
  return tally;
}

type How = { scripts: string; isHarmless: boolean };

/** Follows the help until the script works. */
async function refusedUntilRemoved(project: TemporaryProject, scenario: Scenario, { scripts, isHarmless }: How) {
  const problems: string[] = [];
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const before = project.snapshot() ?? {};
    const run = await launch({ ...scenario, cwd: project.path, scripts });
    const after = project.snapshot() ?? {};
    const lost = Object.keys(before).filter((name) => name.startsWith(".lock") && after[name] !== before[name]);
    if (lost.length > 0) problems.push(`deleted or changed: ${lost}`);
    if (run.exitCode === 0) return attempt > 0 || isHarmless ? problems : [...problems, "it was locked"];
    const path = pathToRemove(run);
    if (run.exitCode !== 1 || run.stdout !== "") problems.push(`exits ${run.exitCode}: ${run.stdout}${run.stderr}`);
    if (path === undefined || readText(path) === undefined) return [...problems, `it does not say what to remove: ${run.stderr}`];
    rmSync(path, { recursive: true });
  }
  return [...problems, "it does not work though everything named is removed"];
}

/** What the help asks to remove: a path, or `it`, the lock file that the error names. */
function pathToRemove({ stderr }: Launched): string | undefined {
  const [, lock] = /^error: cannot lock ([^\s:]+): /.exec(stderr) ?? [];
  return /\nhelp: .*remove (\/[^\s:]+)/.exec(stderr)?.[1] ?? (/\nhelp: .*remove it/.test(stderr) ? lock : undefined);
}

/** The text of a file, "" of a folder, `undefined` of nothing. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EISDIR" ? "" : undefined;
  }
}

/** A database as a power cut in the middle of a transaction leaves it, and its journal. */
function interrupted(): { database: Uint8Array; journal: Uint8Array } {
  using folder = temporaryFolder();
  const path = join(folder.path, "database");
  using database = new Database(path);
  database.run(
    "CREATE TABLE t AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 99) SELECT randomblob(999) x FROM n",
  );
  database.run("PRAGMA cache_size = 2"); // so that pages reach the disk before the end
  database.run("BEGIN");
  database.run("UPDATE t SET x = randomblob(999)");
  return { database: readFileSync(path), journal: readFileSync(`${path}-journal`) };
}

/** A journal that is to be played back, whose last record names a super-journal, to be deleted after that. */
function hotJournal(superJournal: string): Uint8Array {
  const { journal } = interrupted();
  const name = Buffer.from(superJournal);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(name.length, 0);
  numbers.writeUInt32BE(
    name.reduce((sum, byte) => sum + byte, 0),
    4,
  );
  const page = Buffer.alloc(4);
  page.writeUInt32BE(0x40000000 / 4096 + 1, 0);
  return Buffer.concat([journal, page, name, numbers, Buffer.from("d9d505f920a163d7", "hex")]);
}

const trusting: Edit[] = [
  { file: "lib/store/lock-file.ts", find: "if (readVersion(beside) !== null)", replace: "if (false)" },
  { file: "lib/store/lock-file.ts", find: "if (stat.size > 0)", replace: "if (false)" },
];

export const strangeLocks: Experiment[] = [
  { name: "strange locks: content, journals, logs", needs: [], run: sweepKinds },
  { name: "strange locks: locked whatever is there", needs: [], edits: trusting, run: sweepKinds },
];
