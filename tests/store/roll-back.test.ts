/** A save that failed: what is removed, what is kept because it may be all that is left, and what is reported. */
import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, rmSync } from "node:fs";
import { renderArchive } from "../../lib/archive/archive.ts";
import { SessionError } from "../../lib/errors.ts";
import { type FailedSave, rollBack } from "../../lib/store/roll-back.ts";
import { NewStart, transact } from "../../lib/store/transaction.ts";
import { beginKilledSave } from "../support/killed-save.ts";
import type { TemporaryProject } from "../support/project.ts";
import { outcome, session } from "../support/sample.ts";
import { actAs, contents, folderOf, isRoot, names, otherVersion, projectWith } from "./fixture.ts";

const file = "workflow:pr.json";
const marker = ".workflow:pr.saving.tmp";
const name = "2025-01-29-workflow-pr-feat-workflow-start";
const own = `archives/${name}.md`;
const noted = [".01234567-89ab-cdef-0123-456789abcdef.tmp", `${name}.md`];
const text = renderArchive(session, { ...outcome, now: new Date("2025-01-29T16:00:00.000Z") });
const another = renderArchive(session, { ...outcome, now: new Date("2025-01-29T17:00:00.000Z") });
const failure = new SessionError("failed", "cannot do it", "do it by hand");

/** A project in which a save has failed after it had put its archive in its place; `files` are there besides or instead. */
function failed(files: Record<string, unknown> = {}): TemporaryProject {
  const project = projectWith({ [file]: session, [own]: text, ...files });
  beginKilledSave(project.file(""), "workflow:pr", noted);
  return project;
}

/** Rolls that save back and returns what is reported. */
function undo(
  project: TemporaryProject,
  { error = failure as unknown, ...changes }: Partial<FailedSave> & { error?: unknown } = {},
) {
  const target = project.file(own);
  const save = {
    folder: folderOf(project),
    workflow: "workflow:pr",
    session,
    target,
    text,
    isPlaced: true,
    earlier: [],
    noted,
  };
  return rollBack(error, { ...save, ...changes });
}

/** The error by which a last look asks for a new start. */
function newStart(): unknown {
  using project = projectWith({ [file]: session });
  let seen: unknown;
  transact(folderOf(project), "workflow:pr", (lastLook) => {
    if (seen !== undefined) return;
    try {
      lastLook(project.file(file), otherVersion);
    } catch (error) {
      seen = error;
      throw error;
    }
  });
  return seen;
}

describe("a save that failed", () => {
  test("leaves no archive and no marker, and the error says what failed and that the session is kept", () => {
    using project = failed();
    expect(undo(project)).toEqual(
      expect.objectContaining({
        code: "failed",
        message: "workflow:pr is not saved, its session is kept: cannot do it",
        help: "do it by hand",
      }),
    );
    expect(names(project)).toEqual(["archives", file]);
  });

  test("before it wrote its archive leaves no marker", () => {
    using project = failed({ "archives/x": "" });
    rmSync(project.file(own));
    undo(project, { isPlaced: false });
    expect(names(project)).toEqual(["archives", "archives/x", file]);
  });

  test("and left its temp file removes that too", () => {
    const temporary = `archives/${noted[0]}`;
    using project = failed({ [temporary]: "half" });
    undo(project);
    expect(names(project)).toEqual(["archives", file]);
  });

  test.skipIf(!isRoot)(
    "and left a temp file that cannot be removed leaves the marker too: nothing else knows of the file",
    () => {
      const temporary = `archives/${noted[0]}`;
      using project = failed({ [temporary]: "half" });
      const folder = folderOf(project);
      for (const path of ["", marker, file]) chownSync(project.file(path), 1001, 1001);
      chmodSync(project.file("archives"), 0o755);
      {
        using _other = actAs(1001, project.path);
        undo(project, { folder, isPlaced: false, text: "not written" });
      }
      expect(names(project)).toContain(temporary);
      expect(names(project)).toContain(marker);
    },
  );

  test("and had taken the place of earlier archives keeps its own, and a marker that names them", () => {
    using project = failed();
    beginKilledSave(project.file(""), "workflow:pr", ["2025-01-29-workflow-pr.md", ...noted]);
    const earlier = [project.file("archives/2025-01-29-workflow-pr.md")];
    undo(project, { earlier, noted: ["2025-01-29-workflow-pr.md", ...noted] });
    expect(names(project)).toEqual([marker, "archives", own, file]);
  });

  test("and could not remove the earlier archives removes its own, as often as it is tried", () => {
    const left = "archives/2025-01-29-workflow-pr.md";
    using project = failed({ [left]: text });
    undo(project, { earlier: [project.file(left)], noted: ["2025-01-29-workflow-pr.md", ...noted] });
    expect(names(project)).toEqual([marker, "archives", left, file]);
  });

  test("says that the session is no longer there if it is not, and keeps the archive", () => {
    using project = failed();
    rmSync(project.file(file));
    const message = `workflow:pr is not saved, its session is no longer at ${project.file(file)}: cannot do it`;
    expect(undo(project)).toEqual(expect.objectContaining({ code: "failed", message, help: "do it by hand" }));
    expect(names(project)).toEqual(["archives", own]);
  });

  test("names the session if the error is one of the system", () => {
    using project = failed();
    const error = Object.assign(new Error("EBUSY: resource busy or locked, unlink '/x'"), { code: "EBUSY" });
    const message = `workflow:pr is not saved, its session is kept: cannot archive and delete ${project.file(file)}: EBUSY: resource busy or locked`;
    expect(undo(project, { error })).toEqual(expect.objectContaining({ code: "failed", message, help: expect.any(String) }));
  });

  test.skipIf(!isRoot)("and cannot be undone says both", () => {
    using project = failed();
    const folder = folderOf(project);
    chmodSync(project.file(own), 0o644);
    chmodSync(project.file("archives"), 0o755);
    {
      using _other = actAs(1001, project.path);
      const message = "workflow:pr is not saved, its session is kept: cannot do it; cannot undo it: EACCES: permission denied";
      expect(undo(project, { folder })).toEqual(expect.objectContaining({ code: "failed", message, help: "do it by hand" }));
    }
    expect(names(project)).toEqual([marker, "archives", own, file]);
  });
});

