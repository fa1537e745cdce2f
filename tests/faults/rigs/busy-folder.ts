/**
 * A folder with many files that are replaced all the time, in which a listing that is read in pieces can leave out a file
 * that was there throughout, or tell it twice. On a tmpfs that is frequent, on btrfs it happens, on ext4 it does not.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mountTmpfs } from "../mount.ts";
import { builtIn, type Mounted, type Probe } from "./rig.ts";

export type RenameLoop = AsyncDisposable & {
  /** Ends the loop and returns how many renames there were. */
  stop: () => Promise<number>;
};

/** Starts a process that replaces these files by new ones with the same content; it is going when this returns. */
export async function renamesOver(paths: readonly string[]): Promise<RenameLoop> {
  const loop = Bun.spawn([process.execPath, join(import.meta.dir, "rename-loop.ts"), ...paths], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = loop.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const first = await output.read();
  if (first.done) throw new Error(`the loop of renames ended with ${await loop.exited}`);
  let count: Promise<number> | undefined;
  const end = async () => {
    loop.stdin.end();
    let text = first.value;
    for (let read = await output.read(); !read.done; read = await output.read()) text += read.value;
    await loop.exited;
    return Number(text.trim().split("\n").at(-1));
  };
  const stop = () => {
    count ??= end();
    return count;
  };
  return { stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}

/** A new tmpfs. Needs root. */
export function memoryDisk(options = "size=64m"): Mounted {
  return builtIn((path, parts) => {
    parts.use(mountTmpfs(path, options));
    return { path };
  });
}

/** Makes files with these names and this content, and returns their paths. */
export function makeFiles(folder: string, names: readonly string[], content: string): string[] {
  return names.map((name) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  });
}

export const busyFolderProbe: Probe = {
  about: "tmpfs on which one listing is not the truth while files are replaced (root)",
  try: async () => {
    using disk = memoryDisk();
    const names = Array.from({ length: 500 }, (_, index) => `${index}.json`);
    await using _loop = await renamesOver(makeFiles(disk.path, names, "{}\n"));
    for (const deadline = Date.now() + 5000; Date.now() < deadline; ) {
      const listed = readdirSync(disk.path).filter((name) => name.endsWith(".json"));
      if (listed.length !== names.length || new Set(listed).size !== names.length) return true;
      await Bun.sleep(0);
    }
    return false;
  },
};
