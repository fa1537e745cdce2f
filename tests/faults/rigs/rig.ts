/**
 * What the rigs have in common. A rig is a piece of the world that behaves as some machines do and most do not: a disk
 * that ignores case, a clock that stands still. Each undoes itself when its scope ends, and has a probe that tells why
 * a machine cannot have it.
 */
import { chmodSync } from "node:fs";
import { temporaryFolder } from "../../support/project.ts";

/** Something that a machine may lack; if it does, `try` answers false or throws the reason. */
export type Probe = { about: string; try: () => boolean | Promise<boolean> };
export type Mounted = Disposable & { path: string };

/** What a machine lacks for this, and why if that is known; `null` if it lacks nothing. */
export async function findLack({ about, try: attempt }: Probe): Promise<string | null> {
  try {
    return (await attempt()) ? null : about;
  } catch (error) {
    const reason = String(error).trim().split("\n").at(-1) ?? "";
    return `${about}: ${reason.slice(-160)}`;
  }
}

/** Whether an action fails with this code; another failure is passed on. */
export function fails(code: string, action: () => void): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === code) return true;
    throw error;
  }
}

/** Runs a command that must succeed and returns what it printed. */
export function command(words: readonly string[]): string {
  const { success, stdout, stderr } = Bun.spawnSync([...words], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  if (!success) throw new Error(`${words.join(" ")}: ${stderr.toString().trim() || "it failed"}`);
  return stdout.toString();
}

/** Runs a command that mounts something at a path, which is unmounted at the end of the scope. */
export function mounted(words: readonly string[], path: string): Mounted {
  command(words);
  return { path, [Symbol.dispose]: () => unmount(path) };
}

/** A process that is just ending may hold a mount for a moment more. One that is held for longer is taken away all the same. */
function unmount(path: string): void {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    if (Bun.spawnSync(["umount", path], { stderr: "ignore" }).success) return;
    Bun.sleepSync(50);
  }
  command(["umount", "--lazy", path]);
  throw new Error(`${path} was in use when it was unmounted`);
}

/** A Python 3 that can run this line. Debian's modules belong to Debian's Python, which need not be the first on the path. */
export function findPython(line = "pass"): string {
  const errors: unknown[] = [];
  for (const python of ["/usr/bin/python3", "python3"]) {
    try {
      command([python, "-c", line]);
      return python;
    } catch (error) {
      errors.push(error);
    }
  }
  throw errors[0];
}

/**
 * Builds something of parts in a new folder, which others may enter. At the end, or if the building fails, the parts go in
 * reverse, the folder last.
 */
export function builtIn<T extends object>(build: (folder: string, parts: DisposableStack) => T): T & Disposable {
  using parts = new DisposableStack();
  const folder = parts.use(temporaryFolder());
  chmodSync(folder.path, 0o755);
  const whole = build(folder.path, parts);
  const kept = parts.move();
  return { ...whole, [Symbol.dispose]: () => kept.dispose() };
}
