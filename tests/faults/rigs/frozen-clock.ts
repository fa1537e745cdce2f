/** A clock that stands still, or says the same twice, by libfaketime (Debian: faketime). */
import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { command, type Probe } from "./rig.ts";

export type FrozenClock = AsyncDisposable & {
  /** Put before a command; the process that is started becomes that command. */
  words: string[];
};

/**
 * The wall clock of everything that is run with its words stands at an instant of the local time zone, which is written
 * as `2025-01-29 15:00:00`. Timers and the monotonic clock go on, or Bun would wait for ever; what disks say of times is
 * true; times that a process gives to a file are kept as they are.
 *
 * The library keeps two small files in shared memory, which a Bun that ends would leave behind. They are made by a process
 * that lives as long as the scope and removes them, and others may use them, so that commands of other users work too.
 */
export async function frozenClock(at = "2025-01-29 15:00:00"): Promise<FrozenClock> {
  const show = 'printf "%s\\n%s\\n" "$LD_PRELOAD" "$FAKETIME_SHARED"; read -r end';
  const keeper = Bun.spawn(["faketime", "--exclude-monotonic", "-f", at, "/bin/sh", "-c", show], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const end = async () => {
    keeper.stdin.end();
    await keeper.exited;
  };
  const { value } = await keeper.stdout.getReader().read();
  const [library = "", shared = ""] = new TextDecoder().decode(value).split("\n");
  if (library === "" || shared === "") {
    await end();
    throw new Error("faketime does not say what it has set up");
  }
  shareWithOthers(shared);
  const variables = { LD_PRELOAD: library, FAKETIME_SHARED: shared, FAKETIME: at, FAKETIME_DONT_FAKE_MONOTONIC: "1" };
  const settings = Object.entries({ ...variables, NO_FAKE_STAT: "1" }).map(([name, value]) => `${name}=${value}`);
  return { words: ["env", ...settings], [Symbol.asyncDispose]: end };
}

/** `shared` is like "/faketime_sem_1 /faketime_shm_1": a semaphore and a piece of memory. */
function shareWithOthers(shared: string): void {
  for (const name of shared.split(" ").map((name) => name.slice(1))) {
    for (const path of [join("/dev/shm", name), join("/dev/shm", `sem.${name}`)]) if (existsSync(path)) chmodSync(path, 0o666);
  }
}

export const frozenClockProbe: Probe = {
  about: "clock that stands still under Bun (faketime)",
  try: async () => {
    await using clock = await frozenClock();
    const look = "const before = Date.now(); await Bun.sleep(20); console.log(Date.now() - before, new Date().getFullYear())";
    return command([...clock.words, process.execPath, "-e", look]) === "0 2025\n";
  },
};
