/** Reads one file without trusting it: never waits, never follows a symlink, never reads more than it may. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from "node:fs";
import { isAbsence, systemCode, systemError } from "../errors.ts";
import type { Result } from "../session/json.ts";

/** What identifies one version of a file: equal as long as nobody replaces it or writes to it. */
export type Version = string;

export type FileText = { text: string; version: Version; mode: number };

/** The text of a regular UTF-8 file of at most `maxBytes`, what is wrong with it, or `null` where there is none. */
export function readFile(path: string, maxBytes: number): Result<FileText> | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isAbsence(error)) return null;
    if (["ELOOP", "ENXIO"].includes(systemCode(error))) return { problem: "not a regular file" };
    throw systemError(`read ${path}`, error);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return { problem: "not a regular file" };
    if (stat.size > maxBytes) return { problem: `too large: ${stat.size} bytes, the limit is ${maxBytes}` };
    const bytes = new Uint8Array(stat.size);
    let length = 0;
    for (let count = -1; count !== 0 && length < bytes.length; length += count)
      count = readSync(file, bytes, length, bytes.length - length, null);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length));
    return { value: { text, version: versionOf(stat), mode: stat.mode } };
  } catch (error) {
    if (error instanceof TypeError) return { problem: "not UTF-8 text" };
    throw systemError(`read ${path}`, error);
  } finally {
    closeSync(file);
  }
}

/** The version of the file at a path now, or `null` where there is none. */
export function readVersion(path: string): Version | null {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat === undefined ? null : versionOf(stat);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw systemError(`look at ${path}`, error);
  }
}

function versionOf(stat: Stats): Version {
  return `${stat.ino}:${stat.size}:${stat.mtimeMs}`;
}
