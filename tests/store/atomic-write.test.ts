/** Files that appear whole or not at all. What a kill or a full disk does to them is proved in `faults/`. */
import { describe, expect, test } from "bun:test";
import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { SessionError } from "../../lib/errors.ts";
import { discard, syncAfter, syncFolder, writeAndSync, writeAtomically } from "../../lib/store/atomic-write.ts";
import { temporaryFolder } from "../support/project.ts";

const nothing = () => undefined;
const failure = (message: RegExp) => expect.objectContaining({ code: "failed", message: expect.stringMatching(message) });

describe("writeAtomically", () => {
  test("makes a file with the permissions that the umask leaves, and no other file", () => {
    using folder = temporaryFolder();
    writeAtomically(`${folder.path}/a`, "é\n", { temporaries: folder.path, beforeRename: nothing });
    expect(readFileSync(`${folder.path}/a`, "utf8")).toBe("é\n");
    expect(statSync(`${folder.path}/a`).mode & 0o777).toBe(0o666 & ~process.umask());
    expect(readdirSync(folder.path)).toEqual(["a"]);
  });

  test.each([0o600, 0o644, 0o664, 0o400, 0o777])("keeps the permissions of the file that it replaces: %o", (mode) => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/a`, "old");
    chmodSync(`${folder.path}/a`, mode);
    writeAtomically(`${folder.path}/a`, "new", { temporaries: folder.path, beforeRename: nothing });
    expect(statSync(`${folder.path}/a`).mode & 0o7777).toBe(mode);
  });

  test("replaces the name, not what is in the old file", () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/a`, "old");
    linkSync(`${folder.path}/a`, `${folder.path}/link`);
    writeAtomically(`${folder.path}/a`, "x".repeat(3_000_000), { temporaries: folder.path, beforeRename: nothing });
    expect(readFileSync(`${folder.path}/link`, "utf8")).toBe("old");
    expect(statSync(`${folder.path}/a`).size).toBe(3_000_000);
  });

  test("the temp file is whole, hidden, ends in .tmp and lies in the folder for such files before the last check", () => {
    using folder = temporaryFolder();
    mkdirSync(`${folder.path}/below`);
    const seen: string[][] = [];
    const look = () => {
      const [name = ""] = readdirSync(folder.path).filter((name) => name !== "below");
      seen.push([name, readFileSync(`${folder.path}/${name}`, "utf8"), ...readdirSync(`${folder.path}/below`)]);
    };
    writeAtomically(`${folder.path}/below/a`, "text", { temporaries: folder.path, beforeRename: look });
    expect(seen).toEqual([[expect.stringMatching(/^\.[\w-]+\.tmp$/), "text"]]);
    expect(readdirSync(folder.path)).toEqual(["below"]);
  });

  test("leaves the old file and no temp file where the last check throws, and passes a SessionError on as it is", () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/a`, "old");
    const stop = new SessionError("locked", "changed");
    const write = () =>
      writeAtomically(`${folder.path}/a`, "new", {
        temporaries: folder.path,
        beforeRename: () => {
          throw stop;
        },
      });
    expect(write).toThrow(stop);
    expect([readdirSync(folder.path), readFileSync(`${folder.path}/a`, "utf8")]).toEqual([["a"], "old"]);
  });

  test("leaves no temp file where the rename fails", () => {
    using folder = temporaryFolder();
    mkdirSync(`${folder.path}/a`);
    const write = () => writeAtomically(`${folder.path}/a`, "new", { temporaries: folder.path, beforeRename: nothing });
    expect(write).toThrow(failure(/^cannot write .*\/a: EISDIR: /));
    expect(readdirSync(folder.path)).toEqual(["a"]);
  });

  test("fails where there is no folder for the temp file", () => {
    using folder = temporaryFolder();
    const write = () => writeAtomically(`${folder.path}/a`, "x", { temporaries: `${folder.path}/none`, beforeRename: nothing });
    expect(write).toThrow(failure(/^cannot write .*\/a: ENOENT: /));
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

test("writeAndSync never opens a file that is there, nor follows a link", () => {
  using folder = temporaryFolder();
  writeFileSync(`${folder.path}/a`, "old");
  symlinkSync("nowhere", `${folder.path}/link`);
  expect(() => writeAndSync(`${folder.path}/a`, "new")).toThrow("EEXIST");
  expect(() => writeAndSync(`${folder.path}/link`, "new")).toThrow("EEXIST");
  expect([readFileSync(`${folder.path}/a`, "utf8"), readdirSync(folder.path).sort()]).toEqual(["old", ["a", "link"]]);
});

test("discard removes a file and is silent where it cannot", () => {
  using folder = temporaryFolder();
  writeFileSync(`${folder.path}/a`, "");
  mkdirSync(`${folder.path}/b`);
  for (const name of ["a", "b", "c"]) discard(`${folder.path}/${name}`);
  expect(readdirSync(folder.path)).toEqual(["b"]);
});

test("a sync that fails after a change says that the change is there", () => {
  using folder = temporaryFolder();
  const message = /^it is written, but it may not be durable: cannot sync its folder: ENOENT: /;
  expect(() => syncAfter("it is written", `${folder.path}/none`)).toThrow(failure(message));
  expect(() => syncAfter("it is written", folder.path)).not.toThrow();
});

test.skipIf(process.platform !== "linux")("a folder that cannot be synced is not an error, one that cannot be opened is", () => {
  expect(() => syncFolder("/proc/self")).not.toThrow();
  expect(() => syncFolder("/proc/self/none")).toThrow("ENOENT");
});
