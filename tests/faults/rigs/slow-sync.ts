/**
 * A slow disk: every sync of a command takes longer. Needs strace that may trace (Debian: strace) and
 * `setpriv` (util-linux). Put the words before a command. A `kill` of the process that is started reaches only strace, whose
 * end then kills the command. Its exit code is the command's.
 */
import { command, type Probe } from "./rig.ts";

export function withSlowSyncs(milliseconds: number): string[] {
  const syncs = "fsync,fdatasync,sync_file_range,syncfs,sync";
  const delay = `inject=${syncs}:delay_enter=${milliseconds * 1000}`;
  const strace = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null", "-e", `trace=${syncs}`, "-e", delay];
  return [...strace, "setpriv", "--pdeathsig", "KILL"];
}

export const slowSyncProbe: Probe = {
  about: "slow syncs (setpriv, and strace that may trace and inject)",
  try: () => {
    const sync = `
      const { fsyncSync, openSync } = require("node:fs");
      const file = openSync(process.execPath, "r");
      const begin = performance.now();
      fsyncSync(file);
      console.log(performance.now() - begin);`;
    return Number(command([...withSlowSyncs(200), process.execPath, "-e", sync])) >= 200;
  },
};
