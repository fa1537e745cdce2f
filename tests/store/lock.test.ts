/** The lock between processes: real ones, because it does not work within one. Crowds and strange disks are in `faults/`. */
import { describe, expect, spyOn, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acquireLock } from "../../lib/store/lock.ts";
import { ownMount } from "../faults/rigs/own-mount.ts";
import { command } from "../faults/rigs/rig.ts";
import { holdLock } from "../support/hold-lock.ts";
import { type TemporaryProject, temporaryFolder } from "../support/project.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";
import { openFiles, projectWith, readLink, startProcess } from "./fixture.ts";
import { runMeanwhile, testTraced } from "./machine.ts";

const importLock = `const { acquireLock } = await import(${JSON.stringify(join(repository, "lib/store/lock.ts"))});`;

/** Takes the lock, says so, and keeps it until standard input ends; then says whether it still has it. */
const holder = `${importLock}
  const lock = acquireLock(process.argv[1]);
  await Bun.write(Bun.stdout, "held\\n");
  await Bun.stdin.text();
  await Bun.write(Bun.stdout, String(lock.isHeld()));
  lock.release();`;

const startHolder = (path: string) => startProcess(holder, [path]);

/** Another process that says that it has started, and then waits for the lock as a holder does. */
const startWaiter = (path: string) => startProcess(`await Bun.write(Bun.stdout, "started\\n");${holder}`, [path]);

/** Waits until a process has had the file open each time of many, and so waits for its lock. */
async function untilOpen(pid: number, path: string): Promise<void> {
  const isOpen = () => readdirSync(`/proc/${pid}/fd`).some((name) => readLink(`/proc/${pid}/fd/${name}`) === path);
  for (let times = 0; times < 20; times = isOpen() ? times + 1 : 0) await Bun.sleep(1);
}

/** Takes the lock if it is free now, and otherwise throws at once. */
const acquireNow = (path: string) => acquireLock(path, 0);
const locked = expect.objectContaining({
  code: "locked",
  message: expect.stringMatching(/^could not get the lock \/.*\/\.lock within 30 seconds: other processes hold it$/),
  help: "run the same command again; if that fails too, find the process that keeps the file open, and continue or end it",
});

test("a lock that nobody holds is taken, its file empty and alone", () => {
  using folder = temporaryFolder();
  const lock = acquireNow(`${folder.path}/.lock`);
  expect(lock.isHeld()).toBe(true);
  expect([readdirSync(folder.path), Bun.file(`${folder.path}/.lock`).size]).toEqual([[".lock"], 0]);
  lock.release();
  expect([readdirSync(folder.path), readFileSync(`${folder.path}/.lock`, "utf8")]).toEqual([[".lock"], ""]);
  acquireNow(`${folder.path}/.lock`).release();
});

test("a lock that another process holds is not taken before it is released", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using other = await startHolder(path);
  expect(() => acquireNow(path)).toThrow(locked);
  expect(() => acquireLock(path, 20)).toThrow(locked);
  expect(await other.end()).toBe("true");
  acquireNow(path).release();
});

test("a lock is free again when its holder was killed", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using other = await startHolder(path);
  expect(() => acquireNow(path)).toThrow(locked);
  other.child.kill("SIGKILL");
  await other.child.exited;
  acquireNow(path).release();
});

test("a stopped holder is not robbed", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using other = await startHolder(path);
  other.child.kill("SIGSTOP");
  expect(() => acquireLock(path, 200)).toThrow(locked);
  other.child.kill("SIGCONT");
  expect(await other.end()).toBe("true");
});

test("a waiter has 30 seconds of patience, by a clock that nobody sets", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using _other = await startHolder(path);
  let seconds = 0;
  using _clock = spyOn(Bun, "nanoseconds").mockImplementation(() => seconds * 1e9);
  using _sleep = spyOn(Bun, "sleepSync").mockImplementation(() => {
    seconds += 1;
  });
  expect(() => acquireLock(path)).toThrow(locked);
  expect(seconds).toBe(30);
});

test("a waiter that was suspended until its patience was over tries once more", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using other = await startHolder(path);
  let seconds = 0;
  using _clock = spyOn(Bun, "nanoseconds").mockImplementation(() => seconds * 1e9);
  using _sleep = spyOn(Bun, "sleepSync").mockImplementation(() => {
    other.child.kill("SIGKILL");
    const take = [bun, "-e", `${importLock} acquireLock(process.argv[1], 0).release();`, path];
    while (!Bun.spawnSync(take, { env: cleanEnvironment(), stderr: "ignore" }).success); // until the kernel has freed it
    seconds = 31;
  });
  acquireLock(path).release();
  expect(seconds).toBe(31);
});

test.each(["-journal", "-wal"])(
  "what is put beside the file while one waits (%s) is not played back, and stays",
  async (ending) => {
    using folder = temporaryFolder();
    const path = `${folder.path}/.lock`;
    await using other = await startHolder(path);
    using _sleep = spyOn(Bun, "sleepSync").mockImplementation(() => {
      writeFileSync(`${path}${ending}`, "precious");
      other.child.kill("SIGKILL");
    });
    const failure = expect.objectContaining({ code: "failed", message: `cannot lock ${path}: ${path}${ending} is beside it` });
    expect(() => acquireLock(path)).toThrow(failure);
    expect(readFileSync(`${path}${ending}`, "utf8")).toBe("precious");
  },
);

test("a file that is no longer empty while one waits is not locked", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using _other = await startHolder(path);
  using _sleep = spyOn(Bun, "sleepSync").mockImplementation(() => writeFileSync(path, "x")); // here, where no lock is lost by it
  expect(() => acquireLock(path)).toThrow(
    expect.objectContaining({ code: "failed", message: `cannot lock ${path}: it is not empty` }),
  );
});

