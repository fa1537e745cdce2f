/** Reads one file without trusting it: never waits, never follows a symlink, never reads more than it may. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readlinkSync, readSync, type Stats } from "node:fs";
import { failedTo, isAbsence, systemCode } from "../errors.ts";
import type { Result } from "../session/json.ts";
import { isWindows, retryWhileBusy } from "./windows.ts";

/**
 * What identifies one version of a file: the same as long as nobody replaces it, writes to it or changes its name or mode.
 * The kernel alone sets `ctime`, so an edit by hand that puts `mtime` back is noticed too.
 */
export type FileVersion = Pick<Stats, "ino" | "size" | "mtimeMs" | "ctimeMs">;

export function isSameVersion(a: FileVersion | null, b: FileVersion | null): boolean {
  if (a === null || b === null) return a === b;
  return a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

/** What a file keeps when it is replaced. */
export type FileOwner = Pick<Stats, "mode" | "uid" | "gid">;

/** The text of a regular UTF-8 file of at most `maxBytes`, what is wrong with it, or `null` if there is none. */
export function readFile(path: string, maxBytes: number): Result<string> | null {
  return read(path, (file) => {
    const { size } = statOfRegular(file);
    if (size > maxBytes) return { problem: `too large: ${size} bytes, the limit is ${maxBytes}` };
    const text = readFileSync(file, "utf8"); // with U+FFFD for what is not UTF-8
    if (text.includes("\ufffd") && !isUtf8(file, size)) return { problem: "not UTF-8 text" };
    return { value: text.startsWith("\ufeff") ? text.slice(1) : text };
  });
}

function isUtf8(file: number, size: number): boolean {
  const bytes = new Uint8Array(size);
  readSync(file, bytes, 0, size, 0);
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The beginning of a file, whatever its bytes mean, and how many bytes follow; for a link, where it leads; for anything else, empty text. */
export function readBeginning(path: string, bytes: number): { text: string; rest: number } {
  const found = read(path, (file) => {
    const { size } = statOfRegular(file);
    const read = new Uint8Array(Math.min(bytes, size));
    const beginning = wholeCharacters(read.subarray(0, readSync(file, read, 0, read.length, 0)), size);
    return { value: { text: new TextDecoder().decode(beginning), rest: Math.max(0, size - beginning.length) } };
  });
  if (found !== null && "value" in found) return found.value;
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink();
  return { text: isLink ? `a symbolic link to ${readlinkSync(path)}` : "", rest: 0 };
}

/** Bytes of UTF-8 without a last character that was cut, unless the file ends there. */
function wholeCharacters(bytes: Uint8Array, size: number): Uint8Array {
  const start = bytes.findLastIndex((byte) => (byte & 0xc0) !== 0x80);
  const lead = bytes[start] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  const isCut = bytes.length < size && start + length > bytes.length;
  return isCut ? bytes.subarray(0, start) : bytes;
}

/** Opens a regular file and reads from it. */
function read<T>(path: string, take: (file: number) => Result<T>): Result<T> | null {
  try {
    return retryWhileBusy(() => openAndRead(path, take));
  } catch (error) {
    throw failedTo(`read ${path}`, error);
  }
}

/** What the system answers when a folder, a socket or a symlink, which is not followed, is opened as a file. */
const irregular = ["EISDIR", "ENXIO", "ELOOP", "EOPNOTSUPP"];

function openAndRead<T>(path: string, take: (file: number) => Result<T>): Result<T> | null {
  let file: number | undefined;
  try {
    if (isWindows && !lstatSync(path).isFile()) return { problem: "not a regular file" }; // it has no O_NOFOLLOW
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return take(file);
  } catch (error) {
    if (isAbsence(error)) return null;
    if (irregular.includes(systemCode(error))) return { problem: "not a regular file" };
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function statOfRegular(file: number): Stats {
  const stat = fstatSync(file);
  if (stat.isFile()) return stat;
  throw Object.assign(new Error("not a regular file"), { code: "EISDIR" });
}

/** The version of the file at a path now, or `null` if there is none. */
export function readVersion(path: string): Stats | null {
  try {
    return retryWhileBusy(() => lstatSync(path, { throwIfNoEntry: false }) ?? null);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw failedTo(`look at ${path}`, error);
  }
}
