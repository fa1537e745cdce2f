/** Tests of the store that need something which this machine may lack; then they are skipped, and their titles say what is missing. */
import { test } from "bun:test";
import { missing } from "../faults/machine.ts";
import { memoryDisk } from "../faults/rigs/busy-folder.ts";
import { type CaseFoldingDisk, caseFoldingDisk, caseFoldingProbe } from "../faults/rigs/case-folding.ts";
import { ownMountProbe } from "../faults/rigs/own-mount.ts";
import { findLack } from "../faults/rigs/rig.ts";
import { pause, recordCalls } from "../faults/strace.ts";
import type { TemporaryProject } from "../support/project.ts";
import type { ScriptName } from "../support/run-script.ts";
import { contents } from "./fixture.ts";

const noDisk = await findLack(caseFoldingProbe);
const noMount = await findLack(ownMountProbe);
const [noTracer = null] = await missing(["strace"]);
const [noMemory = null] = await missing(["tmpfs"]);

/** A test on a disk that ignores case, as those of macOS and Windows do. */
export function testOnCaseFoldingDisk(title: string, prove: (disk: CaseFoldingDisk) => void): void {
  test.skipIf(noDisk !== null)(titled(title, noDisk), () => {
    using disk = caseFoldingDisk();
    prove(disk);
  });
}

/** A test in which a file is mounted over itself, so that nobody can delete it. */
export function testWithMount(title: string, prove: () => void): void {
  test.skipIf(noMount !== null)(titled(title, noMount), prove);
}

/** A test with two disks, whose topmost folders have one inode number. */
export function testWithTwoDisks(title: string, prove: (one: string, other: string) => Promise<void>): void {
  test.skipIf(noMemory !== null)(titled(title, noMemory), async () => {
    using one = memoryDisk();
    using other = memoryDisk();
    await prove(one.path, other.path);
  });
}

/** A test that traces the system calls of a script. */
export function testTraced(title: string, prove: () => Promise<void>): void {
  test.skipIf(noTracer !== null)(titled(title, noTracer), prove);
}

type Meanwhile = {
  make: () => TemporaryProject;
  /** How the call looks after which the script is stopped, with the path of the project as `.`; of several it is the last. */
  after: RegExp;
  isFirst?: boolean;
  args?: string[];
  /** May return what is to be undone when the script has ended. */
  happens: (project: TemporaryProject) => Disposable | undefined;
};

/**
 * Runs a script, by default for `workflow:pr`, in a process of its own, which is stopped right after one of its system calls, and goes
 * on when something has happened in its project. The calls are learnt from a run in another project of the same make.
 * If the stop missed its call, which happens when the garbage collector makes one more call of that name, all is done anew, ten times at most.
 */
export async function runMeanwhile(script: ScriptName, { make, after, isFirst, args = ["workflow:pr"], happens }: Meanwhile) {
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    using model = make();
    using project = make();
    using effects = new DisposableStack();
    const call = { script, args };
    const calls = (await recordCalls({ ...call, cwd: model.path })).filter(({ label }) => after.test(label));
    const at = calls.at(isFirst ? 0 : -1);
    if (at === undefined) throw new Error(`${script} makes no call ${after}`);
    const { exitCode, stdout, stderr, hit } = await pause({ ...call, cwd: project.path }, at, async () => {
      effects.use(happens(project));
    });
    if (hit) return { exitCode, stdout, stderr, files: contents(project) };
  }
  throw new Error(`${script} was not stopped after ${after}`);
}

function titled(title: string, lack: string | null): string {
  return lack === null ? title : `${title} (missing: ${lack})`;
}
