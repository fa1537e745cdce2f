/**
 * Programs from the npm registry that tests hold against the installed copy: what hosts check and format their code with,
 * and what may run a script in the place of a Bun that it works with. They are pinned here. Nothing of a package is run
 * while it is installed.
 */
import { join } from "node:path";
import { temporaryFolder } from "./project.ts";

const oldBun = `@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : "x64-baseline"}`;

/** Each package by the name of its folder in `node_modules`. */
const versions = {
  deno: "2.9.6",
  eslint: "10.15.0",
  "markdownlint-cli2": "0.24.1",
  "bun-1.0": `npm:${oldBun}@1.0.36`,
  "bun-1.1": `npm:${oldBun}@1.1.45`,
  oxlint: "1.94.0",
  prettier: "3.10.1",
  "skills-ref": "0.1.5",
  tsx: "4.23.15",
  typescript: "6.0.3", // for typescript-eslint; tsc itself is the repository's
  "typescript-eslint": "8.73.0",
};
export type PackageName = keyof typeof versions;

export type Packages = Disposable & {
  /** Why they could not be had, or `undefined` if they are there. */
  missing: string | undefined;
  /** The path of a file in `node_modules`. */
  file: (path: string) => string;
};

/** Installs packages into a temporary folder. Says so on stderr if npm cannot, for tests to be skipped then. */
export async function installPackages(...names: PackageName[]): Promise<Packages> {
  const folder = temporaryFolder();
  const missing = await install(
    folder.path,
    names.map((name) => `${name}@${versions[name]}`),
  );
  if (missing !== undefined) console.warn(`SKIPPED: whatever needs ${names.join(", ")}: ${missing}`);
  return { ...folder, missing, file: (path) => join(folder.path, "node_modules", path) };
}

async function install(folder: string, specs: string[]): Promise<string | undefined> {
  if (Bun.which("npm") === null || Bun.which("node") === null) return "this machine has no node and npm";
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  const patience = ["--prefer-offline", "--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000"];
  const child = Bun.spawn(["npm", "install", ...quiet, ...patience, "--prefix", folder, ...specs], {
    cwd: folder,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
    timeout: 180_000,
  });
  const stderr = await child.stderr.text();
  return (await child.exited) === 0 ? undefined : `npm cannot install them: ${stderr.split("\n")[0]}`;
}
