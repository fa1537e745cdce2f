/**
 * Each script as one readable ES module that needs nothing but Bun: from source, in a host project, Bun would take the
 * host's zod and tsconfig paths, or go to the network. The same source and the same Bun give the same bytes.
 *
 * The module exports a name that only its last line declares, so that a truncated file fails to load instead of silently
 * doing nothing. Everything else stands in one block, so that one comment keeps formatters away from it.
 */
import { join, relative, resolve } from "node:path";
import { SessionError } from "../errors.ts";
import { escapeTemplates } from "./templates.ts";

export const scriptNames = ["get", "set", "reset", "save"] as const;

/** A bundled script, and the paths of the files of packages that bytes of it come from. */
export type Bundle = { name: string; text: string; packageFiles: string[] };

/** Bundles a script of the repository. `version` is the name and version that its banner shows. */
export async function bundle(repository: string, name: string, version: string): Promise<Bundle> {
  const { outputs, metafile } = await Bun.build({
    entrypoints: [join(repository, "scripts", `${name}.ts`)],
    target: "bun",
    format: "esm",
    metafile: true,
    plugins: [withoutEngines],
  }).catch((error) => {
    throw new SessionError("failed", `cannot bundle ${name}: ${error.errors?.map(describe).join("; ") ?? error}`);
  });
  const [output] = outputs;
  if (output === undefined || metafile === undefined) throw new SessionError("failed", `cannot build: no bundle of ${name}`);
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs).map((file) => resolve(file)));
  const packageFiles = files.filter((file) => relative(repository, file).includes("node_modules/"));
  const code = namePaths(await output.text(), repository, Object.keys(metafile.inputs));
  return { name, text: arrange(escapeTemplates(code), name, version), packageFiles };
}

function describe({ message, position }: BuildMessage | ResolveMessage): string {
  return position === null ? message : `${message} (${position.file}:${position.line})`;
}

/**
 * Above each module Bun writes its path from the current folder. Here it is the path from the repository, and of a package
 * that is only linked into it the part from `node_modules` on, so that the bytes are the same everywhere.
 */
function namePaths(code: string, repository: string, files: string[]): string {
  const nameOf = (file: string) => relative(repository, resolve(file)).replace(/^\.\.\/.*?(?=node_modules\/)/, "");
  const names = new Map(files.map((file) => [`// ${file}`, `// ${nameOf(file)}`]));
  const lines = code.split("\n").map((line) => names.get(line) ?? line);
  return lines.join("\n");
}

/** gray-matter's own engines are never called (`lib/archive/yaml.ts`); one holds an `eval`, one asks the host for js-yaml. */
const withoutEngines: Bun.BunPlugin = {
  name: "without engines",
  setup: (build) => {
    build.onLoad({ filter: /\/gray-matter\/lib\/engines\.js$/ }, () => ({ contents: "module.exports = {};", loader: "js" }));
  },
};

/**
 * `// @bun` on the first line spares Bun the work of transpiling; without it the file runs all the same. ESLint's comment
 * comes before the others, of which some of its rules complain. A script cut off before its first statement is an empty
 * program, which does nothing and succeeds: so that comes early, and the comments before it, but for two that must be
 * lines, are in blocks, which are an error without their end. No statement outside of the block ends with a semicolon:
 * Prettier, if it is set to write none, deletes it even of a statement that it is told to ignore.
 */
function arrange(code: string, name: string, version: string): string {
  const whole = code.replace(/^import \{[^}]*\} from .*;$/gm, (statement) => statement.replace(/\s+/g, " ")); // Bun breaks long ones
  const lines = whole.split("\n").filter((line) => !line.startsWith("#!") && !line.startsWith("// @bun"));
  const isImport = (line: string) => line.startsWith("import ") && line.endsWith(";");
  return [
    "// @bun",
    "/* eslint-disable */",
    "/* biome-ignore-all lint: generated */",
    "/* biome-ignore-all format: generated */",
    "/* biome-ignore-all assist: generated */",
    "// @ts-nocheck",
    "/* prettier-ignore */",
    "export { isComplete }",
    `// ${version}: generated from scripts/${name}.ts of its repository; edit it there, not here`,
    ...lines.filter(isImport).flatMap((line) => ["// prettier-ignore", line.slice(0, -1)]),
    "// prettier-ignore",
    "{",
    ...lines
      .filter((line) => !isImport(line))
      .join("\n")
      .trim()
      .split("\n"),
    "}",
    "// prettier-ignore",
    "function isComplete() {}",
    "",
  ].join("\n");
}
