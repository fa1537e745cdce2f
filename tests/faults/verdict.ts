/** What must hold after a fault: what a script was asked for is done, or nothing is lost and the session is as it was. */
import type { Launched } from "./launch.ts";
import type { Scenario } from "./scenario.ts";
import { areKept, finishedArchives, markerName, parseArchive, type State } from "./state.ts";

/** What stderr must name: a path in the project, or what else it is about. */
const place = /\/session-test-|ia\/state|the result/;
/** What is said if the new state is there though the script failed. */
const admission = /(?:is written|deleted|^error: done), but /;

/** What may stand before an error: what a reset has left behind. */
const notes = /^(?:note: kept, .+\n)+/;

/** What is wrong with the outcome of a run that met a fault and was not killed; nothing if the promise was kept. */
export function findFaults(scenario: Scenario, run: Launched, before: State, after: State): string[] {
  if (run.hung) return ["it hangs"];
  const faults =
    run.exitCode === 0 ? whereItSucceeded(scenario, run, before, after) : whereItFailed(scenario, run, before, after);
  if (after.strangers.length > 0) faults.push(`there is ${after.strangers}`);
  return faults;
}

function whereItSucceeded(scenario: Scenario, { stdout }: Launched, before: State, after: State): string[] {
  const faults: string[] = [];
  if (!scenario.isDone(before, after)) faults.push("exit 0, but it is not done");
  if (scenario.script === "reset" && before.session !== null && stdout === "null\n")
    faults.push("exit 0, but what was deleted is not printed");
  if (!isWholeLine(stdout)) faults.push(`exit 0, but stdout has ${JSON.stringify(stdout)}`);
  return [...faults, ...findRemains(before, after).filter((path) => !path.endsWith(markerName))];
}

function whereItFailed(scenario: Scenario, { exitCode, stdout, ...run }: Launched, before: State, after: State): string[] {
  const faults: string[] = [];
  const stderr = scenario.script === "reset" ? run.stderr.replace(notes, "") : run.stderr;
  if (exitCode !== 1) faults.push(`exit ${exitCode}, expected 1`);
  if (stdout !== "") faults.push(`stdout has ${JSON.stringify(stdout)}`);
  if (!/^error: .+\n(help: .+\n)?$/.test(stderr)) faults.push(`stderr has ${JSON.stringify(stderr)}`);
  if (!place.test(stderr)) faults.push(`stderr does not say where: ${JSON.stringify(stderr)}`);
  const isAdmitted = admission.test(stderr) && scenario.isDone(before, after);
  if (!isAdmitted && !isUntouched(before, after) && !(scenario.script === "save" && isReplaced(before, after)))
    faults.push(`${difference(before, after)}, and stderr says ${JSON.stringify(stderr)}`);
  return [...faults, ...findRemains(before, after).filter((path) => !(isAdmitted && path.endsWith(markerName)))];
}

/** A marker may stay if all but the end is done: it says what is still to be cleared away. */
function findRemains(before: State, after: State): string[] {
  return after.temporaries.filter((path) => !before.temporaries.includes(path)).map((path) => `it left ${path}`);
}

/** Whether the session and all archives are as they were. */
export function isUntouched(before: State, after: State): boolean {
  return isSame(before, after) && Bun.deepEquals(before.archives, after.archives);
}

/** Whether a save was cut off: what must not be lost is there, and of the rest only what the next one clears away. */
export function isCutOff({ script }: Scenario, before: State, after: State): boolean {
  return script === "save" && isHalfSaved(before, after);
}

/** Whether all is as it was, but for archives of saves that were killed before: to a newer one of these, others may have given way. */
function isReplaced(before: State, after: State): boolean {
  const isGone = Object.keys(before.archives).some((name) => after.archives[name] === undefined);
  return isGone && isHalfSaved(before, after);
}

/**
 * Whether the session is as it was, and what else there is of it are whole archives that the marker notes. If there was
 * one before, there is one now: none goes before a newer one is there.
 */
function isHalfSaved(before: State, after: State): boolean {
  const finished = finishedArchives(before);
  const others = Object.entries(after.archives).filter(([name]) => finished[name] === undefined);
  const areNoted = others.every(([name, text]) => after.noted.includes(name) && parseArchive(text) !== null);
  const hadOthers = Object.keys(before.archives).length > Object.keys(finished).length;
  return isSame(before, after) && areKept(before, after) && areNoted && (others.length > 0 || !hadOthers);
}

function isSame(before: State, after: State): boolean {
  return Bun.deepEquals(before.session, after.session);
}

/** How two states differ, in short. */
export function difference(before: State, after: State): string {
  const session = isSame(before, after)
    ? "the same session"
    : after.session === null
      ? "no session"
      : `another session (${after.session.text.length} bytes)`;
  const [now, then] = [after, before].map(({ archives }) => `archives ${JSON.stringify(Object.keys(archives))}`);
  return `${session} and ${now}, before ${then}`;
}

function isWholeLine(stdout: string): boolean {
  try {
    return stdout.endsWith("\n") && typeof JSON.parse(stdout) === "object";
  } catch {
    return false;
  }
}
