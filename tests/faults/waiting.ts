/**
 * Proof 16: waiting for the lock. In a crowd on a slow disk nobody gives up before 30 seconds, whether the lock file is
 * his or not: to wait is one thing for everybody. On a disk that gives no record locks nobody waits at all: it fails with
 * the true reason, and `get` works.
 */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder, temporaryProject } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { call } from "./calls.ts";
import { type Experiment, inParallel, Tally, width } from "./experiment.ts";
import { type Launched, launch } from "./launch.ts";
import { type LockError, withoutRecordLocks } from "./rigs/no-record-locks.ts";
import { asUser, type User } from "./rigs/other-user.ts";
import { withSlowSyncs } from "./rigs/slow-sync.ts";
import { getOne, reset, type Scenario, save, setExisting, setNew } from "./scenario.ts";
import { readState, sessionsOf, workflow } from "./state.ts";
import { findLoss } from "./updates.ts";
import { findFaults } from "./verdict.ts";

const owner: User = { uid: 1001 };
const other: User = { uid: 1002 };
const crowd = 40;
/** Two for each update: together longer than the control waits, and less than 30 seconds. */
const syncMs = 150;

/** Half of the crowd owns the lock file. Everybody writes to the folder at once. */
async function slowCrowd(scripts: string): Promise<Tally> {
  using project = temporaryFolder();
  const sessions = sessionsOf(project.path);
  mkdirSync(sessions, { recursive: true });
  mkdirSync(join(project.path, ".git"));
  for (const path of [project.path, join(project.path, "ia"), join(project.path, "ia/state")]) chmodSync(path, 0o755);
  chmodSync(sessions, 0o777);
  chownSync(sessions, owner.uid, owner.uid);
  const lock = join(sessions, ".lock");
  writeFileSync(lock, "");
  chmodSync(lock, 0o666);
  chownSync(lock, owner.uid, owner.uid);
  const tally = new Tally();
  await Promise.all(
    Array.from({ length: crowd }, async (_, index) => {
      const step = `w${index}`;
      const [who, user] = index % 2 === 0 ? (["owner", owner] as const) : (["other", other] as const);
      const under = [...withSlowSyncs(syncMs), ...asUser(user)];
      const run = await call(["set", workflow, step, `${step}=1`], { cwd: project.path, scripts, under });
      const isPatient = run.exitCode === 5 && run.ms >= 30_000;
      tally.point(`${who} ${index}`, isPatient ? [] : findLoss({ workflow, step, run }, project.path));
    }),
  );
  return tally;
}

/** What a disk without record locks says, by system. */
const lockErrors: LockError[] = ["ENOLCK", "EOPNOTSUPP", "ENOSYS", "EINVAL", "EPERM", "EACCES", "EAGAIN"];

async function withoutLocks(errors: LockError[], scripts: string): Promise<Tally> {
  const tally = new Tally();
  const points = errors.flatMap((error) => [setNew, setExisting, reset, save, getOne].map((scenario) => ({ error, scenario })));
  await inParallel(points, width, async ({ error, scenario }) => {
    using project = temporaryProject();
    scenario.prepare(project.path);
    const before = readState(project.path);
    const run = await launch({ ...scenario, cwd: project.path, scripts, under: withoutRecordLocks(error) });
    const faults = findFaults(scenario, run, before, readState(project.path));
    tally.point(`${scenario.name}, ${error}`, [...faults, ...judgeReason(scenario, run)]);
  });
  return tally;
}

function judgeReason(scenario: Scenario, { exitCode, stderr, ms }: Launched): string[] {
  const problems = ms < 5000 ? [] : [`takes ${Math.round(ms)} ms`];
  if (scenario === getOne) return exitCode === 0 ? problems : [...problems, `exits ${exitCode}: ${stderr}`];
  if (exitCode !== 1) problems.push(`exits ${exitCode}`);
  return /does not support record locks.*\nhelp: .*local disk/s.test(stderr) ? problems : [...problems, `it says ${stderr}`];
}

const impatient: Edit[] = [{ file: "lib/store/lock.ts", find: "patienceMs = 30_000", replace: "patienceMs = 5_000" }];
const believing: Edit[] = [
  { file: "lib/store/lock.ts", find: "patienceMs = 30_000", replace: "patienceMs = 1_000" },
  { file: "lib/store/lock.ts", find: "if (attempt === 4 && !canShare(file)) throw unlockable(path);", replace: "" },
  { file: "lib/store/lock.ts", find: "if (/^SQLITE_(?:IOERR|PERM|NOLFS)/.test(code)) throw unlockable(path);", replace: "" },
];

const crowded = ["slow syncs", "other user"] as const;
const lockless = ["no record locks"] as const;

export const waiting: Experiment[] = [
  { name: "waiting: 40 writers on a slow disk", needs: crowded, run: slowCrowd },
  { name: "waiting: a disk without record locks", needs: lockless, run: (scripts) => withoutLocks(lockErrors, scripts) },
  { name: "waiting: 40 writers, patience of 5 seconds", needs: crowded, edits: impatient, run: slowCrowd },
  {
    name: "waiting: what SQLite says is believed",
    needs: lockless,
    edits: believing,
    run: (scripts) => withoutLocks(["ENOLCK", "EOPNOTSUPP"], scripts),
  },
];
