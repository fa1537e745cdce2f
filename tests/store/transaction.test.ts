/** One change of the sessions folder: the lock, the sweep, the work, the last look, and the new start. Kills are in `faults/`. */
import { describe, expect, spyOn, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SessionError } from "../../lib/errors.ts";
import { temporaryFile } from "../../lib/store/folder.ts";
import { acquireLock } from "../../lib/store/lock.ts";
import { readVersion } from "../../lib/store/read-file.ts";
import { type LastLook, NewStart, transact } from "../../lib/store/transaction.ts";
import { holdLock } from "../support/hold-lock.ts";
import { beginKilledSave } from "../support/killed-save.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";
import { session } from "../support/sample.ts";
import { folderOf, names, otherVersion, projectWith } from "./fixture.ts";

const file = "workflow:pr.json";
const temporary = ".01234567-89ab-cdef-0123-456789abcdef.tmp";

/** A transaction of `workflow:pr` in a project. */
function work<T>(project: TemporaryProject, given: (lastLook: LastLook) => T): T {
  return transact(folderOf(project), "workflow:pr", given);
}

/** Makes transactions that do nothing. */
const sweep = (project: TemporaryProject) => work(project, () => undefined);

/** Whether another process could have the lock of a project now. */
function isFree(project: TemporaryProject): boolean {
  const script = `
    const { acquireLock } = await import(${JSON.stringify(join(repository, "lib/store/lock.ts"))});
    acquireLock(process.argv[1], 0).release();`;
  return Bun.spawnSync([bun, "-e", script, project.file(".lock")], { env: cleanEnvironment(), stderr: "ignore" }).success;
}

describe("a transaction", () => {
  test("does its work under the lock, returns what it returns, and releases the lock", () => {
    using project = projectWith({ [file]: session });
    expect(work(project, () => isFree(project))).toBe(false);
    expect(isFree(project)).toBe(true);
    expect(names(project)).toEqual([file]);
  });

  test("lets its work ask whether the lock is still held", () => {
    using project = projectWith({ [file]: session });
    const seen = transact(folderOf(project), "workflow:pr", (_, isHeld) => {
      const before = isHeld();
      rmSync(project.file(".lock"));
      return [before, isHeld()];
    });
    expect(seen).toEqual([true, false]);
  });

  test("passes an error on, having worked once, and releases the lock", () => {
    using project = projectWith({ [file]: session });
    let calls = 0;
    const refuse = () => {
      calls += 1;
      throw new SessionError("locked", "no");
    };
    expect(() => work(project, refuse)).toThrow("no");
    expect([calls, isFree(project)]).toEqual([1, true]);
  });
});

describe("a last look", () => {
  const interferences: [string, (project: TemporaryProject) => void][] = [
    ["the file was changed", (project) => writeFileSync(project.file(file), "changed")],
    [
      "the file was replaced by the same text",
      (project) => {
        writeFileSync(project.file("new"), project.read(file));
        renameSync(project.file("new"), project.file(file));
      },
    ],
    ["the file was deleted", (project) => rmSync(project.file(file))],
    ["the lock file was deleted", (project) => rmSync(project.file(".lock"))],
    [
      "the lock file was replaced",
      (project) => {
        rmSync(project.file(".lock"));
        project.write(".lock", "");
      },
    ],
  ];

  test.each(interferences)("starts over, under a new lock, if %s meanwhile", (_, interfere) => {
    using project = projectWith({ [file]: session });
    const path = project.file(file);
    let calls = 0;
    const result = work(project, (lastLook) => {
      const version = readVersion(path);
      calls += 1;
      if (calls === 1) interfere(project);
      lastLook(path, version);
      return [calls, isFree(project)];
    });
    expect(result).toEqual([2, false]);
  });

  test("starts over if there is a file where there was none", () => {
    using project = projectWith({ "other.json": session });
    let calls = 0;
    work(project, (lastLook) => {
      calls += 1;
      if (calls === 1) lastLook(project.file("other.json"), null);
      lastLook(project.file(file), null);
    });
    expect(calls).toBe(2);
  });

  test("asks for a new start by an error that the work can tell from others", () => {
    using project = projectWith({ [file]: session });
    const seen: boolean[] = [];
    work(project, (lastLook) => {
      try {
        lastLook(project.file(file), seen.length === 0 ? otherVersion : readVersion(project.file(file)));
      } catch (error) {
        seen.push(error instanceof NewStart, new SessionError("locked", String(error)) instanceof NewStart);
        throw error;
      }
    });
    expect(seen).toEqual([true, false]);
  });

  test("gives up after 30 seconds of new starts, by a clock that nobody sets, and says so", () => {
    using project = projectWith({ [file]: session });
    let seconds = 0;
    let calls = 0;
    using _clock = spyOn(Bun, "nanoseconds").mockImplementation(() => seconds * 1e9);
    const never = (lastLook: LastLook) => {
      seconds += 10;
      calls += 1;
      lastLook(project.file(file), otherVersion);
    };
    const failure = expect.objectContaining({
      code: "locked",
      message: "the lock file or the session kept being replaced for 30 seconds",
      help: "find out what replaces it, then run the same command again",
    });
    expect(() => work(project, never)).toThrow(failure);
    expect(calls).toBe(5); // what began within them may start once more: it may have been suspended
    acquireLock(project.file(".lock"), 0).release();
  });

  test("waits 30 seconds in all, new starts among them", async () => {
    using project = projectWith({ [file]: session });
    await using _holder = await holdLock(project);
    renameSync(project.file(".lock"), project.file("held"));
    let seconds = 0;
    using _clock = spyOn(Bun, "nanoseconds").mockImplementation(() => seconds * 1e9);
    using _sleep = spyOn(Bun, "sleepSync").mockImplementation(() => {
      seconds += 1;
    });
    const once = (lastLook: LastLook) => {
      seconds += 20;
      renameSync(project.file("held"), project.file(".lock"));
      lastLook(project.file(file), readVersion(project.file(file)));
    };
    const message = expect.stringMatching(/could not get the lock .* within 30 seconds/);
    expect(() => work(project, once)).toThrow(expect.objectContaining({ code: "locked", message }));
    expect(seconds).toBe(30);
  });
});

