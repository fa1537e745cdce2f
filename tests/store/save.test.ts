/**
 * From session to archive, exactly once. In which order it is made durable is in `order.test.ts`; kills at every instant,
 * power cuts and full disks are in `faults/`.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { relative } from "node:path";
import { renderArchive } from "../../lib/archive/archive.ts";
import { parseArchive } from "../../lib/archive/front-matter.ts";
import type { Session } from "../../lib/session/schema.ts";
import { listArchives } from "../../lib/store/archives.ts";
import { archiveSession, previewArchive, type SaveOptions } from "../../lib/store/save.ts";
import { ownMount } from "../faults/rigs/own-mount.ts";
import { beginKilledSave } from "../support/killed-save.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { damage, damages, fileText, session } from "../support/sample.ts";
import { actAs, contents, found, isRoot, names, projectWith } from "./fixture.ts";
import { runMeanwhile, testOnCaseFoldingDisk, testTraced, testWithMount } from "./machine.ts";

setDefaultTimeout(60_000);

const now = new Date("2025-01-29T16:00:00.000Z");
const ending: SaveOptions = { condition: {}, status: "completed", notes: undefined, now: () => now };
const save = (
  project: { path: string },
  { workflow = "workflow:pr", ...changes }: Partial<SaveOptions> & { workflow?: string } = {},
) => archiveSession(found(project), workflow, { ...ending, ...changes });

/** The text of an archive. */
function textOf(fields: Partial<Session> = {}, workflow = "workflow:pr"): string {
  return renderArchive({ ...session, ...fields }, { workflow, status: "completed", notes: undefined, now });
}

const file = "workflow:pr.json";
const marker = ".workflow:pr.saving.tmp";
const name = "2025-01-29-workflow-pr-feat-workflow-start";
const stem = `archives/${name}`;
const text = textOf();
const other = textOf({ started_at: "2025-01-29T09:00:00.000Z" });
const earlier = textOf({ steps: ["init"], step: "init" });
const temporary = ".01234567-89ab-cdef-0123-456789abcdef.tmp";

describe("a save", () => {
  test("writes the archive, deletes the session and returns the archive's path", () => {
    using project = projectWith({ [file]: session, "workflow:other.json": session });
    expect(save(project)).toEqual({ archive: relative(process.cwd(), project.file(`${stem}.md`)), kept: [] });
    expect(names(project)).toEqual(["archives", `${stem}.md`, "workflow:other.json"]);
    expect(project.read(`${stem}.md`)).toBe(text);
  });

  test("writes how it ended", () => {
    using project = projectWith({ [file]: session });
    save(project, { status: "failed", notes: "CI is red" });
    expect(parseArchive(project.read(`${stem}.md`))).toMatchObject({ status: "failed", notes: "CI is red" });
  });

  test("refuses a session whose archive no list could read, with its indentation, and takes any other", () => {
    const nestedList = (length: number, levels: number): unknown =>
      levels === 0 ? Array.from({ length }, () => 0) : [nestedList(length, levels - 1)];
    const compact = JSON.stringify({ ...session, title: nestedList(900_000, 61) });
    using project = projectWith({ [file]: compact });
    const failure = expect.objectContaining({
      code: "failed",
      message: "the archive of workflow:pr would have more than 83886080 bytes, with the indentation of nested values",
    });
    expect(() => save(project)).toThrow(failure);
    expect(() => previewArchive(found(project), "workflow:pr", ending)).toThrow(failure);
    expect(contents(project)).toEqual({ [file]: compact });
    project.write(file, JSON.stringify({ ...session, title: nestedList(900_000, 1) })); // `set` could not write it
    save(project);
    expect(listArchives(found(project))).toMatchObject([{ workflow: "workflow:pr", status: "completed" }]);
  });

  test.each([0o600, 0o640, 0o664])("gives the archive the mode of its session: %o", (mode) => {
    using project = projectWith({ [file]: session });
    chmodSync(project.file(file), mode);
    save(project);
    expect(statSync(project.file(`${stem}.md`)).mode & 0o7777).toBe(mode);
  });

  test.skipIf(!isRoot)("gives the archive the owner of its session", () => {
    using project = projectWith({ [file]: session });
    chownSync(project.file(file), 1001, 1002);
    save(project);
    expect(statSync(project.file(`${stem}.md`))).toMatchObject({ uid: 1001, gid: 1002 });
  });

  test("works in a sessions folder that is a symlink, and shows the path that people know", () => {
    using project = temporaryProject();
    mkdirSync(`${project.path}/elsewhere`);
    mkdirSync(`${project.path}/ia/state`, { recursive: true });
    symlinkSync("../../elsewhere", `${project.path}/ia/state/sessions`);
    project.write(file, session);
    expect(save(project)).toEqual({ archive: relative(process.cwd(), project.file(`${stem}.md`)), kept: [] });
    expect(readdirSync(`${project.path}/elsewhere`).sort()).toEqual([".lock", "archives"]);
  });
});

