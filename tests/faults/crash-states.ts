/**
 * What may be found after a power cut on any disk that keeps what was synced, and no more: the bytes of a file once it was
 * synced, the names in a folder once that was. Of all else each may be there or not, in every combination; real disks
 * allow fewer (T. S. Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014). A script runs once under strace,
 * and its calls are played on a model of such a disk.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Call } from "./launch.ts";
import { isChange, traceLines } from "./strace.ts";

/** The files of a project by path, with their bytes in Latin-1; `null` for a folder. */
export type Files = Map<string, string | null>;
export type CrashState = {
  files: Files;
  /** Whether the script had printed its answer. */
  isAnswered: boolean;
  /** The last call before the cut. */
  last: string;
};

/** Every different state that a power cut during a run, or after it, may leave of a project that nobody else uses. */
export async function crashStates(call: Call): Promise<CrashState[]> {
  const disk = new Disk(readTree(call.cwd));
  const states = new Map<string, CrashState>();
  let isAnswered = false;
  for (const line of await traceLines(call)) {
    const [, name = "", words = ""] = /^(\w+)\((.*)$/.exec(line) ?? [];
    if (!isChange({ name, label: words }) || / = -1 E\w+ \(.*\)$/.test(words)) continue;
    if (name === "write" && words.startsWith("1<")) isAnswered = true;
    else play(disk, name, parse(words, call.cwd));
    for (const files of disk.states()) {
      const key = JSON.stringify([isAnswered, [...files].sort()]);
      if (!states.has(key)) states.set(key, { files, isAnswered, last: line.replaceAll(call.cwd, ".").slice(0, 100) });
    }
  }
  if (!isAnswered) throw new Error("the model of a disk has not seen the answer");
  return [...states.values()];
}

/** Makes files in a new folder. */
export function writeFiles(files: Files, root: string): void {
  for (const [path, bytes] of [...files].sort()) {
    if (bytes === null) mkdirSync(join(root, path));
    else writeFileSync(join(root, path), bytes, "latin1");
  }
}

function readTree(root: string): Files {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(root.length + 1), entry.isDirectory() ? null : readFileSync(path, "latin1")];
    }),
  );
}

type Words = {
  /** The paths in the project that it names, and that of the file it has open. */
  paths: string[];
  opened: string | undefined;
  flags: string;
  bytes: string;
};

function parse(words: string, root: string): Words {
  const within = (path: string | undefined) =>
    path === root || path?.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
  const texts = [...words.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => decode(text));
  return {
    paths: texts.flatMap((text) => within(text) ?? []),
    opened: within(/^\d+<([^>]*)>/.exec(words)?.[1]),
    flags: words,
    bytes: texts[0] ?? "",
  };
}

/** Undoes the escapes of C. */
function decode(text: string): string {
  const named: Record<string, string> = { n: "\n", t: "\t", r: "\r", v: "\v", f: "\f" };
  return text.replace(/\\([0-7]{1,3}|.)/g, (_, code) =>
    /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (named[code] ?? code),
  );
}

/** Carries out a call that changes something. */
function play(disk: Disk, name: string, { paths: [path, target], opened, flags, bytes }: Words): void {
  if (path === undefined && opened === undefined) return;
  if (name === "openat" && path !== undefined) disk.create(path, flags.includes("O_TRUNC"));
  else if (name === "write" && opened !== undefined) disk.write(opened, bytes);
  else if (name === "fsync" && opened !== undefined) disk.sync(opened);
  else if (name === "rename" && path !== undefined && target !== undefined) disk.move(path, target);
  else if (name === "mkdir" && path !== undefined) disk.add(path, { isFolder: true, bytes: "", synced: "" });
  else if ((name === "unlink" || name === "rmdir") && path !== undefined) disk.remove(path);
  else if (!/^(close|f?chmod|fchmodat)$/.test(name)) throw new Error(`the model of a disk does not know ${name}(${flags}`);
}

type Inode = { isFolder: boolean; bytes: string; synced: string };
type Names = Map<string, Inode>;
/** Changes the names in one folder. */
type Change = { folder: string; apply: (names: Names) => void };

class Disk {
  readonly #now: Names;
  readonly #durable: Names;
  #pending: Change[] = [];

  constructor(files: Files) {
    const inodes = [...files].map(([path, bytes]) => {
      return [path, { isFolder: bytes === null, bytes: bytes ?? "", synced: bytes ?? "" }] as const;
    });
    this.#now = new Map(inodes);
    this.#durable = new Map(inodes);
  }

  create(path: string, isEmptied: boolean): void {
    const inode = this.#now.get(path);
    if (inode === undefined) this.add(path, { isFolder: false, bytes: "", synced: "" });
    else if (isEmptied) inode.bytes = "";
  }

  add(path: string, inode: Inode): void {
    this.#change(path, (names) => names.set(path, inode));
  }

  move(from: string, to: string): void {
    const inode = this.#now.get(from);
    if (inode === undefined) throw new Error(`the model of a disk has no ${from}`);
    this.#change(to, (names) => {
      names.delete(from);
      names.set(to, inode);
    });
  }

  remove(path: string): void {
    this.#change(path, (names) => names.delete(path));
  }

  write(path: string, bytes: string): void {
    const inode = this.#now.get(path);
    if (inode !== undefined) inode.bytes += bytes;
  }

  sync(path: string): void {
    const inode = this.#now.get(path);
    if (inode?.isFolder === false) inode.synced = inode.bytes;
    for (const { folder, apply } of this.#pending) if (folder === path) apply(this.#durable);
    this.#pending = this.#pending.filter(({ folder }) => folder !== path);
  }

  /** What may be found if the power goes now. */
  *states(): Generator<Files> {
    for (const lost of subsets(this.#pending)) {
      const names = new Map(this.#durable);
      for (const change of this.#pending) if (!lost.includes(change)) change.apply(names);
      for (const field of ["bytes", "synced"] as const) yield filesOf(names, field);
    }
  }

  #change(path: string, apply: (names: Names) => void): void {
    apply(this.#now);
    this.#pending.push({ folder: folderOf(path), apply });
  }
}

function folderOf(path: string): string {
  return path.includes("/") ? dirname(path) : "";
}

/** The names that can be reached, each with the bytes that are there. */
function filesOf(names: Names, field: "bytes" | "synced"): Files {
  const isReached = (path: string): boolean => path === "" || (names.get(path)?.isFolder === true && isReached(folderOf(path)));
  const reached = [...names].filter(([path]) => isReached(folderOf(path)));
  return new Map(reached.map(([path, inode]) => [path, inode.isFolder ? null : inode[field]]));
}

/** All subsets of a few things; of many, those of at most two and those of all but two. */
function subsets<T>(items: T[]): T[][] {
  const all = Array.from({ length: 2 ** items.length }, (_, mask) => items.filter((_, index) => (mask >> index) & 1));
  return items.length <= 6 ? all : all.filter(({ length }) => length <= 2 || length >= items.length - 2);
}
