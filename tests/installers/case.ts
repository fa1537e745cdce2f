/** What a case is, and the one kind that most of them are: a command that puts copies into a project. */
import { lstatSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { checkCopy } from "./copy.ts";
import { expect } from "./expect.ts";
import type { Host } from "./host.ts";
import type { Origin, RepositoryName } from "./origin.ts";
import { expectAbsent, useScripts } from "./use.ts";
import type { ToolName } from "./versions.ts";

export interface Bench {
  readonly host: Host;
  readonly origin: Origin;
  /** The command that starts the case's tool. */
  readonly tool: readonly string[];
}

export interface Case {
  readonly name: string;
  readonly tool?: ToolName;
  /** Throws what was wrong; returns a few words about what was seen. */
  readonly run: (bench: Bench) => Promise<string>;
  /** Of a control: it must throw, and a message like this one. */
  readonly mustFail?: RegExp;
}

export interface Installation {
  readonly name: string;
  readonly tool?: ToolName;
  readonly command: (bench: Bench, repository: RepositoryName) => readonly string[];
  /** The folders that must hold a copy that works, absolute or from the project's root; by default the documented one. */
  readonly copies?: readonly string[];
  /** Which of them are symbolic links. */
  readonly links?: readonly string[];
  /** The files that the installer adds to the skill. */
  readonly adds?: readonly string[];
}

export const documented = ".claude/skills/session";

export function installation(options: Installation, repository: RepositoryName = "session-skill"): Case {
  const { name, tool, command } = options;
  const run = async (bench: Bench) => {
    await bench.host.runOrThrow(command(bench, repository));
    return checkInstallation(bench, options);
  };
  return tool === undefined ? { name, run } : { name, tool, run };
}

/** The same installer, given the repository in which the skill is not built: its scripts must not find their packages. */
export function control(options: Installation): Case {
  const name = `control: ${options.name}, SKILL.md at the root`;
  return { ...installation(options, "root-layout"), name, mustFail: /Cannot find (module|package)|'z\._check' is undefined/ };
}

export async function checkInstallation({ host, origin }: Bench, options: Omit<Installation, "command">): Promise<string> {
  const { copies = [documented], links = [], adds = [] } = options;
  const isElsewhere = !copies.includes(documented);
  if (isElsewhere) await expectAbsent(host, join(documented, "scripts"));
  if (copies.length === 0) throw new Error("it installed nothing");
  let seen = "";
  for (const copy of copies) {
    const path = isAbsolute(copy) ? copy : join(host.root, copy);
    await useScripts(host, join(isElsewhere ? path : copy, "scripts"));
    seen = await checkCopy(origin, path, adds);
    expect(`${copy} is a symbolic link`, lstatSync(path).isSymbolicLink(), links.includes(copy));
  }
  return copies.length > 1 ? `${copies.length} times ${seen}` : `${seen}${isElsewhere ? ", by absolute path" : ""}`;
}
