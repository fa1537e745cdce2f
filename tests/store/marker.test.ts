/** How a save that was killed is recognised: by names, and nothing that a marker says is believed beyond them. */
import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { renderArchive } from "../../lib/archive/archive.ts";
import { SessionError } from "../../lib/errors.ts";
import { maxFileBytes } from "../../lib/session/rules.ts";
import type { Session } from "../../lib/session/schema.ts";
import type { Folder } from "../../lib/store/folder.ts";
import { findArchives, readMarker, removeArchives, sweepMarker, writeMarker } from "../../lib/store/marker.ts";
import { beginKilledSave } from "../support/killed-save.ts";
import type { TemporaryProject } from "../support/project.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";
import { session } from "../support/sample.ts";
import { actAs, contents, folderOf, isRoot, names, projectWith } from "./fixture.ts";

const marker = ".workflow:pr.saving.tmp";
const archive = "2025-01-29-workflow-pr-feat-workflow-start.md";
const temporary = ".01234567-89ab-cdef-0123-456789abcdef.tmp";

/** Removes those of the named archives that are of the session. */
const clear = (folder: Folder, names: string[]) => removeArchives(folder, findArchives(folder, names, "workflow:pr", session));

/** The text of an archive of a session. */
function textOf(given: Session = session, workflow = "workflow:pr"): string {
  const now = new Date("2025-01-29T16:00:00.000Z");
  return renderArchive(given, { workflow, status: "completed", notes: undefined, now });
}

const write = (project: TemporaryProject, names: string[], lastLook: () => void = () => undefined) =>
  writeMarker(folderOf(project), "workflow:pr", names, lastLook);
const sweep = (folder: Folder) => sweepMarker(folder, "workflow:pr", () => true);
const read = (project: TemporaryProject) => readMarker(folderOf(project), "workflow:pr");

describe("a marker", () => {
  test("holds the names that were noted, one a line, and nothing else is left beside it", () => {
    using project = projectWith({ "workflow:pr.json": session });
    write(project, [temporary, archive]);
    expect(project.read(marker)).toBe(`${temporary}\n${archive}\n`);
    expect(read(project)).toEqual([temporary, archive]);
    write(project, [archive]);
    expect(read(project)).toEqual([archive]);
    expect(names(project)).toEqual([marker, "workflow:pr.json"]);
  });

  test("is not replaced if the last look throws", () => {
    using project = projectWith({ [marker]: `${archive}\n` });
    const refuse = () => {
      throw new SessionError("locked", "changed");
    };
    expect(() => write(project, [temporary], refuse)).toThrow("changed");
    expect(contents(project)).toEqual({ [marker]: `${archive}\n` });
  });

  test("that is not there names nothing", () => {
    using project = projectWith({ "workflow:pr.json": session });
    expect(read(project)).toEqual([]);
  });

  test("names what a save of its workflow can have made; paths, other files and other workflows' archives it cannot name", () => {
    const kept = [archive, "2025-01-29-workflow-pr.md", "2025-01-29-workflow-pr-2.md", temporary];
    using project = projectWith({
      [marker]: [
        ...["..", ".", "", "/etc/passwd", `../${archive}`, `a/${archive}`, `./${archive}`, "../workflow:pr.json", "notes.md"],
        ...[
          "2025-01-29-other.md",
          "2025-01-29-workflow-prx.md",
          "2025-01-29-workflow.md",
          "2025-01-29-.md",
          "25-1-1-workflow-pr.md",
        ],
        ...[` ${archive}`, `${archive} `, `${archive}\r`, `${archive}\0`, `x${archive}`, archive.toUpperCase(), ".important.tmp"],
        ...[`../${temporary}`, `${temporary}/x`, ".lock", "workflow:pr.json", marker, "2025-01-29-workflow-pr/../../x.md"],
        ...kept,
      ].join("\n"),
    });
    expect(read(project)).toEqual(kept);
  });

  test("names a name that is repeated once: each is looked at", () => {
    using project = projectWith({ [marker]: `${archive}\n`.repeat(20_000) });
    expect(read(project)).toEqual([archive]);
  });

  test.each<[string, (path: string) => void]>([
    ["a folder", (path) => mkdirSync(path)],
    ["a FIFO", (path) => void execFileSync("mkfifo", [path])],
    [
      "a link to one",
      (path) => {
        writeFileSync(`${path}.target`, `${archive}\n`);
        symlinkSync(`${path}.target`, path);
      },
    ],
    ["not UTF-8", (path) => writeFileSync(path, Buffer.concat([Buffer.from(`${archive}\n`), new Uint8Array([0xff])]))],
    ["larger than a mebibyte", (path) => writeFileSync(path, `${archive}\n`.padEnd(1024 * 1024 + 1, "x\n"))],
    [
      "terabytes of nothing",
      (path) => {
        writeFileSync(path, `${archive}\n`);
        truncateSync(path, 2 ** 40);
      },
    ],
  ])("that is %s names nothing", (_, make) => {
    using project = projectWith({ "workflow:pr.json": session });
    make(project.file(marker));
    expect(read(project)).toEqual([]);
  });

  test("of a mebibyte is read", () => {
    using project = projectWith({ [marker]: `${archive}\n`.padEnd(1024 * 1024, "x\n") });
    expect(read(project)).toEqual([archive]);
  });

  test("cannot be written over a folder", () => {
    using project = projectWith({ [`${marker}/x`]: "" });
    const message = `cannot write ${project.file(marker)}: EISDIR: illegal operation on a directory`;
    expect(() => write(project, [])).toThrow(expect.objectContaining({ code: "failed", message }));
    expect(names(project)).toEqual([marker, `${marker}/x`]);
  });
});

