/** Reading a file without trusting it. */
import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { isSameVersion, readBeginning, readFile, readVersion } from "../../lib/store/read-file.ts";
import { temporaryFolder } from "../support/project.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";
import { actAs, isRoot, openFiles } from "./fixture.ts";

const limit = 100;

/** What can be in the place of a regular file. */
const others: [string, (path: string) => void][] = [
  ["a folder", (path) => mkdirSync(path)],
  ["a symlink to a file", (path) => symlinkSync("/etc/hostname", path)],
  ["a symlink to nothing", (path) => symlinkSync("nowhere", path)],
  ["a symlink to itself", (path) => symlinkSync(path, path)],
  ["a FIFO", (path) => void execFileSync("mkfifo", [path])],
  ["a link to a device", (path) => symlinkSync("/dev/zero", path)],
];

describe("readFile", () => {
  test.each([
    ["text", "é 日本 😀\r\n", "é 日本 😀\r\n"],
    ["nothing", "", ""],
    ["a byte order mark, which is no part of the text", "\ufeff{}", "{}"],
    ["NUL", "a\u0000b", "a\u0000b"],
    ["as many bytes as it may", "x".repeat(limit), "x".repeat(limit)],
  ])("returns the text of a file that holds %s", (_, content, text) => {
    using folder = temporaryFolder();
    const path = `${folder.path}/file`;
    writeFileSync(path, content);
    expect(readFile(path, limit)).toEqual({ value: text });
  });

  test("reads a file of many megabytes whole", () => {
    using folder = temporaryFolder();
    const text = "0123456789abcde\n".repeat(2 ** 20);
    writeFileSync(`${folder.path}/file`, text);
    expect(readFile(`${folder.path}/file`, text.length)).toEqual({ value: text });
  });

  test.each(["\ufffd", "a\ufffd\n", `${"x".repeat(20_000)}\ufffd`])("reads U+FFFD that a file itself holds", (text) => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/file`, text);
    expect(readFile(`${folder.path}/file`, 100_000)).toEqual({ value: text });
  });

  test("says that a file is no text because of a byte far behind its beginning", () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/file`, Buffer.from(`${"x".repeat(40_000)}\xff`, "latin1"));
    expect(readFile(`${folder.path}/file`, 100_000)).toEqual({ problem: "not UTF-8 text" });
  });

  test("takes a byte order mark away, and no more than one", () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/file`, "\ufeff\ufeffa");
    expect(readFile(`${folder.path}/file`, limit)).toEqual({ value: "\ufeffa" });
  });

  test.each([16_383, 16_384, 16_385, 40_000])("reads all of %i bytes, and nothing of the file before it", (length) => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/other`, "y".repeat(50_000));
    writeFileSync(`${folder.path}/file`, "x".repeat(length));
    readFile(`${folder.path}/other`, 100_000);
    expect(readFile(`${folder.path}/file`, 100_000)).toEqual({ value: "x".repeat(length) });
  });

  test.each([2000, 16_384, 40_000])("reads all of %i bytes from a disk that gives fewer than it is asked for", (length) => {
    using folder = temporaryFolder();
    const path = `${folder.path}/file`;
    const text = Array.from({ length }, (_, index) => `${index},`)
      .join("")
      .slice(0, length);
    writeFileSync(path, text);
    const shortReads = `${folder.path}/short-reads.cjs`;
    writeFileSync(
      shortReads,
      `const fs = require("node:fs");
       const { readSync } = fs;
       fs.readSync = (file, buffer, offset, length, position) => readSync(file, buffer, offset, Math.min(length, 1000), position);`,
    );
    const script = `
      const { readSync } = await import("node:fs");
      const { readFile } = await import(${JSON.stringify(join(repository, "lib/store/read-file.ts"))});
      const file = require("node:fs").openSync(process.argv[1]);
      console.log(readSync(file, new Uint8Array(5000), 0, 5000, 0), readFile(process.argv[1], 100_000).value);`;
    const { stdout } = Bun.spawnSync([bun, "--preload", shortReads, "-e", script, path], { env: cleanEnvironment() });
    expect(stdout.toString()).toBe(`1000 ${text}\n`);
  });

  test("says that a file is too large that has grown since its size was asked for", () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/file`;
    writeFileSync(path, "x".repeat(200_000));
    const smallSizes = `${folder.path}/small-sizes.cjs`;
    writeFileSync(
      smallSizes,
      `const fs = require("node:fs");
       const { fstatSync } = fs;
       fs.fstatSync = (file) => Object.assign(fstatSync(file), { size: 50_000 });`,
    );
    const script = `
      const { readFile } = await import(${JSON.stringify(join(repository, "lib/store/read-file.ts"))});
      console.log(readFile(process.argv[1], 100_000).problem);`;
    const { stdout } = Bun.spawnSync([bun, "--preload", smallSizes, "-e", script, path], { env: cleanEnvironment() });
    expect(stdout.toString()).toBe("too large: 200000 bytes, the limit is 100000\n");
  });

  test.each<[string, (path: string) => void, string]>([
    ["more bytes than it may", (path) => writeFileSync(path, "x".repeat(limit + 1)), "too large: 101 bytes, the limit is 100"],
    [
      "terabytes of nothing",
      (path) => void execFileSync("truncate", ["-s", "4T", path]),
      "too large: 4398046511104 bytes, the limit is 100",
    ],
    ["bytes that are not UTF-8", (path) => writeFileSync(path, new Uint8Array([0x61, 0xff])), "not UTF-8 text"],
    ["half a character", (path) => writeFileSync(path, new Uint8Array([0xf0, 0x9f, 0x98])), "not UTF-8 text"],
    ["a surrogate", (path) => writeFileSync(path, new Uint8Array([0xed, 0xa0, 0x80])), "not UTF-8 text"],
    ...others.map(([what, make]): [string, (path: string) => void, string] => [
      `${what} in its place`,
      make,
      "not a regular file",
    ]),
  ])("says what is wrong with a file with %s", (_, make, problem) => {
    using folder = temporaryFolder();
    make(`${folder.path}/file`);
    expect(readFile(`${folder.path}/file`, limit)).toEqual({ problem });
  });

  test("says that a socket is not a regular file", async () => {
    using folder = temporaryFolder();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(`${folder.path}/file`, resolve));
    expect(readFile(`${folder.path}/file`, limit)).toEqual({ problem: "not a regular file" });
    server.close();
  });

  test("returns null if there is no file, even below another file", () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/file`, "");
    expect(readFile(`${folder.path}/none`, limit)).toBeNull();
    expect(readFile(`${folder.path}/file/below`, limit)).toBeNull();
  });

  test.skipIf(!isRoot)("fails if the file may not be read, and never says that there is none", () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/file`;
    writeFileSync(path, "");
    chmodSync(path, 0o600);
    using _other = actAs(1001, folder.path);
    const message = `cannot read ${path}: EACCES: permission denied`;
    expect(() => readFile(path, limit)).toThrow(expect.objectContaining({ code: "failed", message }));
  });

  test.skipIf(process.platform !== "linux")("leaves no file open, whatever it found", () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/file`, "x".repeat(limit + 1));
    execFileSync("mkfifo", [`${folder.path}/fifo`]);
    for (const name of ["file", "fifo", "none", "."]) {
      readFile(`${folder.path}/${name}`, limit);
      readFile(`${folder.path}/${name}`, 2 * limit);
      readBeginning(`${folder.path}/${name === "none" ? "file" : name}`, limit);
    }
    expect(openFiles(folder.path)).toEqual([]);
  });
});

