/** Sessions, read one by one and listed. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, relative } from "node:path";
import type { Condition } from "../../lib/session/conditions.ts";
import { activeWorkflows, listSessions, readSession, readSessionFile } from "../../lib/store/reading.ts";
import { removeSession, updateSession } from "../../lib/store/sessions.ts";
import { recordCalls } from "../faults/strace.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";
import { type Damage, damage, damages, session } from "../support/sample.ts";
import { actAs, folderOf, found, isRoot, projectWith } from "./fixture.ts";
import { runMeanwhile, testOnCaseFoldingDisk, testTraced } from "./machine.ts";

const file = "workflow:pr.json";

/** Removes `workflow:pr`. */
function remove(project: TemporaryProject, condition: Condition = {}) {
  return removeSession(found(project), "workflow:pr", condition);
}

/** The error about a session file that is damaged. */
function damagedBy(path: string, problem: string) {
  const shown = relative(process.cwd(), path);
  return expect.objectContaining({
    code: "damaged",
    message: `${shown} is damaged: ${problem}`,
    help: `fix ${shown} by hand, or delete it: bun run .claude/skills/session/scripts/reset.ts workflow:pr`,
  });
}

describe("reading", () => {
  test("finds nothing and makes nothing if there is no folder", () => {
    using project = temporaryProject();
    expect([readSession(found(project), "workflow:pr"), listSessions(found(project)), activeWorkflows(found(project))]).toEqual([
      null,
      [],
      [],
    ]);
    expect(remove(project)).toEqual({ session: null, archives: [] });
    expect(readdirSync(project.path)).toEqual([".git"]);
  });

  const anHour = 3600;
  test.each<[string, number, string, string[], number]>([
    ["is quiet, twice", anHour, "names", ["a", "b", "c"], 2],
    ["is quiet, though both listings lack a name", anHour, "lacking", ["a", "c"], 2],
    [
      "changed 15 ms ago, at its clock's last tick or the one before, ten times",
      0.015,
      "at < 2 ? lacking : names",
      ["a", "b", "c"],
      10,
    ],
    ["changed 30 ms ago, twice", 0.03, "names", ["a", "b", "c"], 2],
    ["changed in the future, by a clock that differs, ten times", -60, "at < 2 ? lacking : names", ["a", "b", "c"], 10],
    ["is quiet, but shows a name only at the second time, three times", anHour, "at < 1 ? lacking : names", ["a", "b", "c"], 3],
    ["shows a name only at the first time, three times", anHour, "at < 1 ? names : lacking", ["a", "b", "c"], 3],
    ["shows a name twice, twice, and has it once", anHour, 'names.concat("b.json")', ["a", "b", "c"], 2],
    ["shows a name whose file is gone, twice, and has it not", anHour, 'names.concat("gone.json")', ["a", "b", "c"], 2],
  ])("lists a folder that %s", (_, ago, shown, workflows, listings) => {
    using project = projectWith({ "a.json": session, "b.json": session, "c.json": session });
    const folder = project.file("");
    const now = Date.now();
    utimesSync(folder, now / 1000 - ago, now / 1000 - ago);
    const preload = join(project.path, "preload.cjs");
    writeFileSync(
      preload,
      `const fs = require("node:fs");
       const { readdirSync } = fs;
       globalThis.listings = 0;
       Date.now = () => ${now};
       fs.readdirSync = (path) => {
         const at = globalThis.listings++;
         const names = readdirSync(path).sort();
         const lacking = names.filter((name) => name !== "b.json");
         return ${shown};
       };`,
    );
    const script = `
      const { listSessions } = await import(${JSON.stringify(join(repository, "lib/store/reading.ts"))});
      const listed = listSessions({ root: process.argv[1], sessions: process.argv[2] });
      console.log(JSON.stringify([listed.map(({ workflow }) => workflow), globalThis.listings]));`;
    const run = Bun.spawnSync([bun, "--preload", preload, "-e", script, project.path, folder], { env: cleanEnvironment() });
    expect(JSON.parse(run.stdout.toString())).toEqual([workflows, listings]);
  });

  test("takes no lock and leaves no trace", () => {
    using project = projectWith({ [file]: session });
    expect([readSession(found(project), "workflow:pr"), listSessions(found(project))]).toEqual([
      session,
      [{ workflow: "workflow:pr", ...session }],
    ]);
    expect(removeSession(found(project), "workflow:none", {})).toEqual({ session: null, archives: [] });
    expect(readdirSync(project.file(""))).toEqual([file]);
  });

  testOnCaseFoldingDisk("finds nothing under another spelling on a disk that ignores case", ({ path }) => {
    const project = { root: path, sessions: `${path}/ia/state/sessions` };
    mkdirSync(project.sessions, { recursive: true });
    writeFileSync(`${project.sessions}/${file}`, JSON.stringify(session));
    expect(["workflow:pr", "workflow:PR"].map((name) => readSession(project, name))).toEqual([session, null]);
    expect(activeWorkflows(project)).toEqual(["workflow:pr"]);
    const usage = expect.objectContaining({ code: "usage" });
    const change = { condition: {}, change: () => session };
    expect(() => updateSession(project, "workflow:PR", change)).toThrow(usage);
    expect(() => removeSession(project, "workflow:PR", {})).toThrow(usage);
    expect(readFileSync(`${project.sessions}/${file}`, "utf8")).toBe(JSON.stringify(session));
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
      g: "2025-01-29T15:00:00.001001Z",
      f: "0000-01-01T00:00:00Z",
    };
    for (const [name, updated_at] of Object.entries(times)) project.write(`${name}.json`, { ...session, updated_at });
    for (const name of ["0", "z"]) project.write(`${name}.json`, "{");
    const listed = listSessions(found(project));
    expect(listed.map(({ workflow }) => workflow)).toEqual([..."geabcdf0z"]);
    expect(listed.map((entry) => Object.keys(entry)[0])).toEqual(Array(9).fill("workflow"));
    expect(activeWorkflows(found(project))).toEqual(["0", ..."abcdefg", "z"]);
  });

  test("ignores everything that is not named like a session", () => {
    const others = ["a.json~", ".a.json", "a b.json", "a.JSON", ".json", "é.json", "notes.md", ".x.tmp", "archives/a.json"];
    using project = projectWith(Object.fromEntries([...others, "a:.json"].map((name) => [name, session])));
    expect(listSessions(found(project))).toEqual([]);
  });

  testTraced("has what only the second listing shows: the first may miss a name that is being replaced", async () => {
    const make = () => projectWith({ "a.json": session });
    const happens = (project: TemporaryProject) => {
      project.write("b.json", session);
      return undefined;
    };
    const after = /^getdents\w*\(<.*\/sessions>/;
    const { stdout } = await runMeanwhile("get", { args: ["--all"], make, after, isFirst: true, happens });
    expect(JSON.parse(stdout)).toEqual(["a", "b"].map((workflow) => ({ workflow, ...session })));
  });

  testTraced("costs two listings if nothing changes", async () => {
    using project = projectWith({ "a.json": session });
    const calls = await recordCalls({ script: "get", args: ["--all"], cwd: project.path });
    expect(calls.filter(({ label }) => /\/sessions".*O_DIRECTORY/.test(label)).length).toBe(2);
  });

  test("names a session by its file, whatever field it holds", () => {
    using project = projectWith({ [file]: { ...session, workflow: "other" } });
    expect(JSON.stringify(listSessions(found(project)))).toBe(JSON.stringify([{ workflow: "workflow:pr", ...session }]));
  });
});

test("whoever is held up right after a look at a busy folder does not take it for quiet", () => {
  using project = projectWith({ [file]: session });
  const heldUp = project.file("../held-up.cjs");
  writeFileSync(
    heldUp,
    `const fs = require("node:fs");
     const { lstatSync, readdirSync } = fs;
     let listings = 0;
     fs.readdirSync = (path) => {
       listings += 1;
       fs.utimesSync(path, Date.now() / 1000, Date.now() / 1000 + 1); // changed until in a second
       return readdirSync(path);
     };
     fs.lstatSync = (path, options) => {
       const stat = lstatSync(path, options);
       if (stat?.isDirectory() && listings === 2) Bun.sleepSync(1500);
       return stat;
     };
     process.on("exit", () => console.log(listings));`,
  );
  const script = `
    const { listSessions } = await import(${JSON.stringify(`${repository}/lib/store/reading.ts`)});
    listSessions(${JSON.stringify(found(project))});`;
  const { stdout } = Bun.spawnSync([bun, "--preload", heldUp, "-e", script], { env: cleanEnvironment() });
  expect(Number(stdout.toString())).toBeGreaterThan(2);
});

describe("one session file", () => {
  test("a byte order mark, times with any offset and unknown fields are taken as they are", () => {
    const given = { before: 1, ...session, started_at: "2025-01-29T20:30:00+05:30", after: [null] };
    using project = projectWith({ [file]: `\ufeff${JSON.stringify(given)}` });
    expect(readSessionFile(folderOf(project), "workflow:pr")).toEqual(given);
  });

  test("there is none for a workflow without a file", () => {
    using project = projectWith({ "workflow:other.json": session });
    expect(readSessionFile(folderOf(project), "workflow:pr")).toBeNull();
  });

  const more: Damage[] = [
    {
      what: "of NUL only",
      content: "\u0000".repeat(100),
      problem: 'not JSON: expected a value, found "\\u0000" at line 1, column 1',
    },
    { what: "of 9 MiB", content: "x".repeat(9 * 1024 * 1024), problem: "too large: 9437184 bytes, the limit is 8388608" },
    { what: "a symlink to nothing", content: (path) => symlinkSync("nowhere", path), problem: "not a regular file" },
  ];

  test.each([...damages, ...more])("a file that is $what is damaged, and the error says why and how to go on", (given) => {
    using project = temporaryProject();
    damage(project, "workflow:pr", given);
    expect(() => readSessionFile(folderOf(project), "workflow:pr")).toThrow(damagedBy(project.file(file), given.problem));
  });

  test("a socket is damaged", async () => {
    using project = temporaryProject();
    mkdirSync(project.file(""), { recursive: true });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(project.file(file), resolve));
    const error = damagedBy(project.file(file), "not a regular file");
    expect(() => readSessionFile(folderOf(project), "workflow:pr")).toThrow(error);
    server.close();
  });

  describe.skipIf(!isRoot)("a file that may not be read", () => {
    test("is not damaged: that it cannot be read is the error", () => {
      using project = projectWith({ [file]: session });
      chmodSync(project.file(file), 0o600);
      const folder = folderOf(project);
      using _other = actAs(1001, project.path);
      const message = `cannot read ${project.file(file)}: EACCES: permission denied`;
      expect(() => readSessionFile(folder, "workflow:pr")).toThrow(expect.objectContaining({ code: "failed", message }));
    });
  });
});
