/**
 * Reading, listing, updating and removing sessions. Races (that a list has a session exactly once while it is replaced),
 * crashes and full disks are in `faults/`, whole scripts in `e2e/`.
 */
import { describe, expect, spyOn, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { renderArchive } from "../../lib/archive/archive.ts";
import type { Condition } from "../../lib/session/conditions.ts";
import type { Session } from "../../lib/session/schema.ts";
import { listSessions, readSession } from "../../lib/store/reading.ts";
import { removeSession, updateSession } from "../../lib/store/sessions.ts";
import { beginKilledSave } from "../support/killed-save.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { damage, damages, fileText, session } from "../support/sample.ts";
import { actAs, contents, found, isRoot, names, projectWith } from "./fixture.ts";
import { runMeanwhile, testTraced } from "./machine.ts";

const file = "workflow:pr.json";
const damagedBy = (problem: string) =>
  expect.objectContaining({ code: "damaged", message: expect.stringMatching(new RegExp(`${RegExp.escape(problem)}$`)) });
const unmet = expect.objectContaining({ code: "condition" });

/** Updates `workflow:pr`. */
function update(project: TemporaryProject, change: (old: Session | null) => Session, condition: Condition = {}) {
  return updateSession(found(project), "workflow:pr", { condition, change });
}

/** Removes `workflow:pr`. */
function remove(project: TemporaryProject, condition: Condition = {}) {
  return removeSession(found(project), "workflow:pr", condition);
}

/** The text of an archive. */
function textOf(started_at = session.started_at, workflow = "workflow:pr"): string {
  return renderArchive({ ...session, started_at }, { workflow, status: "completed", notes: undefined, now: new Date(0) });
}

const refuse = () => {
  throw new Error("no");
};

describe.each(damages)("a file that is $what", (given) => {
  test("is never read as none, nor overwritten, and does not hide the others", () => {
    using project = temporaryProject();
    damage(project, "workflow:pr", given);
    project.write("workflow:sound.json", session);
    const before = contents(project);
    expect(() => readSession(found(project), "workflow:pr")).toThrow(damagedBy(given.problem));
    expect(() => update(project, () => session)).toThrow(damagedBy(given.problem));
    expect(listSessions(found(project))).toEqual([
      { workflow: "workflow:sound", ...session },
      { workflow: "workflow:pr", error: expect.stringContaining(given.problem) },
    ]);
    expect(contents(project)).toEqual(before);
  });

  test("is not deleted if a condition is given, because nobody knows whether it holds", () => {
    using project = temporaryProject();
    damage(project, "workflow:pr", given);
    const before = contents(project);
    for (const condition of [{ "if-step": "init" }, { "if-updated": session.updated_at }, { "if-new": true }])
      expect(() => remove(project, condition)).toThrow(damagedBy(given.problem));
    expect(contents(project)).toEqual(before);
  });

  test("is deleted by a reset, which says what was wrong", () => {
    using project = temporaryProject();
    damage(project, "workflow:pr", given);
    const problem = expect.stringMatching(new RegExp(`^\\S+${file} is damaged: ${RegExp.escape(given.problem)}$`));
    expect(remove(project)).toEqual({
      session: null,
      archives: [],
      damage: { problem, text: expect.any(String), rest: expect.any(Number) },
    });
    expect(statSync(project.file(file), { throwIfNoEntry: false })).toBeUndefined();
    expect(readSession(found(project), "workflow:pr")).toBeNull();
  });
});

describe("a reset of a damaged file", () => {
  test.each<[string, string | Uint8Array | ((path: string) => void), { text: string; rest: number }]>([
    ["its text", "{ broken\n", { text: "{ broken\n", rest: 0 }],
    ["4 KiB of it, and counts the rest", `{${"x".repeat(4099)}`, { text: `{${"x".repeat(4095)}`, rest: 4 }],
    ["what can be read of bytes", new Uint8Array([0x7b, 0xff]), { text: "{\ufffd", rest: 0 }],
    ["where a link led", (path) => symlinkSync("../nowhere", path), { text: "a symbolic link to ../nowhere", rest: 0 }],
    ["that it was no file", (path) => mkdirSync(path), { text: "", rest: 0 }],
  ])("returns %s", (_, content, expected) => {
    using project = projectWith({ "other.json": session });
    if (typeof content === "function") content(project.file(file));
    else writeFileSync(project.file(file), content);
    expect(remove(project).damage).toMatchObject(expected);
    expect(names(project)).toEqual(["other.json"]);
  });

  test("deletes a link and not what it leads to", () => {
    using project = projectWith({ outside: "kept" });
    symlinkSync("outside", project.file(file));
    remove(project);
    expect(contents(project)).toEqual({ outside: "kept" });
  });

  test("deletes a socket", async () => {
    using project = temporaryProject();
    mkdirSync(project.file(""), { recursive: true });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(project.file(file), resolve));
    expect(remove(project).damage).toMatchObject({ text: "" });
    expect(contents(project)).toEqual({});
    server.close();
  });

  test("does not delete a folder that holds something, and the error says so", () => {
    using project = projectWith({ [`${file}/below`]: "" });
    const failure = expect.objectContaining({
      code: "failed",
      message: expect.stringMatching(/^cannot delete .*workflow:pr\.json: ENOTEMPTY: /),
      help: "it is a folder with something in it; look into it and remove it by hand",
    });
    expect(() => remove(project)).toThrow(failure);
    expect(names(project)).toEqual([file, `${file}/below`]);
  });
});

