/** What must hold after a run of a script that met a fault and was not killed: done, or refused with nothing changed. */
import type { Launched } from "./launch.ts";
import type { Scenario } from "./scenario.ts";
import { parseArchive, type State } from "./state.ts";

/** What is said where the new state is visible though the script failed. */
const admission = /may not be durable|it is done|was done|is deleted/;

/** What is wrong with the outcome of a run; nothing where the promise was kept. */
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
  if (!isWholeLine(stdout)) faults.push(`exit 0, but stdout has ${JSON.stringify(stdout)}`);
  return faults;
}

function whereItFailed(scenario: Scenario, { exitCode, stdout, stderr }: Launched, before: State, after: State): string[] {
  const faults: string[] = [];
  if (exitCode !== 1) faults.push(`exit ${exitCode}, expected 1`);
  if (stdout !== "") faults.push(`stdout has ${JSON.stringify(stdout)}`);
  if (!/^error: .+\n(help: .+\n)?$/.test(stderr)) faults.push(`stderr has ${JSON.stringify(stderr)}`);
  if (!/ia\/state|\.lock|\.git|result/.test(stderr)) faults.push(`stderr does not say where: ${JSON.stringify(stderr)}`);
  const isAdmitted = admission.test(stderr) && scenario.isDone(before, after);
  if (!isAdmitted && !isUntouched(before, after))
    faults.push(`${difference(before, after)}, and stderr says ${JSON.stringify(stderr)}`);
  const left = after.temporaries.filter((name) => !before.temporaries.includes(name));
  if (left.length > 0) faults.push(`it left ${left}`);
  return faults;
}

/**
 * Whether the session and the archives are as they were. A save that was killed earlier may have been rolled back, and
 * the session's own archive may have been replaced by a newer one.
 */
export function isUntouched(before: State, after: State): boolean {
  const isRolledBack = before.temporaries.length > 0 && Object.keys(after.archives).length === 0;
  return Bun.deepEquals(before.session, after.session) && (isRolledBack || areKept(before.archives, after.archives));
}

function areKept(before: State["archives"], after: State["archives"]): boolean {
  const isKept = ([name, text]: [string, string]) =>
    after[name] === text || parseArchive(after[name] ?? "")?.started_at === parseArchive(text)?.started_at;
  return Object.keys(before).length === Object.keys(after).length && Object.entries(before).every(isKept);
}

/** Whether a save was cut off: the session is there, its archive too, and a marker that tells the next writer. */
export function isHalfSaved(before: State, after: State): boolean {
  const isSame = before.session !== null && Bun.deepEquals(before.session, after.session);
  return isSame && after.temporaries.length > 0 && Object.values(after.archives).every(parseArchive);
}

/** How two states differ, in short. */
export function difference(before: State, after: State): string {
  const session = Bun.deepEquals(before.session, after.session)
    ? "the same session"
    : after.session === null
      ? "no session"
      : `another session (${after.session.text.length} bytes)`;
  return `${session} and ${Object.keys(after.archives).length} archives, before ${Object.keys(before.archives).length}`;
}

function isWholeLine(stdout: string): boolean {
  try {
    return stdout.endsWith("\n") && typeof JSON.parse(stdout) === "object";
  } catch {
    return false;
  }
}
