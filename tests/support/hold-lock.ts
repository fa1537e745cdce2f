/** Another process that holds the lock of a sessions folder, by the same protocol as `lib/store/lock.ts`. */
import type { TemporaryProject } from "./project.ts";
import { bun, cleanEnvironment } from "./run-script.ts";

const holder = `
  const { Database } = require("bun:sqlite");
  const database = new Database(process.argv[1]);
  database.run("PRAGMA journal_mode = MEMORY");
  database.run("BEGIN " + process.argv[2]);
  await Bun.write(Bun.stdout, "held");
  await Bun.stdin.text();
  database.close();`;

/**
 * Takes the lock of a project's sessions and keeps it until the scope ends, as the scripts do (`IMMEDIATE`), or so that
 * nobody can even read the file (`EXCLUSIVE`). The sessions folder must be there.
 */
export async function holdLock(
  project: TemporaryProject,
  kind: "IMMEDIATE" | "EXCLUSIVE" = "IMMEDIATE",
): Promise<AsyncDisposable> {
  const child = Bun.spawn([bun, "-e", holder, project.file(".lock"), kind], {
    env: cleanEnvironment(),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const first = await child.stdout.getReader().read();
  if (first.done) throw new Error(`the holder of the lock ended with ${await child.exited}`);
  return {
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await child.exited;
    },
  };
}
