/**
 * Proof 6: the lock. Deleted 200 times a second it still loses nothing; a holder that is stopped is never robbed, the
 * others give up after 30 seconds and work again when it goes on; a lock file that cannot be locked is an error and
 * never taken for a lock; `get` needs none of it; and one folder has one lock, by whatever path it is reached.
 */
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder, temporaryProject } from "../support/project.ts";
import { bun, cleanEnvironment } from "../support/run-script.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { sweepMixture, withoutCheck, withoutLock } from "./crowds.ts";
import { type Experiment, inParallel, Tally, width } from "./experiment.ts";
import { type Launched, launch } from "./launch.ts";
import { asNobody } from "./machine.ts";
import { mountTmpfs } from "./mount.ts";
import { pauses, sessionLooks } from "./paused.ts";
import { withSlowSyncs } from "./rigs/slow-sync.ts";
import { getOne, prepare, reset, type Scenario, save, setExisting } from "./scenario.ts";
import { readState, sessionsOf, workflow } from "./state.ts";
import { until } from "./until.ts";
import { findLoss, type Load, update } from "./updates.ts";
import { findFaults, isUntouched } from "./verdict.ts";

const writers = [setExisting, reset, save];

/** Does some work in a new project whose lock file is deleted over and over, at random moments about that far apart. */
async function whileDeleted<T>(milliseconds: number, work: (root: string) => Promise<T>): Promise<T> {
  using project = temporaryProject();
  let isOver = false;
  const deleting = (async () => {
    for (; !isOver; await Bun.sleep(2 * milliseconds * Math.random())) rmSync(project.file(".lock"), { force: true });
  })();
  try {
    return await work(project.path);
  } finally {
    isOver = true;
    await deleting;
  }
}

async function updateDeleted(load: Pick<Load, "workers" | "rounds" | "scripts">): Promise<Tally> {
  return await whileDeleted(5, async (root) => {
    const tally = new Tally();
    for (const each of await update({ ...load, workflows: [workflow], places: [root] }))
      tally.point(each.step, findLoss(each, root));
    return tally;
  });
}

async function mixDeleted(scripts: string): Promise<Tally> {
  return await whileDeleted(5, (root) => sweepMixture(root, { workers: 16, rounds: 8, scripts }));
}

/** Saves that are slow leave the others time between an archive and the end of its session. */
async function mixDeletedSlowly(scripts: string): Promise<Tally> {
  const load = { workers: 8, rounds: 16, workflows: ["flow"], scripts, underSave: withSlowSyncs(150) };
  return await whileDeleted(400, (root) => sweepMixture(root, load));
}

