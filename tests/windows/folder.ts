/** The folder of a rig, with everything that runs and is kept there. */
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolPath } from "./machine.ts";

/** A folder that is removed, once Wine is ended, if this process asks for it or is gone: another process sees to that. */
export function temporaryFolder(): { folder: string; remove: () => Promise<void> } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "session-windows-")));
  const remover = Bun.spawn(["/bin/sh", "-c", cleaner, "sh", toolPath("wineserver"), folder], {
    stdin: "pipe", // closed by the kernel with this process
    stdout: "ignore",
    stderr: "ignore",
  });
  remover.unref();
  const remove = async () => {
    remover.stdin.end();
    await remover.exited;
  };
  return { folder, remove };
}

/**
 * A process that is just starting when its server ends waits for ever, so what has this prefix in its environment is
 * looked for and ended.
 */
const cleaner = `
  trap "" INT TERM HUP
  cat > /dev/null
  WINEPREFIX="$2/prefix" "$1" -k
  while left=$(grep -lsFxz "WINEPREFIX=$2/prefix" /proc/[0-9]*/environ); do
    for file in $left; do pid=\${file#/proc/}; kill -KILL "\${pid%/environ}"; done
    sleep 0.1
  done
  rm -rf "$2"`;
