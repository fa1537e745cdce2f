/** The only reader and writer of session files. Races and crashes are in `faults/`, whole scripts in `e2e/`. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { Session } from "../../lib/session/schema.ts";
import { findProject, type Project } from "../../lib/store/project.ts";
import { listSessions, listWorkflows, readSession, removeSession, updateSession } from "../../lib/store/sessions.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { type Damage, damage, damages, fileText, session } from "../support/sample.ts";

const found = ({ path }: TemporaryProject): Project => findProject(path);
const file = "workflow:pr.json";
const damagedBy = (problem: string) =>
  expect.objectContaining({
    code: "damaged",
    message: expect.stringMatching(new RegExp(`workflow:pr\\.json is damaged: ${RegExp.escape(problem)}$`)),
    help: expect.stringMatching(/^mend .*workflow:pr\.json by hand, or throw it away: .*reset\.ts workflow:pr$/),
  });

/** Everything in the sessions folder but the lock. */
function contents(project: TemporaryProject) {
  const { ".lock": _, ...rest } = project.snapshot() ?? {};
  return rest;
}

const more: Damage[] = [
  {
    what: "of NUL only",
    content: "\u0000".repeat(100),
    problem: 'not JSON: expected a value, found "\\u0000" at line 1, column 1',
  },
  { what: "of 9 MiB", content: "x".repeat(9 * 1024 * 1024), problem: "too large: 9437184 bytes, the limit is 8388608" },
  { what: "a symlink to nothing", content: (path) => symlinkSync("nowhere", path), problem: "not a regular file" },
];

describe.each([...damages, ...more])("a file that is $what", (given) => {
  test("is never read as none, nor overwritten, and does not hide the others", () => {
    using project = temporaryProject();
    damage(project, "workflow:pr", given);
    project.write("workflow:sound.json", session);
    const before = contents(project);
    expect(() => readSession(found(project), "workflow:pr")).toThrow(damagedBy(given.problem));
    expect(() => updateSession(found(project), "workflow:pr", () => session)).toThrow(damagedBy(given.problem));
    expect(listSessions(found(project))).toEqual([
      { workflow: "workflow:sound", ...session },
      { workflow: "workflow:pr", error: expect.stringContaining(given.problem) },
    ]);
    expect(contents(project)).toEqual(before);
  });

  test("is deleted by a reset, which tells what it was", () => {
    using project = temporaryProject();
    damage(project, "workflow:pr", given);
    expect(removeSession(found(project), "workflow:pr")).toEqual({
      session: null,
      damage: expect.stringContaining(given.problem),
    });
    expect(statSync(project.file(file), { throwIfNoEntry: false })).toBeUndefined();
    expect(readSession(found(project), "workflow:pr")).toBeNull();
  });
});

test("a socket is told as damaged and deleted as well", async () => {
  using project = temporaryProject();
  mkdirSync(project.file(""), { recursive: true });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(project.file(file), resolve));
  expect(() => readSession(found(project), "workflow:pr")).toThrow(damagedBy("not a regular file"));
  expect(removeSession(found(project), "workflow:pr").session).toBeNull();
  expect(contents(project)).toEqual({});
  server.close();
});

test("a folder that holds something is not deleted, and the error says so", () => {
  using project = temporaryProject();
  mkdirSync(project.file(`${file}/below`), { recursive: true });
  const message = expect.stringMatching(/^cannot delete .*workflow:pr\.json: ENOTEMPTY: /);
  expect(() => removeSession(found(project), "workflow:pr")).toThrow(expect.objectContaining({ code: "failed", message }));
});