/** Lets something happen as soon as the text of a session has been read, before anything else is done with it. */
function onceRead(happen: () => void): Disposable {
  const parse = JSON.parse;
  const spy = spyOn(JSON, "parse").mockImplementation((text, reviver) => {
    spy.mockRestore();
    happen();
    return parse(text, reviver);
  });
  return spy;
}

describe("an edit by hand in the moment after the session was read", () => {
  const edited = { ...session, context: { by: "hand" } };

  test("is not lost to an update", () => {
    using project = projectWith({ [file]: session });
    using _edit = onceRead(() => writeFileSync(project.file(file), fileText(edited)));
    expect(update(project, (old) => ({ ...(old ?? session), step: "next" }))).toMatchObject({
      before: edited,
      session: { step: "next", context: { by: "hand" } },
    });
  });

  test("is what a removal answers with", () => {
    using project = projectWith({ [file]: session });
    using _edit = onceRead(() => writeFileSync(project.file(file), fileText(edited)));
    expect(remove(project)).toEqual({ session: edited, archives: [] });
  });
});

describe("an update", () => {
  test("makes the folders, writes the session and leaves nothing else but the empty lock", () => {
    using project = temporaryProject();
    expect(update(project, () => session)).toEqual({ before: null, session });
    expect(project.snapshot()).toEqual({ ".lock": "", [file]: fileText(session) });
  });

  test("gives the change what is there, writes what it makes of it, and returns both", () => {
    using project = projectWith({ [file]: session });
    const seen: (Session | null)[] = [];
    const after = { ...session, step: "merge" };
    const change = (old: Session | null) => {
      seen.push(old);
      return after;
    };
    expect(update(project, change)).toEqual({ before: session, session: after });
    expect(seen).toEqual([session]);
    expect(project.read(file)).toBe(fileText(after));
  });

  test("writes nothing if the change throws or makes what is no session", () => {
    using project = projectWith({ [file]: session });
    const before = contents(project);
    expect(() => update(project, refuse)).toThrow("no");
    const usage = expect.objectContaining({ code: "usage" });
    expect(() => update(project, () => ({ ...session, step: "" }))).toThrow(usage);
    expect(contents(project)).toEqual(before);
  });

  test("that is refused makes no folder", () => {
    using project = temporaryProject();
    expect(() => update(project, refuse)).toThrow("no");
    expect(() => update(project, () => ({ ...session, step: "" }))).toThrow("cannot be stored");
    expect(() => update(project, () => session, { "if-step": "init" })).toThrow(unmet);
    expect(project.snapshot()).toBeNull();
  });

  test.each([0o600, 0o640, 0o664, 0o444])("keeps the mode of the file: %o", (mode) => {
    using project = projectWith({ [file]: session });
    chmodSync(project.file(file), mode);
    update(project, () => session);
    expect(statSync(project.file(file)).mode & 0o7777).toBe(mode);
  });

  test.skipIf(!isRoot)("keeps the owner of the file", () => {
    using project = projectWith({ [file]: session });
    chownSync(project.file(file), 1001, 1002);
    update(project, () => session);
    expect(statSync(project.file(file))).toMatchObject({ uid: 1001, gid: 1002 });
  });

  test("keeps unknown fields in their places", () => {
    const { started_at, context, ...others } = session;
    using project = projectWith({ [file]: { first: 1, started_at, middle: [{ a: null }], ...others, context, last: "x" } });
    update(project, (old) => ({ ...(old as Session), step: "merge" }));
    const after = { first: 1, started_at, middle: [{ a: null }], ...others, step: "merge", context, last: "x" };
    expect(project.read(file)).toBe(fileText(after));
  });

  test("works in a sessions folder that is a symlink", () => {
    using project = temporaryProject();
    mkdirSync(`${project.path}/elsewhere`);
    mkdirSync(`${project.path}/ia/state`, { recursive: true });
    symlinkSync(`${project.path}/elsewhere`, `${project.path}/ia/state/sessions`);
    update(project, () => session);
    expect(readSession(found(project), "workflow:pr")).toEqual(session);
    expect(readdirSync(`${project.path}/elsewhere`).sort()).toEqual([".lock", file]);
  });

  test("leaves the archive and the marker of a save that was killed: only a save or a reset may touch them", () => {
    using project = projectWith({ [file]: session, "archives/2025-01-29-workflow-pr.md": "x" });
    beginKilledSave(project.file(""), "workflow:pr", ["2025-01-29-workflow-pr.md"]);
    const before = names(project);
    update(project, () => session);
    expect(names(project)).toEqual(before);
  });

  test.each<[string, (project: TemporaryProject) => void, string | undefined]>([
    ["the session was changed by hand", (project) => project.write(file, { ...session, step: "by hand" }), "by hand"],
    ["the session was deleted by hand", (project) => rmSync(project.file(file)), undefined],
    ["the lock file was deleted", (project) => rmSync(project.file(".lock")), session.step],
  ])("starts over if %s meanwhile", (_, interfere, second) => {
    using project = projectWith({ [file]: session });
    const seen: (string | undefined)[] = [];
    const change = (old: Session | null) => {
      seen.push(old?.step);
      if (seen.length === 1) interfere(project);
      return { ...session, step: "merge" };
    };
    expect(update(project, change).before?.step).toBe(second);
    expect(seen).toEqual([session.step, second]);
    expect(contents(project)).toEqual({ [file]: fileText({ ...session, step: "merge" }) });
  });

  test("starts over if somebody has started the session meanwhile, and sees it", () => {
    using project = projectWith({ "other.json": session });
    const seen: (string | undefined)[] = [];
    const change = (old: Session | null) => {
      seen.push(old?.step);
      if (seen.length === 1) project.write(file, { ...session, step: "theirs" });
      return session;
    };
    update(project, change);
    expect(seen).toEqual([undefined, "theirs"]);
  });

  testTraced("does not bring back a project that is moved away meanwhile", async () => {
    const make = () => temporaryProject();
    const args = ["workflow:pr", "init"];
    const after = /^openat\(.*\/ia\/state\/sessions"/; // by then the project has been found
    const happens = ({ path }: TemporaryProject) => {
      renameSync(path, `${path}.moved`);
      return { [Symbol.dispose]: () => renameSync(`${path}.moved`, path) };
    };
    const run = await runMeanwhile("set", { args, make, after, isFirst: true, happens });
    expect(run).toEqual({ exitCode: 1, stdout: "", stderr: expect.stringContaining("ENOENT"), files: {} });
  });
});

/** Conditions, whether they hold for the sample session, and for none. */
const conditions: [Condition, boolean, boolean][] = [
  [{}, true, true],
  [{ "if-new": true }, false, true],
  [{ "if-step": session.step }, true, false],
  [{ "if-step": "init" }, false, false],
  [{ "if-updated": session.updated_at }, true, false],
  [{ "if-updated": session.updated_at.replace("Z", "+00:00") }, false, false],
];

describe.each(conditions)("the condition %j", (condition, forSession, forNone) => {
  test("decides whether a session is updated", () => {
    using project = projectWith({ [file]: session });
    const after = { ...session, step: "merge" };
    const act = () => update(project, () => after, condition);
    if (forSession) expect(act()).toEqual({ before: session, session: after });
    else expect(act).toThrow(unmet);
    expect(project.read(file)).toBe(fileText(forSession ? after : session));
  });

  test("decides whether one is started", () => {
    using project = projectWith({ "other.json": session });
    const act = () => update(project, () => session, condition);
    if (forNone) expect(act()).toEqual({ before: null, session });
    else expect(act).toThrow(unmet);
    expect(names(project)).toEqual(forNone ? ["other.json", file] : ["other.json"]);
  });

  test("decides whether one is removed, or may be missing", () => {
    using project = projectWith({ [file]: session });
    if (forSession) expect(remove(project, condition)).toEqual({ session, archives: [] });
    else expect(() => remove(project, condition)).toThrow(unmet);
    expect(names(project)).toEqual(forSession ? [] : [file]);
    rmSync(project.file(file), { force: true });
    if (forNone) expect(remove(project, condition)).toEqual({ session: null, archives: [] });
    else expect(() => remove(project, condition)).toThrow(unmet);
  });

  test("is checked again after a new start", () => {
    using project = projectWith({ [file]: session });
    let calls = 0;
    const change = () => {
      calls += 1;
      project.write(file, { ...session, step: "another", updated_at: "2025-01-29T15:06:00.000Z" });
      if (calls === 3) throw new Error("enough");
      return session;
    };
    if (!forSession || "if-step" in condition || "if-updated" in condition)
      expect(() => update(project, change, condition)).toThrow(unmet);
    else expect(() => update(project, change, condition)).toThrow("enough");
    expect(calls).toBe(!forSession ? 0 : Object.keys(condition).length > 0 ? 1 : 3);
  });
});

test("a condition that does not hold names what is there and a near name", () => {
  using project = projectWith({ "workflow:prr.json": session, "workflow:other.json": session });
  const near = expect.objectContaining({ message: expect.stringContaining("workflow:prr") });
  expect(() => remove(project, { "if-step": "init" })).toThrow(near);
  expect(() => update(project, () => session, { "if-step": "init" })).toThrow(near);
  expect(() => removeSession(found(project), "other", { "if-step": "init" })).toThrow(
    expect.objectContaining({ message: expect.stringContaining("workflow:other") }),
  );
});

describe("a reset", () => {
  test("deletes the session, returns it, and leaves the others", () => {
    using project = projectWith({ [file]: session, "workflow:other.json": session });
    expect(remove(project)).toEqual({ session, archives: [] });
    expect(contents(project)).toEqual({ "workflow:other.json": fileText(session) });
  });

  test("deletes the marker and no archive, and names those that interrupted saves of this very session had made", () => {
    const stem = "archives/2025-01-29-workflow-pr";
    using project = projectWith({
      [file]: session,
      [`${stem}.md`]: textOf(session.started_at),
      [`${stem}-2.md`]: textOf("2025-01-28T15:00:00.000Z"),
      [`${stem}-3.md`]: textOf(session.started_at, "workflow:pr:3"),
      [`${stem}-4.md`]: textOf(session.started_at),
    });
    beginKilledSave(
      project.file(""),
      "workflow:pr",
      ["", "-2", "-3"].map((number) => `2025-01-29-workflow-pr${number}.md`),
    );
    expect(remove(project)).toEqual({
      session,
      archives: [expect.stringMatching(/ia\/state\/sessions\/archives\/2025-01-29-workflow-pr\.md$/)],
    });
    expect(names(project)).toEqual(["archives", ...["-2", "-3", "-4", ""].map((number) => `${stem}${number}.md`)]);
  });

  test("of a damaged session deletes no archive: nobody knows of which session it is", () => {
    using project = projectWith({ [file]: "{", "archives/2025-01-29-workflow-pr.md": "x" });
    beginKilledSave(project.file(""), "workflow:pr", ["2025-01-29-workflow-pr.md"]);
    remove(project);
    expect(names(project)).toEqual(["archives", "archives/2025-01-29-workflow-pr.md"]);
  });

  test("touches nothing outside if archives is a link that leads there", () => {
    using project = projectWith({ [file]: session });
    mkdirSync(`${project.path}/outside`);
    const outside = `${project.path}/outside/2025-01-29-workflow-pr.md`;
    writeFileSync(outside, textOf());
    symlinkSync(`${project.path}/outside`, project.file("archives"));
    beginKilledSave(project.file(""), "workflow:pr", ["2025-01-29-workflow-pr.md"]);
    expect(remove(project)).toEqual({ session, archives: [] });
    expect(statSync(outside).isFile()).toBe(true);
    expect(readSession(found(project), "workflow:pr")).toBeNull();
  });

  test.skipIf(!isRoot)("is not stopped by an archive that it may not read, and looks at the condition before", () => {
    const left = "archives/2025-01-29-workflow-pr.md";
    using project = projectWith({ [file]: session, ".lock": "", [left]: textOf() });
    beginKilledSave(project.file(""), "workflow:pr", ["2025-01-29-workflow-pr.md"]);
    chmodSync(project.file(""), 0o777);
    chmodSync(project.file("archives"), 0o777);
    chmodSync(project.file(".lock"), 0o666);
    chmodSync(project.file(left), 0);
    using _other = actAs(1001, project.path);
    const unmet = expect.objectContaining({ code: "condition" });
    expect(() => remove(project, { "if-step": "none" })).toThrow(unmet);
    expect(remove(project)).toEqual({ session, archives: [] });
  });

  describe("meanwhile", () => {
    const earlier = "2025-01-29-workflow-pr.md";
    const theirs = { ...session, step: "theirs" };

    /** Resets after a save that was killed; meanwhile something happens. */
    async function resetMeanwhile(after: RegExp, change: (project: TemporaryProject) => void, { isFirst = false } = {}) {
      const make = () => {
        const project = projectWith({ ".lock": "", [file]: session, [`archives/${earlier}`]: textOf() });
        beginKilledSave(project.file(""), "workflow:pr", [earlier]);
        return project;
      };
      const happens = (project: TemporaryProject) => {
        change(project);
        return undefined;
      };
      const { exitCode, stdout, files } = await runMeanwhile("reset", { make, after, isFirst, happens });
      return { exitCode, session: JSON.parse(stdout), files };
    }

    testTraced("sees a session that is changed, and deletes and returns what is there then", async () => {
      const change = (project: TemporaryProject) => project.write(file, theirs);
      const expected = { exitCode: 0, session: theirs, files: { archives: "(folder)", [`archives/${earlier}`]: textOf() } };
      expect(await resetMeanwhile(/^close\(<.*\/2025-01-29-workflow-pr\.md>/, change)).toEqual(expected);
    });

    testTraced("leaves what a save left of a session that is no more the one of this name", async () => {
      const another = { ...session, started_at: "2025-01-29T15:30:00.000Z" };
      const startAnother = (project: TemporaryProject) => project.write(file, another);
      const archives = { archives: "(folder)", [`archives/${earlier}`]: textOf() };
      const marker = /^close\(<.*\/\.workflow:pr\.saving\.tmp>/;
      const expected = { exitCode: 0, session: another, files: archives };
      expect(await resetMeanwhile(marker, startAnother, { isFirst: true })).toEqual(expected);
    });

    testTraced("finds none if somebody else has deleted the session before it had the lock", async () => {
      const remove = (project: TemporaryProject) => rmSync(project.file(file));
      const archives = { archives: "(folder)", [`archives/${earlier}`]: textOf() };
      const first = /stat\w*\(.*\/workflow:pr\.json"/;
      expect(await resetMeanwhile(first, remove, { isFirst: true })).toEqual({ exitCode: 0, session: null, files: archives });
    });

    testTraced("sees that somebody else has deleted the session", async () => {
      const remove = (project: TemporaryProject) => rmSync(project.file(file));
      const expected = { exitCode: 0, session: null, files: expect.not.objectContaining({ [file]: expect.anything() }) };
      expect(await resetMeanwhile(/^close\(<.*\/2025-01-29-workflow-pr\.md>/, remove)).toEqual(expected);
    });

    testTraced("is not stopped by an archive that somebody else has removed", async () => {
      const remove = (project: TemporaryProject) => rmSync(project.file(`archives/${earlier}`));
      const expected = { exitCode: 0, session, files: { archives: "(folder)" } };
      expect(await resetMeanwhile(/^close\(<.*\/2025-01-29-workflow-pr\.md>/, remove)).toEqual(expected);
    });

    testTraced("leaves the marker of a save, if the lock is lost when the session is deleted", async () => {
      const save = (project: TemporaryProject) => {
        rmSync(project.file(".lock"));
        project.write(file, theirs);
      };
      const kept = { [file]: fileText(theirs), ".workflow:pr.saving.tmp": `${earlier}\n`, [`archives/${earlier}`]: textOf() };
      const expected = { exitCode: 0, session, files: { archives: "(folder)", ...kept } };
      expect(await resetMeanwhile(/^fsync\(<.*\/sessions>/, save)).toEqual(expected);
    });
  });
});
