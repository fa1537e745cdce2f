/** The lock between processes: real ones, because it does not work within one. Crowds and strange disks are in `faults/`. */
import { describe, expect, spyOn, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acquireLock } from "../../lib/store/lock.ts";
import { ownMount } from "../faults/rigs/own-mount.ts";
import { command } from "../faults/rigs/rig.ts";
import { holdLock } from "../support/hold-lock.ts";
import { type TemporaryProject, temporaryFolder } from "../support/project.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";
import { actAs, isRoot, openFiles, projectWith, readLink, startProcess } from "./fixture.ts";
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

/** Waits until a process has the file open, and so waits for its lock. */
async function untilOpen(pid: number, path: string): Promise<void> {
  const isOpen = () => readdirSync(`/proc/${pid}/fd`).some((name) => readLink(`/proc/${pid}/fd/${name}`) === path);
  while (!isOpen()) await Bun.sleep(1);
}

/** Takes the lock if it is free now, and otherwise throws at once. */
const acquireNow = (path: string) => acquireLock(path, 0);
const lockedFor = (seconds: number) =>
  expect.objectContaining({
    code: "locked",
    message: expect.stringMatching(
      new RegExp(`^could not get the lock /.*/\\.lock within ${seconds} seconds: other processes hold it$`),
    ),
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
  expect(() => acquireNow(path)).toThrow(lockedFor(0));
  expect(() => acquireLock(path, 20)).toThrow(lockedFor(0.02));
  expect(await other.end()).toBe("true");
  acquireNow(path).release();
});

test("a lock is free again when its holder was killed", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using other = await startHolder(path);
  expect(() => acquireNow(path)).toThrow(lockedFor(0));
  other.child.kill("SIGKILL");
  await other.child.exited;
  acquireNow(path).release();
});

test("a stopped holder is not robbed", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  await using other = await startHolder(path);
  other.child.kill("SIGSTOP");
  expect(() => acquireLock(path, 200)).toThrow(lockedFor(0.2));
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
  expect(() => acquireLock(path)).toThrow(lockedFor(30));
  expect(seconds).toBe(30);
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
  expect(() => acquireLock(path, 10_001)).toThrow(lockedFor(10.001));
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
    message: `cannot lock ${path}: this disk does not give record locks, or another program has locked the whole file`,
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
  expect(() => acquireNow(path)).toThrow(lockedFor(0));
  expect(openFiles(folder.path)).toEqual([]);
});

describe("what is not an empty file is not locked and stays as it is", () => {
  const remedy = "it must be an empty file; remove it, and the next write makes a new one";
  const database = (path: string) =>
    execFileSync(bun, ["-e", `new (require("bun:sqlite").Database)(process.argv[1]).run("CREATE TABLE t (a)")`, path], {
      env: cleanEnvironment(),
    });

  test.each<[string, (path: string) => void, string]>([
    ["a symlink to a file", (path) => symlinkSync("/etc/hostname", path), "ELOOP: too many symbolic links encountered"],
    ["a symlink to nothing", (path) => symlinkSync("nowhere", path), "ELOOP: too many symbolic links encountered"],
    ["a folder", (path) => mkdirSync(path), "EISDIR: illegal operation on a directory"],
    ["a FIFO", (path) => void execFileSync("mkfifo", [path]), "it is not a regular file"],
    ["a file with a text", (path) => writeFileSync(path, "4711\n".repeat(1000)), "it is not empty"],
    ["a file with one byte", (path) => writeFileSync(path, "\0"), "it is not empty"],
    ["a database", (path) => void database(path), "it is not empty"],
  ])("%s", (_, make, problem) => {
    using folder = temporaryFolder();
    const path = `${folder.path}/.lock`;
    make(path);
    const look = () => execFileSync("ls", ["-lA", folder.path]).toString();
    const before = look();
    const message = `cannot lock ${path}: ${problem}`;
    expect(() => acquireNow(path)).toThrow(expect.objectContaining({ code: "failed", message, help: remedy }));
    expect(look()).toBe(before);
  });

  test.skipIf(!isRoot)("a file of somebody else, which SQLite would open for reading and lock not at all", () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/.lock`;
    writeFileSync(path, "");
    chmodSync(path, 0o644);
    using _other = actAs(1001, folder.path);
    const failure = expect.objectContaining({
      code: "failed",
      message: `cannot lock ${path}: EACCES: permission denied`,
      help: "check who owns it and its permissions",
    });
    expect(() => acquireNow(path)).toThrow(failure);
  });

  test("a file in a folder that is not there", () => {
    using folder = temporaryFolder();
    const message = `cannot lock ${folder.path}/none/.lock: ENOENT: no such file or directory`;
    expect(() => acquireNow(`${folder.path}/none/.lock`)).toThrow(expect.objectContaining({ code: "failed", message }));
  });
});

describe("a lock file that is replaced after it was found to be an empty file, and before it is locked,", () => {
  const found = { make: () => projectWith({ ".lock": "" }), after: "close(<./ia/state/sessions/.lock>" };

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

describe("a lock file is not locked if beside it there is what SQLite would play back or delete", () => {
  test.each([".lock-journal", ".lock-wal"].flatMap((name) => ["text", "folder", "link", "FIFO"].map((what) => [name, what])))(
    "%s, a %s",
    (name = "", what = "") => {
      using folder = temporaryFolder();
      const path = `${folder.path}/.lock`;
      const beside = `${folder.path}/${name}`;
      writeFileSync(path, "");
      if (what === "text") writeFileSync(beside, "hostile");
      if (what === "folder") mkdirSync(beside);
      if (what === "link") symlinkSync("nowhere", beside);
      if (what === "FIFO") execFileSync("mkfifo", [beside]);
      const failure = expect.objectContaining({
        code: "failed",
        message: `cannot lock ${path}: ${beside} is beside it`,
        help: `remove ${beside}: nothing here makes such a file`,
      });
      expect(() => acquireNow(path)).toThrow(failure);
      expect(readdirSync(folder.path).sort()).toEqual([".lock", name]);
      if (what === "text") expect(readFileSync(beside, "utf8")).toBe("hostile");
      rmSync(beside, { recursive: true });
      acquireNow(path).release();
    },
  );
});

describe("a path", () => {
  /** A folder in this one, such that the path of a lock file in it has so many bytes. */
  function folderOfLength(folder: string, bytes: number): string {
    let path = folder;
    const missing = () => bytes - Buffer.byteLength(`${path}/.lock`);
    while (missing() > 0) path += `/${"é".repeat(Math.min(100, (missing() - 1) >> 1))}${missing() % 2 === 0 ? "x" : ""}`;
    mkdirSync(path, { recursive: true });
    return path;
  }

  test.each([502, 503, 504])("of %d bytes is not too long for SQLite", (bytes) => {
    using folder = temporaryFolder();
    const path = `${folderOfLength(folder.path, bytes)}/.lock`;
    expect(Buffer.byteLength(path)).toBe(bytes);
    acquireNow(path).release();
  });

  test.each([505, 506, 4000])("of %d bytes is refused before a file is made, and the error says why", (bytes) => {
    using folder = temporaryFolder();
    const inFolder = folderOfLength(folder.path, bytes);
    const failure = expect.objectContaining({
      code: "failed",
      message: `cannot lock ${inFolder}/.lock: its path has ${bytes} bytes, and SQLite takes at most 504`,
      help: "move the project to a folder with a shorter path",
    });
    expect(() => acquireNow(`${inFolder}/.lock`)).toThrow(failure);
    expect(readdirSync(inFolder)).toEqual([]);
  });
});
