/**
 * What a host checks and formats its code with has nothing to say about the committed scripts, and so nothing to change. Of
 * SKILL.md, a text by hand, it is only tested what linters say, and that it stays valid.
 */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copySkill, skillPath } from "../support/copies.ts";
import { installPackages } from "../support/packages.ts";
import { temporaryFolder } from "../support/project.ts";
import { type Files, readFiles, writeFiles } from "../support/release.ts";
import { cleanEnvironment, type Run, repository } from "../support/run-script.ts";

setDefaultTimeout(120_000);

const packages = await installPackages(
  ...(["eslint", "prettier", "oxlint", "markdownlint-cli2", "skills-ref", "typescript", "typescript-eslint"] as const),
);
afterAll(() => packages[Symbol.dispose]());

const scripts = `${skillPath}/scripts`;
const repositoryFile = (path: string) => join(repository, "node_modules", path);
const biome = [repositoryFile(".bin/biome")];
const tsc = [process.execPath, repositoryFile("typescript/bin/tsc"), "--noEmit"];
const prettier = ["node", packages.file("prettier/bin/prettier.cjs")];
const eslint = ["node", packages.file("eslint/bin/eslint.js")];
const oxlint = ["node", packages.file("oxlint/bin/oxlint")];

/** A host project with the committed copy and some files. */
function hostWith(files: Files): Disposable & { path: string; skill: string } {
  const folder = temporaryFolder();
  const skill = copySkill(folder.path);
  writeFiles(folder.path, files);
  return { ...folder, skill };
}

