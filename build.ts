/**
 * The skill as people install it.
 *
 *   bun run build                    generates what stands in skills/session beside SKILL.md
 *   bun run build --check            says whether the committed files are what a build gives
 *   bun run build --into PROJECT     copies skills/session to PROJECT/.claude/skills/session
 */
import { spawnSync } from "node:child_process";
import { isAbsolute, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { type Installed, install } from "./lib/build/install.ts";
import { build, check, listFiles, nameAndVersion, skillFolder } from "./lib/build/skill.ts";
import { failedTo, failureLines, failures, SessionError } from "./lib/errors.ts";
import { escapeControls } from "./lib/session/json.ts";

const repository = import.meta.dir;

const nextSteps = `
to let agents run it without asking, add to .claude/settings.json:
  { "permissions": { "allow": ["Bash(bun run .claude/skills/session/scripts/*)"] } }
to keep sessions and lock out of git, and archives in, add to .gitignore:
  ia/state/sessions/*.json
  ia/state/sessions/**/.*
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
    const options = { into: { type: "string", multiple: true }, check: { type: "boolean" } } as const;
    const { into: [into, ...more] = [], check } = parseArgs({ args: argv, options }).values;
    if (more.length > 0) throw new Error("--into is given twice");
    if (check && into !== undefined) throw new Error("--check and --into cannot be combined");
    if (into === "") throw new Error("--into needs the folder of a project");
    if (into !== undefined && !isAbsolute(into) && hasMoved())
      throw new Error("--into needs an absolute path here: bun or npm may have changed the current folder");
    return { into, check };
  } catch (error) {
    throw new SessionError("usage", error instanceof Error ? error.message : String(error), usage);
  }
}

/** Whether `bun run` or `npm run` has changed the current folder: they go to that of package.json, and note where they came from. */
function hasMoved(): boolean {
  const { INIT_CWD, npm_config_local_prefix } = process.env;
  return [INIT_CWD, npm_config_local_prefix].some((folder) => folder !== undefined && folder !== process.cwd());
}

function describe({ target, before, now, frontMatter }: Installed): string {
  const versions = before === undefined || before === now ? now : `${before} -> ${now}`;
  const isOlder = before !== undefined && /^\d+\.\d+\.\d+/.test(before) && Bun.semver.order(now, before) < 0;
  const files = [target, ...listFiles(join(repository, skillFolder)).map((path) => join(target, path))];
  const asked = { input: files.join("\0"), encoding: "utf8" } as const;
  const ignored = spawnSync("git", ["-C", target, "check-ignore", "-z", "--stdin"], asked);
  return [
    `installed session-skill ${versions} in ${escapeControls(target)}`,
    ...(isOlder ? [`warning: ${now} is older than ${before}, which was there`] : []),
    ...(frontMatter.length > 0 ? [`note: replaced in SKILL.md: ${escapeControls(frontMatter.join("; "))}`] : []),
    ...(ignored.status === 0
      ? [`warning: git ignores ${describeIgnored(ignored.stdout, target)}, so colleagues do not get it`]
      : []),
    nextSteps,
  ].join("\n");
}

function describeIgnored(listed: string, target: string): string {
  const paths = listed.split("\0").slice(0, -1);
  return paths.includes(target) ? "that folder" : escapeControls(paths.map((path) => relative(target, path)).join(", "));
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
