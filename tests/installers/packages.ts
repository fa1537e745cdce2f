/** Gets packages from the npm registry, each into a folder of its own. Nothing of a package is run while it is installed. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.ts";
import { hostPackage, type Tool, type ToolName, tools } from "./versions.ts";

/** Without a registry it gives up after some 20 seconds, not after 70. */
const retries = ["--fetch-retries=3", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=8000"];
const npmFlags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", ...retries];

/** Where the package was put, or why it could not be had. */
export type Package = { readonly prefix: string } | { readonly unavailable: string };

export class Packages {
  readonly #folder: string;
  readonly #asked = new Map<string, Promise<Package>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts the download the first time it is called for a tool. */
  tool(name: ToolName): Promise<Package> {
    const { version, lean }: Tool = tools[name];
    return this.#get(`${name}@${version}`, lean ? ["--omit=optional"] : []);
  }

  host(): Promise<Package> {
    return this.#get(`${hostPackage.name}@${hostPackage.version}`, []);
  }

  #get(spec: string, flags: readonly string[]): Promise<Package> {
    const asked = this.#asked.get(spec) ?? this.#install(spec, flags);
    this.#asked.set(spec, asked);
    return asked;
  }

  async #install(spec: string, flags: readonly string[]): Promise<Package> {
    const prefix = join(this.#folder, spec.replaceAll("/", "+"));
    mkdirSync(prefix, { recursive: true });
    const cache = join(this.#folder, ".cache");
    const command = ["npm", "install", ...npmFlags, "--cache", cache, "--prefix", prefix, ...flags, spec];
    const env = { ...process.env, TMPDIR: this.#folder };
    const { exitCode, stderr } = await run(command, { cwd: prefix, env, timeoutMs: 150_000 });
    if (exitCode === 0) return { prefix };
    const code = /^npm error code (\S+)/m.exec(stderr)?.[1] ?? `exit code ${exitCode}`;
    return { unavailable: `npm cannot install ${spec} (${code})` };
  }
}

/** The command that starts an installed tool. */
export function start(name: ToolName, prefix: string): string[] {
  const { entry, runtime }: Tool = tools[name];
  return [runtime === "bun" ? process.execPath : runtime, join(prefix, "node_modules", name, entry)];
}
