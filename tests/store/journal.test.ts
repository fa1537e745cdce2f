/** What a save or a write that was killed leaves behind, and how the next writer clears it away. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { beginSave, clearDebris, endSave, rollBack } from "../../lib/store/journal.ts";
import { readVersion } from "../../lib/store/read-file.ts";
import { listNames } from "../../lib/store/sessions.ts";
import { beginKilledSave, deadPid } from "../support/killed-save.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { session } from "../support/sample.ts";

const archive = "2025-01-29-workflow-pr.md";
const text = "half saved";

/** A project in which a save of workflow:pr was killed after it had written its archive, before it deleted the session. */
function killedSave(): TemporaryProject & { folder: string } {
  const project = temporaryProject();
  const folder = project.file("");
  project.write("workflow:pr.json", session);
  project.write("workflow:other.json", session);
  project.write("archives/2025-01-28-workflow-pr.md", "older");
  beginKilledSave(folder, "workflow:pr", { version: readVersion(project.file("workflow:pr.json")) ?? "", archive, text });
  project.write(`archives/${archive}`, text);
  return { ...project, folder };
}

const names = (project: TemporaryProject) => Object.keys(project.snapshot() ?? {}).sort();
const kept = ["archives", "archives/2025-01-28-workflow-pr.md", "workflow:other.json"];

describe("what a save that was killed comes to", () => {
  test.each<[string, (project: TemporaryProject) => void, string[]]>([
    ["beside the same session, its archive is removed", () => {}, [...kept, "workflow:pr.json"]],
    [
      "before it wrote the archive, only the marker is",
      (project) => rmSync(project.file(`archives/${archive}`)),
      [...kept, "workflow:pr.json"],
    ],
    [
      "beside a session that was changed, both are kept",
      (project) => project.write("workflow:pr.json", { ...session, step: "init", steps: ["init"] }),
      [...kept, `archives/${archive}`, "workflow:pr.json"],
    ],
    [
      "beside a session that was replaced by the same text, both are kept",
      (project) => {
        rmSync(project.file("workflow:pr.json"));
        project.write("x", "");
        project.write("workflow:pr.json", session);
        rmSync(project.file("x"));
      },
      [...kept, `archives/${archive}`, "workflow:pr.json"],
    ],
    [
      "beside an archive that another save put there, it is kept",
      (project) => project.write(`archives/${archive}`, "somebody else's"),
      [...kept, `archives/${archive}`, "workflow:pr.json"],
    ],
    ["without a session, it is done", (project) => rmSync(project.file("workflow:pr.json")), [...kept, `archives/${archive}`]],
  ])("%s", (_, change, expected) => {
    using project = killedSave();
    change(project);
    clearDebris(project.folder, listNames(project.folder), "workflow:other");
    expect(names(project)).toEqual(expected.sort());
  });

  test("of the workflow that is written to, is for that writer to undo", () => {
    using project = killedSave();
    clearDebris(project.folder, listNames(project.folder), "workflow:pr");
    expect(names(project)).toContain(".workflow:pr.saving.tmp");
    rollBack(project.folder, "workflow:pr");
    expect(names(project)).toEqual([...kept, "workflow:pr.json"].sort());
  });

  test("where it cannot be undone, stops no writer of another workflow", () => {
    using project = killedSave();
    rmSync(project.file(`archives/${archive}`));
    mkdirSync(project.file(`archives/${archive}`));
    rmSync(project.file(".workflow:pr.saving.tmp"));
    mkdirSync(project.file(".workflow:pr.saving.tmp"));
    clearDebris(project.folder, listNames(project.folder), "workflow:other");
    expect(names(project)).toContain(`archives/${archive}`);
  });

  test("where archives has become a symlink, deletes nothing outside", () => {
    using project = killedSave();
    renameSync(project.file("archives"), `${project.path}/elsewhere`);
    symlinkSync("../../../elsewhere", project.file("archives"));
    rollBack(project.folder, "workflow:pr");
    expect(existsSync(`${project.path}/elsewhere/${archive}`)).toBe(true);
  });

  test("of a process that lives is left alone for a minute: its lock file may have been deleted", () => {
    using project = killedSave();
    const version = readVersion(project.file("workflow:pr.json")) ?? "";
    beginKilledSave(project.folder, "workflow:pr", { version, archive, text }, process.ppid);
    const before = names(project);
    rollBack(project.folder, "workflow:pr");
    expect(names(project)).toEqual(before);
    utimesSync(project.file(".workflow:pr.saving.tmp"), 1, 1);
    rollBack(project.folder, "workflow:pr");
    expect(names(project)).toEqual([...kept, "workflow:pr.json"].sort());
  });

  test("of a dead process that had the number of this one is undone at once", () => {
    using project = killedSave();
    const version = readVersion(project.file("workflow:pr.json")) ?? "";
    beginKilledSave(project.folder, "workflow:pr", { version, archive, text }, process.pid);
    rollBack(project.folder, "workflow:pr");
    expect(names(project)).toEqual([...kept, "workflow:pr.json"].sort());
  });

  test("of this process keeps the archive where the session is gone: it is all that is left", () => {
    using project = killedSave();
    beginSave(project.folder, "workflow:pr", { version: "another", archive, text });
    rmSync(project.file("workflow:pr.json"));
    rollBack(project.folder, "workflow:pr");
    expect(names(project)).toEqual([...kept, `archives/${archive}`].sort());
  });

  test("of this process is undone also where the session was changed meanwhile", () => {
    using project = killedSave();
    beginSave(project.folder, "workflow:pr", { version: "another", archive, text });
    rollBack(project.folder, "workflow:pr");
    expect(names(project)).toEqual([...kept, "workflow:pr.json"].sort());
  });

  test("without the folder of archives, the next writer is not stopped by it", () => {
    using project = killedSave();
    rmSync(project.file("archives"), { recursive: true });
    clearDebris(project.folder, listNames(project.folder), "workflow:other");
    expect(names(project)).toEqual(["workflow:other.json", "workflow:pr.json"]);
  });

  test.each([
    ["empty", ""],
    ["cut off", "1:2"],
    ["without an archive", "1:2:3\n"],
    ["not UTF-8", new Uint8Array([0xff])],
    ["too long", "x".repeat(5000)],
    ["with another text's hash", `{version}\n${"0".repeat(64)}\n${archive}\n${deadPid} another\n`],
    ["with a path out of the folder", `{version}\n{hash}\n../workflow:other.json\n${deadPid} another\n`],
    ["with the folder itself", `{version}\n{hash}\n..\n${deadPid} another\n`],
  ])("with a marker that is %s, every file is kept", (_, text) => {
    using project = killedSave();
    const version = readVersion(project.file("workflow:pr.json")) ?? "";
    const hash = new Bun.CryptoHasher("sha256").update(JSON.stringify(session)).digest("hex");
    project.write(
      ".workflow:pr.saving.tmp",
      typeof text === "string" ? text.replace("{version}", version).replace("{hash}", hash) : text,
    );
    clearDebris(project.folder, listNames(project.folder), "workflow:other");
    expect(names(project)).toEqual([...kept, `archives/${archive}`, "workflow:pr.json"].sort());
  });
});

