/**
 * The fault proofs, `bun run test:faults [words]`: all, or those whose names hold every word. They run the scripts as they
 * are built, which is what people run and takes half the time of the source. For each it prints how many points were tried
 * and how many broke a promise. A proof passes with none, a control with at least one, after which it attempts no more; if
 * the control met an unexpected error it showed nothing, and fails. What this machine cannot do is skipped, and said. A fault
 * that struck elsewhere in every attempt is counted; more than one in twenty of a proof is a failure too. Ends with
 * `N passed, N failed, N skipped`.
 */
import { chmodSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundle, scriptNames } from "../../lib/build/bundle.ts";
import { repository } from "../support/run-script.ts";
import { unsafeCopy } from "../support/unsafe-copy.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { allExperiments } from "./experiments.ts";
import { missing } from "./machine.ts";
import { openWorkplace } from "./workplace.ts";

/** How long proofs are begun, in seconds from the start; the others are skipped. */
const patience = Number(process.env["SESSION_FAULTS_SECONDS"] ?? Number.POSITIVE_INFINITY);
if (!(patience > 0)) throw new Error("SESSION_FAULTS_SECONDS: expected a number of seconds");

/** How often a control may be carried out until it breaks a promise: some need two processes to meet at one moment. */
const maxTries = 3;

const words = process.argv.slice(2);
const experiments = allExperiments.filter(({ name }) => words.every((word) => name.includes(word)));
const count = { passed: 0, failed: 0, skipped: 0 };

const closeWorkplace = openWorkplace();
try {
  const scripts = await bundleScripts(repository, join(tmpdir(), "built"));
  for (const experiment of experiments) count[await conduct(experiment, scripts)] += 1;
} finally {
  closeWorkplace();
}
console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
process.exitCode = count.failed === 0 && experiments.length > 0 ? 0 : 1;

async function conduct({ name, needs, edits, run }: Experiment, scripts: string): Promise<keyof typeof count> {
  const kind = edits === undefined ? "proof  " : "control";
  const unmet = performance.now() < 1000 * patience ? await missing(needs) : ["the time for it"];
  if (unmet.length > 0) {
    console.log(`SKIPPED ${kind} ${name}: NOT PROVED, this machine lacks ${unmet.join(", ")}`);
    return "skipped";
  }
  const begin = performance.now();
  try {
    Tally.isOfControl = edits !== undefined;
    using copy = edits && unsafeCopy([...edits]);
    const tested = copy ? await bundleScripts(copy.path, join(copy.path, "built")) : scripts;
    let tally = await run(tested);
    for (let tries = 1; copy && tally.violated === 0 && tries < maxTries; tries += 1) {
      print(`${kind} ${name}, try ${tries}`, tally, performance.now() - begin);
      tally = await run(tested);
    }
    print(`${kind} ${name}`, tally, performance.now() - begin);
    return judge(tally, edits !== undefined) ? "passed" : "failed";
  } catch (error) {
    console.log(`${kind} ${name}`);
    report("it could not be carried out", [String(error)]);
    return "failed";
  }
}

/** Bundles the scripts from these sources and returns their folder. */
async function bundleScripts(sources: string, folder: string): Promise<string> {
  for (const name of scriptNames) await Bun.write(join(folder, `${name}.ts`), (await bundle(sources, name, "")).text);
  chmodSync(dirname(folder), 0o755); // for the proofs that run as another user
  return folder;
}

function judge(tally: Tally, isControl: boolean): boolean {
  const isBroken = isControl && tally.violations.some((violation) => violation.includes("unexpected error"));
  const isExpected = isControl ? tally.violated > 0 : tally.violated === 0;
  const isComplete = tally.tried > 0 && (isControl || tally.missed.length * 20 <= tally.tried);
  if (!isExpected) report(isControl ? "the control broke no promise" : "violated", tally.violations);
  if (!isComplete) report("the fault struck elsewhere", tally.missed);
  if (isBroken) report("the control does not run at all", tally.violations);
  return isExpected && isComplete && !isBroken;
}

function print(name: string, { tried, violated, missed }: Tally, ms: number): void {
  const numbers = `${String(tried).padStart(4)} points ${String(violated).padStart(4)} violated`;
  const aside = missed.length === 0 ? "" : `  (${missed.length} not hit)`;
  console.log(`${name.padEnd(56)} ${numbers} ${(ms / 1000).toFixed(1).padStart(6)} s${aside}`);
}

function report(what: string, lines: readonly string[]): void {
  console.log(`  FAILED, ${what}:`);
  for (const line of lines.slice(0, 12)) console.log(`    ${line.trim().replaceAll("\n", " ")}`);
  if (lines.length > 12) console.log(`    … and ${lines.length - 12} more`);
}
