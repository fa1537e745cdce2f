/**
 * The skill as people install it.
 *
 *   bun run build                    generates what stands in skills/session beside SKILL.md
 *   bun run build --check            says whether the committed files are what a build gives
 *   bun run build --into PROJECT     copies skills/session to PROJECT/.claude/skills/session
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { type Installed, install } from "./lib/build/install.ts";
import { build, check, nameAndVersion, skillFolder } from "./lib/build/skill.ts";
import { failedTo, failureLines, failures, SessionError } from "./lib/errors.ts";
import { escapeControls } from "./lib/session/json.ts";

const repository = import.meta.dir;

const nextSteps = `
to let agents run it without asking, add to .claude/settings.json:
  { "permissions": { "allow": ["Bash(bun run .claude/skills/session/scripts/*)"] } }
to keep sessions and lock out of git, and archives in, add to .gitignore:
  ia/state/sessions/*.json
  ia/state/sessions/.*
`;

async function main(argv: string[]): Promise<string> {
  const { into, check: isCheck } = parse(argv);
  if (into !== undefined) return describe(install(repository, into));
  if (isCheck) {
    await check(repository);
    return `${skillFolder} is what a build of ${nameAndVersion} gives\n`;
  }
  await build(repository);
  return `built ${nameAndVersion} in ${skillFolder}\n`;
}

function parse(argv: string[]): { into?: string | undefined; check?: boolean | undefined } {
  const usage = "usage: bun run build [--check | --into PROJECT]";
  try {
    const { values } = parseArgs({ args: argv, options: { into: { type: "string" }, check: { type: "boolean" } } });
    if (values.check && values.into !== undefined) throw new Error("--check and --into cannot be combined");
    if (values.into === "") throw new Error("--into needs the folder of a project");
    return values;
  } catch (error) {
    throw new SessionError("usage", error instanceof Error ? error.message : String(error), usage);
  }
}

function describe({ target, before, now }: Installed): string {
  const versions = before === undefined || before === now ? now : `${before} -> ${now}`;
  const isOlder = before !== undefined && /^\d+\.\d+\.\d+/.test(before) && Bun.semver.order(now, before) < 0;
  const isIgnored = spawnSync("git", ["-C", target, "check-ignore", "-q", target]).status === 0;
  return [
    `installed session-skill ${versions} in ${escapeControls(target)}`,
    ...(isOlder ? [`warning: ${now} is older than ${before}, which was there`] : []),
    ...(isIgnored ? ["warning: git ignores that folder, so colleagues do not get it"] : []),
    nextSteps,
  ].join("\n");
}

if (import.meta.main) {
  try {
    await Bun.write(Bun.stdout, await main(process.argv.slice(2)));
  } catch (error) {
    const failure = failedTo("build", error);
    await Bun.write(
      Bun.stderr,
      failureLines(failure)
        .map((line) => `${escapeControls(line)}\n`)
        .join(""),
    );
    process.exitCode = failures[failure.code].status;
  }
}
