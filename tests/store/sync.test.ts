/** The sync of a folder. That it happens, at the right moment, and what its failure comes to is proved in `faults/`. */
import { expect, test } from "bun:test";
import { realpathSync, symlinkSync } from "node:fs";
import { syncAfter, syncFolder } from "../../lib/store/sync.ts";
import { temporaryFolder } from "../support/project.ts";
import { openFiles } from "./fixture.ts";

const onLinux = test.skipIf(process.platform !== "linux");

test("a folder is synced, one that is not there is an error", () => {
  using folder = temporaryFolder();
  expect(() => syncFolder(folder.path)).not.toThrow();
  expect(() => syncFolder(`${folder.path}/none`)).toThrow("ENOENT");
});

onLinux("a folder of a file system that cannot sync it is no error", () => {
  expect(() => syncFolder("/proc/self")).not.toThrow();
});

onLinux("a folder is closed again, synced or not", () => {
  using folder = temporaryFolder();
  for (const path of [folder.path, "/proc/self/net"]) {
    syncFolder(path);
    expect(openFiles(realpathSync(path))).toEqual([]);
  }
});

test("a sync that fails after a change says that the change is there, and not to repeat it, if the folder is", () => {
  using folder = temporaryFolder();
  symlinkSync("loop", `${folder.path}/loop`);
  const done = "it is written, but it may not survive a power cut: cannot sync its folder";
  for (const [name, reason, help] of [
    ["loop", "ELOOP: too many symbolic links encountered", "check the disk; what was asked for is done, so do not repeat it"],
    ["none", "ENOENT: no such file or directory", "find out where the folder is now"],
  ]) {
    const failure = expect.objectContaining({ code: "failed", message: `${done}: ${reason}`, help });
    expect(() => syncAfter("it is written", `${folder.path}/${name}`)).toThrow(failure);
  }
  expect(() => syncAfter("it is written", folder.path)).not.toThrow();
});
