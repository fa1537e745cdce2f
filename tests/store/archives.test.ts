/** The list of what was archived: from the front matter of the archives, in order, the damaged ones last. */
import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { renderArchive } from "../../lib/archive/archive.ts";
import type { Session } from "../../lib/session/schema.ts";
import { listArchives, newestArchive } from "../../lib/store/archives.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";
import { session } from "../support/sample.ts";
import { actAs, found, isRoot, projectWith } from "./fixture.ts";

const name = "2025-01-29-workflow-pr.md";
const archivedAt = "2025-01-29T16:00:00.000Z";

/** The text of an archive. */
function textOf({
  at = archivedAt,
  workflow = "workflow:pr",
  notes = undefined as string | undefined,
  fields = {},
} = {}): string {
  const given: Session = { ...session, ...fields };
  return renderArchive(given, { workflow, status: "completed", notes, now: new Date(at) });
}

function projectWithArchives(archives: Record<string, string>): TemporaryProject {
  return projectWith(Object.fromEntries(Object.entries(archives).map(([name, text]) => [`archives/${name}`, text])));
}

/** The path of an archive as it is shown. */
const shown = (project: TemporaryProject, name: string) => relative(process.cwd(), project.file(`archives/${name}`));

/** The file names in the list, without their folder. */
const listed = (project: TemporaryProject, workflow?: string) =>
  listArchives(found(project), workflow).map(({ archive }) => archive.slice(archive.lastIndexOf("/") + 1));

test("an archive is listed with what its front matter says and its path, relative to the current folder", () => {
  using project = projectWithArchives({ [name]: textOf({ notes: "merged" }) });
  const { started_at, step, context } = session;
  const facts = { workflow: "workflow:pr", status: "completed", started_at, archived_at: archivedAt, step };
  const archive = shown(project, name);
  expect(listArchives(found(project))).toEqual([{ ...facts, branch: context.branch, notes: "merged", archive }] as never);
});

test("there are none if there is no folder of sessions or of archives", () => {
  using project = temporaryProject();
  expect(listArchives(found(project))).toEqual([]);
  project.write("workflow:pr.json", session);
  expect(listArchives(found(project))).toEqual([]);
  mkdirSync(project.file("archives"));
  expect(listArchives(found(project))).toEqual([]);
});

describe("the order", () => {
  test("is by archived_at, the newest first, whatever offset it has, then by path", () => {
    using project = projectWithArchives({
      "2025-01-01-a.md": textOf({ at: "2025-01-30T00:00:00.000Z" }),
      "2025-01-01-e.md": textOf({ at: "2025-01-30T00:00:00.001Z" }),
      "2025-01-01-c.md": textOf({ at: "2025-01-31T00:00:00.000Z" }),
      "2025-01-02-b.md": textOf({ at: "2025-01-29T00:00:00.000Z" }),
      "2025-01-01-d.md": textOf({ at: "2025-01-30T00:00:00.000Z" }),
      "2025-01-01-f.md": textOf().replace(archivedAt, "2025-01-31T01:30:00+02:00"),
      "2025-01-02-g.md": textOf().replace(archivedAt, "2025-01-29T00:00:00.000001Z"),
    });
    expect(listed(project).map((each) => each.slice(11, 12))).toEqual([..."cfeadgb"]);
  });

  test("has those that cannot be read last, by path, even after archives of the year 0", () => {
    using project = projectWithArchives({
      "2025-01-29-b.md": "x",
      "2025-01-29-d.md": textOf().replace(archivedAt, "0000-01-01T00:00:00.000Z"),
      "2025-01-29-c.md": textOf(),
      "2025-01-29-a.md": "",
    });
    expect(listed(project).map((each) => each.slice(11, 12))).toEqual([..."cdab"]);
  });
});