describe("sweeping a marker", () => {
  test("removes it and the temp files that it names, and leaves every archive and every other file", () => {
    const other = temporary.replace("0", "1");
    const files = { [archive]: textOf(), [other]: "x", "notes.md": "x" };
    using project = projectWith({ "workflow:pr.json": session, [temporary]: "not in archives" });
    for (const [name, text] of Object.entries({ ...files, [temporary]: "x" })) project.write(`archives/${name}`, text);
    beginKilledSave(project.file(""), "workflow:pr", [archive, temporary, "notes.md"]);
    sweep(folderOf(project));
    const left = ["workflow:pr.json", temporary, "archives", ...Object.keys(files).map((name) => `archives/${name}`)];
    expect(names(project)).toEqual(left.sort());
    sweep(folderOf(project));
    expect(names(project)).toEqual(left.sort());
  });

  test("removes nothing outside if archives is a link that leads there", () => {
    using project = projectWith({ "workflow:pr.json": session });
    beginKilledSave(project.file(""), "workflow:pr", [temporary]);
    mkdirSync(`${project.path}/outside`);
    writeFileSync(`${project.path}/outside/${temporary}`, "kept");
    symlinkSync(`${project.path}/outside`, project.file("archives"));
    sweep(folderOf(project));
    expect(readdirSync(`${project.path}/outside`)).toEqual([temporary]);
    expect(readdirSync(project.file("")).sort()).toEqual(["archives", "workflow:pr.json"]);
  });

  test("removes one that names nothing if there is no folder of archives, a FIFO and a link", () => {
    using project = projectWith({ "workflow:pr.json": session, kept: "kept" });
    const makers = [
      () => beginKilledSave(project.file(""), "workflow:pr", []),
      () => execFileSync("mkfifo", [project.file(marker)]),
      () => symlinkSync("kept", project.file(marker)),
    ];
    for (const make of makers) {
      make();
      sweep(folderOf(project));
      expect(names(project)).toEqual(["kept", "workflow:pr.json"]);
    }
  });

  test("is not kept by what only has the name of a temp file", () => {
    using project = projectWith({ "workflow:pr.json": session, [`archives/${temporary}/x`]: "" });
    beginKilledSave(project.file(""), "workflow:pr", [temporary]);
    sweep(folderOf(project));
    expect(names(project)).toEqual(["archives", `archives/${temporary}`, `archives/${temporary}/x`, "workflow:pr.json"]);
  });

  test("leaves it and its temp files once the lock is lost: they may be those of another save", () => {
    using project = projectWith({ "workflow:pr.json": session, [`archives/${temporary}`]: "x" });
    beginKilledSave(project.file(""), "workflow:pr", [temporary]);
    const before = names(project);
    sweepMarker(folderOf(project), "workflow:pr", () => false);
    expect(names(project)).toEqual(before);
  });

  test("leaves what it cannot remove, and stops nobody", () => {
    using project = projectWith({ [`${marker}/x`]: "" });
    sweep(folderOf(project));
    expect(names(project)).toEqual([marker, `${marker}/x`]);
  });

  test.skipIf(!isRoot)("leaves it as long as a temp file that it names cannot be removed", () => {
    using project = projectWith({ "workflow:pr.json": session, [`archives/${temporary}`]: "x" });
    beginKilledSave(project.file(""), "workflow:pr", [temporary]);
    chmodSync(project.file(""), 0o777);
    chmodSync(project.file("archives"), 0o755);
    const folder = folderOf(project);
    const before = names(project);
    {
      using _other = actAs(1001, project.path);
      sweep(folder);
    }
    expect(names(project)).toEqual(before);
    sweep(folder);
    expect(names(project)).toEqual(["archives", "workflow:pr.json"]);
  });

  test.skipIf(!isRoot)("leaves it as long as the folder of archives may not be searched", () => {
    using project = projectWith({ "workflow:pr.json": session, [`archives/${temporary}`]: "x" });
    beginKilledSave(project.file(""), "workflow:pr", [temporary]);
    chmodSync(project.file(""), 0o777);
    chmodSync(project.file("archives"), 0);
    const folder = folderOf(project);
    {
      using _other = actAs(1001, project.path);
      sweep(folder);
    }
    expect(existsSync(project.file(marker))).toBe(true);
    chmodSync(project.file("archives"), 0o755);
    sweep(folder);
    expect(names(project)).toEqual(["archives", "workflow:pr.json"]);
  });

  test("removes one that the system protects, as that of macOS does", () => {
    using project = projectWith({ "workflow:pr.json": session, [`archives/${temporary}`]: "x" });
    beginKilledSave(project.file(""), "workflow:pr", [temporary]);
    const protecting = `${project.path}/protecting.cjs`;
    writeFileSync(
      protecting,
      `const fs = require("node:fs");
       const { openSync } = fs;
       fs.openSync = (path, ...more) => {
         if (!path.endsWith(".saving.tmp")) return openSync(path, ...more);
         throw Object.assign(new Error("EPERM: operation not permitted"), { code: "EPERM" });
       };`,
    );
    const script = `
      const { sweepMarker } = await import(${JSON.stringify(join(repository, "lib/store/marker.ts"))});
      sweepMarker({ path: process.argv[1], shown: "" }, "workflow:pr", () => true);`;
    Bun.spawnSync([bun, "--preload", protecting, "-e", script, folderOf(project).path], { env: cleanEnvironment() });
    expect(names(project)).toEqual(["archives", `archives/${temporary}`, "workflow:pr.json"]);
  });

  test.skipIf(!isRoot)("removes one of somebody else that may not be read", () => {
    using project = projectWith({ [marker]: "" });
    chmodSync(project.file(marker), 0o600);
    chmodSync(project.file(""), 0o777);
    const folder = folderOf(project);
    {
      using _other = actAs(1001, project.path);
      sweep(folder);
    }
    expect(names(project)).toEqual([]);
  });
});