test("a check is made before the file is made, and again before a new one is", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  const refuse = () => {
    throw new Error("refused");
  };
  expect(() => acquireLock(path, 0, refuse)).toThrow("refused");
  expect(readdirSync(folder.path)).toEqual([]);
  await using _other = await startHolder(path);
  using _sleep = spyOn(Bun, "sleepSync").mockImplementation(() => rmSync(path));
  let calls = 0;
  const refuseSecond = () => {
    calls += 1;
    if (calls === 2) refuse();
  };
  expect(() => acquireLock(path, 1000, refuseSecond)).toThrow("refused");
  expect(readdirSync(folder.path)).toEqual([]);
});

test("a waiter sleeps shortly at first, then longer, and shorter again the longer it has waited", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using _other = await startHolder(path);
  let waitedMs = 0;
  const pauses: number[] = [];
  using _random = spyOn(Math, "random").mockReturnValue(1);
  using _clock = spyOn(Bun, "nanoseconds").mockImplementation(() => waitedMs * 1e6);
  using _sleep = spyOn(Bun, "sleepSync").mockImplementation((ms) => {
    pauses.push(Number(ms));
    waitedMs += pauses.length === 5 ? 5000 : Number(ms);
    if (pauses.length === 6) waitedMs = 10_000;
  });
  expect(() => acquireLock(path, 10_001)).toThrow(locked);
  expect(pauses.map(Math.round)).toEqual([4, 4, 4, 4, 82, 22, 2]);
});

test.skipIf(process.platform !== "linux")("two processes wait for one another in turn, and both get the lock", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using first = await startHolder(path);
  await using second = await startWaiter(path);
  await untilOpen(second.child.pid, path);
  expect(await first.end()).toBe("true");
  expect(await second.end()).toBe("held\ntrue");
});

test.skipIf(process.platform !== "linux")("a waiter whose file is deleted waits for the new one, not for the old", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using first = await startHolder(path);
  await using second = await startWaiter(path);
  await untilOpen(second.child.pid, path);
  rmSync(path);
  expect(await second.end()).toBe("held\ntrue");
  expect(await first.end()).toBe("false");
});

test.skipIf(process.platform !== "linux")(
  "a waiter whose file is deleted and then free does not take it for the lock",
  async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/.lock`;
    await using first = await startHolder(path);
    await using second = await startWaiter(path);
    await untilOpen(second.child.pid, path);
    second.child.kill("SIGSTOP");
    rmSync(path);
    expect(await first.end()).toBe("false");
    second.child.kill("SIGCONT");
    expect(await second.end()).toBe("held\ntrue");
  },
);

test("a holder learns that its file was deleted and that somebody else locked a new one", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using other = await startHolder(path);
  rmSync(path);
  const lock = acquireNow(path);
  expect(lock.isHeld()).toBe(true);
  expect(await other.end()).toBe("false");
  lock.release();
});

test.each<[string, (path: string) => void]>([
  ["deleted", () => undefined],
  ["replaced by another", (path) => writeFileSync(path, "")],
  ["replaced by a symlink", (path) => symlinkSync("nowhere", path)],
])("a lock whose file was %s is not held", (_, replace) => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  const lock = acquireNow(path);
  rmSync(path);
  replace(path);
  expect(lock.isHeld()).toBe(false);
  lock.release();
});

test("a file that somebody has locked as a whole is an error that says so, and not waited for", async () => {
  using project = projectWith({ ".lock": "" });
  const path = project.file(".lock");
  await using _other = await holdLock(project, "EXCLUSIVE");
  const failure = expect.objectContaining({
    code: "failed",
    message: `cannot lock ${path}: this disk does not support record locks, or another program has locked the whole file`,
    help: "keep ia/state/sessions on a local disk (it may be a symbolic link)",
  });
  expect(() => acquireLock(path)).toThrow(failure);
  if (process.platform === "linux") expect(openFiles(project.path)).toEqual([]);
});

test.skipIf(process.platform !== "linux")("no file is left open, whether the lock was had or not", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  acquireNow(path).release();
  writeFileSync(`${folder.path}/full`, "x");
  mkdirSync(`${folder.path}/folder`);
  for (const name of ["full", "folder"]) expect(() => acquireNow(`${folder.path}/${name}`)).toThrow("cannot lock");
  expect(openFiles(folder.path)).toEqual([]);
  await using _other = await startHolder(path);
  expect(() => acquireNow(path)).toThrow(locked);
  expect(openFiles(folder.path)).toEqual([]);
});

describe("a lock file that is replaced after it was found to be an empty file, and before it is locked,", () => {
  const found = {
    args: ["workflow:pr", "next"],
    make: () => projectWith({ ".lock": "" }),
    after: /^close\(<.*\/\.lock>/,
    isFirst: true,
  };

  testTraced("by a link is not followed", async () => {
    const happens = (project: TemporaryProject) => {
      project.write("empty", "");
      rmSync(project.file(".lock"));
      symlinkSync("empty", project.file(".lock"));
      return undefined;
    };
    const { exitCode, stderr, files } = await runMeanwhile("set", { ...found, happens });
    expect({ exitCode, stderr, files }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: cannot lock .*\.lock: /),
      files: { empty: "" },
    });
  });

  testTraced("by one that cannot be written, which SQLite opens for reading and locks not at all, is an error", async () => {
    const happens = (project: TemporaryProject) => {
      const mount = ownMount(project.file(".lock"), "bind");
      command(["mount", "-o", "remount,bind,ro", mount.path]);
      return mount;
    };
    const { exitCode, stderr, files } = await runMeanwhile("set", { ...found, happens });
    expect({ exitCode, stderr, files }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: cannot lock .*\.lock: /),
      files: {},
    });
  });
});
