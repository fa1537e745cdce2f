/** Starts processes, each in a group of its own, so that none outlives the run: a group is killed on timeout and by `killAll`. */
import { basename } from "node:path";
import type { Subprocess } from "bun";

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** The whole environment; by default that of this process. */
  readonly env?: Record<string, string | undefined>;
  readonly timeoutMs?: number;
}

const children = new Set<Subprocess>();
const never = new Promise<never>(() => {});
let isStopped = false;

/** Runs a command without standard input. A timeout shows as the exit code of a killed process. */
export async function run(
  command: readonly string[],
  { cwd, env = process.env, timeoutMs = 60_000 }: RunOptions,
): Promise<Outcome> {
  const child = Bun.spawn([...command], { cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe", detached: true });
  children.add(child);
  const timer = setTimeout(() => kill(child.pid), timeoutMs);
  const texts = Promise.all([child.stdout.text(), child.stderr.text()]);
  const exitCode = await child.exited;
  clearTimeout(timer);
  kill(child.pid); // what the command left running would keep its output open
  children.delete(child);
  if (isStopped) await never;
  const [stdout, stderr] = await texts;
  return { exitCode, stdout, stderr };
}

/** Runs a command that must succeed and returns what it printed. */
export async function runOrThrow(command: readonly string[], options: RunOptions): Promise<string> {
  return outputOf(command, await run(command, options));
}

export function outputOf(command: readonly string[], { exitCode, stdout, stderr }: Outcome): string {
  if (exitCode === 0) return stdout;
  const words = command.map((word) => (word.startsWith("/") ? basename(word) : word));
  throw new Error(`${words.join(" ")} exited with ${exitCode}: ${lastLines(`${stdout}\n${stderr}`)}`);
}

/** Kills all that was started and waits until it has ended. Whoever waits for a command then waits for ever, and starts no other. */
export async function killAll(): Promise<void> {
  isStopped = true;
  for (const { pid } of children) kill(pid);
  await Promise.all([...children].map(({ exited }) => exited));
}

function kill(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // the group has ended
  }
}

/** The end of what a program said, on one line, without escape sequences. */
export function lastLines(text: string): string {
  const lines = Bun.stripANSI(text).split(/[\r\n]+/);
  return lines
    .filter((line) => line.trim() !== "")
    .slice(-4)
    .join(" | ")
    .slice(-400);
}
