/** What a run of a script should come to, whole, for comparison with what `runScript` returns. */
import type { JsonValue } from "../../lib/session/json.ts";
import type { Run } from "./run-script.ts";

/** Stands for a time that lies within this run of the tests. */
export const now = "<now>";

const start = Date.now();

/** Puts `now` in the place of every time, in the form in which times are written, between the start of the tests and this call. */
export function maskNow(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (time) => {
    const ms = Date.parse(time);
    return start <= ms && ms <= Date.now() ? now : time;
  });
}

/** A run, or a snapshot of files, in which the times of this run of the tests are masked. */
export function masked<T extends Record<string, string | number | null>>(texts: T): T {
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, typeof text === "string" ? maskNow(text) : text]),
  ) as T;
}

/** A run that prints this value, as one line, and nothing else. */
export function printed(value: JsonValue): Run {
  return { exitCode: 0, stdout: `${JSON.stringify(value)}\n`, stderr: "" };
}

/** A run that prints this text on stdout and nothing else. */
export function shown(stdout: string): Run {
  return { exitCode: 0, stdout, stderr: "" };
}

/** The same run with a note on stderr, unless that is empty. */
export function noted(run: Run, note: string): Run {
  return note === "" ? run : { ...run, stderr: `note: ${note}\n` };
}

/** A run that prints nothing but what went wrong. */
export function refused(exitCode: number, stderr: string): Run {
  return { exitCode, stdout: "", stderr };
}
