import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, check, checksum, generate, listFiles, parseChecksums, skillFolder, versionOf } from "../../lib/build/skill.ts";
import manifest from "../../package.json";
import { repository } from "../support/run-script.ts";
import { unsafeCopy } from "../support/unsafe-copy.ts";

setDefaultTimeout(60_000);

const generated = [
  ".gitattributes",
  "LICENSE",
  "THIRD-PARTY-LICENSES",
  "checksums.txt",
  ...["get", "reset", "save", "set"].map((name) => `scripts/${name}.ts`),
];

function rewrite(folder: string, path: string, change: (text: string) => string): void {
  writeFileSync(join(folder, path), change(readFileSync(join(folder, path), "utf8")));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

describe("the skill", () => {
  test("in this repository is what a build gives, byte for byte, with one version everywhere", async () => {
    await check(repository);
  });

  test("is SKILL.md and the generated files, each of which has its checksum", async () => {
    const files = await generate(repository);
    expect([...files.keys()].sort()).toEqual(generated);
    const sums = parseChecksums(files.get("checksums.txt") ?? "");
    const skill = readFileSync(join(repository, skillFolder, "SKILL.md"), "utf8");
    const [, body = ""] = /^---\n(?:.*\n)*?---\n\n*([\s\S]*)$/.exec(skill) ?? [];
    const expected = [...files].filter(([path]) => path !== "checksums.txt").map(([path, text]) => [path, sha256(text)]);
    expect(sums).toEqual(Object.fromEntries([...expected, ["SKILL.md", sha256(body)]]));
  });

  test("is checked out with its own line ends, whatever a host has set", async () => {
    const files = await generate(repository);
    expect(files.get(".gitattributes")?.split("\n")).toContain("* -text");
    for (const text of files.values()) expect(text).not.toContain("\r");
  });

  test("is written by a build, which deletes what is not generated, but never SKILL.md", async () => {
    using clone = unsafeCopy([]);
    const folder = join(clone.path, skillFolder);
    const skill = readFileSync(join(folder, "SKILL.md"), "utf8");
    for (const path of generated.slice(1)) rmSync(join(folder, path));
    for (const path of ["scripts/get.ts.jsc", "old.txt", ".gitattributes"]) writeFileSync(join(folder, path), "old");
    await build(clone.path);
    expect(listFiles(folder).sort()).toEqual(["SKILL.md", ...generated].sort());
    expect(readFileSync(join(folder, "SKILL.md"), "utf8")).toBe(skill);
    for (const [path, text] of await generate(clone.path)) expect(readFileSync(join(folder, path), "utf8")).toBe(text);
  });
});

describe("the check", () => {
  test.each([
    { what: "a script that was edited", path: "scripts/set.ts", change: (text: string) => text.replace("\n", "\n\n") },
    { what: "a script whose last line break is gone", path: "scripts/get.ts", change: (text: string) => text.trimEnd() },
    { what: "a script with CRLF", path: "scripts/save.ts", change: (text: string) => text.replaceAll("\n", "\r\n") },
    { what: "a license", path: "THIRD-PARTY-LICENSES", change: (text: string) => text.replace("MIT", "GPL") },
    { what: "the attributes for git", path: ".gitattributes", change: () => "" },
    {
      what: "the checksum of a SKILL.md that was edited since",
      path: "checksums.txt",
      by: "SKILL.md",
      change: (text: string) => `${text}\nmore\n`,
    },
    { what: "a file that is missing", path: "LICENSE", change: undefined },
    { what: "a file that no build makes", path: "scripts/get.ts.jsc", change: () => "old" },
  ])("names $what", async ({ path, by = path, change }) => {
    using clone = unsafeCopy([]);
    const folder = join(clone.path, skillFolder);
    await build(clone.path);
    await check(clone.path);
    if (change === undefined) rmSync(join(folder, by));
    else
      writeFileSync(
        join(folder, by),
        change(
          await Bun.file(join(folder, by))
            .text()
            .catch(() => ""),
        ),
      );
    const before = listFiles(folder);
    await expect(check(clone.path)).rejects.toMatchObject({
      code: "failed",
      message: `not what a build gives: ${skillFolder}/${path}`,
      help: "bun run build, then commit the result",
    });
    expect(listFiles(folder)).toEqual(before);
  });

  test.each([
    { what: "the marketplace", path: ".claude-plugin/marketplace.json", name: "marketplace.json", by: "9.9.9" },
    { what: "SKILL.md", path: `${skillFolder}/SKILL.md`, name: "SKILL.md", by: "9.9.9" },
    { what: "a SKILL.md without one", path: `${skillFolder}/SKILL.md`, name: "SKILL.md", by: "" },
  ])("shows the version of $what if it is another one", async ({ path, name, by }) => {
    using clone = unsafeCopy([]);
    rewrite(clone.path, path, (text) => text.replace(manifest.version, by));
    await build(clone.path);
    const versions = { "package.json": manifest.version, "SKILL.md": manifest.version, "marketplace.json": manifest.version };
    await expect(check(clone.path)).rejects.toMatchObject({
      code: "failed",
      message: `the versions differ: ${JSON.stringify({ ...versions, [name]: by || "none" })}`,
    });
  });

  test("shows that there is no marketplace", async () => {
    using clone = unsafeCopy([]);
    rmSync(join(clone.path, ".claude-plugin"), { recursive: true });
    await build(clone.path);
    await expect(check(clone.path)).rejects.toMatchObject({ message: expect.stringContaining('"marketplace.json":"none"') });
  });
});

describe("the version of a SKILL.md", () => {
  const frontMatter = (...lines: string[]) => `---\nname: session\n${lines.join("\n")}\nallowed-tools: x\n---\n\nversion: 9\n`;

  test.each([
    ['metadata: { version: "1.1.0" }'],
    ["metadata: { version: 1.1.0, author: ada }"],
    ["metadata: {version: '1.1.0'}"],
    ['metadata:\n  version: "1.1.0"'],
    ["metadata:\n    github-path: skills/session\n    github-ref: refs/tags/v2.0.0\n    version: 1.1.0"],
  ])("is read from %j", (metadata) => {
    expect(versionOf(frontMatter(metadata))).toBe("1.1.0");
  });

  test.each([["metadata: {}"], ["metadata:\n  author: ada\nversion: 2"], ["license: MIT"]])("is not there in %j", (metadata) => {
    expect(versionOf(frontMatter(metadata))).toBeUndefined();
  });
});

describe("the checksum", () => {
  const body = "# session\n\ntext\n";
  const skill = `---\nname: session\nmetadata: { version: "1.1.0" }\n---\n\n${body}`;

  test("of SKILL.md is that of its body, whatever an installer writes above it", () => {
    expect(checksum("SKILL.md", skill)).toBe(sha256(body));
    const byGh = `---\nmetadata:\n    github-tree-sha: 7a8633b2cf8d7f4a0ee055cfc53e9821a26be2dd\n    version: 1.1.0\nname: session\n---\n${body}`;
    expect(checksum("SKILL.md", byGh)).toBe(sha256(body));
    expect(checksum("SKILL.md", skill.replace("text", "edited"))).not.toBe(sha256(body));
  });

  test("of every other file is that of all its bytes", () => {
    expect(checksum("LICENSE", skill)).toBe(sha256(skill));
  });

  test.each(["", "# another 1.0.0: sums\n", `${"0".repeat(64)}  LICENSE\n`, "{}"])("list %j is not of this skill", (text) => {
    expect(parseChecksums(text)).toBeUndefined();
  });
});
