import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Bundle, bundle, scriptNames } from "../../lib/build/bundle.ts";
import { renderLicenses } from "../../lib/build/licenses.ts";
import { temporaryFolder } from "../support/project.ts";
import { repository } from "../support/run-script.ts";

setDefaultTimeout(60_000);

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A package in a folder, by the name of that folder, with a license file. */
function addPackage(folder: string, { name = "one", license = "MIT", file = "LICENSE", text = "Copyright (c) Ada" }) {
  const path = join(folder, "node_modules", name);
  write(join(path, "package.json"), JSON.stringify({ name: name.replace(/^.*node_modules\//, ""), version: "1.2.3", license }));
  write(join(path, file), text);
  return join(path, "lib/index.js");
}

const rule = `\n${"=".repeat(80)}\n\n`;
const heading = "The scripts of session-skill 9.9.9 contain code of these packages.\n";

function render(...packageFiles: string[]): string {
  return renderLicenses("session-skill 9.9.9", [{ name: "get", text: "", packageFiles }]);
}

describe("the licenses", () => {
  test("are those of each package once, by name, whatever number of its files and of bundles there is", () => {
    using folder = temporaryFolder();
    const two = addPackage(folder.path, { name: "two", license: "ISC" });
    const one = addPackage(folder.path, { name: "one" });
    const bundles: Bundle[] = [
      { name: "get", text: "", packageFiles: [two, one, join(dirname(one), "other.js")] },
      { name: "set", text: "", packageFiles: [one] },
    ];
    const notice = (name: string, license: string) => `${name} 1.2.3 (${license})\n\nCopyright (c) Ada\n`;
    expect(renderLicenses("session-skill 9.9.9", bundles)).toBe([heading, notice("one", "MIT"), notice("two", "ISC")].join(rule));
  });

  test.each(["LICENSE", "LICENSE.md", "license.txt", "LICENCE", "License-MIT"])("are read from a file %s", (file) => {
    using folder = temporaryFolder();
    expect(render(addPackage(folder.path, { file }))).toBe(`${heading}${rule}one 1.2.3 (MIT)\n\nCopyright (c) Ada\n`);
  });

  test.each(["@scope/one", "one/node_modules/two", "one/node_modules/@scope/two"])(
    "are those of the innermost package %s",
    (name) => {
      using folder = temporaryFolder();
      const [, own = name] = /node_modules\/(.*)$/.exec(name) ?? [];
      expect(render(addPackage(folder.path, { name }))).toContain(`${rule}${own} 1.2.3 (MIT)\n`);
    },
  );

  test("have no CRLF, no line that ends in white space, and none that is taken for front matter", () => {
    using folder = temporaryFolder();
    const text = render(addPackage(folder.path, { text: "\r\nCopyright  \t\r\n \r\nAll rights\r\n\r\n" }));
    expect(text).toBe(`${heading}${rule}one 1.2.3 (MIT)\n\nCopyright\n\nAll rights\n`);
    expect(text).not.toMatch(/^---/m);
  });

  test("end the build if a package has none", () => {
    using folder = temporaryFolder();
    const file = addPackage(folder.path, {});
    rmSync(join(folder.path, "node_modules/one/LICENSE"));
    expect(() => render(file)).toThrow(`${join(folder.path, "node_modules/one")} has no license text`);
  });
});

test("every package that a module of the bundles is headed by is among the licenses, with version and text, and no other", async () => {
  const bundles = await Promise.all(scriptNames.map((name) => bundle(repository, name, "session-skill 9.9.9")));
  const headings = bundles.flatMap(({ text }) => [...text.matchAll(/^\/\/ node_modules\/((?:@[^/\n]+\/)?[^/\n]+)\/\S+$/gm)]);
  const names = [...new Set(headings.map(([, name = ""]) => name))].sort();
  expect(names).toContain("zod");
  expect(names).toContain("gray-matter");
  const licenses = renderLicenses("session-skill 9.9.9", bundles);
  const listed = [...licenses.matchAll(/^=+\n\n(\S+) (\S+) \(\S+\)$/gm)].map(([, name, version]) => ({ name, version }));
  const packages = names.map((name) => join(repository, "node_modules", name));
  const versions = packages.map((path) => JSON.parse(readFileSync(join(path, "package.json"), "utf8")).version);
  expect(listed).toEqual(names.map((name, index) => ({ name, version: versions[index] })));
  const copyrights = packages.map((path) => /^.*Copyright.*$/m.exec(readFileSync(join(path, "LICENSE"), "utf8"))?.[0] ?? "?");
  for (const copyright of copyrights) expect(licenses).toContain(copyright.trim());
});
