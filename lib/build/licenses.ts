/** The licenses of the packages that bytes of the bundles come from. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SessionError } from "../errors.ts";
import type { Bundle } from "./bundle.ts";

/** One text with the license of each package; its rules are of `=`, since `---` is taken for front matter. */
export function renderLicenses(version: string, bundles: Bundle[]): string {
  const files = bundles.flatMap(({ packageFiles }) => packageFiles);
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
  const notices = [...new Set(folders)].map(renderLicense).sort();
  const rule = `\n${"=".repeat(80)}\n\n`;
  return [`The scripts of ${version} contain code of these packages.\n`, ...notices].join(rule);
}

function renderLicense(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  if (file === undefined) throw new SessionError("failed", `cannot build: ${folder} has no license text`);
  const text = readFileSync(join(folder, file), "utf8")
    .trim()
    .replaceAll(/[ \t]+$/gm, "")
    .replaceAll("\r\n", "\n");
  return `${name} ${version} (${license})\n\n${text}\n`;
}