describe("a save that starts over", () => {
  test("leaves no archive and no marker either, and passes the error on", () => {
    using project = failed();
    const error = newStart();
    expect(undo(project, { error })).toBe(error);
    expect(error).toBeInstanceOf(NewStart);
    expect(names(project)).toEqual(["archives", file]);
  });

  test("because another one has taken the name leaves that archive, even one with the same text", () => {
    using project = failed();
    undo(project, { error: newStart(), isPlaced: false });
    expect(names(project)).toEqual(["archives", own, file]);
  });
});

describe("an archive is kept", () => {
  test.each([
    ["another text", another],
    ["as much other text", text.replace("monitor", "MONITOR")],
    ["more than the text", `${text}x`],
    ["bytes that are no text", new Uint8Array([0xff])],
  ])("if somebody has put %s in its place", (_, content) => {
    using project = failed({ [own]: content });
    const before = contents(project)[own];
    undo(project);
    expect(contents(project)[own]).toBe(before ?? "");
  });

  test("if somebody has deleted the session: it may be all that is left of it", () => {
    using project = failed({ "archives/2025-01-29-workflow-pr.md": another });
    rmSync(project.file(file));
    undo(project);
    expect(names(project)).toEqual(["archives", own, "archives/2025-01-29-workflow-pr.md"].sort());
  });

  test("if what has the next name is an archive of another session", () => {
    const later = renderArchive({ ...session, started_at: "2025-01-29T15:30:00.000Z" }, { ...outcome, now: new Date(0) });
    using project = failed({ [`archives/${name}-2.md`]: later });
    rmSync(project.file(file));
    undo(project);
    expect(names(project)).toEqual(["archives", `archives/${name}-2.md`, own]);
  });

  test("if what has the next name is an archive of the session as it was before", () => {
    const former = renderArchive(
      { ...session, updated_at: session.started_at, steps: ["init"], step: "init" },
      { ...outcome, now: new Date(0) },
    );
    using project = failed({ [`archives/${name}-2.md`]: former });
    rmSync(project.file(file));
    undo(project);
    expect(names(project)).toEqual(["archives", `archives/${name}-2.md`, own]);
  });

  test("but not if another save of the session has made one", () => {
    using project = failed({ [`archives/${name}-2.md`]: "# notes\n", [`archives/${name}-3.md`]: another });
    rmSync(project.file(file));
    undo(project);
    expect(names(project)).toEqual(["archives", `archives/${name}-2.md`, `archives/${name}-3.md`]);
  });
});

describe("a marker is kept", () => {
  test("if it notes what earlier saves began", () => {
    using project = failed();
    const all = ["2025-01-29-workflow-pr.md", ...noted];
    beginKilledSave(project.file(""), "workflow:pr", all);
    undo(project, { noted: all });
    expect(contents(project)).toMatchObject({ [marker]: `${all.join("\n")}\n` });
  });

  test("if another save has noted its own names", () => {
    using project = failed();
    const theirs = [".11234567-89ab-cdef-0123-456789abcdef.tmp", `${name}-2.md`];
    beginKilledSave(project.file(""), "workflow:pr", theirs);
    undo(project);
    expect(contents(project)).toMatchObject({ [marker]: `${theirs.join("\n")}\n` });
  });
});
