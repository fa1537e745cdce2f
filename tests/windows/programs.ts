/** Programs that run beside the scripts under Wine, as code for `bun -e`; `process.argv[1]` is their first argument. */
import type { Process, Program } from "./process.ts";

/** Goes to a folder, as Wine starts no process on a share, and runs a script there: FOLDER SCRIPT ARGUMENT… */
export const chdirAndRun: Program = {
  code: `
    const [bun, folder, script, ...args] = process.argv;
    process.chdir(folder);
    process.argv = [bun, script, ...args];
    await import(script);`,
};

/** Runs a script by the command interpreter with its output sent to NUL, and prints what it ended with. */
export const redirectToNul: Program = {
  code: `
    const command = [process.execPath, "run", ...process.argv.slice(1)].join(" ") + " > NUL";
    const { exitCode, stdout, stderr } = Bun.spawnSync(["cmd", "/c", command], { stdout: "pipe", stderr: "pipe" });
    console.log(JSON.stringify({ exitCode, output: String(stdout) + stderr }));`,
};

/** Takes the lock at a path and keeps it until there is a file at another path: SOURCES LOCK END */
export const holdLock: Program = {
  code: `
    const [, sources, lock, end] = process.argv;
    const { acquireLock } = await import(sources + "/store/lock.ts");
    const held = acquireLock(lock);
    console.log("ready");
    while (!require("node:fs").existsSync(end)) await Bun.sleep(10);
    held.release();`,
};

/** Opens a file, keeps it open and leaves it alone, in turn, until it is killed: FILE MS_OPEN MS_CLOSED */
export const holdFile: Program = {
  code: `
    const { openSync, closeSync } = require("node:fs");
    const [, path, open, closed] = process.argv;
    for (let isReady = false; ; ) {
      try {
        const file = openSync(path, "r");
        if (!isReady) console.log("ready");
        isReady = true;
        Bun.sleepSync(Number(open));
        closeSync(file);
      } catch {}
      Bun.sleepSync(Number(closed));
    }`,
};

/**
 * Runs a script to which a file is away when it first looks for it, and back after its first pause, as NTFS shows it to
 * who looks while it is being replaced: FILE SCRIPT ARGUMENT…
 */
export const runWhileAway: Program = {
  code: `
    const { existsSync, renameSync } = require("node:fs");
    const [bun, path, script, ...args] = process.argv;
    renameSync(path, path + ".away");
    const sleep = Bun.sleepSync;
    Bun.sleepSync = (ms) => {
      if (existsSync(path + ".away")) renameSync(path + ".away", path);
      sleep(ms);
    };
    process.argv = [bun, script, ...args];
    await import(script);`,
};

/** Waits for the first line of a program that says when it is ready, and goes on taking what it prints. */
export async function untilReady(child: Process): Promise<void> {
  let text = "";
  const ready = Promise.withResolvers<void>();
  const take = async () => {
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (text.includes("ready")) ready.resolve();
    }
    ready.reject(new Error(`a program ended before it was ready: ${await child.stderr.text()}`));
  };
  void take();
  await ready.promise;
}