describe("reading", () => {
  test("finds nothing and makes nothing where there is no folder", () => {
    using project = temporaryProject();
    expect([readSession(found(project), "workflow:pr"), listSessions(found(project))]).toEqual([null, []]);
    expect(removeSession(found(project), "workflow:pr")).toEqual({ session: null });
    expect(readdirSync(project.path)).toEqual([".git"]);
  });

  test("takes no lock and leaves no trace", () => {
    using project = temporaryProject();
    project.write(file, session);
    expect([readSession(found(project), "workflow:pr"), listSessions(found(project))]).toEqual([
      session,
      [{ workflow: "workflow:pr", ...session }],
    ]);
    expect(removeSession(found(project), "workflow:none")).toEqual({ session: null });
    expect(readdirSync(project.file(""))).toEqual([file]);
  });

  test("accepts a byte order mark and times with any offset", () => {
    using project = temporaryProject();
    const given = { ...session, started_at: "2025-01-29T20:30:00+05:30" };
    project.write(file, `\ufeff${JSON.stringify(given)}`);
    expect(readSession(found(project), "workflow:pr")).toEqual(given);
  });

  test("finds nothing where the folder is a file", () => {
    using project = temporaryProject();
    mkdirSync(`${project.path}/ia/state`, { recursive: true });
    writeFileSync(`${project.path}/ia/state/sessions`, "");
    expect(listSessions(found(project))).toEqual([]);
    expect(readSession(found(project), "a")).toBeNull();
  });
});

describe("the list", () => {
  test("has the most recently updated first, whatever their offset, then by name, and the damaged ones last", () => {
    using project = temporaryProject();
    const times = {
      a: "2025-01-29T15:00:00Z",
      c: "2025-01-29T17:00:00+02:00",
      b: "2025-01-29T15:00:00.000Z",
      d: "2025-01-29T23:59:59+14:00",
      e: "2025-01-29T15:00:00.001Z",
      f: "2025-01-29T15:00:00.0004Z",
      g: "2025-01-29T16:00:00.00050000+01:00",
      h: "2025-01-29T15:00:00.000499999Z",
    };
    for (const [name, updated_at] of Object.entries(times)) project.write(`${name}.json`, { ...session, updated_at });
    for (const name of ["0", "z"]) project.write(`${name}.json`, "{");
    const listed = listSessions(found(project));
    expect(listed.map(({ workflow }) => workflow)).toEqual(["e", "g", "h", "f", "a", "b", "c", "d", "0", "z"]);
    expect(listed.map((entry) => Object.keys(entry)[0])).toEqual(Array(10).fill("workflow"));
    expect(listWorkflows(found(project))).toEqual(["0", ..."abcdefgh", "z"]);
  });

  test("ignores everything that is not named like a session", () => {
    using project = temporaryProject();
    for (const name of [
      "a.json~",
      ".a.json",
      "a b.json",
      "a.JSON",
      ".json",
      "é.json",
      "notes.md",
      ".x.tmp",
      "archives/a.json",
      "a:.json",
    ])
      project.write(name, session);
    expect(listSessions(found(project))).toEqual([]);
  });

  test("names a session by its file, whatever field it holds", () => {
    using project = temporaryProject();
    project.write(file, { ...session, workflow: "other" });
    expect(JSON.stringify(listSessions(found(project)))).toBe(JSON.stringify([{ workflow: "workflow:pr", ...session }]));
  });
});