async function stoppedHolder(scripts?: string): Promise<Tally> {
  using project = temporaryProject();
  const cwd = project.path;
  prepare(setExisting, cwd);
  const before = readState(cwd);
  const tally = new Tally();
  const dyingWithUs = Bun.which("setpriv") ? ["setpriv", "--pdeathsig", "KILL"] : [];
  const holder = Bun.spawn([...dyingWithUs, bun, join(import.meta.dir, "lock-holder.ts"), project.file(".lock")], {
    env: cleanEnvironment(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
    timeout: 120_000, // no process is left stopped, whatever happens here
    killSignal: "SIGKILL",
  });
  await until(() => isStopped(holder.pid), "the holder's stop");
  const get = await launch({ ...getOne, cwd, scripts });
  tally.point("get meanwhile", get.exitCode === 0 && get.ms < 5000 ? [] : [`exits ${get.exitCode} after ${get.ms} ms`]);
  await inParallel(writers, writers.length, async (scenario) => {
    const { exitCode, ms, stdout } = await launch({ ...scenario, cwd, scripts });
    const isRight = exitCode === 5 && stdout === "" && ms > 29_500 && ms < 45_000;
    tally.point(`${scenario.name} meanwhile`, isRight ? [] : [`exits ${exitCode} after ${Math.round(ms)} ms`]);
  });
  tally.point("the session meanwhile", isUntouched(before, readState(cwd)) ? [] : ["it has changed"]);
  holder.kill("SIGCONT");
  const held = await holder.stdout.text();
  tally.point("the holder when it goes on", held === "true" ? [] : [`it was robbed: ${held}`]);
  await holder.exited;
  const next = await launch({ ...setExisting, cwd, scripts });
  tally.point("set afterwards", next.exitCode === 0 && next.ms < 5000 ? [] : [`exits ${next.exitCode} after ${next.ms} ms`]);
  return tally;
}

function isStopped(pid: number): boolean {
  return /^State:\sT/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

/** Everything that can stand in the place of the lock file, and how it is made there. */
const strangeLocks: Record<string, (path: string) => void> = {
  "a symlink to a file": (path) => {
    writeFileSync(join(path, "../../target"), "");
    symlinkSync("../target", path);
  },
  "a symlink to nothing": (path) => symlinkSync("../target", path),
  "a folder": (path) => mkdirSync(path),
  "a FIFO": (path) => void Bun.spawnSync(["mkfifo", path]),
  "a file that is no database": (path) => writeFileSync(path, "x".repeat(8192)),
};

async function strangeFiles(scripts?: string): Promise<Tally> {
  const tally = new Tally();
  await refuseAll(
    tally,
    Object.entries(strangeLocks).map(([what, make]) => ({
      what,
      make: (root) => {
        rmSync(lockOf(root));
        make(lockOf(root));
      },
    })),
    { scripts },
  );
  return tally;
}

/** Locks that a user may not write, in a folder that is theirs; each is opened read-only at best. */
async function unwritableFiles(scripts?: string): Promise<Tally> {
  const tally = new Tally();
  const own = (root: string) => {
    chmodSync(root, 0o755);
    for (const path of [sessionsOf(root), join(sessionsOf(root), `${workflow}.json`)]) chownSync(path, 65534, 65534);
  };
  const kinds: Kind[] = [
    { what: "another user's", make: own },
    {
      what: "another user's, unreadable",
      make: (root) => {
        own(root);
        chmodSync(lockOf(root), 0o600);
      },
    },
    {
      what: "read-only",
      make: (root) => {
        own(root);
        chownSync(lockOf(root), 65534, 65534);
        chmodSync(lockOf(root), 0o444);
      },
    },
  ];
  await refuseAll(tally, kinds, { scripts, under: asNobody });
  return tally;
}

async function readOnlyFolder(scripts?: string): Promise<Tally> {
  const tally = new Tally();
  await refuseAll(tally, [{ what: "another user's folder", make: (root) => chmodSync(root, 0o755) }], {
    scripts,
    under: asNobody,
  });
  return tally;
}

async function readOnlyDisk(scripts?: string): Promise<Tally> {
  const tally = new Tally();
  for (const scenario of [...writers, getOne]) {
    using folder = temporaryFolder();
    using disk = mountTmpfs(folder.path, "size=1m");
    prepare(scenario, disk.path);
    Bun.spawnSync(["mount", "-o", "remount,ro", disk.path]);
    await refuse(tally, "a read-only disk", scenario, { cwd: disk.path, scripts });
  }
  return tally;
}

type Kind = { what: string; make: (root: string) => void };
type How = { scripts?: string | undefined; under?: string[] };

/** Every script that writes refuses to work with every kind at once, and `get` works. */
async function refuseAll(tally: Tally, kinds: Kind[], how: How): Promise<void> {
  const points = kinds.flatMap((kind) => [...writers, getOne].map((scenario) => ({ ...kind, scenario })));
  await inParallel(points, width, async ({ what, make, scenario }) => {
    using folder = temporaryFolder();
    prepare(scenario, folder.path);
    make(folder.path);
    await refuse(tally, what, scenario, { ...how, cwd: folder.path });
  });
}

async function refuse(tally: Tally, what: string, scenario: Scenario, how: How & { cwd: string }): Promise<void> {
  const before = readState(how.cwd);
  const hadTarget = existsSync(join(sessionsOf(how.cwd), "../target"));
  const run = await launch({ ...scenario, ...how });
  const faults = findFaults(scenario, run, before, readState(how.cwd));
  const isRight = scenario === getOne ? isRead(run) : run.exitCode === 1;
  if (!isRight) faults.push(`exits ${run.exitCode}: ${run.stdout}${run.stderr}`);
  if (run.ms > 5000) faults.push(`takes ${Math.round(run.ms)} ms`);
  if (!hadTarget && existsSync(join(sessionsOf(how.cwd), "../target"))) faults.push("it has followed the symlink");
  tally.point(`${scenario.name}, ${what}`, faults);
}

function isRead({ exitCode, stdout }: Launched): boolean {
  return exitCode === 0 && JSON.parse(stdout).step === "find";
}

function lockOf(root: string): string {
  return join(sessionsOf(root), ".lock");
}

/** One sessions folder reached through its own project, a symlink to that, and another project that links to it. */
async function manyPaths(load: Pick<Load, "workers" | "rounds" | "scripts">): Promise<Tally> {
  using project = temporaryProject();
  using other = temporaryProject();
  using links = temporaryFolder();
  mkdirSync(sessionsOf(project.path), { recursive: true });
  mkdirSync(join(other.path, "ia/state"), { recursive: true });
  symlinkSync(sessionsOf(project.path), sessionsOf(other.path));
  symlinkSync(project.path, join(links.path, "link"));
  const places = [project.path, other.path, join(links.path, "link")];
  const updates = await update({ ...load, workflows: [workflow], places });
  const tally = new Tally();
  for (const each of updates) tally.point(each.step, findLoss(each, project.path));
  return tally;
}

const readOnlyLock: Edit[] = [
  { file: "lib/store/lock-file.ts", find: "flags.O_RDWR |", replace: "flags.O_RDONLY |" },
  { file: "lib/store/lock.ts", find: '"PRAGMA user_version = 1"', replace: '"SELECT 1"' },
];
const lockPerPath: Edit[] = [
  ...withoutCheck,
  {
    file: "lib/store/folder.ts",
    find: "/.lock`;",
    replace: "/.lock`.concat(process.cwd().replaceAll('/', '-'));",
  },
];
const lockedGet: Edit[] = [
  {
    file: "lib/store/reading.ts",
    find: 'import type { Project } from "./project.ts";',
    replace: 'import type { Project } from "./project.ts"; import { transact } from "./transaction.ts";',
  },
  {
    file: "lib/store/reading.ts",
    find: "readSessionFile(folder, workflow) : null;",
    replace: "transact(folder, workflow, () => readSessionFile(folder, workflow)) : null;",
  },
];
const followedLink: Edit[] = [
  { file: "lib/store/lock-file.ts", find: " | flags.O_NOFOLLOW", replace: "" },
  { file: "lib/store/lock.ts", find: " | constants.SQLITE_OPEN_NOFOLLOW", replace: "" },
];

export const locks: Experiment[] = [
  ...pauses,
  {
    name: "lock: deleted 200 times a second, set",
    needs: [],
    run: (scripts) => updateDeleted({ workers: 16, rounds: 8, scripts }),
  },
  { name: "lock: deleted 200 times a second, set and save", needs: [], run: mixDeleted },
  {
    name: "lock: deleted, set and slow save",
    needs: ["slow syncs"],
    run: mixDeletedSlowly,
  },
  { name: "lock: a stopped holder", needs: [], run: stoppedHolder },
  { name: "lock: a symlink, folder, FIFO or other file", needs: [], run: strangeFiles },
  { name: "lock: another user's or read-only", needs: ["root", "setpriv"], run: unwritableFiles },
  { name: "lock: a read-only folder", needs: ["root", "setpriv"], run: readOnlyFolder },
  { name: "lock: a read-only disk", needs: ["tmpfs"], run: readOnlyDisk },
  { name: "lock: one folder by three paths", needs: [], run: (scripts) => manyPaths({ workers: 24, rounds: 4, scripts }) },
  {
    name: "lock: deleted, and not looked at again, set",
    needs: [],
    edits: withoutCheck,
    run: (scripts) => updateDeleted({ workers: 16, rounds: 5, scripts }),
  },
  {
    name: "lock: deleted, and a save without a last look",
    needs: ["slow syncs"],
    edits: sessionLooks,
    run: mixDeletedSlowly,
  },
  { name: "lock: a holder that nobody waits for", needs: [], edits: withoutLock, run: stoppedHolder },
  { name: "lock: symlinks are followed", needs: [], edits: followedLink, run: strangeFiles },
  { name: "lock: opened read-only and trusted", needs: ["root", "setpriv"], edits: readOnlyLock, run: unwritableFiles },
  { name: "lock: get takes it, read-only folder", needs: ["root", "setpriv"], edits: lockedGet, run: readOnlyFolder },
  { name: "lock: get takes it, read-only disk", needs: ["tmpfs"], edits: lockedGet, run: readOnlyDisk },
  {
    name: "lock: one lock for each path",
    needs: [],
    edits: lockPerPath,
    run: (scripts) => manyPaths({ workers: 24, rounds: 3, scripts }),
  },
];