describe("readBeginning", () => {
  test.each<[string, string | Uint8Array, number, { text: string; rest: number }]>([
    ["a file that is as long", "abc", 3, { text: "abc", rest: 0 }],
    ["a shorter file", "abc", 4, { text: "abc", rest: 0 }],
    ["a longer file, with the number of bytes that follow", "abcdé", 3, { text: "abc", rest: 3 }],
    ["an empty file", "", 3, { text: "", rest: 0 }],
    ["a file that is cut within a character, without that", "aé€😀", 5, { text: "aé", rest: 7 }],
    ["a file that is cut before the last byte of a character of four", "aé€😀", 9, { text: "aé€", rest: 4 }],
    ["a file that is cut before a character", "aé€😀", 6, { text: "aé€", rest: 4 }],
    ["a file that itself ends within a character", new Uint8Array([0x61, 0xe2, 0x82]), 3, { text: "a\ufffd", rest: 0 }],
    ["bytes that are not UTF-8", new Uint8Array([0x61, 0xff, 0x62]), 3, { text: "a\ufffdb", rest: 0 }],
    ["a file that is cut within a character, of which nothing is shown", "aé", 2, { text: "a", rest: 2 }],
  ])("returns the beginning of %s", (_, content, bytes, beginning) => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/file`, content);
    expect(readBeginning(`${folder.path}/file`, bytes)).toEqual(beginning);
  });

  test("reads no more than it may of a file of terabytes", () => {
    using folder = temporaryFolder();
    execFileSync("truncate", ["-s", "4T", `${folder.path}/file`]);
    expect(readBeginning(`${folder.path}/file`, 2)).toEqual({ text: "\0\0", rest: 2 ** 42 - 2 });
  });

  test("says where a symlink leads, and nothing of what is no file", () => {
    using folder = temporaryFolder();
    const texts = others.map(([, make], index) => {
      make(`${folder.path}/${index}`);
      return readBeginning(`${folder.path}/${index}`, limit);
    });
    const links = ["/etc/hostname", "nowhere", `${folder.path}/3`].map((target) => `a symbolic link to ${target}`);
    const expected = ["", ...links, "", "a symbolic link to /dev/zero"];
    expect(texts).toEqual(expected.map((text) => ({ text, rest: 0 })));
    expect(readBeginning(`${folder.path}/none`, limit)).toEqual({ text: "", rest: 0 });
  });
});

describe("readVersion", () => {
  test.each<[string, (path: string) => void]>([
    ["a write of the same text", (path) => writeFileSync(path, "text")],
    ["another size", (path) => writeFileSync(path, "longer text")],
    [
      "an edit of the same size after which its time is put back",
      (path) => {
        const { atime, mtime } = statSync(path);
        writeFileSync(path, "TEXT");
        utimesSync(path, atime, mtime);
      },
    ],
    [
      "another file with the same text and times",
      (path) => {
        execFileSync("cp", ["-p", path, `${path}2`]);
        renameSync(`${path}2`, path);
      },
    ],
    ["a change of its mode", (path) => chmodSync(path, 0o600)],
    ["a second link to it", (path) => linkSync(path, `${path}2`)],
  ])("is another after %s", (_, change) => {
    using folder = temporaryFolder();
    const path = `${folder.path}/file`;
    writeFileSync(path, "text");
    utimesSync(path, 1_700_000_000, 1_700_000_000);
    const before = readVersion(path);
    for (const start = statSync(path, { bigint: true }).ctimeNs; probe(folder.path) === start; );
    expect(isSameVersion(readVersion(path), before)).toBe(true);
    change(path);
    expect(isSameVersion(readVersion(path), before)).toBe(false);
  });

  test.each(["ino", "size", "mtimeMs", "ctimeMs"])("is another if only its %s is", (part) => {
    const version = { ino: 1, size: 2, mtimeMs: 3, ctimeMs: 4 };
    expect(isSameVersion({ ...version }, version)).toBe(true);
    expect(isSameVersion({ ...version, [part]: 5 }, version)).toBe(false);
  });

  test("is another if another file has taken the name within one tick of the clock", () => {
    using folder = temporaryFolder();
    const [path, other] = [`${folder.path}/file`, `${folder.path}/other`];
    for (let attempt = 0; attempt < 1000; attempt += 1) {
      for (const each of [path, other]) writeFileSync(each, "text");
      const version = readVersion(path);
      renameSync(other, `${folder.path}/kept`);
      renameSync(`${folder.path}/kept`, path);
      expect(isSameVersion(readVersion(path), version)).toBe(false);
      if (version?.ctimeMs === readVersion(path)?.ctimeMs) break;
      rmSync(path);
    }
  });

  test("is null if there is nothing, even below a file, and is that of a symlink itself", () => {
    using folder = temporaryFolder();
    symlinkSync("nowhere", `${folder.path}/link`);
    writeFileSync(`${folder.path}/file`, "");
    expect(readVersion(`${folder.path}/none`)).toBeNull();
    expect(readVersion(`${folder.path}/file/below`)).toBeNull();
    expect(readVersion(`${folder.path}/link`)?.size).toBe("nowhere".length);
  });

  test("fails if it cannot be known whether there is something", () => {
    using folder = temporaryFolder();
    symlinkSync("loop", `${folder.path}/loop`);
    const message = `cannot look at ${folder.path}/loop/file: ELOOP: too many symbolic links encountered`;
    expect(() => readVersion(`${folder.path}/loop/file`)).toThrow(expect.objectContaining({ code: "failed", message }));
  });
});

/** The time that the file system gives a file written now: its clock ticks in steps. */
function probe(folder: string): bigint {
  writeFileSync(`${folder}/probe`, "");
  return statSync(`${folder}/probe`, { bigint: true }).ctimeNs;
}
