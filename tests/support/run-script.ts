/** Runs the scripts as their users do: as processes of their own, in a project's folder, with nothing of this environment. */
import { join, resolve } from "node:path";
import { get, reset, save, set } from "../../lib/cli/commands.ts";

export const commands = { get, set, reset, save };
export type ScriptName = keyof typeof commands;

export const repository = resolve(import.meta.dir, "../..");

/** The Bun that runs the scripts; another one than the tests' if a suite proves that it works. */
export const bun = process.env["SESSION_TEST_BUN"] ?? process.execPath;

export type Run = { exitCode: number | null; stdout: string; stderr: string };
export type RunOptions = {
  cwd: string;
  env?: Record<string, string>;
  stdin?: string | Uint8Array;
  /** The folder that holds the four scripts; by default the source. */
  scripts?: string;
};

export function scriptPath(script: ScriptName, scripts = join(repository, "scripts")): string {
  return join(scripts, `${script}.ts`);
}

/** An environment with nothing but what a process needs. */
export function cleanEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/", ...extra };
}

export function startScript(script: ScriptName, args: string[], { cwd, env, stdin, scripts }: RunOptions) {
  return Bun.spawn([bun, "run", scriptPath(script, scripts), ...args], {
    cwd,
    env: cleanEnvironment(env),
    stdin: stdin === undefined ? "ignore" : new Blob([stdin as string]),
    stdout: "pipe",
    stderr: "pipe",
  });
}

export async function runScript(script: ScriptName, args: string[], options: RunOptions): Promise<Run> {
  const child = startScript(script, args, options);
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

/** Runs a script that must succeed and returns the value it printed. */
export async function runJson<T = unknown>(script: ScriptName, args: string[], options: RunOptions): Promise<T> {
  const { exitCode, stdout, stderr } = await runScript(script, args, options);
  if (exitCode !== 0) throw new Error(`${script} ${args.join(" ")} exited with ${exitCode}: ${stderr}`);
  return JSON.parse(stdout);
}
