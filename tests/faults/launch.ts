/** Runs a script under another program (a tracer, a limit, another user) or with a kill ahead. What does not end in time is killed. */
import { bun, cleanEnvironment, type Run, type ScriptName, scriptPath } from "../support/run-script.ts";

export type Call = {
  script: ScriptName;
  args: string[];
  cwd: string;
  /** The folder that holds the scripts; by default the source. */
  scripts?: string | undefined;
  /** When the process is killed, counted from its start; by default never. */
  killAfterMs?: number | undefined;
  /** The program with its arguments that runs the script; by default none. */
  under?: string[];
  /** What is done while the process runs; it gets the number of the process. By default nothing. */
  meanwhile?: ((pid: number) => Promise<void>) | undefined;
};

/** A run, with how long it took and whether it had to be stopped. */
export type Launched = Run & { ms: number; hung: boolean };

/** Twice as long as anybody waits for the lock. */
const timeoutMs = 60_000;

function start({ script, args, cwd, scripts, under = [] }: Call) {
  return Bun.spawn([...under, bun, "run", scriptPath(script, scripts), ...args], {
    cwd,
    env: cleanEnvironment(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
}

/** Runs a script to its end. */
export async function launch(call: Call): Promise<Launched> {
  const begin = performance.now();
  const child = start(call);
  const timer = call.killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), call.killAfterMs);
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), call.meanwhile?.(child.pid)]);
  await child.exited;
  clearTimeout(timer);
  const ms = performance.now() - begin;
  return { exitCode: child.exitCode, stdout, stderr, ms, hung: ms >= timeoutMs };
}
