/** The file that is locked: what is refused, and stays as it is. */
import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { acquireLock } from "../../lib/store/lock.ts";
import { ensureLockFile } from "../../lib/store/lock-file.ts";
import { temporaryFolder } from "../support/project.ts";
import { bun, cleanEnvironment } from "../support/run-script.ts";
import { actAs, isRoot, openFiles } from "./fixture.ts";

test("a file that is missing is made, empty, and one that is there stays as it is", () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/.lock`;
  ensureLockFile(path);
  expect([readdirSync(folder.path), readFileSync(path, "utf8")]).toEqual([[".lock"], ""]);
  ensureLockFile(path);
  expect([readdirSync(folder.path), readFileSync(path, "utf8")]).toEqual([[".lock"], ""]);
  if (process.platform === "linux") expect(openFiles(folder.path)).toEqual([]);
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
    [
      "a file with a second name, by which reading a session or a marker would close it",
      (path) => {
        writeFileSync(path, "");
        linkSync(path, `${path}2`);
      },
      "it has a second name (a hard link), and to close a file by that would drop the lock",
    ],
  ])("%s", (_, make, problem) => {
    using folder = temporaryFolder();
    const path = `${folder.path}/.lock`;
    make(path);
    const look = () => execFileSync("ls", ["-lA", folder.path]).toString();
    const before = look();
    const message = `cannot lock ${path}: ${problem}`;
    expect(() => ensureLockFile(path)).toThrow(expect.objectContaining({ code: "failed", message, help: remedy }));
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
    expect(() => ensureLockFile(path)).toThrow(failure);
  });

  test("a file in a folder that is not there", () => {
    using folder = temporaryFolder();
    const message = `cannot lock ${folder.path}/none/.lock: ENOENT: no such file or directory`;
    expect(() => ensureLockFile(`${folder.path}/none/.lock`)).toThrow(
      expect.objectContaining({ code: "failed", message, help: undefined }),
    );
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
      expect(() => ensureLockFile(path)).toThrow(failure);
      expect(readdirSync(folder.path).sort()).toEqual([".lock", name]);
      if (what === "text") expect(readFileSync(beside, "utf8")).toBe("hostile");
      rmSync(beside, { recursive: true });
      ensureLockFile(path);
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
    acquireLock(path, 0).release();
  });

  test.each([505, 506, 4000])("of %d bytes is refused before a file is made, and the error says why", (bytes) => {
    using folder = temporaryFolder();
    const inFolder = folderOfLength(folder.path, bytes);
    const failure = expect.objectContaining({
      code: "failed",
      message: `cannot lock ${inFolder}/.lock: its path has ${bytes} bytes, and SQLite takes at most 504`,
      help: "move the project to a folder with a shorter path",
    });
    expect(() => ensureLockFile(`${inFolder}/.lock`)).toThrow(failure);
    expect(readdirSync(inFolder)).toEqual([]);
  });
});