test("a save leaves its marker while it goes on, and none when it ends", () => {
  using project = killedSave();
  const marker = ".workflow:pr.saving.tmp";
  const version = readVersion(project.file("workflow:pr.json")) ?? "";
  beginSave(project.folder, "workflow:pr", { version, archive, text });
  const sum = new Bun.CryptoHasher("sha256").update(text).digest("hex");
  expect(project.read(marker)).toMatch(new RegExp(`^${version}\\n${sum}\\n${archive}\\n${process.pid} [\\w-]{36}\\n$`));
  endSave(project.folder, "workflow:pr");
  endSave(project.folder, "workflow:pr");
  expect(names(project)).not.toContain(marker);
  rollBack(project.folder, "workflow:pr");
  expect(names(project)).toContain(`archives/${archive}`);
});

describe("temp files of writers that are dead are swept", () => {
  const now = Date.now() / 1000;

  test.each([
    [".a.tmp", -61, false],
    [".a.tmp", 3600, false],
    [".a.tmp", -30, true],
    [".a.tmp", 0, true],
    ["a.tmp", -3600, true],
    [".a.tmp.json", -3600, true],
    [".lock", -3600, true],
    ["notes.txt", -3600, true],
  ])("%s of %d s is kept: %p", (name, age, isKept) => {
    using project = temporaryProject();
    project.write(name, "x");
    utimesSync(project.file(name), now + age, now + age);
    clearDebris(project.file(""), listNames(project.file("")), "workflow:pr");
    expect(names(project)).toEqual(isKept ? [name] : []);
  });

  test("what is no file, is gone already or was not named stays", () => {
    using project = temporaryProject();
    mkdirSync(project.file(".folder.tmp"), { recursive: true });
    symlinkSync("nowhere", project.file(".link.tmp"));
    for (const name of [".folder.tmp", ".other.tmp"]) {
      if (name === ".other.tmp") writeFileSync(project.file(name), "");
      utimesSync(project.file(name), now - 3600, now - 3600);
    }
    clearDebris(project.file(""), [".folder.tmp", ".link.tmp", ".gone.tmp"], "workflow:pr");
    expect(names(project)).toEqual([".folder.tmp", ".link.tmp", ".other.tmp"]);
  });
});
