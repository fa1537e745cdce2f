/** The sessions folder: the names of its files, on every system, and how it is found, made and listed. */
import { describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import fc from "fast-check";
import {
  archivesFolder,
  encodeName,
  hasArchivesFolder,
  isTemporary,
  listNames,
  listWorkflows,
  lockFile,
  makeArchivesFolder,
  makeFolder,
  markerFile,
  openFolder,
  sessionFile,
  shownPath,
  temporaryFile,
  workflowOfMarker,
  workflowOfSession,
} from "../../lib/store/folder.ts";
import { temporaryFolder, temporaryProject } from "../support/project.ts";
import { session } from "../support/sample.ts";
import { actAs, folderOf, found, isRoot, projectWith } from "./fixture.ts";

const failure = (message: string, help?: string) =>
  expect.objectContaining({ code: "failed", message, ...(help === undefined ? {} : { help }) });

const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
const devices = ["con", "prn", "aux", "nul", ...Array.from({ length: 10 }, (_, n) => [`com${n}`, `lpt${n}`]).flat()];
const workflow = fc
  .array(fc.oneof(part, fc.constantFrom(...devices, "CON", "Nul", "cOm1")), { minLength: 1, maxLength: 5 })
  .chain((parts) => fc.array(fc.constantFrom(":", "."), { minLength: 5, maxLength: 5 }).map((joints) => ({ parts, joints })))
  .map(({ parts, joints }) => parts.map((each, index) => `${index === 0 ? "" : joints[index]}${each}`).join(""))
  .filter((name) => /^[A-Za-z0-9]/.test(name));
const onWindows = fc.boolean();

/** What Windows takes for a device, whatever follows the first dot. */
const isDevice = (name: string) => devices.includes(name.split(".")[0]?.toLowerCase() ?? "");

describe("the name of a file", () => {
  const folder = { path: "/real", shown: "/shown" };

  test("is spelled by its kind", () => {
    expect(lockFile(folder)).toBe("/real/.lock");
    expect(archivesFolder(folder)).toBe("/real/archives");
    expect(temporaryFile("/real/archives")).toMatch(/^\/real\/archives\/\.[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.tmp$/);
    expect(temporaryFile("/a")).not.toBe(temporaryFile("/a"));
  });

  test.skipIf(process.platform === "win32")("holds the name of the workflow as it is", () => {
    expect(sessionFile(folder, "workflow:pr.2")).toBe("/real/workflow:pr.2.json");
    expect(markerFile(folder, "workflow:pr.2")).toBe("/real/.workflow:pr.2.saving.tmp");
    expect(sessionFile(folder, "con")).toBe("/real/con.json");
  });

  test.each([
    ["workflow:pr", "workflow%3Apr"],
    ["a:b:c.d", "a%3Ab%3Ac.d"],
    ["con", "%63on"],
    ["CON", "%43ON"],
    ["nul.2", "%6eul.2"],
    ["aux:b", "%61ux%3Ab"],
    ["com1", "%63om1"],
    ["com0.x", "%63om0.x"],
    ["LPT9", "%4cPT9"],
    ["prn", "%70rn"],
    ["lpt", "lpt"],
    ["com10", "com10"],
    ["console", "console"],
    ["con-2", "con-2"],
    ["a.con", "a.con"],
  ])("of %s is %s on Windows, and there and back", (name, encoded) => {
    expect(encodeName(name, true)).toBe(encoded);
    expect(workflowOfSession(`${encoded}.json`, true)).toBe(name);
    expect(encodeName(name, false)).toBe(name);
  });

  test("of every workflow leads there and back on every system", () => {
    fc.assert(
      fc.property(workflow, onWindows, (name, onWindows) => {
        expect(workflowOfSession(`${encodeName(name, onWindows)}.json`, onWindows)).toBe(name);
      }),
    );
  });

  test("of every workflow is one that Windows takes, and is no device there", () => {
    fc.assert(
      fc.property(workflow, (name) => {
        const encoded = encodeName(name, true);
        expect(encoded).toMatch(/^[\w%.-]+$/);
        expect(isDevice(`${encoded}.json`)).toBe(false);
      }),
    );
  });

  test("of two workflows is never the same, unless they differ in case only", () => {
    fc.assert(
      fc.property(workflow, workflow, onWindows, (one, other, onWindows) => {
        const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
        fc.pre(!isSame(one, other)); // of those that do, Windows tells devices apart: CON is %43ON, and con %63on
        expect(isSame(encodeName(one, onWindows), encodeName(other, onWindows))).toBe(false);
      }),
    );
  });

  test.each([
    ["workflow%3apr.json", "workflow:pr"],
    ["%63ON.json", "cON"],
    ["%6EUL.json", "nUL"],
    ["workflow:pr.json", null],
    ["con.json", null],
    ["%61bc.json", null],
    ["a%2Eb.json", null],
    ["a%253Ab.json", null],
    ["a%2Fb.json", null],
    ["a%5Cb.json", null],
    ["..%2Fa.json", null],
    ["a%3.json", null],
    ["a%.json", null],
    ["a%3A.json", null],
    ["%00.json", null],
  ])("%s, found on Windows, is for %p", (name, workflow) => {
    expect(workflowOfSession(name, true)).toBe(workflow);
  });

  test.each(["workflow%3Apr.json", "%63on.json", "a.json~", ".a.json", "a b.json", "a.JSON", ".json", "é.json", "a", "a:.json"])(
    "%s, found elsewhere, is no session's",
    (name) => {
      expect(workflowOfSession(name, false)).toBeNull();
    },
  );

  test("of a marker is told from all others by its exact form", () => {
    expect(workflowOfMarker(markerFile({ path: "", shown: "" }, "workflow:pr").slice(1))).toBe("workflow:pr");
    const others = [
      "a.saving.tmp",
      "xworkflow:pr.saving.tmp",
      ".a.saving.tmp~",
      ".a.saving",
      "..saving.tmp",
      ".a/b.saving.tmp",
      ".a b.saving.tmp",
    ];
    for (const name of [...others, ".saving.tmp", ".important.tmp", ".a.Saving.tmp", ".a.json"])
      expect([name, workflowOfMarker(name)]).toEqual([name, null]);
  });

  test("of a temp file is told from all others by its exact form", () => {
    const name = temporaryFile("").slice(1);
    expect(isTemporary(name)).toBe(true);
    const others = [name.slice(1), `${name}~`, `x${name}`, name.toUpperCase(), name.replace("-", ""), `.${name}`, ` ${name}`];
    for (const other of [...others, ".a.tmp", ".important.tmp", ".lock", `${name}\n`, name.replace(/[\da-f]/, "g")])
      expect([other, isTemporary(other)]).toEqual([other, false]);
  });
});

describe("opening the folder", () => {
  test("finds none if there is none, even below a file, and makes nothing", () => {
    using project = temporaryProject();
    const place = found(project);
    expect(openFolder(place)).toBeNull();
    expect(readdirSync(project.path)).toEqual([".git"]);
    writeFileSync(`${project.path}/ia`, "");
    expect(openFolder(place)).toBeNull();
  });

  test("resolves links, and keeps the path that people know", () => {
    using project = temporaryProject();
    mkdirSync(`${project.path}/elsewhere`);
    mkdirSync(`${project.path}/ia/state`, { recursive: true });
    symlinkSync("../../elsewhere", `${project.path}/ia/state/sessions`);
    const folder = { path: `${project.path}/elsewhere`, shown: `${project.path}/ia/state/sessions` };
    expect([openFolder(found(project)), makeFolder(found(project))]).toEqual([folder, folder]);
    expect(shownPath(folder, sessionFile(folder, "a"))).toBe(relative(process.cwd(), `${folder.shown}/a.json`));
  });

  test("fails if it cannot be told whether there is one", () => {
    using folder = temporaryFolder();
    symlinkSync("loop", `${folder.path}/loop`);
    const sessions = `${folder.path}/loop/ia/state/sessions`;
    const error = failure(`cannot open the folder ${sessions}: ELOOP: too many symbolic links encountered`);
    expect(() => openFolder({ root: `${folder.path}/loop`, sessions })).toThrow(error);
  });
});

describe("making the folder", () => {
  test("makes those above it too, and nothing the second time", () => {
    using project = temporaryProject();
    const folder = makeFolder(found(project));
    expect(folder).toEqual({ path: project.file(""), shown: project.file("") });
    expect([makeFolder(found(project)), openFolder(found(project))]).toEqual([folder, folder]);
    expect(project.snapshot()).toEqual({});
  });

  test("makes nothing above the root, which may have been moved away since it was found", () => {
    using project = temporaryProject();
    const place = found(project);
    renameSync(project.path, `${project.path}.moved`);
    try {
      const error = failure(`cannot make the folder ${place.sessions}: ENOENT: no such file or directory`);
      expect(() => makeFolder(place)).toThrow(error);
      expect(existsSync(project.path)).toBe(false);
    } finally {
      renameSync(`${project.path}.moved`, project.path);
    }
  });

  test("makes the folder for archives in the sessions folder, and not that again", () => {
    using project = projectWith({ "a.json": session });
    const folder = folderOf(project);
    expect([makeArchivesFolder(folder), makeArchivesFolder(folder)]).toEqual([
      project.file("archives"),
      project.file("archives"),
    ]);
    rmSync(folder.path, { recursive: true });
    expect(() => makeArchivesFolder(folder)).toThrow(
      failure(`cannot make the folder ${project.file("archives")}: ENOENT: no such file or directory`),
    );
    expect(existsSync(folder.path)).toBe(false);
  });

  test("fails if something is in the way, and says so", () => {
    using project = temporaryProject();
    const { root, sessions } = found(project);
    writeFileSync(`${project.path}/ia`, "");
    const error = failure(
      `cannot make the folder ${sessions}: ENOTDIR: not a directory`,
      "something else is at that path or above it; move it away",
    );
    expect(() => makeFolder({ root, sessions })).toThrow(error);
    expect(existsSync(`${project.path}/ia`)).toBe(true);
  });

  test.skipIf(!isRoot).each(["", "/ia", "/ia/state"])(
    "is done if root%s may only be searched, and so cannot be synced",
    (path) => {
      using project = temporaryProject();
      mkdirSync(project.file(""), { recursive: true });
      const { root, sessions } = found(project);
      for (const each of ["", "/ia", "/ia/state"]) chmodSync(`${root}${each}`, each === path ? 0o711 : 0o755);
      using _other = actAs(1001);
      expect(makeFolder({ root, sessions })).toEqual({ path: sessions, shown: sessions });
    },
  );
});

describe("listing", () => {
  test("gives the workflows that have a session, sound or damaged, in order, and nothing else", () => {
    const others = ["a.json~", ".a.json", "a b.json", "a.JSON", ".json", "é.json", "notes.md", ".x.tmp", "archives/a.json"];
    using project = projectWith(Object.fromEntries(others.map((name) => [name, session])));
    expect(listWorkflows(folderOf(project))).toEqual([]);
    for (const name of ["b", "a", "workflow:pr", "B", "a.2"]) project.write(`${name}.json`, "{");
    expect(listWorkflows(folderOf(project))).toEqual(["B", "a", "a.2", "b", "workflow:pr"]);
    expect(listWorkflows(null)).toEqual([]);
  });

  test("gives no names if there is no folder, and fails if that cannot be told", () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/file`, "");
    symlinkSync("loop", `${folder.path}/loop`);
    expect([listNames(folder.path).sort(), listNames(`${folder.path}/none`), listNames(`${folder.path}/file`)]).toEqual([
      ["file", "loop"],
      [],
      [],
    ]);
    const error = failure(`cannot list the folder ${folder.path}/loop: ELOOP: too many symbolic links encountered`);
    expect(() => listNames(`${folder.path}/loop`)).toThrow(error);
  });
});

describe("the folder of archives", () => {
  test("is there or not", () => {
    using project = projectWith({ "a.json": session });
    expect(hasArchivesFolder(folderOf(project))).toBe(false);
    mkdirSync(project.file("archives"));
    expect(hasArchivesFolder(folderOf(project))).toBe(true);
  });

  test.each<[string, (path: string, outside: string) => void, string]>([
    ["a link to a folder", (path, outside) => symlinkSync(outside, path), "a symbolic link"],
    ["a link to nothing", (path) => symlinkSync("nowhere", path), "a symbolic link"],
    ["a file", (path) => writeFileSync(path, ""), "not a folder"],
  ])("is refused if it is %s", (_, make, what) => {
    using project = projectWith({ "a.json": session });
    make(project.file("archives"), project.path);
    const help = "make it a folder: nothing is read or written outside of the sessions folder";
    expect(() => hasArchivesFolder(folderOf(project))).toThrow(failure(`${project.file("archives")} is ${what}`, help));
  });

  test("fails if it cannot be told whether it is there", () => {
    using folder = temporaryFolder();
    symlinkSync("loop", `${folder.path}/loop`);
    const path = `${folder.path}/loop`;
    const error = failure(`cannot look at ${path}/archives: ELOOP: too many symbolic links encountered`);
    expect(() => hasArchivesFolder({ path, shown: path })).toThrow(error);
  });
});
