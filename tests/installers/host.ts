/** A project of somebody else, new for each case: a git repository with a package.json and a zod of its own, and a home. */
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gitConfiguration, type Origin } from "./origin.ts";
import { type Outcome, outputOf, run } from "./process.ts";
import { hostPackage } from "./versions.ts";

export interface HostOptions {
  readonly origin: Origin;
  /** The `node_modules` that the project gets a copy of. */
  readonly modules: string;
  /** What is put before each command to cut it off from the network. */
  readonly isolated: readonly string[];
}

export class Host {
  readonly root: string;
  readonly home: string;
  readonly #bunCache: string;
  readonly #isolated: readonly string[];
  readonly #env: Record<string, string>;

  constructor(folder: string, { origin, modules, isolated }: HostOptions) {
    this.root = join(folder, "project");
    this.home = join(folder, "home");
    this.#bunCache = join(folder, "bun-cache");
    this.#isolated = isolated;
    const temporary = join(folder, "tmp");
    for (const path of [this.root, this.home, this.#bunCache, temporary]) mkdirSync(path, { recursive: true });
    this.#env = { ...quietEnvironment(), HOME: this.home, TMPDIR: temporary, BUN_INSTALL_CACHE_DIR: this.#bunCache };
    writeFileSync(join(this.home, ".gitconfig"), gitConfiguration(origin));
    const manifest = { name: "host", version: "1.0.0", dependencies: { [hostPackage.name]: hostPackage.version } };
    writeFileSync(join(this.root, "package.json"), JSON.stringify(manifest));
    cpSync(modules, join(this.root, "node_modules"), { recursive: true });
  }

  /** Runs a command at the project's root, offline, with nothing of this environment. */
  run(command: readonly string[]): Promise<Outcome> {
    return run([...this.#isolated, ...command], { cwd: this.root, env: this.#env });
  }

  async runOrThrow(command: readonly string[]): Promise<string> {
    return outputOf(command, await this.run(command));
  }

  /** What Bun has downloaded. Its cache of transpiled files, `@t@`, is no download. */
  downloads(): string[] {
    return readdirSync(this.#bunCache).filter((name) => name !== "@t@");
  }
}

function quietEnvironment(): Record<string, string> {
  return {
    PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
    LANG: "C.UTF-8",
    TERM: "dumb",
    NO_COLOR: "1",
    DO_NOT_TRACK: "1",
    DISABLE_TELEMETRY: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
  };
}
