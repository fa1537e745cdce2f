/** What the rig needs of the machine, and how it is put together: a Wine prefix, Bun for Windows, one library. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Commands and the Debian package that brings each; Debian keeps those of Wine outside of PATH. */
const packages = {
  wine64: "wine64",
  wineserver: "wine64",
  "x86_64-w64-mingw32-ld": "binutils-mingw-w64-x86-64",
  npm: "npm",
} as const;

export type Tool = keyof typeof packages;

function findTool(tool: Tool): string | null {
  const debians = `/usr/lib/wine/${tool}`;
  return Bun.which(tool) ?? (existsSync(debians) ? debians : null);
}

/** The path of a command that must be there. */
export function toolPath(tool: Tool): string {
  const path = findTool(tool);
  if (path === null) throw new Error(`${tool} is missing: apt-get install --no-install-recommends ${packages[tool]}`);
  return path;
}

/** What this machine lacks for the rig, in words; nothing if it can be opened. */
export function findMissing(): string[] {
  if (process.platform !== "linux" || process.arch !== "x64") return ["Linux on x64"];
  return Object.entries(packages).flatMap(([tool, name]) =>
    findTool(tool as Tool) === null ? [`${tool} (Debian package ${name})`] : [],
  );
}

/**
 * What Wine's processes get to see: nothing of this process's environment but PATH. The home is one in the rig's folder
 * because Wine writes menus and file types into it.
 */
export function wineEnvironment(folder: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    HOME: join(folder, "home"),
    LC_ALL: "C.UTF-8",
    WINEPREFIX: join(folder, "prefix"),
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "mscoree,mshtml,winemenubuilder.exe=",
  };
}

/**
 * Makes the prefix and starts its services. They stay until `wineserver -k`, and as they are started here, with no pipe
 * of ours, no call starts them: they would keep its stdout open, and each call would wait for their end.
 */
export async function makePrefix(folder: string): Promise<void> {
  const env = wineEnvironment(folder);
  for (const name of ["home", "prefix"]) mkdirSync(join(folder, name));
  await succeed([toolPath("wineserver"), "--persistent"], folder, env);
  await succeed([toolPath("wine64"), "wineboot", "--init"], folder, env);
}

/** Fetches Bun for Windows from the registry that npm is configured for, and returns the path of bun.exe. */
export async function fetchBun(version: string, folder: string): Promise<string> {
  const name = "@oven/bun-windows-x64-baseline";
  const quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
  const env = { ...process.env, WINEPREFIX: wineEnvironment(folder)["WINEPREFIX"] }; // ended with the folder, as all that has it
  // --force: the package is for another system than this one
  await succeed(
    [toolPath("npm"), "install", "--prefix", folder, "--force", "--ignore-scripts", ...quiet, `${name}@${version}`],
    folder,
    env,
  );
  return join(folder, "node_modules", name, "bin/bun.exe");
}

/**
 * Puts bun.exe into a folder, with the library that it needs beside it, which Wine has from version 10 on. The one
 * function wanted of it fills a buffer with random bytes, as another one does that Wine 8 has: its name is sent on there.
 */
export async function installBun(executable: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  renameSync(executable, join(folder, "bun.exe"));
  writeFileSync(join(folder, "random.def"), "LIBRARY bcryptprimitives.dll\nEXPORTS\nProcessPrng = advapi32.SystemFunction036\n");
  await succeed([toolPath("x86_64-w64-mingw32-ld"), "-shared", "-o", "bcryptprimitives.dll", "random.def"], folder);
}

async function succeed(command: string[], cwd: string, env: Record<string, string | undefined> = process.env): Promise<void> {
  const output = Bun.file(join(cwd, `${crypto.randomUUID()}.log`)); // no pipe: what runs on in the background would keep it open
  const child = Bun.spawn(command, { cwd, env, stdin: "ignore", stdout: output, stderr: output });
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} ended with ${child.exitCode}: ${await output.text()}`);
}
