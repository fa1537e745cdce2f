/** Small skills that stand for releases of this one, in folders that `install` takes for its repository, and old copies. */
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checksum, skillFolder } from "../../lib/build/skill.ts";
import { temporaryFolder } from "./project.ts";

export type Files = Record<string, string>;
const scripts = ["get", "set", "reset", "save"].map((name) => `scripts/${name}.ts`);

/** The files of a release, with their checksums; `more` are others that it has, or has otherwise. */
export function releaseFiles(version: string, more: Files = {}): Files {
  const files: Files = {
    ".gitattributes": "* -text\n",
    LICENSE: "the license\n",
    "SKILL.md": `---\nname: session\nmetadata: { version: "${version}" }\n---\n\n# session\n\ntext of ${version}\n`,
    "THIRD-PARTY-LICENSES": "licenses of others\n",
    ...Object.fromEntries(scripts.map((path) => [path, `console.log("${path} of ${version}");\n`])),
    ...more,
  };
  const sums = Object.entries(files).map(([path, text]) => `${checksum(path, text)}  ${path}\n`);
  return { ...files, "checksums.txt": `# session-skill ${version}: the SHA-256 of each file\n${sums.join("")}` };
}

/** A copy as version 1.0.0 installed it: no checksums, but a banner in each script, and bytecode. */
export function oldFiles(): Files {
  const banner = "// @bun @bytecode @bun-cjs\n// generated from session-skill 1.0.0: edit its source, not this file\n";
  return {
    LICENSE: "the license of 1.0.0\n",
    "SKILL.md": '---\nname: session\nmetadata:\n  version: "1.0.0"\n---\n\n# session of 1.0.0\n',
    "THIRD-PARTY-LICENSES": "licenses of others\n",
    ...Object.fromEntries(
      scripts.flatMap((path) => [
        [path, `${banner}(function(exports) {})\n`],
        [`${path}.jsc`, "bytecode"],
      ]),
    ),
  };
}

export function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Every file below a folder with its text, every symbolic link with where it leads. */
export function readFiles(folder: string): Files {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const files = entries.map((entry): [string, string] => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(folder.length + 1), entry.isSymbolicLink() ? `-> ${readlinkSync(path)}` : readFileSync(path, "utf8")];
  });
  return Object.fromEntries(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A repository with that release in it. */
export function temporaryRelease(version: string, more?: Files): Disposable & { path: string; files: Files } {
  const folder = temporaryFolder();
  const files = releaseFiles(version, more);
  writeFiles(join(folder.path, skillFolder), files);
  return { ...folder, files };
}
