/** What the tests of the store have in common: projects with files in them, other users, and other processes that interfere. */
import { chmodSync, lchownSync, readdirSync, readlinkSync } from "node:fs";
import { type Folder, openFolder } from "../../lib/store/folder.ts";
import { findProject, type Project } from "../../lib/store/project.ts";
import type { FileVersion } from "../../lib/store/read-file.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { bun, cleanEnvironment } from "../support/run-script.ts";

/** A project whose sessions folder holds these files: texts, bytes, or values as JSON. */
export function projectWith(files: Record<string, unknown>): TemporaryProject {
  const project = temporaryProject();
  for (const [name, content] of Object.entries(files)) project.write(name, content);
  return project;
}

/** A project by its path, as the store finds it. */
export function found({ path }: { path: string }): Project {
  return findProject(path);
}

/** The sessions folder of a project, which must be there. */
export function folderOf(project: TemporaryProject): Folder {
  const folder = openFolder(found(project));
  if (folder === null) throw new Error("there is no sessions folder");
  return folder;
}

/** Everything in the sessions folder but the lock, as UTF-8. */
export function contents(project: TemporaryProject): Record<string, string> {
  const { ".lock": _, ...rest } = project.snapshot() ?? {};
  return Object.fromEntries(Object.entries(rest).map(([name, bytes]) => [name, Buffer.from(bytes, "latin1").toString()]));
}

/** The names of everything in the sessions folder but the lock, in order. */
export function names(project: TemporaryProject): string[] {
  return Object.keys(contents(project)).sort();
}

/** Whether the tests may act as other users and give files to them. */
export const isRoot = process.getuid?.() === 0;

/** Gives what is at a path, a link itself if it is one, to another user. */
export function giveTo(uid: number, path: string): void {
  lchownSync(path, uid, uid);
}

/** Lets this process act as another user, without any privilege, while a scope lasts; it is let into a folder, if one is given. */
export function actAs(uid: number, folder?: string): Disposable {
  if (folder !== undefined) chmodSync(folder, 0o755);
  process.setegid?.(uid);
  process.seteuid?.(uid);
  return {
    [Symbol.dispose]: () => {
      process.seteuid?.(0);
      process.setegid?.(0);
    },
  };
}

/** The files and folders that this process has open at a path or below it; on Linux. */
export function openFiles(path: string): string[] {
  const paths = readdirSync("/proc/self/fd").map((name) => readLink(`/proc/self/fd/${name}`));
  return paths.filter((each) => each === path || each.startsWith(`${path}/`));
}

/** Where a link leads; the empty text if it is gone. */
export function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** Another process that runs this code with `args`, and has printed a first line when this returns. */
export async function startProcess(code: string, args: readonly string[]) {
  const child = Bun.spawn([bun, "-e", code, ...args], {
    env: cleanEnvironment(),
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const first = await output.read();
  if (first.done) throw new Error(`the process ended with ${await child.exited}`);
  return {
    child,
    first: first.value.trim(),
    /** Ends its standard input and returns what it printed after that. */
    end: async () => {
      child.stdin.end();
      let text = "";
      for (let read = await output.read(); !read.done; read = await output.read()) text += read.value;
      await child.exited;
      return text.trim();
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** The version of no file. */
export const otherVersion: FileVersion = { ino: 0, size: 0, mtimeMs: 0, ctimeMs: 0 };
