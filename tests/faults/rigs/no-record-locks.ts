/**
 * A command for which no disk has record locks. Needs Linux on x64 or arm64 and Python 3. Put the words before a command;
 * the process that is started becomes that command.
 */
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../support/project.ts";
import { command, findPython, type Probe } from "./rig.ts";

export type LockError = "ENOLCK" | "EOPNOTSUPP" | "ENOSYS" | "EINVAL" | "EPERM" | "EACCES" | "EAGAIN" | "EIO";

export function withoutRecordLocks(error: LockError): string[] {
  return [findPython(), join(import.meta.dir, "no-record-locks.py"), error];
}

/** Starts a transaction of SQLite, the locks of which are record locks. */
const lock = `
  const { Database } = require("bun:sqlite");
  try {
    new Database(process.argv[1]).run("BEGIN IMMEDIATE");
    console.log("locked");
  } catch (error) {
    console.log(error.code);
  }`;

export const noRecordLocksProbe: Probe = {
  about: "disk without record locks (python3 that may set a seccomp filter)",
  try: () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "file");
    closeSync(openSync(path, "w"));
    const words = [process.execPath, "-e", lock, path];
    return command(words) === "locked\n" && command([...withoutRecordLocks("EOPNOTSUPP"), ...words]).startsWith("SQLITE_IOERR");
  },
};
