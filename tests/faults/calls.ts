/** Calls of the scripts in one project, one after the other or at once, that must end as the proof says. */
import type { ScriptName } from "../support/run-script.ts";
import { type Call, type Launched, launch } from "./launch.ts";

export type Place = Omit<Call, "script" | "args">;
export type Words = [ScriptName, ...string[]];

/** Calls a script as its words say. */
export function call([script, ...args]: Words, place: Place): Promise<Launched> {
  return launch({ script, args, ...place });
}

/** What is wrong with a run that must end with this code. */
export function unlessExit(code: number, run: Launched): string[] {
  return run.exitCode === code ? [] : [`exits ${run.exitCode} instead of ${code}: ${run.stderr || run.stdout}`];
}

/** Calls scripts one after the other, each of which must succeed; returns what is wrong with the others. */
export async function callInTurn(turns: readonly Words[], place: Place): Promise<string[]> {
  const problems: string[] = [];
  for (const words of turns) {
    problems.push(...unlessExit(0, await call(words, place)).map((problem) => `${words.join(" ")} ${problem}`));
  }
  return problems;
}
