/** From session to archive, exactly once. Kills at every instant are in `faults/`. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { relative } from "node:path";
import { readFrontMatter, renderArchive } from "../../lib/archive/archive.ts";
import type { Session } from "../../lib/session/schema.ts";
import { findProject } from "../../lib/store/project.ts";
import { readVersion } from "../../lib/store/read-file.ts";
import { archiveSession, previewArchive } from "../../lib/store/save.ts";
import { beginKilledSave, deadPid } from "../support/killed-save.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { damage, damages, session } from "../support/sample.ts";

const now = new Date("2025-01-29T16:00:00.000Z");
const render = (workflow: string) => (given: Session) =>
  renderArchive(given, { workflow, status: "completed", notes: undefined, now });
const save = (project: TemporaryProject, workflow = "workflow:pr", rendering = render(workflow)) =>
  archiveSession(findProject(project.path), workflow, rendering);

const file = "workflow:pr.json";
const stem = "archives/2025-01-29-workflow-pr-feat-workflow-start";
const text = render("workflow:pr")(session).text;
const other = render("workflow:pr")({ ...session, started_at: "2025-01-29T09:00:00.000Z" }).text;

/** Everything in the sessions folder but the lock, as UTF-8. */
function contents(project: TemporaryProject): Record<string, string> {
  const { ".lock": _, ...rest } = project.snapshot() ?? {};
  return Object.fromEntries(Object.entries(rest).map(([name, bytes]) => [name, Buffer.from(bytes, "latin1").toString()]));
}

function projectWith(files: Record<string, unknown>): TemporaryProject {
  const project = temporaryProject();
  for (const [name, content] of Object.entries(files)) project.write(name, content);
  return project;
}

test("a save writes the archive, deletes the session and returns the archive's path", () => {
  using project = projectWith({ [file]: session, "workflow:other.json": session });
  expect(save(project)).toBe(relative(process.cwd(), project.file(`${stem}.md`)));
  expect(Object.keys(contents(project)).sort()).toEqual(["archives", `${stem}.md`, "workflow:other.json"]);
  expect(project.read(`${stem}.md`)).toBe(text);
});

test("a preview is the text of the archive, and changes nothing", () => {
  using project = projectWith({ [file]: session });
  const before = project.snapshot();
  expect(previewArchive(findProject(project.path), "workflow:pr", render("workflow:pr"))).toBe(text);
  expect(project.snapshot()).toEqual(before);
});