describe("a preview", () => {
  test("is the text of the archive, and changes nothing", () => {
    using project = projectWith({ [file]: session });
    const before = project.snapshot();
    expect(previewArchive(found(project), "workflow:pr", ending)).toBe(text);
    expect(project.snapshot()).toEqual(before);
  });

  testOnCaseFoldingDisk("and a save refuse another spelling on a disk that ignores case", ({ path }) => {
    const project = { root: path, sessions: `${path}/ia/state/sessions` };
    mkdirSync(project.sessions, { recursive: true });
    writeFileSync(`${project.sessions}/${file}`, JSON.stringify(session));
    const usage = expect.objectContaining({ code: "usage", help: expect.stringContaining("use the name workflow:pr,") });
    expect(() => previewArchive(project, "workflow:PR", ending)).toThrow(usage);
    expect(() => archiveSession(project, "workflow:PR", ending)).toThrow(usage);
    expect(previewArchive(project, "workflow:pr", ending)).toBe(text);
  });

  testOnCaseFoldingDisk("does not take its own archive for that of a killed save whose branch had another case", ({ path }) => {
    const project = { root: path, sessions: `${path}/ia/state/sessions` };
    const archive = `${project.sessions}/${stem}.md`;
    mkdirSync(project.sessions, { recursive: true });
    beginKilledSave(project.sessions, "workflow:pr", [`${name.replace("feat", "FEAT")}.md`]);
    writeFileSync(`${project.sessions}/${file}`, JSON.stringify(session));
    expect(archiveSession(project, "workflow:pr", ending)).toEqual({ archive: relative(process.cwd(), archive), kept: [] });
    expect(readFileSync(archive, "utf8")).toBe(text);
    expect(existsSync(`${project.sessions}/${file}`)).toBe(false);
  });
});

