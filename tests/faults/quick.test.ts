/** The fault proofs in small, for `bun test`: a kill and an I/O error at the calls on which a write of `set` depends. */
import { expect, test } from "bun:test";
import { unsafeCopy } from "../support/unsafe-copy.ts";
import { controls } from "../windows/controls.ts";
import { sweepErrors } from "./errors.ts";
import { allExperiments } from "./experiments.ts";
import { overwrite, sweepKills } from "./kill.ts";
import { missing } from "./machine.ts";
import { save, setExisting } from "./scenario.ts";
import { isChange, type SystemCall } from "./strace.ts";

test.each([...allExperiments, ...controls].filter(({ edits }) => edits !== undefined))(
  "a control takes out what is there: $name",
  ({ edits = [] }) => {
    using copy = unsafeCopy(edits);
    expect(copy.path).toBeString();
  },
);

const unmet = await missing(["strace"]);
if (unmet.length > 0)
  console.warn(`SKIPPED: kills and errors at system calls are NOT PROVED, this machine lacks ${unmet.join()}`);
const traced = test.skipIf(unmet.length > 0);

const isDecisive = ({ name, label }: SystemCall) => /^(write|fsync|rename|unlink)$/.test(name) && label.includes("./ia");

traced(
  "set that is killed at a decisive call leaves the old state or the new one",
  async () => {
    const { tried, violations } = await sweepKills({ scenario: setExisting, at: isDecisive });
    expect(violations).toEqual([]);
    expect(tried).toBeGreaterThanOrEqual(4);
  },
  30_000,
);

traced(
  "save that is killed at a decisive call and run again ends with one archive",
  async () => {
    const { tried, violations } = await sweepKills({ scenario: save, at: (call) => isDecisive(call) && call.name !== "write" });
    expect(violations).toEqual([]);
    expect(tried).toBeGreaterThanOrEqual(6);
  },
  30_000,
);

traced(
  "set that meets an I/O error at a decisive call changes nothing, or says that it did",
  async () => {
    const { violations } = await sweepErrors({ scenario: setExisting, at: isDecisive });
    expect(violations).toEqual([]);
  },
  30_000,
);

traced(
  "a plain overwrite in the place of the rename is caught",
  async () => {
    using copy = unsafeCopy(overwrite);
    const { violated } = await sweepKills({ scenario: setExisting, scripts: copy.scripts, at: isChange });
    expect(violated).toBeGreaterThan(0);
  },
  30_000,
);
