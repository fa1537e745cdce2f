/** The sync of a folder. That it happens, at the right moment, and what its failure comes to is proved in `faults/`. */
import { expect, test } from "bun:test";
import { realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { syncAfter, syncFolder } from "../../lib/store/sync.ts";
import { temporaryFolder } from "../support/project.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";
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

test.each<[string, string, string]>([
  ["open", "EACCES", "done"],
  ["fsync", "EACCES", "EACCES"],
  ["open", "EIO", "EIO"],
])("a folder that cannot be synced is excused only if it may not be opened: %s %s", (call, code, outcome) => {
  using folder = temporaryFolder();
  const failing = `${folder.path}/failing.cjs`;
  writeFileSync(
    failing,
    `const fs = require("node:fs");
     fs.${call}Sync = () => { throw Object.assign(new Error("no"), { code: "${code}", syscall: "${call}" }); };`,
  );
  const script = `
    const { syncIfReadable } = await import(${JSON.stringify(`${repository}/lib/store/sync.ts`)});
    try { syncIfReadable(process.argv[1]); console.log("done"); } catch (error) { console.log(error.code); }`;
  const { stdout } = Bun.spawnSync([bun, "--preload", failing, "-e", script, folder.path], { env: cleanEnvironment() });
  expect(stdout.toString()).toBe(`${outcome}\n`);
});