describe("the archives of one workflow", () => {
  test("are those whose front matter names it, and damaged ones that have a name of its", () => {
    using project = projectWithArchives({
      [name]: textOf(),
      "2025-01-29-workflow-pr-x.md": textOf({ workflow: "workflow:pr:x" }),
      "2025-01-29-workflow-pr-feat-x-2.md": textOf({ at: "2025-01-29T15:30:00.000Z" }),
      "2025-01-29-workflow-pr-y.md": "damaged",
      "2025-01-29-workflow-prx.md": "damaged, of another",
      "2025-01-29-other.md": textOf({ workflow: "other" }),
      "2025-01-29-renamed-by-hand.md": textOf({ at: "2025-01-29T15:00:00.000Z" }),
    });
    const own = [name, "2025-01-29-workflow-pr-feat-x-2.md", "2025-01-29-renamed-by-hand.md", "2025-01-29-workflow-pr-y.md"];
    expect(listed(project, "workflow:pr")).toEqual(own);
    expect(listed(project, "workflow:pr:x")).toEqual(["2025-01-29-workflow-pr-x.md"]);
    expect(listed(project, "none")).toEqual([]);
    expect(listed(project).length).toBe(7);
  });

  test("have a newest one that can be read, or none", () => {
    using project = projectWithArchives({
      "2025-01-28-workflow-pr.md": textOf({ at: "2025-01-30T00:00:00.000Z" }),
      [name]: textOf(),
      "2025-01-30-workflow-pr.md": "damaged",
      "2025-01-31-other.md": textOf({ workflow: "other", at: "2025-01-31T00:00:00.000Z" }),
      "2025-01-31-bad.md": "damaged",
    });
    expect(newestArchive(found(project), "workflow:pr")).toBe(shown(project, "2025-01-28-workflow-pr.md"));
    expect(newestArchive(found(project), "bad")).toBeUndefined();
    expect(newestArchive(found(project), "none")).toBeUndefined();
    project.write("archives/2025-01-29-renamed.md", textOf({ at: "2025-02-01T00:00:00.000Z" }));
    expect(newestArchive(found(project), "workflow:pr")).toBe(shown(project, "2025-01-28-workflow-pr.md")); // by its name only
  });
});

test("an archive that goes while the folder is being listed is not there", () => {
  using project = projectWithArchives({ [name]: textOf(), "2025-01-29-gone.md": textOf() });
  const going = join(project.path, "going.cjs");
  writeFileSync(
    going,
    `const fs = require("node:fs");
     const { readdirSync } = fs;
     fs.readdirSync = (path) => {
       const names = readdirSync(path);
       fs.rmSync(path + "/2025-01-29-gone.md");
       return names;
     };`,
  );
  const script = `
    const { listArchives } = await import(${JSON.stringify(join(repository, "lib/store/archives.ts"))});
    console.log(listArchives(JSON.parse(process.argv[1])).map(({ archive, error }) => error ?? archive).join());`;
  const command = [bun, "--preload", going, "-e", script, JSON.stringify(found(project))];
  const { stdout } = Bun.spawnSync(command, { env: cleanEnvironment(), cwd: project.path });
  expect(stdout.toString()).toBe(`ia/state/sessions/archives/${name}\n`);
});

test("what has no name of an archive is not listed", () => {
  const others = [
    "notes.md",
    `x${name}`,
    `${name}~`,
    `.${name}`,
    "2025-01-29-.md",
    "2025-1-29-a.md",
    "2025-01-29-a b.md",
    ".0.tmp",
  ];
  using project = projectWithArchives(Object.fromEntries(others.map((name) => [name, textOf()])));
  expect(listed(project)).toEqual([]);
});