async function run(host: { path: string }, command: string[]): Promise<Run> {
  const child = Bun.spawn(command, {
    cwd: host.path,
    env: cleanEnvironment({ GIT_CONFIG_GLOBAL: "/dev/null", NO_COLOR: "1" }),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

/** Takes the comments that keep tools away from one script: what the tools then say shows that they do read it. */
function stripComments(host: { skill: string }): void {
  const path = join(host.skill, "scripts/reset.ts");
  writeFileSync(path, readFileSync(path, "utf8").replace(/^(?:\/\/|\/\*) ?(?:@ts|eslint|biome|prettier).*\n/gm, ""));
}

type Tool = { what: string; command: string[]; files: Files };

const styles: Record<string, object> = {
  "in its own style": {},
  "with tabs, single quotes and no semicolons": { useTabs: true, singleQuote: true, semi: false, printWidth: 40 },
  "in the least usual style": {
    ...{ trailingComma: "none", arrowParens: "avoid", bracketSpacing: false, quoteProps: "consistent", tabWidth: 8 },
    ...{ printWidth: 300, objectWrap: "collapse", experimentalTernaries: true, experimentalOperatorPosition: "start" },
  },
};
const eslintEverything = `
  const { builtinRules } = require(${JSON.stringify(packages.file("eslint/lib/unsupported-api.js"))});
  module.exports = [{ files: ["**/*.ts"], rules: Object.fromEntries([...builtinRules.keys()].map((name) => [name, "error"])) }];
`;
const eslintForTypes = `
  const { configs } = require(${JSON.stringify(packages.file("typescript-eslint/dist/index.js"))});
  module.exports = [...configs.strict, ...configs.stylistic];
`;
const biomeStyle = {
  formatter: { indentStyle: "space", indentWidth: 8, lineWidth: 40 },
  javascript: { formatter: { quoteStyle: "single", semicolons: "asNeeded" } },
  linter: { rules: { preset: "all" } },
};
const strictTypes = { strict: true, noEmit: true, checkJs: true, allowJs: true, noUnusedLocals: true, types: [] };
const modules = {
  module: "nodenext",
  target: "esnext",
  isolatedModules: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
};

describe.skipIf(packages.missing !== undefined)("nothing to say about the scripts has", () => {
  test.each<Tool>([
    ...Object.entries(styles).map(([style, options]) => ({
      what: `Prettier ${style}`,
      command: [...prettier, "--check", scripts],
      files: { ".prettierrc": JSON.stringify(options) },
    })),
    {
      what: "ESLint with every rule",
      command: [...eslint, "--max-warnings=0", `${scripts}/reset.ts`],
      files: { "eslint.config.cjs": eslintEverything },
    },
    {
      what: "ESLint for TypeScript",
      command: [...eslint, "--max-warnings=0", `${scripts}/reset.ts`],
      files: { "eslint.config.cjs": eslintForTypes },
    },
    { what: "oxlint", command: [...oxlint, "--deny-warnings", scripts], files: {} },
    { what: "Biome", command: [...biome, "check", "--error-on-warnings", scripts], files: {} },
    {
      what: "Biome with every rule and another style",
      command: [...biome, "check", "--error-on-warnings", scripts],
      files: { "biome.json": JSON.stringify(biomeStyle) },
    },
    {
      what: "tsc at its strictest",
      command: [...tsc, "--project", "."],
      files: {
        "tsconfig.json": JSON.stringify({ compilerOptions: { ...strictTypes, ...modules }, include: [`${scripts}/*.ts`] }),
      },
    },
  ])("$what, unless the comments for it are gone", async ({ command, files }) => {
    using host = hostWith(files);
    const { exitCode, stdout, stderr } = await run(host, command);
    expect({ exitCode, said: exitCode === 0 ? "" : stdout + stderr }).toEqual({ exitCode: 0, said: "" });
    stripComments(host);
    expect((await run(host, command)).exitCode).not.toBe(0);
  });
});

describe("git has nothing to say about the skill", () => {
  test.each(["false", "true", "input"])("with core.autocrlf=%s, and checks it out as it is", async (autocrlf) => {
    using host = hostWith({ "trailing.txt": "x \n" });
    const git = ["git", "-c", `core.autocrlf=${autocrlf}`, "-c", "user.name=tests", "-c", "user.email=tests@example.org"];
    const before = readFiles(host.skill);
    await run(host, [...git, "init", "--quiet"]);
    await run(host, [...git, "add", "--all", "."]);
    const check = await run(host, [...git, "diff", "--cached", "--check"]);
    expect(check.stdout.split("\n").filter((line) => /^\S+:\d+: /.test(line))).toEqual(["trailing.txt:1: trailing whitespace."]);
    expect(check.stderr).not.toContain(skillPath);
    await run(host, [...git, "commit", "--quiet", "--message=skill"]);
    await run(host, ["rm", "-r", ".claude"]);
    expect((await run(host, [...git, "checkout", "--", "."])).exitCode).toBe(0);
    expect(readFiles(host.skill)).toEqual(before);
  });
});

describe.skipIf(packages.missing !== undefined)("SKILL.md is in order", () => {
  const markdownlint = ["node", packages.file("markdownlint-cli2/markdownlint-cli2-bin.mjs"), `${skillPath}/SKILL.md`];
  const skillsRef = ["node", packages.file("skills-ref/dist/cli.js"), "validate", skillPath];
  /** A paragraph is one line, a tree of files is in no language, and a table need not be aligned. */
  const rules = { ".markdownlint.json": JSON.stringify({ default: true, MD013: false, MD040: false, MD060: false }) };

  function rewrite(host: { skill: string }, change: (text: string) => string): void {
    const path = join(host.skill, "SKILL.md");
    writeFileSync(path, change(readFileSync(path, "utf8")));
  }

  test("for markdownlint", async () => {
    using host = hostWith(rules);
    const { exitCode, stderr } = await run(host, markdownlint);
    expect({ exitCode, said: stderr }).toEqual({ exitCode: 0, said: "" });
    rewrite(host, (text) => `${text}\n# another heading\n`);
    expect((await run(host, markdownlint)).exitCode).toBe(1);
  });

  test("for skills-ref, even after Biome or Prettier has formatted it", async () => {
    for (const format of [["true"], [...biome, "check", "--write"], [...prettier, "--write"]]) {
      using host = hostWith({});
      await run(host, [...format, `${skillPath}/SKILL.md`]);
      const { exitCode, stdout, stderr } = await run(host, skillsRef);
      expect({ exitCode, said: stdout + stderr }).toEqual({ exitCode: 0, said: `Valid skill: ${skillPath}\n` });
      rewrite(host, (text) => text.replace("\nmetadata:", "\nversion: 1\nmetadata:"));
      expect((await run(host, skillsRef)).exitCode).toBe(1);
    }
  });
});

describe.skipIf(packages.missing !== undefined)("the other files of the skill", () => {
  test("are of no kind that Prettier or Biome formats", async () => {
    using host = hostWith({});
    const others = Object.keys(readFiles(host.skill)).filter((path) => path !== "SKILL.md" && !path.startsWith("scripts/"));
    expect(others).toContain("checksums.txt");
    const before = readFiles(host.skill);
    const paths = others.map((path) => `${skillPath}/${path}`);
    await run(host, [...prettier, "--write", "--ignore-unknown", ...paths]);
    await run(host, [...biome, "check", "--write", ...paths]);
    expect(readFiles(host.skill)).toEqual(before);
  });
});