describe("an update", () => {
  test("makes the folders, writes the session and leaves nothing else but the empty lock", () => {
    using project = temporaryProject();
    expect(updateSession(found(project), "workflow:pr", () => session)).toEqual(session);
    expect(project.snapshot()).toEqual({ ".lock": "", [file]: fileText(session) });
  });

  test("gives the change what is there, and writes what it makes of it", () => {
    using project = temporaryProject();
    updateSession(found(project), "workflow:pr", () => session);
    const seen: (Session | null)[] = [];
    updateSession(found(project), "workflow:pr", (old) => {
      seen.push(old);
      return { ...session, step: "merge" };
    });
    expect(seen).toEqual([session]);
    expect(project.read(file)).toBe(fileText({ ...session, step: "merge" }));
  });

  test("writes nothing where the change throws or makes what is no session", () => {
    using project = temporaryProject();
    project.write(file, session);
    const before = contents(project);
    const refuse = () => {
      throw new Error("no");
    };
    expect(() => updateSession(found(project), "workflow:pr", refuse)).toThrow("no");
    const usage = expect.objectContaining({ code: "usage" });
    expect(() => updateSession(found(project), "workflow:pr", () => ({ ...session, step: "" }))).toThrow(usage);
    expect(contents(project)).toEqual(before);
  });

  test("that is refused makes no folder", () => {
    using project = temporaryProject();
    const refuse = () => {
      throw new Error("no");
    };
    expect(() => updateSession(found(project), "workflow:pr", refuse)).toThrow("no");
    expect(() => updateSession(found(project), "workflow:pr", () => ({ ...session, step: "" }))).toThrow("cannot be kept");
    expect(project.snapshot()).toBeNull();
  });

  test.each([0o600, 0o640, 0o664, 0o444])("keeps the mode of the file: %o", (mode) => {
    using project = temporaryProject();
    project.write(file, session);
    chmodSync(project.file(file), mode);
    updateSession(found(project), "workflow:pr", () => session);
    expect(statSync(project.file(file)).mode & 0o7777).toBe(mode);
  });

  test("keeps unknown fields where they stood", () => {
    using project = temporaryProject();
    const { started_at, context, ...others } = session;
    project.write(file, { first: 1, started_at, middle: [{ a: null }], ...others, context, last: "x" });
    updateSession(found(project), "workflow:pr", (old) => ({ ...(old as Session), step: "merge" }));
    const after = { first: 1, started_at, middle: [{ a: null }], ...others, step: "merge", context, last: "x" };
    expect(project.read(file)).toBe(fileText(after));
  });

  test("works in a sessions folder that is a symlink", () => {
    using project = temporaryProject();
    mkdirSync(`${project.path}/elsewhere`);
    mkdirSync(`${project.path}/ia/state`, { recursive: true });
    symlinkSync(`${project.path}/elsewhere`, `${project.path}/ia/state/sessions`);
    updateSession(found(project), "workflow:pr", () => session);
    expect(readSession(found(project), "workflow:pr")).toEqual(session);
    expect(readdirSync(`${project.path}/elsewhere`).sort()).toEqual([".lock", file]);
  });

  test("sweeps the temp files of dead writers, not those of living ones", () => {
    using project = temporaryProject();
    for (const name of [".old.tmp", ".young.tmp"]) project.write(name, "x");
    utimesSync(project.file(".old.tmp"), 1, 1);
    updateSession(found(project), "workflow:pr", () => session);
    expect(Object.keys(contents(project)).sort()).toEqual([".young.tmp", file]);
  });

  test.each<[string, (project: TemporaryProject) => void, string | undefined]>([
    ["the session was changed by hand", (project) => project.write(file, { ...session, step: "by hand" }), "by hand"],
    ["the session was deleted by hand", (project) => rmSync(project.file(file)), undefined],
    ["the lock file was deleted", (project) => rmSync(project.file(".lock")), session.step],
  ])("starts over where %s meanwhile", (_, interfere, second) => {
    using project = temporaryProject();
    project.write(file, session);
    const seen: (string | undefined)[] = [];
    updateSession(found(project), "workflow:pr", (old) => {
      seen.push(old?.step);
      if (seen.length === 1) interfere(project);
      return { ...session, step: "merge" };
    });
    expect(seen).toEqual([session.step, second]);
    expect(contents(project)).toEqual({ [file]: fileText({ ...session, step: "merge" }) });
  });
});

test("a reset deletes the session, returns it, and leaves the others", () => {
  using project = temporaryProject();
  project.write(file, session);
  project.write("workflow:other.json", session);
  expect(removeSession(found(project), "workflow:pr")).toEqual({ session });
  expect(contents(project)).toEqual({ "workflow:other.json": fileText(session) });
});