describe("what has the name of an archive and cannot be read as one is listed with what is wrong:", () => {
  test.each<[string, string | ((path: string) => void), string]>([
    ["an empty file", "", "no front matter that can be read"],
    ["a text", "# notes\n", "no front matter that can be read"],
    ["front matter that is not at the start", `\n${textOf()}`, "no front matter that can be read"],
    ["an archive that is cut off", textOf().slice(0, textOf().indexOf("\n---\n")), "no front matter that can be read"],
    ["somebody's front matter", "---\ntitle: notes\n---\n", "started_at: expected an ISO 8601 time"],
    ["YAML that is broken", "---\na: [\n---\n", "no front matter that can be read"],
    ["a status that is none", textOf().replace("status: completed", "status: done"), "status: expected one of completed"],
    ["a time that is none", textOf().replace(archivedAt, "yesterday"), "archived_at: expected an ISO 8601 time"],
    ["bytes that are not UTF-8", (path) => writeFileSync(path, new Uint8Array([0xff])), "not UTF-8 text"],
    [
      "an archive with a byte that is not UTF-8",
      (path) => writeFileSync(path, Buffer.from(textOf({ notes: "caf\u00e9" }), "latin1")),
      "not UTF-8 text",
    ],
    ["a folder", (path) => mkdirSync(path), "not a regular file"],
    ["a FIFO", (path) => void execFileSync("mkfifo", [path]), "not a regular file"],
    ["a link to nothing", (path) => symlinkSync("nowhere", path), "not a regular file"],
    [
      "a link to an archive",
      (path) => {
        writeFileSync(`${path}.target`, textOf());
        symlinkSync(`${path}.target`, path);
      },
      "not a regular file",
    ],
    [
      "terabytes of nothing",
      (path) => {
        writeFileSync(path, "");
        truncateSync(path, 2 ** 40);
      },
      "too large: 1099511627776 bytes, the limit is 83886080",
    ],
  ])("%s", (_, content, problem) => {
    using project = projectWithArchives({ "2025-01-29-other.md": textOf({ workflow: "other" }) });
    const path = project.file(`archives/${name}`);
    if (typeof content === "string") writeFileSync(path, content);
    else content(path);
    const archive = shown(project, name);
    const error = expect.stringMatching(new RegExp(`^cannot read ${RegExp.escape(`${archive}: ${problem}`)}`));
    expect(listArchives(found(project))).toEqual([expect.objectContaining({ workflow: "other" }), { archive, error }]);
  });

  test.skipIf(!isRoot)("one that may not be read", () => {
    using project = projectWithArchives({ [name]: textOf() });
    chmodSync(project.file(`archives/${name}`), 0o600);
    using _other = actAs(1001, project.path);
    const error = `cannot read ${project.file(`archives/${name}`)}: EACCES: permission denied`;
    expect(listArchives(found(project))).toEqual([{ archive: shown(project, name), error }]);
  });
});

describe("only the front matter is read", () => {
  test("of an archive whose body is not text, or has terabytes", () => {
    using project = projectWithArchives({ [name]: textOf(), "2025-01-29-other.md": textOf({ workflow: "other" }) });
    appendFileSync(project.file(`archives/${name}`), new Uint8Array([0xff]));
    truncateSync(project.file("archives/2025-01-29-other.md"), 2 ** 40);
    expect(listed(project)).toEqual(["2025-01-29-other.md", name]);
  });

  test("of an archive with CRLF line breaks", () => {
    using project = projectWithArchives({ [name]: textOf().replaceAll("\n", "\r\n") });
    appendFileSync(project.file(`archives/${name}`), new Uint8Array([0xff]));
    expect(listArchives(found(project))).toEqual([expect.objectContaining({ workflow: "workflow:pr" })]);
  });

  test("with every value as it was, even if a checkout has changed the line breaks", () => {
    const context = { "<<": { branch: "merged" } };
    using project = projectWithArchives({ [name]: textOf({ fields: { context } }).replaceAll("\n", "\r\n") });
    expect(listArchives(found(project))).toEqual([expect.not.objectContaining({ branch: "merged" })]);
  });

  test.each([60_000, 65_000, 65_536, 70_000, 900_000])("whole, of %d characters", (length) => {
    const long = { text: "x".repeat(length), after: "it" };
    using project = projectWithArchives({ [name]: textOf({ fields: { context: { ...long, branch: "last" } } }) });
    expect(listArchives(found(project))).toEqual([expect.objectContaining({ workflow: "workflow:pr", branch: "last" })]);
  });
});

describe("a folder of archives that is none", () => {
  test.each<[string, (path: string, outside: string) => void, string]>([
    ["a link that leads outside", (path, outside) => symlinkSync(outside, path), "is a symbolic link"],
    ["a file", (path) => writeFileSync(path, ""), "is not a folder"],
  ])("is an error for a list, and no help for another error: %s", (_, make, problem) => {
    using project = projectWith({ "workflow:pr.json": session });
    mkdirSync(`${project.path}/outside`);
    writeFileSync(`${project.path}/outside/${name}`, textOf());
    make(project.file("archives"), `${project.path}/outside`);
    const message = `${project.file("archives")} ${problem}`;
    expect(() => listArchives(found(project))).toThrow(expect.objectContaining({ code: "failed", message }));
    expect(newestArchive(found(project), "workflow:pr")).toBeUndefined();
  });
});
