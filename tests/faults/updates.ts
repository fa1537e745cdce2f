/**
 * Many processes at once that update sessions, each update with a step and a key of its own, so that it can be told
 * afterwards which of them are there. Only one that exits with 0 and prints its whole line counts as acknowledged.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemCode } from "../../lib/errors.ts";
import { type Launched, launch } from "./launch.ts";
import { parseWhole, type SessionFields, sessionsOf } from "./state.ts";

export type Load = {
  workers: number;
  /** How many updates each worker makes, one after the other. */
  rounds: number;
  workflows: string[];
  /** The folders that the workers call the scripts from, in turn. */
  places: string[];
  scripts?: string | undefined;
};

export type Update = { workflow: string; step: string; run: Launched };

/** Makes all updates of a load. */
export async function update({ workers, rounds, workflows, places, scripts }: Load): Promise<Update[]> {
  const updates: Update[] = [];
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      const cwd = places[worker % places.length] ?? "";
      for (let round = 0; round < rounds; round += 1) {
        const step = `w${worker}r${round}`;
        const workflow = workflows[(worker + round) % workflows.length] ?? "";
        const run = await launch({ script: "set", args: [workflow, step, `${step}=${round}`], cwd, scripts });
        updates.push({ workflow, step, run });
      }
    }),
  );
  return updates;
}

/** What is wrong with an update where every one must succeed and be there: with its step once and its key. */
export function findLoss({ workflow, step, run }: Update, root: string): string[] {
  if (!isAcknowledged(run)) return [`exits ${run.exitCode}: ${run.stderr}`];
  const session = readSessions(root).get(workflow);
  if (session === undefined) return ["its session is missing or torn"];
  const count = session.steps.filter((each) => each === step).length;
  return [
    ...(count === 1 ? [] : [`acknowledged, and its step is there ${count} times`]),
    ...(step in session.context ? [] : ["acknowledged, and its key is missing"]),
  ];
}

export function isAcknowledged({ exitCode, stdout }: Launched): boolean {
  return exitCode === 0 && stdout.endsWith("}\n");
}

/** The sessions of a project that are whole, by workflow. */
export function readSessions(root: string): Map<string, SessionFields> {
  const sessions = new Map<string, SessionFields>();
  for (const name of readdirSync(sessionsOf(root))) {
    const session = name.endsWith(".json") ? parseWhole(readFileSync(join(sessionsOf(root), name), "utf8")) : null;
    if (session !== null) sessions.set(name.slice(0, -".json".length), session);
  }
  return sessions;
}

/**
 * Reads the sessions of a project over and over while a scope lasts, as a file every 2 ms and through `get` one call
 * after the other. Once there, a session must be there, whole and with no fewer steps, at every read.
 */
export function watch(root: string, workflows: string[], scripts?: string) {
  const faults: string[] = [];
  const seen = new Map<string, number>();
  let reads = 0;
  let isOver = false;
  /** Judges one read; `known` is how many steps had been seen before it began. */
  const look = (workflow: string, known: number, text: string | null) => {
    reads += 1;
    const steps = text === null ? 0 : parseWhole(text)?.steps.length;
    if (steps === undefined) faults.push(`a reader saw a torn session of ${workflow}: ${text?.length} bytes`);
    else if (steps < known) faults.push(`a reader saw ${steps} steps of ${workflow} after ${known}`);
    else seen.set(workflow, Math.max(steps, seen.get(workflow) ?? 0));
  };
  const readFiles = async () => {
    for (; !isOver; await Bun.sleep(2)) {
      for (const workflow of workflows)
        look(workflow, seen.get(workflow) ?? 0, readText(join(sessionsOf(root), `${workflow}.json`)));
    }
  };
  const callGet = async () => {
    for (let round = 0; !isOver; round += 1) {
      const workflow = workflows[round % workflows.length] ?? "";
      const known = seen.get(workflow) ?? 0;
      const { exitCode, stdout, stderr } = await launch({ script: "get", args: [workflow], cwd: root, scripts });
      if (exitCode === 0) look(workflow, known, stdout === "null\n" ? null : stdout);
      else faults.push(`get exits ${exitCode}: ${stderr}`);
    }
  };
  const loops = [readFiles(), callGet()];
  return {
    /** Ends the reading; returns how many reads there were and what was wrong. */
    end: async () => {
      isOver = true;
      await Promise.all(loops);
      return { reads, faults };
    },
  };
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return null;
    throw error;
  }
}
