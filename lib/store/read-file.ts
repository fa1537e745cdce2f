/** Reads one file without trusting it: never waits, never follows a symlink, never takes more than it may. */
import type { Stats } from "node:fs";
import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, readlinkSync, readSync, statSync } from "node:fs";
import { isAbsence, systemCode, tryTo, unlessAbsent } from "../errors.ts";
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

/** What most files fit into, so that a list of ten thousand needs one buffer. */
const buffer = new Uint8Array(16_384);

/** The text of a regular UTF-8 file of at most `maxBytes`, what is wrong with it, or `null` if there is none. */
export function readFile(path: string, maxBytes: number): Result<string> | null {
  return openAndRead(path, (file) => {
    let bytes = 0;
    for (let more = -1; more !== 0 && bytes < buffer.length; bytes += more)
      more = readSync(file, buffer, bytes, buffer.length - bytes, bytes); // what has no positions, like a FIFO, refuses
    const isWhole = bytes < buffer.length && bytes <= maxBytes;
    return isWhole ? decode(buffer.subarray(0, bytes)) : readBySize(file, maxBytes);
  });
}

/** Reads a file whose size and type must be checked first. */
function readBySize(file: number, maxBytes: number): Result<string> {
  const tooLarge = (bytes: number) => ({ problem: `too large: ${bytes} bytes, the limit is ${maxBytes}` });
  const { size } = statOfRegular(file);
  if (size > maxBytes) return tooLarge(size);
  const bytes = readFileSync(file); // of a file that has grown, more
  return bytes.length > maxBytes ? tooLarge(bytes.length) : decode(bytes);
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function decode(bytes: Uint8Array): Result<string> {
  try {
    return { value: decoder.decode(bytes) };
  } catch {
    return { problem: "not UTF-8 text" };
  }
}

/** The beginning of a file, whatever its bytes mean, and how many bytes follow; for a link, where it leads; for anything else, empty text. */
export function readBeginning(path: string, bytes: number): { text: string; rest: number } {
  const found = openAndRead(path, (file) => {
    const { size } = statOfRegular(file);
    const read = new Uint8Array(Math.min(bytes, size));
    const beginning = wholeCharacters(read.subarray(0, readSync(file, read, 0, read.length, 0)), size);
    return { value: { text: new TextDecoder().decode(beginning), rest: Math.max(0, size - beginning.length) } };
  });
  if (found?.value !== undefined) return found.value;
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

/** By the system, a folder is EISDIR, a FIFO or a socket ESPIPE, ENXIO or, on macOS, EOPNOTSUPP, and a symlink that is not followed ELOOP. */
const irregular = ["EISDIR", "ESPIPE", "ENXIO", "ELOOP", "EOPNOTSUPP"];

function openAndRead<T>(path: string, take: (file: number) => Result<T>): Result<T> | null {
  const once = () => {
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
  };
  return tryTo(`read ${path}`, () => retryWhileBusy(once));
}

function statOfRegular(file: number): Stats {
  const stat = fstatSync(file);
  if (stat.isFile()) return stat;
  throw Object.assign(new Error("not a regular file"), { code: "EISDIR" });
}

/** The version of the file at a path now, or `null` if there is none. */
export const readVersion = (path: string): Stats | null =>
  unlessAbsent(`look at ${path}`, () => retryWhileBusy(() => lstatSync(path, { throwIfNoEntry: false }) ?? null));

/** What tells the file or folder that a path leads to from all others, or `null` if there is none. Inode numbers may go beyond 2^53. */
export function identify(path: string): string | null {
  const stat = unlessAbsent(`look at ${path}`, () => statSync(path, { bigint: true }));
  return stat && `${stat.dev} ${stat.ino}`;
}
