/** git in the folder of a proof, with nothing of this machine's settings. */
import { command } from "./rigs/rig.ts";

const settings = ["user.name=Nobody", "user.email=nobody@example.org", "commit.gpgSign=false", "core.hooksPath=/dev/null"];

/** Runs git in a folder; it must succeed. */
export function git(folder: string, ...words: string[]): void {
  command(["git", "-C", folder, ...settings.flatMap((setting) => ["-c", setting]), ...words]);
}

/** Commits everything in a folder, which becomes a repository if it is none. */
export function commit(folder: string, message: string): void {
  git(folder, "init", "--quiet", "--initial-branch=main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--allow-empty", "--message", message);
}
