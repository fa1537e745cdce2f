/**
 * One folder for everything that the proofs make, so that nothing is left behind however they end: what is mounted in
 * it is unmounted, and it is removed, at the end and on the signals that end a process. Others may read in it.
 */
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes the folder and sends all temporary folders of this process into it; returns what removes it again. */
export function openWorkplace(): () => void {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "session-faults-")));
  chmodSync(path, 0o755);
  process.env["TMPDIR"] = path;
  const close = () => {
    for (const mounted of mountsBelow(path)) Bun.spawnSync(["umount", "--lazy", mounted]);
    rmSync(path, { recursive: true, force: true });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      close();
      process.exit(1);
    });
  }
  return close;
}

function mountsBelow(path: string): string[] {
  if (process.platform !== "linux") return [];
  const points = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "");
  return points.filter((point) => point.startsWith(`${path}/`)).reverse();
}
