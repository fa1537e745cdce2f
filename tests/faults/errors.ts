/**
 * Proof 2: an error at any system call ends in exit 0 with everything done, or in exit 1 with the old state untouched,
 * nothing left behind and a message that says what failed and where; after EIO the next call must work. Every call is struck
 * with EIO; the calls that change something or make it durable with ENOSPC too and, in turn, EACCES or EINTR. A sync that
 * failed is never taken for done unless a later one of the same file succeeded, or a marker tells later writes. Stdout that
 * cannot be written is one more point, and so is a session that is there, and is not found at the moment when it is read.
 */
import { temporaryFolder } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { type Experiment, inParallel, Tally, width } from "./experiment.ts";
import { judgeDebris, record } from "./kill.ts";
import { launch } from "./launch.ts";
import { getAll, getOne, prepare, reset, type Scenario, saveAfterKilledSave, setExisting, writers } from "./scenario.ts";
import { markerName, readState, workflow } from "./state.ts";
import { type Fault, isChange, type Struck, type SystemCall, strike } from "./strace.ts";
import { findFaults } from "./verdict.ts";

type Sweep = { scenario: Scenario; scripts?: string | undefined; at?: (call: SystemCall) => boolean };

/** Strikes each system call of a scenario, or those that `at` picks, with errors. */
export async function sweepErrors({ scenario, scripts, at = () => true }: Sweep): Promise<Tally> {
  const tally = new Tally();
  const calls = await record(scenario, scripts);
  const points = calls.filter(at).flatMap((call, index) => {
    const inTurn = index % 2 === 0 ? "EACCES" : "EINTR";
    const errors: Fault[] = isChange(call) && !isCloseAfterReading(call) ? ["EIO", "ENOSPC", inTurn] : ["EIO"];
    return errors.map((error) => ({ call, error }));
  });
  await inParallel(points, width, ({ call, error }) =>
    tally.attempt(`${scenario.name}, ${error} at ${call.name} ${call.ordinal} ${call.label}`, () =>
      failAt(call, error, { scenario, scripts }),
    ),
  );
  return tally;
}

async function failAt(call: SystemCall, error: Fault, { scenario, scripts }: Sweep): Promise<string[] | null> {
  using folder = temporaryFolder();
  const cwd = folder.path;
  prepare(scenario, cwd);
  const before = readState(cwd);
  const run = await strike({ ...scenario, cwd, scripts }, call, error);
  if (!run.hit) return null;
  const after = readState(cwd);
  const isSweeping = /^unlink/.test(call.name) && call.label.includes(".tmp");
  if (isSweeping) after.temporaries = []; // what could not be removed is left to later writes
  const problems = findFaults(scenario, run, before, after);
  const isOver = run.exitCode === 0 && !after.temporaries.includes(markerName);
  if (isOver && isSync(call) && !isSyncedLater(call, run)) problems.push("exit 0, though a sync failed");
  if (error !== "EIO") return problems;
  const next = await launch({ ...scenario, cwd, scripts });
  if (next.exitCode !== 0 && next.exitCode !== 3) problems.push(`then ${scenario.script} exits ${next.exitCode}: ${next.stderr}`);
  return [...problems, ...(await judgeDebris(cwd, scripts, call.ordinal % 2 === 0 ? "save" : "reset"))];
}

function isCloseAfterReading({ name, label }: SystemCall): boolean {
  return name === "close" && !label.includes(".tmp");
}

function isSync({ name }: SystemCall): boolean {
  return name === "fsync" || name === "fdatasync";
}

function isSyncedLater({ label }: SystemCall, { later }: Struck): boolean {
  const path = label.slice(label.lastIndexOf("/"));
  return later.some((line) => line.includes(path) && line.endsWith("= 0"));
}

/** A result that cannot be printed is no success; the message says that the work is done. */
async function fullStdout(scripts?: string): Promise<Tally> {
  const tally = new Tally();
  for (const scenario of scenarios) {
    using folder = temporaryFolder();
    prepare(scenario, folder.path);
    const before = readState(folder.path);
    const under = ["sh", "-c", 'exec "$@" > /dev/full', "sh"];
    const run = await launch({ ...scenario, cwd: folder.path, scripts, under });
    tally.point(scenario.name, findFaults(scenario, run, before, readState(folder.path)));
  }
  return tally;
}

/** A session whose file cannot be found when it is opened, as if its folder had been moved away for that moment. */
async function missAtReading(scripts?: string): Promise<Tally> {
  const tally = new Tally();
  for (const scenario of [setExisting, reset])
    for (const call of await record(scenario, scripts))
      if (call.name === "openat" && call.label.includes(`/${workflow}.json"`))
        await tally.attempt(`${scenario.name}, ENOENT`, () => failAt(call, "ENOENT", { scenario, scripts }));
  return tally;
}

const scenarios = [...writers, getOne, getAll];

const swallowedSync: Edit[] = [
  { file: "lib/store/atomic-write.ts", find: "fsyncSync(file);", replace: "try { fsyncSync(file); } catch {}" },
];
const swallowedFolderSync: Edit[] = [
  { file: "lib/store/sync.ts", find: "if (!unsyncable.includes(systemCode(error))) throw error;", replace: "" },
];

const trustedVersion: Edit[] = [
  { file: "lib/store/sessions.ts", find: "before === null ? null : seen", replace: "seen" },
  { file: "lib/store/sessions.ts", find: "removed.damage === undefined ? null : seen", replace: "false ? null : seen" },
];

const lastArchive: Edit[] = [{ file: "lib/store/roll-back.ts", find: "isOwn && !isOnlyOne &&", replace: "isOwn &&" }];

export const errors: Experiment[] = [
  ...scenarios.map((scenario) => ({
    name: `errors: ${scenario.name}`,
    needs: ["strace"] as const,
    run: (scripts?: string) => sweepErrors({ scenario, scripts }),
  })),
  { name: "errors: stdout on a full disk", needs: [], run: fullStdout },
  { name: "errors: a session is not found when it is read", needs: ["strace"], run: missAtReading },
  {
    name: "errors: a session is not found when it is read, and was there before",
    needs: ["strace"],
    edits: trustedVersion,
    run: missAtReading,
  },
  control("a failed sync of a file is swallowed", swallowedSync),
  control("a failed sync of a folder is swallowed", swallowedFolderSync),
  control("a failed save removes the last archive", lastArchive, { scenario: saveAfterKilledSave, at: isChange }),
];

function control(what: string, edits: Edit[], { scenario, at } = { scenario: setExisting, at: isSync }): Experiment {
  const run = (scripts: string) => sweepErrors({ scenario, scripts, at });
  return { name: `errors: ${what}`, needs: ["strace"], edits, run };
}
