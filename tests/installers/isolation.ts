/**
 * The start of a command that has no network but loopback: a network namespace of its own. A user other than root gets it
 * through a user namespace, if the system allows that. Debian: util-linux (`unshare`), iproute2 (`ip`).
 */
import { run } from "./process.ts";

const loopbackOnly = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"];

/** Returns the words that isolate a command put after them, or undefined if this machine cannot do it. */
export async function isolation(cwd: string): Promise<readonly string[] | undefined> {
  if (Bun.which("unshare") === null || Bun.which("ip") === null) return undefined;
  const asRoot = process.getuid?.() === 0 ? [] : ["--map-root-user"];
  const prefix = ["unshare", ...asRoot, "--net", ...loopbackOnly];
  const { exitCode, stdout } = await run([...prefix, "ip", "-oneline", "link", "show", "up"], { cwd });
  return exitCode === 0 && /^1: lo:[^\n]*\n$/.test(stdout) ? prefix : undefined;
}
