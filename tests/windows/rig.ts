/**
 * Bun for Windows under Wine: runs scripts on Linux as they run on Windows, in one temporary folder that is removed at
 * the end, however this process ends. Debian: `apt-get install --no-install-recommends wine64 binutils-mingw-w64-x86-64`.
 * What costs an hour each if one does not know it:
 *
 * - A file on stdin, and for `process.stdin` a pipe too, is EBADF if it comes from Linux: what is to be read goes through
 *   a launcher, which is Bun for Windows too. So only `run` takes stdin: a kill would hit the launcher alone.
 * - Wine's services keep the stdout of the call that starts them open: they are started before, with no pipe, and stay.
 * - Wine 8 lacks bcryptprimitives.dll: without one, bun.exe ends with 53 and says nothing.
 * - On Z: (Linux's folders) beside a package.json, Bun prints "Internal error: directory mismatch". So all is on C:.
 * - Arguments that are not ASCII need a UTF-8 locale. Paths of Linux mean nothing on C:, pass what `windowsPath` returns.
 * - Relative paths with a folder in them, and "." to be listed, are ENOENT to Bun on Wine 8: test with absolute ones.
 * - The lock of a Linux process excludes no process under Wine: both sides have to run here.
 * - Wine lets ":" and names like "con" through, which Windows does not: look at the names that a script leaves.
 * - The share \\server\share is the folder dosdevices/unc/server/share of the prefix. No process starts there: change to it.
 * - Exit codes are cut to 8 bits; that of a process which `close` ends is any. SIGKILL works as TerminateProcess does.
 */
import { cpSync, mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import manifest from "../../package.json";
import { runInTerminal } from "../support/terminal.ts";
import { temporaryFolder } from "./folder.ts";
import { fetchBun, installBun, makePrefix, toolPath, wineEnvironment } from "./machine.ts";
import { endOf, launcher, type Outcome, type Process, type Program } from "./process.ts";

export { findMissing } from "./machine.ts";

export type RigOptions = {
  /** The skill under test; by default the committed copy. */
  skill?: Skill;
  /** The version of Bun; by default the one that this repository is developed with. */
  version?: string;
};

/** The folder of scripts that need nothing outside of it, and that of the sources, for code that imports from them. */
export type Skill = { scripts: string; lib: string };

export type StartOptions = {
  /** A folder on C:, as a path of Linux. */
  cwd: string;
  env?: Record<string, string>;
  /** Another skill than the one under test, as `install` returned it. */
  skill?: string;
};

export type RunOptions = StartOptions & {
  /** What the script can read from a pipe; by default there is nothing to read. */
  stdin?: string | Uint8Array;
};

export type Rig = AsyncDisposable & {
  /** The folder that is `C:\`. */
  drive: string;
  /** Makes a new empty folder below one of C: and returns its path on Linux. */
  makeFolder: (below?: string) => string;
  /** The same with `.git` in it: a project. */
  makeProject: (below?: string) => string;
  /** Copies a skill to C: and returns its path there, which holds `scripts` and `lib`. */
  install: (skill: Skill) => string;
  /** What a path on C: is called there, with "/". */
  windowsPath: (path: string) => string;
  /** Starts a program that runs on. It can be stopped, continued and killed by signals. */
  start: (program: Program, args: string[], options: StartOptions) => Process;
  /** Runs a program to its end; it is killed after two minutes. */
  run: (program: Program, args: string[], options: RunOptions) => Promise<Outcome>;
  /** Runs a program to its end on a console, 100 columns wide; `screen` is what it sent there. */
  runOnConsole: (program: Program, args: string[], options: StartOptions) => ReturnType<typeof runInTerminal>;
  /** Ends all that runs, and removes everything. */
  close: () => Promise<void>;
};

const repository = resolve(import.meta.dir, "../..");
const committedCopy: Skill = { scripts: join(repository, "skills/session/scripts"), lib: join(repository, "lib") };
const ownVersion = manifest.packageManager.replace(/^bun@|\+.*$/g, "");

/** Takes five to ten seconds, a fetch of 40 MB if npm has not cached it, and 1 GB of disk while it is open. */
export async function openRig({ skill = committedCopy, version = ownVersion }: RigOptions = {}): Promise<Rig> {
  const { folder, remove } = temporaryFolder();
  try {
    const [executable] = await Promise.all([fetchBun(version, folder), makePrefix(folder)]);
    const drive = join(folder, "prefix/drive_c");
    await installBun(executable, join(drive, "bun"));
    install(skill, join(drive, "skill"));
    return rigOn(drive, folder, remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

function install({ scripts, lib }: Skill, target: string): void {
  cpSync(scripts, join(target, "scripts"), { recursive: true });
  cpSync(lib, join(target, "lib"), { recursive: true });
}

function rigOn(drive: string, folder: string, close: () => Promise<void>): Rig {
  const windowsPath = (path: string) => `C:/${relative(drive, path)}`;
  const bunCommand = (program: Program, args: string[], skill = "C:/skill") =>
    typeof program === "string" ? ["run", `${skill}/scripts/${program}.ts`, ...args] : ["-e", program.code, ...args];
  const command = (program: Program, args: string[], skill?: string) => [
    toolPath("wine64"),
    join(drive, "bun/bun.exe"),
    ...bunCommand(program, args, skill),
  ];
  const start = (program: Program, args: string[], { cwd, env, skill }: StartOptions): Process =>
    Bun.spawn(command(program, args, skill), {
      cwd,
      env: { ...wineEnvironment(folder), ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
  const makeFolder = (below = "work") => {
    const path = join(drive, below, crypto.randomUUID().slice(0, 8));
    mkdirSync(path, { recursive: true });
    return path;
  };
  const run = async (program: Program, args: string[], { stdin, ...options }: RunOptions): Promise<Outcome> => {
    if (stdin === undefined) return endOf(start(program, args, options));
    const job = join(drive, `${crypto.randomUUID()}.json`);
    const bytes = Buffer.from(stdin).toString("base64");
    await Bun.write(job, JSON.stringify({ command: bunCommand(program, args, options.skill), stdin: bytes }));
    return endOf(start(launcher, [windowsPath(job)], options));
  };
  return {
    drive,
    windowsPath,
    start,
    run,
    close,
    makeFolder,
    makeProject: (below) => {
      const path = makeFolder(below);
      mkdirSync(join(path, ".git"));
      return path;
    },
    install: (skill) => {
      const path = join(drive, `skill-${crypto.randomUUID().slice(0, 8)}`);
      install(skill, path);
      return windowsPath(path);
    },
    runOnConsole: (program, args, { cwd, env, skill }) =>
      runInTerminal(command(program, args, skill), { cwd, columns: 100, env: { ...wineEnvironment(folder), ...env } }),
    [Symbol.asyncDispose]: close,
  };
}
