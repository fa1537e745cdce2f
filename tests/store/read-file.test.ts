/** Reading a file without trusting it. */
import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, renameSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { readFile, readVersion } from "../../lib/store/read-file.ts";
import { temporaryFolder } from "../support/project.ts";

const limit = 100;

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
    expect(readFile(path, limit)).toEqual({ value: { text, version: readVersion(path) as string, mode: statSync(path).mode } });
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
    ["a folder in its place", (path) => mkdirSync(path), "not a regular file"],
    ["a symlink to a file in its place", (path) => symlinkSync("/etc/hostname", path), "not a regular file"],
    ["a symlink to nothing in its place", (path) => symlinkSync("nowhere", path), "not a regular file"],
    ["a FIFO in its place", (path) => void execFileSync("mkfifo", [path]), "not a regular file"],
    ["a device in its place", (path) => symlinkSync("/dev/zero", path), "not a regular file"],
  ])("tells a file with %s", (_, make, problem) => {
    using folder = temporaryFolder();
    make(`${folder.path}/file`);
    expect(readFile(`${folder.path}/file`, limit)).toEqual({ problem });
  });

  test("tells a socket", async () => {
    using folder = temporaryFolder();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(`${folder.path}/file`, resolve));
    expect(readFile(`${folder.path}/file`, limit)).toEqual({ problem: "not a regular file" });
    server.close();
  });

  test("returns null where there is no file, also below another file", () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/file`, "");
    expect(readFile(`${folder.path}/none`, limit)).toBeNull();
    expect(readFile(`${folder.path}/file/below`, limit)).toBeNull();
  });
});

describe("readVersion", () => {
  test.each<[string, (path: string) => void]>([
    ["a write of the same text", (path) => writeFileSync(path, "text")],
    ["another size", (path) => writeFileSync(path, "longer text")],
    [
      "another file with the same text and times",
      (path) => {
        execFileSync("cp", ["-p", path, `${path}2`]);
        renameSync(`${path}2`, path);
      },
    ],
  ])("is another after %s", async (_, change) => {
    using folder = temporaryFolder();
    const path = `${folder.path}/file`;
    writeFileSync(path, "text");
    const before = readVersion(path);
    for (const start = statSync(path, { bigint: true }).ctimeNs; probe(folder.path) === start; );
    expect(readVersion(path)).toBe(before);
    change(path);
    expect(readVersion(path)).not.toBe(before);
  });

  test.each<[string, (path: string) => void]>([
    ["a change of its mode", (path) => chmodSync(path, 0o600)],
    ["a second link to it", (path) => linkSync(path, `${path}2`)],
  ])("is the same after %s, which changes nothing in it", (_, change) => {
    using folder = temporaryFolder();
    const path = `${folder.path}/file`;
    writeFileSync(path, "text");
    const before = readVersion(path);
    change(path);
    expect(readVersion(path)).toBe(before);
  });

  test("is null where there is nothing, and is that of a symlink itself", () => {
    using folder = temporaryFolder();
    symlinkSync("nowhere", `${folder.path}/link`);
    expect(readVersion(`${folder.path}/none`)).toBeNull();
    expect(readVersion(`${folder.path}/link`)).toBeString();
  });
});

/** The time that the file system gives a file written now: its clock ticks in steps. */
function probe(folder: string): bigint {
  writeFileSync(`${folder}/probe`, "");
  return statSync(`${folder}/probe`, { bigint: true }).ctimeNs;
}
