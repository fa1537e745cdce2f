/**
 * The repositories that are installed from, as bare ones that stand in for GitHub, and a checkout of each. `session-skill`
 * holds the working tree of this repository with all that is not committed yet and not ignored; nothing is written to
 * the repository itself. `root-layout` is the control: SKILL.md lies at the root, and no built copy is there.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runOrThrow } from "./process.ts";

export const owner = "example";
export type RepositoryName = "session-skill" | "root-layout";

export interface Origin {
  /** The folder that holds `<name>.git`. */
  readonly bare: string;
  readonly checkouts: Record<RepositoryName, string>;
}

export async function makeOrigin(folder: string, tree: string): Promise<Origin> {
  const bare = join(folder, "bare");
  mkdirSync(bare, { recursive: true });
  const sound = await makeRepository(bare, "session-skill", tree);
  const broken = join(folder, "root-layout");
  await git(["clone", "--quiet", sound, broken], folder);
  await git(["rm", "-r", "--quiet", "--ignore-unmatch", "SKILL.md", ".claude-plugin"], broken);
  await git(["mv", "skills/session/SKILL.md", "SKILL.md"], broken);
  await git(["rm", "-r", "--quiet", "skills"], broken);
  await makeRepository(bare, "root-layout", broken);
  const checkout = join(folder, "session-skill");
  await git(["clone", "--quiet", sound, checkout], folder);
  return { bare, checkouts: { "session-skill": checkout, "root-layout": broken } };
}

/** The files of the skill, relative to its folder. */
export async function skillFiles({ checkouts }: Origin): Promise<string[]> {
  const skill = join(checkouts["session-skill"], "skills/session");
  return (await git(["ls-files", "-z"], skill)).split("\0").filter((name) => name !== "");
}

/** What a user's `~/.gitconfig` needs so that git takes the bare repositories for those on GitHub. */
export function gitConfiguration({ bare }: Origin): string {
  const addresses = ["https://github.com/", "git@github.com:", "ssh://git@github.com/"];
  return `[url "file://${bare}/"]\n${addresses.map((address) => `\tinsteadOf = ${address}${owner}/\n`).join("")}`;
}

async function makeRepository(bare: string, name: RepositoryName, tree: string): Promise<string> {
  const path = join(bare, `${name}.git`);
  await git(["init", "--quiet", "--bare", "--initial-branch=main", path], bare);
  const here = [`--git-dir=${path}`, `--work-tree=${tree}`];
  await git([...here, "add", "--all"], tree);
  await git([...here, "commit", "--quiet", "--message=tree"], tree);
  return path;
}

/** Runs git without any configuration of this machine or of its user. */
async function git(args: readonly string[], cwd: string): Promise<string> {
  const person = ["-c", "user.name=tests", "-c", "user.email=tests@example.org"];
  const env = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  return runOrThrow(["git", ...person, ...args], { cwd, env });
}