describe("the name of the archive", () => {
  const taken = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${stem}${index === 0 ? "" : `-${index + 1}`}.md`, other]));

  test.each([0, 1, 2, 3, 4, 5, 8, 9, 20])("is the next that is free after %d archives of other sessions", (count) => {
    using project = projectWith({ [file]: session, ...taken(count) });
    save(project);
    const name = count === 0 ? `${stem}.md` : `${stem}-${count + 1}.md`;
    expect(contents(project)).toEqual({ archives: "(folder)", ...taken(count), [name]: text });
  });

  test.each([
    ["a file of somebody", "# notes\n"],
    ["front matter of somebody", "---\nworkflow: workflow:pr\n---\n"],
    ["bytes that are no text", new Uint8Array([0xff, 0xfe])],
    ["another workflow of the same start", render("workflow:pr2")(session).text],
  ])("is another where it is taken by %s", (_, content) => {
    using project = projectWith({ [file]: session, [`${stem}.md`]: content });
    const before = contents(project)[`${stem}.md`];
    save(project);
    expect(contents(project)).toMatchObject({ [`${stem}.md`]: before, [`${stem}-2.md`]: text });
  });

  test("is another where it is taken by a folder or a symlink, which is not written through", () => {
    using project = projectWith({ [file]: session, outside: "kept" });
    mkdirSync(project.file(`${stem}.md`), { recursive: true });
    symlinkSync("../outside", project.file(`${stem}-2.md`));
    save(project);
    expect(contents(project)).toMatchObject({ outside: "kept", [`${stem}-2.md`]: "(other)", [`${stem}-3.md`]: text });
  });

  test.each([
    ["first", `${stem}.md`, {}],
    ["second", `${stem}-2.md`, { [`${stem}.md`]: other }],
    ["third", `${stem}-3.md`, { [`${stem}.md`]: other, [`${stem}-2.md`]: other }],
  ])("is that of the same session's archive where there is one: the %s", (_, name, before) => {
    const earlier = render("workflow:pr")({ ...session, steps: ["init"] }).text;
    using project = projectWith({ [file]: session, [name]: earlier, ...before });
    save(project);
    expect(contents(project)).toEqual({ archives: "(folder)", ...before, [name]: text });
  });
});

test("a file that appears under the chosen name just before the rename is left, and the next name taken", () => {
  using project = projectWith({ [file]: session });
  const name = `${stem}.md`;
  const late = (given: Session) => {
    const archive = render("workflow:pr")(given);
    return {
      ...archive,
      get text() {
        if (!(name in (project.snapshot() ?? {}))) project.write(name, "precious");
        return archive.text;
      },
    };
  };
  archiveSession(findProject(project.path), "workflow:pr", late);
  expect(contents(project)).toEqual({ archives: "(folder)", [name]: "precious", [`${stem}-2.md`]: text });
});

describe("after a save that was killed", () => {
  test.each([
    ["the same session is saved once", {}],
    ["also under another name than before", { context: { branch: "other" } }],
  ])("%s", (_, fields) => {
    using project = projectWith({ [file]: { ...session, ...fields } });
    const version = readVersion(project.file(file)) ?? "";
    beginKilledSave(project.file(""), "workflow:pr", { version, archive: `${stem.slice("archives/".length)}.md`, text });
    project.write(`${stem}.md`, text);
    save(project);
    expect(Object.keys(contents(project)).filter((name) => name !== "archives").length).toBe(1);
  });

  test("the deleted session stays deleted, and its archive", () => {
    using project = projectWith({
      [`${stem}.md`]: text,
      ".workflow:pr.saving.tmp": `1:2:3\n0\n${stem.slice(9)}.md\n${deadPid} another\n`,
      [file]: session,
    });
    rmSync(project.file(file));
    project.write("workflow:other.json", session);
    save(project, "workflow:other");
    expect(Object.keys(contents(project)).sort()).toEqual([
      "archives",
      "archives/2025-01-29-workflow-other-feat-workflow-start.md",
      `${stem}.md`,
    ]);
  });
});

describe("a save that fails leaves the session and no archive", () => {
  test("where the archive would not hold the session", () => {
    using project = projectWith({ [file]: session });
    const refuse = () => {
      throw new Error("no");
    };
    expect(() => save(project, "workflow:pr", refuse)).toThrow("no");
    expect(Object.keys(contents(project))).toEqual([file]);
  });

  test("where its folder is a symlink: nothing is written outside", () => {
    using project = projectWith({ [file]: session });
    mkdirSync(`${project.path}/outside`);
    symlinkSync(`${project.path}/outside`, project.file("archives"));
    const failed = expect.objectContaining({ code: "failed", message: expect.stringMatching(/archives is a symbolic link$/) });
    expect(() => save(project)).toThrow(failed);
    expect(contents(project)).toEqual({ archives: "(other)", [file]: expect.any(String) });
    expect(statSync(`${project.path}/outside`).nlink).toBe(2);
  });

  test("where its folder is a file", () => {
    using project = projectWith({ [file]: session, archives: "x" });
    const failed = expect.objectContaining({
      code: "failed",
      message: expect.stringMatching(/^cannot make the folder .*archives: EEXIST: /),
    });
    expect(() => save(project)).toThrow(failed);
    expect(Object.keys(contents(project)).sort()).toEqual(["archives", file]);
  });

  test("where the archive cannot be written", () => {
    using project = projectWith({ [file]: session });
    const inNoFolder = (given: Session) => ({ ...render("workflow:pr")(given), name: () => "none/x.md" });
    expect(() => save(project, "workflow:pr", inNoFolder)).toThrow(expect.objectContaining({ code: "failed" }));
    expect(Object.keys(contents(project)).sort()).toEqual(["archives", file]);
  });

  test.each(damages)("where the session file is $what", (given) => {
    using project = temporaryProject();
    damage(project, "workflow:pr", given);
    const before = contents(project);
    const damaged = expect.objectContaining({ code: "damaged", message: expect.stringContaining(given.problem) });
    expect(() => save(project)).toThrow(damaged);
    expect(() => previewArchive(findProject(project.path), "workflow:pr", render("workflow:pr"))).toThrow(damaged);
    expect(contents(project)).toEqual(before);
  });
});

test("a save starts over where the session is changed by hand meanwhile, and archives what is there then", () => {
  using project = projectWith({ [file]: session });
  let calls = 0;
  save(project, "workflow:pr", (given) => {
    calls += 1;
    if (calls === 1) project.write(file, { ...session, step: "by hand" });
    return render("workflow:pr")(given);
  });
  expect(calls).toBe(2);
  expect(Object.keys(contents(project)).sort()).toEqual(["archives", `${stem}.md`]);
  expect(readFrontMatter(project.read(`${stem}.md`))?.["step"]).toBe("by hand");
});

test("an archive that is replaced keeps its mode", () => {
  using project = projectWith({ [file]: session, [`${stem}.md`]: other.replace("09:00:00.000Z", "15:00:00.000Z") });
  chmodSync(project.file(`${stem}.md`), 0o600);
  save(project);
  expect(project.read(`${stem}.md`)).toBe(text);
  expect(statSync(project.file(`${stem}.md`)).mode & 0o7777).toBe(0o600);
});

describe("where there is no session to save", () => {
  const missing = (message: string, help: string) => expect.objectContaining({ code: "missing", message, help });

  function expectMissing(project: TemporaryProject, message: string, help: string, workflow = "workflow:pr") {
    const before = project.snapshot();
    expect(() => save(project, workflow)).toThrow(missing(message, help));
    expect(() => previewArchive(findProject(project.path), workflow, render(workflow))).toThrow(missing(message, help));
    expect(project.snapshot()).toEqual(before);
  }

  test("nothing is made, and the error says that none is active", () => {
    using project = temporaryProject();
    expectMissing(project, "there is no session of workflow:pr to save", "no session is active");
  });

  test("the error names those that are active, and a near one", () => {
    using project = projectWith({ "workflow:pr1.json": session, "a.json": "{" });
    expectMissing(project, "there is no session of workflow:pr to save; did you mean workflow:pr1?", "active: a, workflow:pr1");
  });

  test("of many it names eight", () => {
    using project = projectWith(Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`s${index}.json`, session])));
    expectMissing(project, "there is no session of workflow:pr to save", "active: s0, s1, s2, s3, s4, s5, s6, s7 and 2 more");
  });

  test("it names the newest archive of the workflow", () => {
    using project = projectWith({
      [`${stem}.md`]: text,
      [`${stem}-2.md`]: other,
      "archives/2025-01-30-workflow-px.md": "x",
      "archives/2025-01-30-workflow-pr-x.md": render("workflow:pr:x")(session).text,
      "archives/2025-01-30-workflow-pr-y.md": "# somebody's notes about workflow:pr",
    });
    utimesSync(project.file(`${stem}-2.md`), 1, 1);
    const path = relative(process.cwd(), project.file(`${stem}.md`));
    expectMissing(
      project,
      "there is no session of workflow:pr to save",
      `no session is active; the newest archive of workflow:pr is ${path}`,
    );
  });

  test("a session that vanishes while it waits for the lock is missing too", () => {
    using project = projectWith({ [file]: session });
    const vanish = (given: Session) => {
      rmSync(project.file(file));
      return render("workflow:pr")(given);
    };
    expect(() => save(project, "workflow:pr", vanish)).toThrow(expect.objectContaining({ code: "missing" }));
    expect(Object.keys(contents(project))).toEqual(["archives"]);
  });
});

test("sessions that started within one millisecond have an archive each", () => {
  const second = { ...session, started_at: session.started_at.replace(/(\.\d+)?Z$/, ".000200Z") };
  using project = projectWith({ [file]: { ...second, started_at: second.started_at.replace("200Z", "100Z") } });
  save(project);
  project.write(file, second);
  save(project);
  expect(Object.keys(contents(project)).sort()).toEqual(["archives", `${stem}-2.md`, `${stem}.md`]);
});