describe("the sweep", () => {
  const now = Date.now() / 1000;
  const random = temporaryFile("").slice(1);

  test.each<[string, number, boolean]>([
    [random, -61, false],
    [random, -3600, false],
    [random, 3600, false],
    [random, -30, true],
    [random, 30, true],
    [random, 0, true],
    [".a.tmp", -3600, true],
    [".important.tmp", -3600, true],
    [`${random}~`, -3600, true],
    [random.slice(1), -3600, true],
    [random.toUpperCase(), -3600, true],
    [".lock-journal.tmp", -3600, true],
    ["notes.txt", -3600, true],
    [`archives/${random}`, -3600, true],
  ])("%s of %d s is kept: %p", (name, age, isKept) => {
    using project = projectWith({ [name]: "x" });
    utimesSync(project.file(name), now + age, now + age);
    sweep(project);
    expect(names(project).includes(name)).toBe(isKept);
  });

  test("leaves folders and links, whatever their name and age", () => {
    using project = projectWith({ [file]: session });
    mkdirSync(project.file(temporary));
    symlinkSync(file, project.file(random));
    utimesSync(project.file(temporary), 1, 1);
    utimesSync(project.file(file), 1, 1);
    Bun.spawnSync(["touch", "-h", "-d", "2001-01-01", project.file(random)]);
    sweep(project);
    expect(names(project)).toEqual([temporary, random, file].sort());
  });

  test("removes the markers of all saves that were done, with their temp files, and no archive", () => {
    using project = projectWith({ [file]: session, "archives/2025-01-29-other.md": "x", [`archives/${temporary}`]: "x" });
    for (const workflow of ["other", "workflow:pr", "another"])
      beginKilledSave(project.file(""), workflow, ["2025-01-29-other.md", workflow === "other" ? temporary : random]);
    project.write(`archives/${random}`, "x");
    work(project, () => {
      const expected = [".workflow:pr.saving.tmp", "archives", "archives/2025-01-29-other.md", file];
      expect(names(project)).toEqual(expected); // before the work
    });
  });

  test("leaves the marker of a save whose session is there, though damaged or no file", () => {
    using project = projectWith({ "a.json": "{", [`archives/${temporary}`]: "x" });
    mkdirSync(project.file("b.json"));
    symlinkSync("nowhere", project.file("c.json"));
    for (const workflow of ["a", "b", "c"]) beginKilledSave(project.file(""), workflow, [temporary]);
    const before = names(project);
    sweep(project);
    expect(names(project)).toEqual(before);
  });

  test("leaves what only looks like a marker", () => {
    const others = ["a.saving.tmp", ".a.saving.tmp~", ".a b.saving.tmp", ".saving.tmp", ".a.saving.tmp.md"];
    using project = projectWith(Object.fromEntries(others.map((name) => [name, `${temporary}\n`])));
    sweep(project);
    expect(names(project)).toEqual(others.sort());
  });
});

describe("a folder that is replaced by another one", () => {
  const moved = (project: TemporaryProject) => {
    renameSync(project.file(""), `${project.path}/moved`);
    mkdirSync(project.file(""));
  };
  const failure = (project: TemporaryProject) =>
    expect.objectContaining({
      code: "failed",
      message: `the folder ${folderOf(project).shown} was moved or replaced meanwhile`,
      help: "find out where the sessions are now, then run the same command again there",
    });

  test("while a call waits for the lock is not worked in, and nothing is made there", async () => {
    using project = projectWith({ [file]: session });
    await using _holder = await holdLock(project);
    const expected = failure(project);
    using _sleep = spyOn(Bun, "sleepSync").mockImplementation(() => moved(project));
    let calls = 0;
    const count = () => {
      calls += 1;
    };
    expect(() => work(project, count)).toThrow(expected);
    expect([calls, project.snapshot()]).toEqual([0, {}]);
  });

  test("while the work goes on is noticed by the last look, also if it is another path that leads there", () => {
    for (const isLink of [false, true]) {
      using project = projectWith({ [file]: session });
      if (isLink) {
        renameSync(project.file(""), `${project.path}/real`);
        symlinkSync("../../real", project.file(""));
      }
      const change = () => {
        if (!isLink) return moved(project);
        rmSync(project.file("").replace(/\/$/, ""));
        mkdirSync(project.file(""));
      };
      const late = (lastLook: LastLook) => {
        change();
        lastLook(project.file(file), null);
      };
      expect(() => work(project, late)).toThrow(failure(project));
    }
  });
});

test("the sessions folder must be there", () => {
  using project = temporaryProject();
  const folder = { path: project.file(""), shown: project.file("") };
  expect(() => transact(folder, "workflow:pr", () => undefined)).toThrow(expect.objectContaining({ code: "failed" }));
  expect(project.snapshot()).toBeNull();
});
