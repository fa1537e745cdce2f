/** Reads one file without trusting it: never waits, never follows a symlink, never reads more than it may. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync, type Stats } from "node:fs";
import { failedTo, isAbsence, systemCode } from "../errors.ts";
import type { Result } from "../session/json.ts";
import { isWindows, onceSettled } from "./windows.ts";

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

/** The text of a file, and what its `stat` said when it was read. */
export type FileText = { text: string; stat: Stats };

/** The text of a regular UTF-8 file of at most `maxBytes`, what is wrong with it, or `null` if there is none. */
export function readFile(path: string, maxBytes: number): Result<FileText> | null {
  return read(path, (file, stat) => {
    if (stat.size > maxBytes) return { problem: `too large: ${stat.size} bytes, the limit is ${maxBytes}` };
    const text = decode(readBytes(file, stat.size));
    return text === undefined ? { problem: "not UTF-8 text" } : { value: { text, stat } };
  });
}

/** The beginning of a file, whatever its bytes mean, and how many bytes follow; where a link leads; nothing of anything else. */
export function readBeginning(path: string, bytes: number): { text: string; rest: number } {
  const found = read(path, (file, stat) => {
    const beginning = wholeCharacters(readBytes(file, Math.min(bytes, stat.size)), stat.size);
    return { value: { text: new TextDecoder().decode(beginning), rest: Math.max(0, stat.size - beginning.length) } };
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
function read<T>(path: string, take: (file: number, stat: Stats) => Result<T>): Result<T> | null {
  try {
    return onceSettled(() => openAndRead(path, take));
  } catch (error) {
    throw failedTo(`read ${path}`, error);
  }
}

function openAndRead<T>(path: string, take: (file: number, stat: Stats) => Result<T>): Result<T> | null {
  let file: number;
  try {
    if (isWindows && lstatSync(path).isSymbolicLink()) return { problem: "not a regular file" }; // it has no O_NOFOLLOW
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isAbsence(error)) return null;
    if (["ELOOP", "ENXIO", "EOPNOTSUPP", "EISDIR"].includes(systemCode(error))) return { problem: "not a regular file" };
    throw error;
  }
  try {
    const stat = fstatSync(file);
    return stat.isFile() ? take(file, stat) : { problem: "not a regular file" };
  } finally {
    closeSync(file);
  }
}

/** What most files fit into, so that a list of ten thousand makes no ten thousand buffers. */
const buffer = new Uint8Array(16_384);

/** The first bytes of a file, in a buffer that the next call may use again. */
function readBytes(file: number, size: number): Uint8Array {
  const bytes = size <= buffer.length ? buffer : new Uint8Array(size);
  return bytes.subarray(0, readSync(file, bytes, 0, size, null));
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The version of the file at a path now, or `null` if there is none. */
export function readVersion(path: string): FileVersion | null {
  try {
    return onceSettled(() => lstatSync(path, { throwIfNoEntry: false }) ?? null);
  } catch (error) {
    if (isAbsence(error)) return null;
    throw failedTo(`look at ${path}`, error);
  }
}
