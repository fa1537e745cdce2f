/**
 * One folder for everything that a run makes, npm's cache included. It is removed at the end, and on the signals that end
 * a process, after the processes that may still write to it have been killed.
 */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killAll } from "./process.ts";

export interface Workplace extends AsyncDisposable {
  readonly path: string;
}

export function openWorkplace(): Workplace {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "session-installers-")));
  const close = async () => {
    await killAll();
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => void close().finally(() => process.exit(1)));
  }
  return { path, [Symbol.asyncDispose]: close };
}