describe("removing what earlier saves of a session left", () => {
  test("removes the named archives of this very session, in whatever line breaks, and no others", () => {
    const own = {
      "2025-01-29-workflow-pr.md": textOf({ ...session, steps: ["init"] }),
      [archive]: textOf().replaceAll("\n", "\r\n"),
    };
    const others = {
      "2025-01-29-workflow-pr-2.md": textOf(), // not named
      "2025-01-29-workflow-pr-3.md": textOf({ ...session, started_at: "2025-01-29T15:00:00.001Z" }),
      "2025-01-29-workflow-pr-4.md": textOf(session, "workflow:pr2"),
      "2025-01-29-workflow-pr-5.md": "# notes\n",
      "2025-01-29-workflow-pr-6.md": `# notes\n\n${textOf()}`,
      "2025-01-29-workflow-pr-7.md": textOf({
        ...session,
        started_at: "2025-01-30T15:00:00.000Z",
        context: { started_at: session.started_at },
      }),
      "2025-01-29-workflow-pr-8.md": "",
      [temporary]: textOf(),
    };
    using project = projectWith({ "workflow:pr.json": session });
    for (const [name, text] of Object.entries({ ...own, ...others })) project.write(`archives/${name}`, text);
    const named = [...Object.keys({ ...own, ...others }), "2025-01-29-workflow-pr-9.md"];
    clear(
      folderOf(project),
      named.filter((name) => name !== "2025-01-29-workflow-pr-2.md"),
    );
    const left = Object.fromEntries(Object.entries(others).map(([name, text]) => [`archives/${name}`, text]));
    expect(contents(project)).toEqual({ archives: "(folder)", "workflow:pr.json": expect.any(String), ...left });
  });

  test("removes one that is larger than a session may be: it holds every step twice", () => {
    const text = textOf({ ...session, steps: Array<string>(22_000).fill("s".repeat(200)) });
    expect(text.length).toBeGreaterThan(maxFileBytes);
    using project = projectWith({ "workflow:pr.json": session, [`archives/${archive}`]: text });
    clear(folderOf(project), [archive]);
    expect(names(project)).toEqual(["archives", "workflow:pr.json"]);
  });

  test("leaves what only has the name of an archive: a folder, a FIFO, a link to an archive, terabytes of nothing", () => {
    using project = projectWith({ "workflow:pr.json": session, "archives/kept": textOf(), "archives/huge": textOf() });
    const named = [1, 2, 3, 4].map((n) => `2025-01-29-workflow-pr-${n}.md`);
    const [folder = "", fifo = "", link = "", huge = ""] = named.map((name) => project.file(`archives/${name}`));
    mkdirSync(folder);
    execFileSync("mkfifo", [fifo]);
    symlinkSync("kept", link);
    renameSync(project.file("archives/huge"), huge);
    truncateSync(huge, 2 ** 40);
    clear(folderOf(project), named);
    expect(readdirSync(project.file("archives")).sort()).toEqual([...named, "kept"]);
  });

  test("removes nothing outside if archives is a link that leads there, and says so", () => {
    using project = projectWith({ "workflow:pr.json": session });
    mkdirSync(`${project.path}/outside`);
    writeFileSync(`${project.path}/outside/${archive}`, textOf());
    symlinkSync(`${project.path}/outside`, project.file("archives"));
    const remove = () => clear(folderOf(project), [archive]);
    const message = `${project.file("archives")} is a symbolic link`;
    expect(remove).toThrow(expect.objectContaining({ code: "failed", message }));
    expect(existsSync(`${project.path}/outside/${archive}`)).toBe(true);
  });

  test("needs no folder of archives, and does not ask for one if nothing is named", () => {
    using project = projectWith({ "workflow:pr.json": session });
    expect(() => clear(folderOf(project), [archive])).not.toThrow();
    writeFileSync(project.file("archives"), "");
    expect(() => clear(folderOf(project), [])).not.toThrow();
    rmSync(project.file("archives"));
  });

  test.skipIf(!isRoot)("fails if it cannot, and says so", () => {
    using project = projectWith({ "workflow:pr.json": session, [`archives/${archive}`]: textOf() });
    const folder = folderOf(project);
    for (const path of ["", "archives"]) chmodSync(project.file(path), 0o755);
    chmodSync(project.file(`archives/${archive}`), 0o644);
    using _other = actAs(1001, project.path);
    const message = `cannot remove what an interrupted save left in ${project.file("archives")}: EACCES: permission denied`;
    expect(() => clear(folder, [archive])).toThrow(expect.objectContaining({ code: "failed", message }));
  });
});
