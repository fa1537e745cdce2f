/**
 * Copies the skill into a project, whole by its checksums or not at all. What stands there is ours if it carries our banner or
 * our checksums, whoever installed it; a file of ours that was edited, or one that is not ours, is never replaced.
 */
import * as fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { failedTo, SessionError } from "../errors.ts";
import { quote } from "../session/json.ts";
import { checksum, checksumsFile, findFlaw, findOther, listFiles, parseChecksums, skillFolder, versionOf } from "./skill.ts";

/** Files that other installers, and the Finder, leave beside a skill; they stay. */
const foreignNames = [".openskills.json", ".skillkit.json", ".DS_Store"];
/** The files of version 1.0.0, which had no checksums but a banner in each script, and bytecode beside it. */
const oldScripts = ["get", "set", "reset", "save"].map((name) => `scripts/${name}.ts`);
const oldBytecode = oldScripts.map((path) => `${path}.jsc`);
const oldFiles = ["LICENSE", "SKILL.md", "THIRD-PARTY-LICENSES", ...oldScripts, ...oldBytecode];
const oldBanner = "// generated from session-skill ";

/** Where the skill was installed, the versions before and now, and the lines of SKILL.md's front matter that only the old copy had. */
export type Installed = { target: string; before: string | undefined; now: string; frontMatter: string[] };

/** Installs the skill of a repository in a project. Throws `usage` if that is no folder, `failed` if something would be lost. */
export function install(repository: string, project: string): Installed {
  const source = join(repository, skillFolder);
  const sums = readChecksums(source) ?? {};
  const flaw = findFlaw(source, sums) ?? findOther(source, sums, foreignNames);
  if (flaw !== undefined) throw new SessionError("failed", `${source} is not whole: ${flaw}`, "bun run build, or a new clone");
  const target = findTarget(project);
  const before = inspect(target, source);
  const frontMatter = findFrontMatter(target, source);
  const staged = join(dirname(target), `.session-${crypto.randomUUID()}.tmp`);
  try {
    sweep(dirname(target));
    fs.cpSync(source, staged, { recursive: true });
    if (fs.readdirSync(target).length === 0) fs.renameSync(staged, target);
    else replaceFiles(staged, target, [...Object.keys(sums), checksumsFile]);
    const gap = findFlaw(target, sums);
    if (gap !== undefined) throw new Error(`${gap}; does another installation run?`);
  } catch (error) {
    throw failedTo(`install ${target}`, error, "run this again");
  } finally {
    fs.rmSync(staged, { recursive: true, force: true });
  }
  return { target, before, now: readVersion(source) ?? "", frontMatter };
}

/** The lines in the front matter of SKILL.md that only the copy in a project has, but for its metadata: somebody may have written them. */
function findFrontMatter(target: string, source: string): string[] {
  const [old, own] = [target, source].map((folder) => {
    const [, lines = ""] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readText(join(folder, "SKILL.md")) ?? "") ?? [];
    const others = lines.replaceAll("\r\n", "\n").replace(/^metadata:.*(?:\n[ \t].*)*/m, "");
    return others.split("\n").map((line) => line.trim());
  });
  return (old ?? []).filter((line) => line !== "" && !own?.includes(line));
}

/** The place of the skill in a project, with the symbolic links resolved. */
function findTarget(project: string): string {
  if (!fs.statSync(project, { throwIfNoEntry: false })?.isDirectory()) {
    throw new SessionError("usage", `${quote(project)} is not a folder`, "bun run build --into PROJECT");
  }
  const path = join(fs.realpathSync(project), skillPath);
  try {
    fs.mkdirSync(path, { recursive: true });
    return fs.realpathSync(path);
  } catch (error) {
    throw failedTo(`make ${path}`, error, "something else is at that path or above it; move it away");
  }
}

const skillPath = ".claude/skills/session";

/** The version that is installed; `undefined` if there is none. Throws `failed` if anything there is not ours as it was. */
function inspect(target: string, source: string): string | undefined {
  const found = listFiles(target).filter((path) => !foreignNames.includes(basename(path)));
  if (found.length === 0) return undefined;
  const sums = readChecksums(target);
  const refusal = (what: string, help = "move it away, then run this again") =>
    new SessionError("failed", `${target} ${what}`, help);
  if (sums === undefined && !isOurs("scripts/get.ts", { target, source, sums }))
    throw refusal("holds something other than this skill");
  const names = [checksumsFile, ...listFiles(source), ...Object.keys(sums ?? {}), ...oldFiles];
  const other = found.find((path) => !names.includes(path));
  if (other !== undefined) throw refusal(`holds ${quote(other)}, which is not of this skill`);
  const isAsItWas = (path: string) =>
    path === checksumsFile ? readText(join(target, path)) !== undefined : isOurs(path, { target, source, sums });
  const edited = found.find((path) => !isAsItWas(path));
  if (edited !== undefined)
    throw refusal(`holds an edited ${quote(edited)}`, "keep your edit elsewhere and delete that file, then run this again");
  return readVersion(target) ?? "an unknown version";
}

type Copy = { target: string; source: string; sums: Record<string, string> | undefined };

/**
 * Whether a file is as a version of this skill had it: as its checksum says, or, if it is from before there were any, with
 * the banner of that time. An installation that was killed leaves files of the version that it was about to install.
 */
function isOurs(path: string, { target, source, sums }: Copy): boolean {
  if (oldBytecode.includes(path)) return true;
  const text = readText(join(target, path));
  if (text === undefined || text === readText(join(source, path))) return text !== undefined;
  if (sums !== undefined) return sums[path] === checksum(path, text);
  return oldScripts.includes(path) ? text.slice(0, 1000).includes(oldBanner) : oldFiles.includes(path);
}

function readText(path: string): string | undefined {
  return fs.statSync(path, { throwIfNoEntry: false })?.isFile() ? fs.readFileSync(path, "utf8") : undefined;
}

function readChecksums(folder: string): Record<string, string> | undefined {
  return parseChecksums(readText(join(folder, checksumsFile)) ?? "");
}

function readVersion(folder: string): string | undefined {
  return versionOf(readText(join(folder, "SKILL.md")) ?? "");
}

/**
 * Replaces file by file: each is complete in itself, and there is no moment without a script for those who call it. The
 * checksums of the copy that is replaced hold until everything else is done, so that what is left of it stays ours.
 */
function replaceFiles(staged: string, target: string, files: string[]): void {
  const ours = [...Object.keys(readChecksums(target) ?? {}), ...oldBytecode];
  const outdated = listFiles(target).filter((path) => ours.includes(path) && !files.includes(path));
  for (const path of files.filter((path) => path !== checksumsFile)) replaceFile(join(staged, path), join(target, path));
  for (const path of outdated) fs.rmSync(join(target, path));
  replaceFile(join(staged, checksumsFile), join(target, checksumsFile));
}

/** Leaves a file alone that is the same: Bun does not find a script that is replaced while it opens it. */
function replaceFile(staged: string, installed: string): void {
  fs.mkdirSync(dirname(installed), { recursive: true });
  const isSame = fs.existsSync(installed) && fs.readFileSync(installed).equals(fs.readFileSync(staged));
  if (!isSame) fs.renameSync(staged, installed);
}

/** Removes what an installation that was killed left beside the target, by the exact form of its name. */
function sweep(folder: string): void {
  const own = fs.readdirSync(folder).filter((name) => /^\.session-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name));
  for (const name of own) fs.rmSync(join(folder, name), { recursive: true, force: true });
}