describe("the name of the archive", () => {
  const taken = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${stem}${index === 0 ? "" : `-${index + 1}`}.md`, other]));

  test.each([0, 1, 2, 3, 8, 9, 10, 20])("is the next that is free after %d archives", (count) => {
    using project = projectWith({ [file]: session, ...taken(count) });
    save(project);
    const own = count === 0 ? `${stem}.md` : `${stem}-${count + 1}.md`;
    expect(contents(project)).toEqual({ archives: "(folder)", ...taken(count), [own]: text });
  });

  test("is the first that is free, even if later ones are not", () => {
    const others = { [`${stem}.md`]: other, [`${stem}-3.md`]: other };
    using project = projectWith({ [file]: session, ...others });
    save(project);
    expect(contents(project)).toEqual({ archives: "(folder)", ...others, [`${stem}-2.md`]: text });
  });

  test.each([
    ["a file of somebody", "# notes\n"],
    ["front matter of somebody", "---\nworkflow: workflow:pr\n---\n"],
    ["bytes that are no text", new Uint8Array([0xff, 0xfe])],
    ["another workflow of the same start", textOf({}, "workflow:pr2")],
    ["an archive of this very session, which a checkout brought back", earlier],
  ])("is never one that is taken: %s", (_, content) => {
    using project = projectWith({ [file]: session, [`${stem}.md`]: content });
    const before = contents(project)[`${stem}.md`];
    save(project);
    expect(contents(project)).toEqual({ archives: "(folder)", [`${stem}.md`]: before ?? "", [`${stem}-2.md`]: text });
  });

  test("is never that of a folder or a symlink, which is not written through", () => {
    using project = projectWith({ [file]: session, outside: "kept" });
    mkdirSync(project.file(`${stem}.md`), { recursive: true });
    symlinkSync("../outside", project.file(`${stem}-2.md`));
    symlinkSync("nowhere", project.file(`${stem}-3.md`));
    save(project);
    expect(contents(project)).toMatchObject({ outside: "kept", [`${stem}-2.md`]: "(other)", [`${stem}-4.md`]: text });
    expect(existsSync(project.file("archives/nowhere"))).toBe(false);
  });

  test("is another for each of two sessions that started within one millisecond", () => {
    using project = projectWith({ [file]: { ...session, started_at: "2025-01-29T15:00:00.000100Z" } });
    save(project);
    project.write(file, { ...session, started_at: "2025-01-29T15:00:00.000200Z" });
    save(project);
    expect(names(project)).toEqual(["archives", `${stem}-2.md`, `${stem}.md`]);
  });
});

describe("after a save that was killed", () => {
  /** A project in which a save was killed that had noted these names, the last one that of its archive. */
  function killed(files: Record<string, unknown>, noted: string[] = [temporary, `${name}.md`]): TemporaryProject {
    const project = projectWith({ [file]: session, ...files });
    beginKilledSave(project.file(""), "workflow:pr", noted);
    return project;
  }

  test.each<[string, Partial<Session>, string]>([
    ["the same session", {}, `${stem}-2.md`],
    [
      "a session that has moved on since, and has another name",
      { context: { branch: "other" } },
      "archives/2025-01-29-workflow-pr-other.md",
    ],
  ])("%s has one archive in the end", (_, fields, own) => {
    using project = killed({ [file]: { ...session, ...fields }, [`${stem}.md`]: text });
    save(project);
    expect(contents(project)).toEqual({ archives: "(folder)", [own]: textOf(fields) });
  });

  const failed: Partial<SaveOptions> = { status: "failed" };
  test.each<[string, Partial<SaveOptions>, Partial<SaveOptions>, boolean]>([
    ["ended as this one, with the same notes, goes", { notes: "a", ...failed }, { notes: "a", ...failed }, false],
    ["had no notes goes if this one has some", {}, { notes: "a" }, false],
    ["had notes stays if this one has none", { notes: "a" }, {}, true],
    ["had other notes stays", { notes: "a" }, { notes: "b" }, true],
    ["ended otherwise stays", failed, {}, true],
  ])("what %s", (_, before, after, isKept) => {
    using project = killed({});
    const text = previewArchive(found(project), "workflow:pr", { ...ending, ...before });
    project.write(`${stem}.md`, text);
    const kept = [relative(process.cwd(), project.file(`${stem}.md`))];
    expect(save(project, after).kept).toEqual(isKept ? kept : []);
    expect(contents(project)[`${stem}.md`]).toBe(isKept ? text : undefined);
  });

  test.each<[string, (archive: string) => string]>([
    ["a line at its end", (archive) => `${archive}Blocked by CI.\n`],
    ["its status", (archive) => archive.replace("status: completed", "status: failed")],
    [
      "its status and the heading",
      (archive) => archive.replace("status: completed", "status: failed").replace(": completed", ": failed"),
    ],
    ["a field in its front matter", (archive) => archive.replace("started_at", "reviewed_by: ada\nstarted_at")],
    ["its context", (archive) => archive.replace("pr_number: 8", "pr_number: 9")],
    ["its notes", (archive) => archive.replace("started_at", "notes: by hand\nstarted_at")],
    ["a comment in its front matter", (archive) => archive.replace("started_at", "# by hand\nstarted_at")],
    ["a step in the list", (archive) => archive.replace("1. `init`", "1. `begin`")],
  ])("a hand has changed %s, and it stays beside the next archive", (_, change) => {
    const changed = change(text);
    expect(changed).not.toBe(text);
    using project = killed({ [`${stem}.md`]: changed });
    const [archive, kept] = [`${stem}-2.md`, `${stem}.md`].map((path) => relative(process.cwd(), project.file(path)));
    expect(save(project) as unknown).toEqual({ archive, kept: [kept] });
    expect(contents(project)).toEqual({ archives: "(folder)", [`${stem}.md`]: changed, [`${stem}-2.md`]: text });
  });

  test.each<[string, Partial<Session>]>([
    ["at the same step", { updated_at: "2025-01-29T15:05:00.001Z" }],
    ["at an earlier step", { steps: [...session.steps, "merge"] }],
  ])("of a session that was then put back to a former state, %s, the archive stays, and is named", (_, fields) => {
    const later = textOf(fields);
    using project = killed({ [`${stem}.md`]: later });
    expect(save(project).kept).toEqual([relative(process.cwd(), project.file(`${stem}.md`))]);
    expect(contents(project)).toEqual({ archives: "(folder)", [`${stem}.md`]: later, [`${stem}-2.md`]: text });
  });

  test("before it made the archive, the next one takes the name", () => {
    using project = killed({ [`archives/${temporary}`]: "half" });
    save(project);
    expect(contents(project)).toEqual({ archives: "(folder)", [`${stem}.md`]: text });
  });

  test("several times, one archive is left", () => {
    const half = Object.fromEntries(["", "-2", "-3"].map((number) => [`${stem}${number}.md`, textOf({ steps: ["init"] })]));
    using project = killed(
      half,
      ["", "-2", "-3"].map((number) => `${name}${number}.md`),
    );
    save(project);
    expect(contents(project)).toEqual({ archives: "(folder)", [`${stem}-4.md`]: text });
  });

  test("the archives of other sessions and files of others are kept, even if its marker names them", () => {
    const others = {
      [`${stem}.md`]: other,
      [`${stem}-2.md`]: "# notes\n",
      [`${stem}-3.md`]: textOf({}, "workflow:pr:3"),
      "archives/notes.md": text,
      "archives/2025-01-29-other.md": textOf({}, "other"),
      kept: "kept",
    };
    const noted = [...Object.keys(others).map((path) => path.replace("archives/", "")), "../kept", "..", `../${file}`];
    using project = killed(others, noted);
    save(project);
    expect(contents(project)).toEqual({ archives: "(folder)", ...others, [`${stem}-4.md`]: text });
  });

  test("a session that was deleted stays deleted, and its archive stays", () => {
    using project = killed({ [`${stem}.md`]: text, "workflow:other.json": session });
    rmSync(project.file(file));
    save(project, { workflow: "workflow:other" });
    expect(names(project)).toEqual(["archives", "archives/2025-01-29-workflow-other-feat-workflow-start.md", `${stem}.md`]);
  });

  test("a session that was started anew is another one: both archives stay", () => {
    const started = { started_at: "2025-01-29T15:30:00.000Z" };
    using project = killed({ [file]: { ...session, ...started }, [`${stem}.md`]: text });
    save(project);
    expect(contents(project)).toEqual({ archives: "(folder)", [`${stem}.md`]: text, [`${stem}-2.md`]: textOf(started) });
  });

  test.each<[string, (project: TemporaryProject) => void]>([
    ["an archive of terabytes", (project) => void Bun.spawnSync(["truncate", "-s", "4T", project.file(`${stem}.md`)])],
    ["a FIFO", (project) => void Bun.spawnSync(["mkfifo", project.file(`${stem}.md`)])],
    ["a folder", (project) => mkdirSync(project.file(`${stem}.md`))],
  ])("a marker that names %s stops no save", (_, make) => {
    using project = killed({});
    mkdirSync(project.file("archives"));
    make(project);
    save(project);
    expect(readdirSync(project.file("archives")).sort()).toEqual([`${name}-2.md`, `${name}.md`]);
  });
});

describe("a save that fails leaves the session and no archive", () => {
  const failure = (message: string | RegExp, help?: string) =>
    expect.objectContaining({
      code: "failed",
      message: typeof message === "string" ? message : expect.stringMatching(message),
      ...(help === undefined ? {} : { help }),
    });

  test.each<[string, (path: string, outside: string) => void, string]>([
    ["a symlink: nothing is written outside", (path, outside) => symlinkSync(outside, path), "is a symbolic link"],
    ["a file", (path) => writeFileSync(path, "x"), "is not a folder"],
  ])("if its folder is %s", (_, make, problem) => {
    using project = projectWith({ [file]: session });
    mkdirSync(`${project.path}/outside`);
    make(project.file("archives"), `${project.path}/outside`);
    expect(() => save(project)).toThrow(failure(`${project.file("archives")} ${problem}`));
    expect(readdirSync(project.file("")).sort()).toEqual([".lock", "archives", file]);
    expect(readdirSync(`${project.path}/outside`)).toEqual([]);
  });

  test("if its marker cannot be written, because something else has that name", () => {
    using project = projectWith({ [file]: session, [`${marker}/x`]: "" });
    const path = project.file(file);
    const message = `workflow:pr is not saved, its session is kept: cannot write ${project.file(marker)}: EISDIR: illegal operation on a directory`;
    expect(() => save(project)).toThrow(failure(message, "something else is at that path or above it; move it away"));
    expect(names(project)).toEqual([marker, `${marker}/x`, "archives", file]);
    expect(existsSync(path)).toBe(true);
  });

  test.skipIf(!isRoot)("if the folder of archives cannot be made", () => {
    using project = projectWith({ [file]: session, ".lock": "" });
    chmodSync(project.file(".lock"), 0o666);
    chmodSync(project.file(""), 0o755);
    using _other = actAs(1001, project.path);
    const message = `cannot make the folder ${project.file("archives")}: EACCES: permission denied`;
    expect(() => save(project)).toThrow(failure(message));
    expect(names(project)).toEqual([file]);
  });

  test.skipIf(!isRoot)("if the archive cannot be written, and an earlier one is kept", () => {
    using project = projectWith({ [file]: session, ".lock": "", [`${stem}.md`]: earlier });
    beginKilledSave(project.file(""), "workflow:pr", [`${name}.md`]);
    chmodSync(project.file(".lock"), 0o666);
    chmodSync(project.file(""), 0o777);
    chmodSync(project.file("archives"), 0o755);
    {
      using _other = actAs(1001, project.path);
      const message = `workflow:pr is not saved, its session is kept: cannot write ${project.file(`${stem}-2.md`)}: EACCES: permission denied`;
      expect(() => save(project)).toThrow(failure(message, "check who owns it and its permissions"));
    }
    expect(contents(project)).toMatchObject({ [file]: fileText(session), [`${stem}.md`]: earlier });
    save(project);
    expect(contents(project)).toEqual({ archives: "(folder)", [`${stem}-2.md`]: text });
  });

  testWithMount("if the session cannot be deleted; run again, there is one archive", () => {
    using project = projectWith({ [file]: session, "archives/2025-01-28-workflow-pr.md": other });
    {
      using _busy = ownMount(project.file(file), "bind");
      const message = `workflow:pr is not saved, its session is kept: cannot archive and delete ${project.file(file)}: EBUSY: resource busy or locked`;
      expect(() => save(project)).toThrow(failure(message));
    }
    expect(names(project)).toEqual(["archives", "archives/2025-01-28-workflow-pr.md", file]);
    save(project);
    expect(names(project)).toEqual(["archives", "archives/2025-01-28-workflow-pr.md", `${stem}.md`]);
  });

  testWithMount("if the session cannot be deleted after a save that was killed; run again, there is one archive", () => {
    using project = projectWith({ [file]: session, [`${stem}.md`]: earlier, [`${stem}-2.md`]: other });
    beginKilledSave(project.file(""), "workflow:pr", [`${name}.md`]);
    {
      using _busy = ownMount(project.file(file), "bind");
      expect(() => save(project)).toThrow("EBUSY");
    }
    expect(names(project)).toEqual([marker, "archives", `${stem}-2.md`, `${stem}-3.md`, file]);
    const noted = [`${name}.md`, expect.stringMatching(/^\.[\da-f-]{36}\.tmp$/), `${name}-3.md`, ""];
    expect(project.read(marker).split("\n")).toEqual(noted as string[]);
    save(project);
    expect(contents(project)).toEqual({ archives: "(folder)", [`${stem}-2.md`]: other, [`${stem}.md`]: text });
  });

  test.skipIf(!isRoot)("or says of which archive it could not be undone", () => {
    using project = projectWith({ [file]: session, ".lock": "" });
    mkdirSync(project.file("archives"));
    chmodSync(project.file(".lock"), 0o666);
    chmodSync(project.file(""), 0o777);
    chmodSync(project.file("archives"), 0o333); // names can be made and deleted in it, but it cannot be opened for a sync
    {
      using _other = actAs(1001, project.path);
      const denied = `cannot sync the folder ${project.file("archives")}: EACCES: permission denied`;
      const message = `workflow:pr is not saved, its session is kept: ${denied}; ${denied}`;
      expect(() => save(project)).toThrow(failure(message, "check who owns it and its permissions"));
    }
    save(project);
    expect(names(project)).toEqual(["archives", `${stem}.md`]);
  });

  test.each(damages)("if the session file is $what", (given) => {
    using project = temporaryProject();
    damage(project, "workflow:pr", given);
    const before = contents(project);
    const damaged = expect.objectContaining({ code: "damaged", message: expect.stringContaining(given.problem) });
    expect(() => save(project)).toThrow(damaged);
    expect(() => previewArchive(found(project), "workflow:pr", ending)).toThrow(damaged);
    expect(contents(project)).toEqual(before);
  });

  test.each([{ "if-step": "init" }, { "if-updated": "2025-01-29T15:05:00Z" }])(
    "if the condition %j does not hold",
    (condition) => {
      using project = projectWith({ [file]: session });
      const unmet = expect.objectContaining({ code: "condition", message: expect.stringContaining(session.updated_at) });
      expect(() => save(project, { condition })).toThrow(unmet);
      expect(() => previewArchive(found(project), "workflow:pr", { ...ending, condition })).toThrow(unmet);
      expect(names(project)).toEqual([file]);
    },
  );

  test("and is done if the condition holds", () => {
    using project = projectWith({ [file]: session });
    save(project, { condition: { "if-step": session.step } });
    expect(names(project)).toEqual(["archives", `${stem}.md`]);
  });
});

/** The calls after which a save is stopped: the archive is whole, but has not got its name; or it has, and the session is there. */
const whole = /^fsync\(<.*\/archives\/\.\*\.tmp>/;
const named = /^fsync\(<.*\/archives>/;

/** Saves; meanwhile something happens. Returns the exit code, and what came of it. */
async function saveMeanwhile(
  after: RegExp,
  change: (project: TemporaryProject) => void,
  { isFirst = false, make = () => projectWith({ ".lock": "", [file]: session }) } = {},
) {
  const happens = (project: TemporaryProject) => {
    change(project);
    return undefined;
  };
  const { exitCode, files } = await runMeanwhile("save", { make, after, isFirst, happens });
  return { exitCode, files };
}

/** An archive of a session with this step, made at any time. */
const archiveAt = (step: string) => expect.stringContaining(`\nstep: ${step}\n`);

describe("what changes while a save goes on", () => {
  test("a session that is changed before it is archived is archived as it is then", () => {
    using project = projectWith({ [file]: session });
    let calls = 0;
    const change = () => {
      calls += 1;
      if (calls === 1) project.write(file, { ...session, step: "by hand" });
      return now;
    };
    save(project, { now: change });
    expect(calls).toBe(2);
    expect(contents(project)).toEqual({ archives: "(folder)", [`${stem}.md`]: textOf({ step: "by hand" }) });
  });

  testTraced("a session that is deleted before its archive has a name is archived nowhere", async () => {
    const remove = (project: TemporaryProject) => rmSync(project.file(file));
    expect(await saveMeanwhile(whole, remove)).toEqual({ exitCode: 3, files: { archives: "(folder)" } });
  });

  testTraced("a session that is changed after it was archived, and before it is deleted, is archived again, once", async () => {
    for (const moment of [whole, named]) {
      const change = (project: TemporaryProject) => project.write(file, { ...session, step: "theirs" });
      const archives = { archives: "(folder)", [`${stem}.md`]: archiveAt("theirs") };
      expect(await saveMeanwhile(moment, change)).toEqual({ exitCode: 0, files: archives });
    }
  });

  describe("after a save that was killed", () => {
    const half = "2025-01-29-workflow-pr.md";
    const make = () => {
      const project = projectWith({ ".lock": "", [file]: session, [`archives/${half}`]: earlier });
      beginKilledSave(project.file(""), "workflow:pr", [half]);
      return project;
    };

    testTraced("a session that is changed when what that left is removed is archived again, once", async () => {
      const change = (project: TemporaryProject) => project.write(file, { ...session, step: "theirs" });
      const archives = { archives: "(folder)", [`${stem}-2.md`]: archiveAt("theirs") };
      expect(await saveMeanwhile(named, change, { make })).toEqual({ exitCode: 0, files: archives });
    });

    testTraced("what that left stays if somebody has deleted the session before it is removed", async () => {
      const remove = (project: TemporaryProject) => rmSync(project.file(file));
      const { exitCode, files } = await saveMeanwhile(named, remove, { make, isFirst: true });
      const archives = { [`archives/${half}`]: earlier, [`${stem}.md`]: archiveAt(session.step) };
      expect({ exitCode, files }).toMatchObject({ exitCode: 3, files: archives });
    });
  });

  testTraced("a file that takes the archive's name just before the rename stays, and the save takes the next name", async () => {
    const take = (project: TemporaryProject) => project.write(`${stem}.md`, "precious");
    const archives = { archives: "(folder)", [`${stem}.md`]: "precious", [`${stem}-2.md`]: archiveAt(session.step) };
    expect(await saveMeanwhile(whole, take)).toEqual({ exitCode: 0, files: archives });
  });

  testTraced("an archive that somebody edits stays, if the save has to start over", async () => {
    const edit = (project: TemporaryProject) => {
      project.write(`${stem}.md`, "edited");
      project.write(file, { ...session, step: "theirs" });
    };
    const archives = { archives: "(folder)", [`${stem}.md`]: "edited", [`${stem}-2.md`]: archiveAt("theirs") };
    expect(await saveMeanwhile(named, edit)).toEqual({ exitCode: 0, files: archives });
  });

  testTraced("a session whose archive somebody removes or edits before it is deleted is kept", async () => {
    const kept = { archives: "(folder)", [file]: expect.any(String) };
    const remove = (project: TemporaryProject) => rmSync(project.file(`${stem}.md`));
    expect(await saveMeanwhile(named, remove)).toEqual({ exitCode: 1, files: kept });
    const edit = (project: TemporaryProject) => project.write(`${stem}.md`, "edited");
    expect(await saveMeanwhile(named, edit)).toEqual({ exitCode: 1, files: { ...kept, [`${stem}.md`]: "edited" } });
  });

  testTraced("no archive is left outside if a link takes the place of the folder for archives", async () => {
    const make = () => {
      const project = projectWith({ ".lock": "", [file]: session });
      for (const path of [project.file("archives"), `${project.path}/outside`]) mkdirSync(path);
      return project;
    };
    let left: string[] = ["never looked"];
    const link = (project: TemporaryProject) => {
      renameSync(project.file("archives"), project.file("archives.old"));
      symlinkSync(`${project.path}/outside`, project.file("archives"));
      const look = () => {
        left = readdirSync(`${project.path}/outside`);
      };
      return { [Symbol.dispose]: look };
    };
    const after = /^rename.*\.saving\.tmp/;
    const { exitCode, files } = await runMeanwhile("save", { make, after, happens: link });
    expect({ exitCode, left, kept: files[file] }).toEqual({ exitCode: 1, left: [], kept: expect.any(String) });
  });

  testTraced("an archive whose session is gone stays: it may be all that is left of it", async () => {
    const remove = (project: TemporaryProject) => rmSync(project.file(file));
    const archives = { archives: "(folder)", [`${stem}.md`]: archiveAt(session.step) };
    expect(await saveMeanwhile(named, remove)).toEqual({ exitCode: 3, files: archives });
  });

  testTraced("of two saves of one session that both wrote an archive, one takes its own away", async () => {
    const saveToo = (project: TemporaryProject) => {
      project.write(`${stem}-2.md`, other);
      project.write(`${stem}-3.md`, earlier);
      rmSync(project.file(file));
    };
    const archives = { archives: "(folder)", [`${stem}-2.md`]: other, [`${stem}-3.md`]: earlier };
    expect(await saveMeanwhile(named, saveToo)).toEqual({ exitCode: 3, files: archives });
  });

  testTraced(
    "what another save notes in the marker is not lost, if the lock is lost: there is one archive in the end",
    async () => {
      const saveToo = (project: TemporaryProject) => {
        rmSync(project.file(".lock"));
        project.write("archives/2025-01-29-workflow-pr.md", earlier);
        beginKilledSave(project.file(""), "workflow:pr", ["2025-01-29-workflow-pr.md"]);
      };
      const archives = { archives: "(folder)", [`${stem}.md`]: archiveAt(session.step) };
      expect(await saveMeanwhile(/^fsync\(<.*\/sessions\/\.\*\.tmp>/, saveToo)).toEqual({ exitCode: 0, files: archives });
    },
  );

  testTraced("a folder of archives that somebody else makes is taken", async () => {
    const make = (project: TemporaryProject) => mkdirSync(project.file("archives"));
    const archives = { archives: "(folder)", [`${stem}.md`]: archiveAt(session.step) };
    const missed = /stat\w*\(.*\/sessions\/archives"/;
    expect(await saveMeanwhile(missed, make, { isFirst: true })).toEqual({ exitCode: 0, files: archives });
  });

  testTraced("the marker of another save stays, if the lock is lost when the session is deleted", async () => {
    const another = { ...session, started_at: "2025-01-30T15:00:00.000Z" };
    const saveAnother = (project: TemporaryProject) => {
      rmSync(project.file(".lock"));
      project.write(file, another);
      beginKilledSave(project.file(""), "workflow:pr", ["2025-01-30-workflow-pr.md"]);
    };
    const kept = { [file]: fileText(another), [marker]: "2025-01-30-workflow-pr.md\n" };
    const archives = { archives: "(folder)", [`${stem}.md`]: archiveAt(session.step) };
    expect(await saveMeanwhile(/^fsync\(<.*\/sessions>/, saveAnother)).toEqual({ exitCode: 0, files: { ...archives, ...kept } });
  });

  testTraced("a lock file that is deleted makes it start over, and ends with one archive", async () => {
    for (const moment of [whole, named]) {
      const archives = { archives: "(folder)", [`${stem}.md`]: archiveAt(session.step) };
      const saved = await saveMeanwhile(moment, (project) => rmSync(project.file(".lock")));
      expect(saved).toEqual({ exitCode: 0, files: archives });
    }
  });

  test("a session that vanishes meanwhile is missing", () => {
    using project = projectWith({ [file]: session });
    const vanish = () => {
      rmSync(project.file(file));
      return now;
    };
    expect(() => save(project, { now: vanish })).toThrow(expect.objectContaining({ code: "missing" }));
    expect(names(project)).toEqual(["archives"]);
  });

  test("a lock file that is replaced meanwhile makes it start over", () => {
    using project = projectWith({ [file]: session });
    let calls = 0;
    const replace = () => {
      calls += 1;
      if (calls === 1) {
        project.write("lock", "");
        renameSync(project.file("lock"), project.file(".lock"));
      }
      return now;
    };
    save(project, { now: replace });
    expect(calls).toBe(2);
    expect(names(project)).toEqual(["archives", `${stem}.md`]);
  });
});

describe("if there is no session to save", () => {
  const listHelp = "list the active sessions: bun run .claude/skills/session/scripts/get.ts --all";

  function expectMissing(project: TemporaryProject, message: string, help: string) {
    const before = project.snapshot();
    const missing = expect.objectContaining({ code: "missing", message, help });
    expect(() => save(project)).toThrow(missing);
    expect(() => previewArchive(found(project), "workflow:pr", ending)).toThrow(missing);
    expect(project.snapshot()).toEqual(before);
  }

  test("nothing is made, and the error says that none is active", () => {
    using project = temporaryProject();
    expectMissing(project, "workflow:pr has no session to save", "no session is active");
    mkdirSync(project.file(""), { recursive: true });
    expectMissing(project, "workflow:pr has no session to save", "no session is active");
  });

  test("the error names a near one, and how to list those that are active", () => {
    using project = projectWith({ "workflow:prr.json": session, "a.json": "{" });
    expectMissing(project, "workflow:pr has no session to save; did you mean workflow:prr?", listHelp);
  });

  test("the error names the newest archive of the workflow", () => {
    using project = projectWith({
      [`${stem}.md`]: text,
      [`${stem}-2.md`]: text.replace("16:00:00", "15:30:00"),
      "archives/2025-01-30-workflow-pr-x.md": textOf({}, "workflow:pr:x").replace("2025-01-29T16", "2025-01-30T16"),
      "archives/2025-01-30-workflow-pr-y.md": "# somebody's notes about workflow:pr",
    });
    const path = relative(process.cwd(), project.file(`${stem}.md`));
    const help = `it may be saved already: its newest archive is ${path}; no session is active`;
    expectMissing(project, "workflow:pr has no session to save", help);
    project.write("other.json", session);
    expectMissing(project, "workflow:pr has no session to save", help.replace("no session is active", listHelp));
  });
});
