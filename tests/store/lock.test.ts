/** The lock between processes: real ones, because it does not work within one. */
import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acquireLock } from "../../lib/store/lock.ts";
import { temporaryFolder } from "../support/project.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";

const child = `
  const { acquireLock } = await import(${JSON.stringify(join(repository, "lib/store/lock.ts"))});
  const lock = acquireLock(process.argv[1]);
  await Bun.write(Bun.stdout, "held\\n");
  await Bun.stdin.text();
  await Bun.write(Bun.stdout, String(lock.isHeld()));
  lock.release();`;

/** Another process that holds the lock until its standard input ends, and then prints whether it still does. */
async function startHolder(path: string) {
  const process = Bun.spawn([bun, "-e", child, path], {
    env: cleanEnvironment(),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const reader = process.stdout.getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  expect(await read()).toBe("held\n");
  return {
    process,
    end: async () => {
      process.stdin.end();
      const isHeld = await read();
      await process.exited;
      return isHeld;
    },
    [Symbol.asyncDispose]: async () => {
      process.kill("SIGKILL");
      await process.exited;
    },
  };
}

function replaceBy(path: string, make: () => void) {
  rmSync(path);
  make();
}

/** Takes the lock if it is free now, and otherwise throws at once. */
const acquireNow = (path: string) => acquireWithin(path, -1);
const acquireWithin = (path: string, holderMs: number) => acquireLock(path, { holderMs, totalMs: 60_000 });
const locked = expect.objectContaining({ code: "locked", message: expect.stringMatching(/^another process held the lock /) });

test("a lock that nobody holds is taken, its file empty and alone", () => {
  using folder = temporaryFolder();
  const lock = acquireNow(`${folder.path}/.lock`);
  expect(lock.isHeld()).toBe(true);
  expect([readdirSync(folder.path), statSync(`${folder.path}/.lock`).size]).toEqual([[".lock"], 0]);
  lock.release();
  expect([readdirSync(folder.path), readFileSync(`${folder.path}/.lock`, "utf8")]).toEqual([[".lock"], ""]);
  acquireNow(`${folder.path}/.lock`).release();
});

test("a lock that another process holds is not taken before it is released", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using holder = await startHolder(path);
  expect(() => acquireNow(path)).toThrow(locked);
  expect(() => acquireWithin(path, 20)).toThrow(locked);
  expect(await holder.end()).toBe("true");
  acquireNow(path).release();
});

test("SIGKILL frees the lock", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using holder = await startHolder(path);
  expect(() => acquireNow(path)).toThrow(locked);
  holder.process.kill("SIGKILL");
  await holder.process.exited;
  acquireNow(path).release();
});

test("a stopped holder is not robbed", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using holder = await startHolder(path);
  holder.process.kill("SIGSTOP");
  expect(() => acquireWithin(path, 50)).toThrow(locked);
  holder.process.kill("SIGCONT");
  expect(await holder.end()).toBe("true");
});

test("a holder in another process learns that the file was deleted and that somebody else locked a new one", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using holder = await startHolder(path);
  rmSync(path);
  const lock = acquireNow(path);
  expect(lock.isHeld()).toBe(true);
  expect(await holder.end()).toBe("false");
  lock.release();
});

test.each<[string, (path: string) => void]>([
  ["deleted", (path) => rmSync(path)],
  ["replaced by another", (path) => replaceBy(path, () => writeFileSync(path, ""))],
  ["replaced by a symlink", (path) => replaceBy(path, () => symlinkSync("nowhere", path))],
])("a lock whose file was %s is not held", (_, change) => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  const lock = acquireNow(path);
  change(path);
  expect(lock.isHeld()).toBe(false);
  lock.release();
});

test("two processes wait for one another in turn, and both get the lock", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  const first = await startHolder(path);
  const second = startHolder(path);
  expect(await first.end()).toBe("true");
  expect(await (await second).end()).toBe("true");
});

test("every holder signs the lock, so that those who wait see that it changes hands", () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  writeFileSync(path, "");
  utimesSync(path, 1, 1);
  acquireNow(path).release();
  expect(statSync(path).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
});

describe("a waiter whose patience is shorter than the lock is held", () => {
  /** Another process that holds the lock for 2.5 s, and meanwhile signs it anew, as holders do that change, or does not. */
  async function startBusyHolder(path: string, isBusy: boolean) {
    const script = `
      import { utimesSync } from "node:fs";
      const { acquireLock, monotonicMs } = await import(${JSON.stringify(join(repository, "lib/store/lock.ts"))});
      const lock = acquireLock(process.argv[1]);
      await Bun.write(Bun.stdout, "held\\n");
      for (const end = monotonicMs() + 2500; monotonicMs() < end; await Bun.sleep(50)) {
        if (${isBusy}) utimesSync(process.argv[1], new Date(), new Date());
      }
      lock.release();`;
    const process = Bun.spawn([bun, "-e", script, path], { env: cleanEnvironment(), stdout: "pipe", stderr: "inherit" });
    expect(new TextDecoder().decode((await process.stdout.getReader().read()).value)).toBe("held\n");
    return { [Symbol.asyncDispose]: async () => void (await process.exited) };
  }

  test("gets it all the same where it changes hands", async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/.lock`;
    await using _holder = await startBusyHolder(path, true);
    acquireWithin(path, 1000).release();
  });

  test("gives up where nothing changes, and in a crowd at its deadline", async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/.lock`;
    await using _holder = await startBusyHolder(path, false);
    expect(() => acquireWithin(path, 500)).toThrow(locked);
    const never = expect.objectContaining({ code: "locked", message: `the lock ${path} was never free in a minute` });
    expect(() => acquireLock(path, { holderMs: 60_000, totalMs: 10 })).toThrow(never);
  });
});

describe("what is not an empty file is not locked and stays as it is", () => {
  const remedy = "it should be an empty file; remove it, and the next write makes a new one";

  test.each<[string, (path: string) => void, RegExp]>([
    ["a symlink to a file", (path) => symlinkSync("/etc/hostname", path), /^cannot lock .*\.lock: ELOOP: /],
    ["a symlink to nothing", (path) => symlinkSync("nowhere", path), /^cannot lock .*\.lock: ELOOP: /],
    ["a folder", (path) => mkdirSync(path), /^cannot lock .*\.lock: EISDIR: /],
    ["a FIFO", (path) => void execFileSync("mkfifo", [path]), /^cannot lock .*\.lock: it is not a regular file$/],
    [
      "a file with a text",
      (path) => writeFileSync(path, "4711\n".repeat(1000)),
      /^cannot lock .*\.lock: file is not a database$/,
    ],
  ])("%s", (_, make, message) => {
    using folder = temporaryFolder();
    make(`${folder.path}/.lock`);
    const before = readdirSync(folder.path, { withFileTypes: true }).map((entry) => [entry.name, entry.isFile()]);
    const failure = expect.objectContaining({ code: "failed", message: expect.stringMatching(message), help: remedy });
    expect(() => acquireNow(`${folder.path}/.lock`)).toThrow(failure);
    expect(readdirSync(folder.path, { withFileTypes: true }).map((entry) => [entry.name, entry.isFile()])).toEqual(before);
  });

  test("a file in a folder that is not there", () => {
    using folder = temporaryFolder();
    const failure = expect.objectContaining({ code: "failed", message: expect.stringMatching(/\.lock: ENOENT: /) });
    expect(() => acquireNow(`${folder.path}/none/.lock`)).toThrow(failure);
  });
});
