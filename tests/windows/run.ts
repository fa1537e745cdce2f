/**
 * The tests on Windows, `bun run test:windows [words]`: all, or those whose names hold every word. Bun for Windows under
 * Wine runs the committed copy, judged by stdout and exit code; what a control has taken out must make its check fail.
 * Needs x64 and, on Debian, wine64, binutils-mingw-w64-x86-64 and npm; without them all is skipped, and said.
 * Ends with `N passed, N failed[, N skipped]`.
 */
import { dirname } from "node:path";
import { inParallel } from "../faults/experiment.ts";
import type { Bench } from "./check.ts";
import { conduct, controls } from "./controls.ts";
import { crowd } from "./crowd.ts";
import { lifeCycle } from "./life-cycle.ts";
import { names, watchNames } from "./names.ts";
import { readers } from "./readers.ts";
import { findMissing, openRig } from "./rig.ts";
import { spelling } from "./spelling.ts";
import { streams } from "./streams.ts";
import { walk } from "./walk.ts";

const words = process.argv.slice(2);
const isChosen = ({ name }: { name: string }) => words.every((word) => name.includes(word));
const quiet = [lifeCycle, names, walk, spelling, streams].flat();
const busy = [crowd, readers].flat();
const checks = [...quiet, ...busy];
const proofs = controls.map((control) => ({
  name: `control: ${control.name}`,
  run: async (bench: Bench) => `failed, as it must: ${await conduct(control, bench)}`,
}));
const count = { passed: 0, failed: 0, skipped: 0 };

const missing = findMissing();
if (missing.length > 0) {
  for (const { name } of [...checks, ...proofs].filter(isChosen))
    conclude("skipped", name, `this machine lacks ${missing.join(", ")}`);
} else {
  await using rig = await openRig();
  const bench = { rig, skill: "C:/skill", below: "work" };
  const last = words.length === 0 ? [watchNames(dirname(rig.makeFolder(bench.below)))] : [];
  const conductOne = async (proof: (typeof checks | typeof proofs)[number], before = "") => {
    const { name, run } = proof;
    const begin = performance.now();
    try {
      const seen = await run(bench);
      const time = `${((performance.now() - begin) / 1000).toFixed(1)} s`;
      conclude(
        "passed",
        name,
        `${seen ?? ""} ${time}${before === "" ? "" : `, at the second try; at the first: ${before}`}`.trim(),
      );
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      // Wine itself fails now and then, about once in three hundred checks.
      if (before === "") await conductOne(proof, problem);
      else conclude("failed", name, `twice; at the first: ${before}; at the second: ${problem}`);
    }
  };
  await inParallel(quiet.filter(isChosen), 3, conductOne);
  for (const each of [...[...busy, ...proofs].filter(isChosen), ...last]) await conductOne(each);
}
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
console.log(`\n${count.passed} passed, ${count.failed} failed${skipped}`);
process.exitCode = count.failed > 0 || count.passed + count.skipped === 0 ? 1 : 0;

function conclude(outcome: keyof typeof count, name: string, detail: string): void {
  count[outcome] += 1;
  const mark = { passed: "ok     ", failed: "FAILED ", skipped: "SKIPPED" }[outcome];
  console.log(`${mark} ${name.padEnd(100)} ${detail.replaceAll(/\s+/g, " ").slice(0, 800)}`);
}
