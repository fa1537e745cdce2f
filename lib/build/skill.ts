/** The skill as it is installed: SKILL.md by hand, and beside it what is generated from this repository. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import manifest from "../../package.json";
import { failedTo, isAbsence, SessionError } from "../errors.ts";
import { bundle, scriptNames } from "./bundle.ts";
import { renderLicenses } from "./licenses.ts";

export const skillFolder = "skills/session";
export const nameAndVersion = `${manifest.name} ${manifest.version}`;
/** Plain text, in the form of `sha256sum`: it needs no comment to keep formatters away. */
export const checksumsFile = "checksums.txt";

/** Every file of the skill but SKILL.md, by its path in it. */
export async function generate(repository: string): Promise<Map<string, string>> {
  const bundles = await Promise.all(scriptNames.map((name) => bundle(repository, name, nameAndVersion)));
  const files = new Map<string, string>([
    [
      ".gitattributes",
      "# Checked out as they are, with LF, everywhere; generated files fold in reviews.\n* -text\nscripts/* linguist-generated\n",
    ],
    ["LICENSE", readSource(join(repository, "LICENSE"))],
    ["THIRD-PARTY-LICENSES", renderLicenses(nameAndVersion, bundles)],
    ...bundles.map(({ name, text }) => [`scripts/${name}.ts`, text] as const),
  ]);
  const skill = readSource(join(repository, skillFolder, "SKILL.md"));
  const sums = [...files, ["SKILL.md", skill] as const].map(([path, text]) => `${checksum(path, text)}  ${path}\n`);
  const head = `# ${nameAndVersion}: the SHA-256 of each file as it was installed, of SKILL.md without its front matter\n`;
  return files.set(checksumsFile, [head, ...sums].join(""));
}

/** The checksums in a text of that form, by path; `undefined` if it is not of this skill. */
export function parseChecksums(text: string): Record<string, string> | undefined {
  if (!text.startsWith(`# ${manifest.name} `)) return undefined;
  return Object.fromEntries([...text.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)].map(([, sum = "", path = ""]) => [path, sum]));
}

/** What is missing in a copy or not as its checksums say; `undefined` if it is whole. */
export function findFlaw(folder: string, sums: Record<string, string>): string | undefined {
  const summed = [...new Set(["SKILL.md", ...scriptNames.map((name) => `scripts/${name}.ts`), ...Object.keys(sums)])];
  const missing = [checksumsFile, ...summed].find((path) => readText(join(folder, path)) === undefined);
  if (missing !== undefined) return `there is no ${missing}`;
  const changed = summed.find((path) => checksum(path, readText(join(folder, path)) ?? "") !== sums[path]);
  if (changed !== undefined) return `${changed} is not what its checksum says`;
  return versionOf(readText(join(folder, "SKILL.md")) ?? "") === undefined ? "SKILL.md names no version" : undefined;
}

/** What a copy holds that it has no checksum for, and that has none of the names that may be there. */
export function findOther(folder: string, sums: Record<string, string>, allowed: readonly string[]): string | undefined {
  const names = [checksumsFile, ...Object.keys(sums)];
  const other = listFiles(folder).find((path) => !names.includes(path) && !allowed.includes(basename(path)));
  return other && `it holds ${JSON.stringify(other)}`;
}

/** Writes the generated files into the skill's folder, and deletes every other file there but SKILL.md. */
export async function build(repository: string): Promise<void> {
  const files = await generate(repository);
  const folder = join(repository, skillFolder);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  for (const path of generatedFiles(folder)) if (!files.has(path)) rmSync(join(folder, path));
}

/** Throws `failed` unless the committed skill is what a build gives now, and the version is the same everywhere. */
export async function check(repository: string): Promise<void> {
  const folder = join(repository, skillFolder);
  const files = await generate(repository);
  const paths = [...new Set([...files.keys(), ...generatedFiles(folder)])];
  const differing = paths.filter((path) => readText(join(folder, path)) !== files.get(path));
  if (differing.length > 0) {
    const names = differing.map((path) => `${skillFolder}/${path}`).join(", ");
    throw new SessionError("failed", `not what a build gives: ${names}`, "bun run build, then commit the result");
  }
  const marketplace = JSON.parse(readText(join(repository, ".claude-plugin/marketplace.json")) ?? "{}");
  const versions = {
    "package.json": manifest.version,
    "SKILL.md": versionOf(readText(join(folder, "SKILL.md")) ?? "") ?? "none",
    "marketplace.json": marketplace.plugins?.[0]?.version ?? "none",
  };
  if (new Set(Object.values(versions)).size === 1) return;
  throw new SessionError("failed", `the versions differ: ${JSON.stringify(versions)}`, "make them the same");
}

function generatedFiles(folder: string): string[] {
  return listFiles(folder).filter((path) => path !== "SKILL.md");
}

/** The path of every file below a folder, from there and with `/`. */
export function listFiles(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return entries.map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

/** The version that a SKILL.md names in its metadata. */
export function versionOf(skill: string): string | undefined {
  return /^metadata: *(?:\{.*?|\n(?: +.*\n)*? +)version: *["']?([^"'\s,}]+)/m.exec(skill)?.[1];
}

/**
 * The SHA-256 of a file; of SKILL.md without its front matter, in which installers note where they had it from, and
 * without the empty lines below it, which gh removes.
 */
export function checksum(path: string, text: string): string {
  const content = path === "SKILL.md" ? text.replace(/^---\n[\s\S]*?\n---\n+/, "") : text;
  return createHash("sha256").update(content).digest("hex");
}

function readSource(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw failedTo(`read ${path}`, error);
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}
