/** Controls: sources with one protection of Windows taken out, on which the check of it must fail. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, scriptNames } from "../../lib/build/bundle.ts";
import { unsafeCopy } from "../support/unsafe-copy.ts";
import type { Bench, Control } from "./check.ts";
import { fewUpdates, stoppedHolder } from "./crowd.ts";
import { start } from "./life-cycle.ts";
import { legalNames } from "./names.ts";
import { awayForMoment, heldByReaders } from "./readers.ts";
import { otherCase } from "./spelling.ts";
import { toNul } from "./streams.ts";
import { subfolder } from "./walk.ts";

const withoutLock = [
  { file: "lib/store/lock.ts", find: '"BEGIN IMMEDIATE"', replace: '"SELECT 1"' },
  { file: "lib/store/lock.ts", find: '"PRAGMA user_version = 1"', replace: '"SELECT 1"' },
  {
    file: "lib/store/transaction.ts",
    find: "if (!isSameVersion(readVersion(path), version) || !lock.isHeld()) throw new NewStart();",
    replace: "void [lock, path, version];",
  },
];

export const controls: Control[] = [
  {
    name: "a write that is tried once",
    check: heldByReaders,
    mustFail: /ends with 1: error: cannot write/,
    edits: [{ file: "lib/store/windows.ts", find: "waitedMs >= 5000", replace: "waitedMs >= 0" }],
  },
  {
    name: "a reader that looks once",
    check: awayForMoment,
    mustFail: /get says null/,
    edits: [{ file: "lib/store/windows.ts", find: "!onWindows || found !== null || attempt === 2", replace: "attempt === 0" }],
  },
  {
    name: "a lock file that is asked whether it has moved",
    check: start,
    mustFail: /ends with 5: error: could not get the lock/,
    edits: [
      { file: "lib/store/lock.ts", find: "if (isWindows) return true;", replace: "" },
      { file: "lib/store/lock.ts", find: "patienceMs = 30_000", replace: "patienceMs = 1_000" },
    ],
  },
  {
    name: "a walk upwards that knows / only",
    check: subfolder,
    mustFail: /undefined\s+- 'init'/,
    edits: [
      {
        file: "lib/store/windows.ts",
        find: '(isWindows ? path.replaceAll("\\\\", "/") : path)',
        replace: "path",
      },
      {
        file: "lib/store/project.ts",
        find: 'process.getBuiltinModule("node:path").dirname(folder)',
        replace: 'process.getBuiltinModule("node:path").posix.dirname(folder)',
      },
    ],
  },
  {
    name: "no look at case",
    check: otherCase,
    mustFail: /"?step/,
    edits: [{ file: "lib/store/spelling.ts", find: "if (names.includes(workflow)) return null;", replace: "return null;" }],
  },
  {
    name: "names as they are",
    check: legalNames,
    mustFail: /workflow:x\.json/,
    edits: [{ file: "lib/store/folder.ts", find: "if (!onWindows) return workflow;", replace: "return workflow;" }],
  },
  {
    name: "a /dev/null that must be there",
    check: toNul,
    mustFail: /"exitCode":1/,
    edits: [
      {
        file: "lib/cli/run.ts",
        find: 'statSync("/dev/null", { throwIfNoEntry: false })?.rdev',
        replace: 'statSync("/dev/null").rdev',
      },
    ],
  },
  { name: "updates without a lock", check: fewUpdates, mustFail: /updates are lost/, edits: withoutLock },
  { name: "a holder without a lock", check: stoppedHolder, mustFail: /set did not wait/, edits: withoutLock },
];

/** Says how the check fails on the edited sources; `null` if it does not fail, or in another way. */
export async function conduct({ check, edits, mustFail }: Control, bench: Bench): Promise<string> {
  using copy = unsafeCopy(edits);
  const scripts = join(copy.path, "built");
  mkdirSync(scripts);
  for (const { name, text } of await Promise.all(scriptNames.map((name) => bundle(copy.path, name, "control"))))
    writeFileSync(join(scripts, `${name}.ts`), text);
  const skill = bench.rig.install({ scripts, lib: join(copy.path, "lib") });
  try {
    await check.run({ ...bench, skill, below: "control" });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const wanted = mustFail.exec(message)?.[0];
    if (wanted !== undefined) return wanted;
    throw new Error(`it failed otherwise: ${message}`);
  }
  throw new Error("it did not fail");
}
