/**
 * What a proof is: an experiment that tries many points and counts those at which a promise was broken. One with
 * `edits` is a control: it runs against sources with that protection taken out, and must break the promise.
 */
import type { Edit } from "../support/unsafe-copy.ts";
import type { Need } from "./machine.ts";

export type Experiment = {
  /** As the table shows it; a filter on the command line is found in it. */
  name: string;
  needs: readonly Need[];
  edits?: readonly Edit[];
  /** Runs against the scripts in this folder. */
  run: (scripts: string) => Promise<Tally>;
};

/** Counts the points of an experiment. */
export class Tally {
  /** Set while a control is carried out: it is decided with the first broken promise, and no more points are attempted. */
  static isOfControl = false;
  tried = 0;
  violated = 0;
  /** Points that the fault did not reach in any attempt, because the run went another way. */
  missed: string[] = [];
  readonly violations: string[] = [];

  /** Attempts a point up to five times, as long as `judge` answers `null`: the fault did not strike where it should. */
  async attempt(name: string, judge: () => Promise<readonly string[] | null>): Promise<void> {
    if (Tally.isOfControl && this.violated > 0) return;
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const problems = await judge();
      if (problems !== null) return this.point(name, problems);
    }
    this.missed.push(name);
  }

  point(name: string, problems: readonly string[]): void {
    this.tried += 1;
    if (problems.length === 0) return;
    this.violated += 1;
    this.violations.push(`${name}: ${problems.join("; ")}`);
  }
}

/** How many points are tried at once: a little more than two cores can do, since much of the time is waiting for the disk. */
export const width = 4;

/** Does some work for every item, at most `width` at once. */
export async function inParallel<T>(items: Iterable<T>, width: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items].values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
