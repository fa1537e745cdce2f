/** `get`: prints where a workflow stands, every session or every archive; makes nothing, locks nothing, waits for nobody. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonValue } from "../../lib/session/json.ts";
import { copies } from "../support/copies.ts";
import { holdLock } from "../support/hold-lock.ts";
import { noted, printed, refused, shown } from "../support/outcome.ts";
import { temporaryProject, withMode } from "../support/project.ts";
import { runJson, runScript } from "../support/run-script.ts";
import { intoClosedPipe, runShell, throughPipe, throughSlowPipe, withoutPrivileges } from "../support/run-shell.ts";
import { damage, damages, fileText, session } from "../support/sample.ts";
import { checkOwner, damaged, scriptsPath, unprintedRead } from "../support/words.ts";

setDefaultTimeout(60_000);

describe.each(copies)("get from $name", ({ scripts }) => {
  test.concurrent("prints a session as one line, with its fields and their values as they stand in the file", async () => {
    using project = temporaryProject();
    const state = {
      title: "a field that this version does not know",
      started_at: "2025-01-29T17:00:00+02:00",
      updated_at: "2025-01-29T15:05:00Z",
      step: "review",
      later: { list: [1, 2.5, null, true, "text"] },
      steps: ["init", "review", "init", "review"],
      context: { b: 1, a: { c: [] } },
      last: false,
    };
    project.write("workflow:pr.json", state);
    const before = project.snapshot();
    expect(await runScript("get", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(printed(state));
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("takes a missing context for an empty one", async () => {
    using project = temporaryProject();
    const { context: _, ...state } = session;
    project.write("workflow:pr.json", state);
    expect(await runScript("get", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(printed({ ...state, context: {} }));
  });

  test.concurrent.each([
    "2025-01-29T15:00:00Z",
    "2025-01-29T15:00:00.1Z",
    "2025-01-29T15:00:00.123456789Z",
    "2025-01-29T15:00:00+00:00",
    "2025-01-29T15:00:00-11:30",
    "2025-01-29T15:00:00.5+14:00",
    "2024-02-29T23:59:59.999Z",
  ])("reads the time %s", async (time) => {
    using project = temporaryProject();
    const state = { ...session, started_at: time, updated_at: time };
    project.write("workflow:pr.json", state);
    expect(await runScript("get", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(printed(state));
  });

  test.concurrent("reads a file of exactly 8 MiB", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", fileText(session).padEnd(8 * 1024 * 1024, "\n"));
    expect(await runScript("get", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(printed(session));
  });

  test.concurrent.each<[string, JsonValue]>([
    ["workflow:pr", null],
    ["--all", []],
    ["--archived", []],
  ])("answers %s with %j if there is nothing, and makes nothing", async (word, answer) => {
    using bare = temporaryProject();
    using empty = temporaryProject();
    empty.write("archives/notes.md", "kept");
    const before = empty.snapshot();
    const runs = [bare, empty].map((project) => runScript("get", [word], { cwd: project.path, scripts }));
    expect(await Promise.all(runs)).toEqual([printed(answer), printed(answer)]);
    expect(readdirSync(bare.path)).toEqual([".git"]);
    expect(empty.snapshot()).toEqual(before);
  });

  test.concurrent("takes the options with the workflow before or after them, and -- as their end", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const lines = [
      ["workflow:pr", "--json"],
      ["--json", "workflow:pr"],
      ["--json", "--", "workflow:pr"],
      ["workflow:pr", "--"],
    ];
    const runs = await Promise.all(lines.map((args) => runScript("get", args, { cwd: project.path, scripts })));
    expect(runs).toEqual(lines.map(() => printed(session)));
  });

  test.concurrent("lists the most recently updated session first, by the instant and not by the text of the time", async () => {
    using project = temporaryProject();
    const times = {
      newest: "2025-01-29T10:00:00-08:00", // 18:00
      second: "2025-01-29T17:30:00.000Z",
      third: "2025-01-29T19:00:00+02:00", // 17:00
      fourth: "2025-01-29T16:59:59.999Z",
      oldest: "2024-12-31T23:59:59Z",
    };
    for (const [workflow, updated_at] of Object.entries(times).sort())
      project.write(`${workflow}.json`, { ...session, updated_at });
    expect(await runScript("get", ["--all"], { cwd: project.path, scripts })).toEqual(
      printed(Object.entries(times).map(([workflow, updated_at]) => ({ workflow, ...session, updated_at }))),
    );
  });

  test.concurrent("lists sessions of the same instant by name, however the instant is written", async () => {
    using project = temporaryProject();
    const times = {
      B: "2025-01-29T15:00:00Z",
      a: "2025-01-29T17:00:00+02:00",
      "a-b": "2025-01-29T15:00:00.000Z",
      "a.b": "2025-01-29T15:00:00+00:00",
      "a:b": "2025-01-29T14:00:00-01:00",
      b: "2025-01-29T15:00:00.0Z",
    };
    for (const [workflow, updated_at] of Object.entries(times).reverse())
      project.write(`${workflow}.json`, { ...session, updated_at });
    expect(await runScript("get", ["--all"], { cwd: project.path, scripts })).toEqual(
      printed(Object.entries(times).map(([workflow, updated_at]) => ({ workflow, ...session, updated_at }))),
    );
  });

  test.concurrent("lists the name of the file as the workflow, whatever a field of that name says", async () => {
    using project = temporaryProject();
    project.write("real.json", { workflow: "fake", ...session });
    expect(await runScript("get", ["--all"], { cwd: project.path, scripts })).toEqual(
      printed([{ workflow: "real", ...session }]),
    );
  });

  test.concurrent("lists nothing but files that are named for a workflow", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    for (const name of [
      ".lock",
      ".hidden.json",
      ".3f2c.tmp",
      ".json",
      "-dash.json",
      "workflow:pr.json.bak",
      "workflow:pr.JSON",
      "two words.json",
      "dots..json",
      "ends:.json",
      "ünïcode.json",
      `${"x".repeat(121)}.json`,
      "notes.txt",
      "archives/workflow:old.json",
    ])
      project.write(name, session);
    expect(await runScript("get", ["--all"], { cwd: project.path, scripts })).toEqual(
      printed([{ workflow: "workflow:pr", ...session }]),
    );
  });

  test.concurrent("lists damaged sessions last, by name, each with what is wrong, and still succeeds", async () => {
    using project = temporaryProject();
    project.write("a.json", "{");
    project.write("z.json", { ...session, step: 1 });
    project.write("m.json", session);
    project.write("x.json", { ...session, updated_at: "1999-12-31T00:00:00Z" });
    const before = project.snapshot();
    expect(await runScript("get", ["--all"], { cwd: project.path, scripts })).toEqual(
      printed([
        { workflow: "m", ...session },
        { workflow: "x", ...session, updated_at: "1999-12-31T00:00:00Z" },
        {
          workflow: "a",
          error:
            "ia/state/sessions/a.json is damaged: not JSON: expected a key in double quotes or the closing bracket, found the end at line 1, column 2",
        },
        {
          workflow: "z",
          error:
            "ia/state/sessions/z.json is damaged: step: expected 1 to 200 characters on one line, no control characters, no space at either end, found the number 1",
        },
      ]),
    );
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent.each(damages)("tells that a session file is damaged that is $what", async (bad) => {
    using project = temporaryProject();
    damage(project, "workflow:bad", bad);
    const before = project.snapshot();
    const error = `ia/state/sessions/workflow:bad.json is damaged: ${bad.problem}`;
    const [one, all] = [["workflow:bad"], ["--all"]].map((args) => runScript("get", args, { cwd: project.path, scripts }));
    expect(await one).toEqual(refused(4, damaged("workflow:bad", bad.problem)));
    expect(await all).toEqual(printed([{ workflow: "workflow:bad", error }]));
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("finds a sessions folder that is a symlink", async () => {
    using project = temporaryProject();
    using elsewhere = temporaryProject();
    elsewhere.write("workflow:pr.json", session);
    project.write("../placeholder", "");
    symlinkSync(elsewhere.file(""), project.file(""));
    expect(await runScript("get", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(printed(session));
  });

  test.concurrent("escapes in its one line what could break or turn it, and nothing else", async () => {
    using project = temporaryProject();
    const escaped = [
      ...Array.from({ length: 0x9f - 0x7f + 1 }, (_, index) => 0x7f + index),
      ...[0x061c, 0x200e, 0x200f, 0x2028, 0x2029],
      ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
    ];
    const kept = "\u007e\u00a0\u061b\u061d\u200d\u2027\u202f\u2065\u206a é 日本 👩‍👩‍👧";
    const character = (code: number) => String.fromCharCode(code);
    const asEscape = (code: number) => `\\u${code.toString(16).padStart(4, "0")}`;
    project.write("workflow:pr.json", {
      ...session,
      context: { [`key${escaped.map(character).join("")}`]: `${escaped.map(character).join("")}${kept}\u0000\t\n\u001b"\\` },
    });
    const context = `{"key${escaped.map(asEscape).join("")}":"${escaped.map(asEscape).join("")}${kept}\\u0000\\t\\n\\u001b\\"\\\\"}`;
    const { context: _, ...rest } = session;
    const line = `${JSON.stringify(rest).slice(0, -1)},"context":${context}}`;
    const runs = [["workflow:pr"], ["--all"]].map((args) => runScript("get", args, { cwd: project.path, scripts }));
    expect(await Promise.all(runs)).toEqual([shown(`${line}\n`), shown(`[{"workflow":"workflow:pr",${line.slice(1)}]\n`)]);
  });

  test.concurrent("prints more than a pipe holds, whole", async () => {
    using project = temporaryProject();
    const large = { ...session, context: { text: "0123456789abcdef".repeat(60_000) } };
    project.write("workflow:pr.json", large);
    expect(await runShell(throughPipe, "get", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(printed(large));
  });

  test.concurrent("waits for the slow reader of a pipe that does not block", async () => {
    using project = temporaryProject();
    const large = { ...session, context: { text: "0123456789abcdef".repeat(60_000) } };
    project.write("workflow:pr.json", large);
    const options = { cwd: project.path, scripts };
    expect(await runShell(throughSlowPipe, "get", ["workflow:pr"], options)).toEqual(printed(large));
  });

  test.concurrent.each(["workflow:pr", "--all", "--archived", "--help", "--version"])(
    "fails if %s cannot be written to stdout",
    async (word) => {
      using project = temporaryProject();
      project.write("workflow:pr.json", session);
      const options = { cwd: project.path, scripts };
      expect(await runShell('exec "$@" > /dev/full', "get", [word], options)).toEqual(
        refused(1, unprintedRead("ENOSPC: no space left on device")),
      );
      expect(await runShell(intoClosedPipe, "get", [word], options)).toEqual(refused(1, unprintedRead("EPIPE: broken pipe")));
    },
  );

  test.concurrent("answers while another process holds the lock, and takes none itself", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    await using _lock = await holdLock(project);
    const runs = [["workflow:pr"], ["--all"]].map((args) => runScript("get", args, { cwd: project.path, scripts }));
    expect(await Promise.all(runs)).toEqual([printed(session), printed([{ workflow: "workflow:pr", ...session }])]);
  });

  test.concurrent("works in a folder that may only be read", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    using _sessions = withMode(project.file(""), 0o555);
    using _root = withMode(project.path, 0o555);
    const options = { cwd: project.path, scripts };
    const runs = [["workflow:pr"], ["workflow:none"], ["--all"]].map((args) => runShell(withoutPrivileges, "get", args, options));
    expect(await Promise.all(runs)).toEqual([
      printed(session),
      printed(null),
      printed([{ workflow: "workflow:pr", ...session }]),
    ]);
  });

  test.concurrent("fails on a session that may not be read, and lists it with the others", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    project.write("workflow:secret.json", session);
    using _mode = withMode(project.file("workflow:secret.json"), 0o000);
    const error = `cannot read ${project.file("workflow:secret.json")}: EACCES: permission denied`;
    const options = { cwd: project.path, scripts };
    const [one, all] = [["workflow:secret"], ["--all"]].map((args) => runShell(withoutPrivileges, "get", args, options));
    expect(await one).toEqual(refused(1, `error: ${error}\n${checkOwner}`));
    expect(await all).toEqual(
      printed([
        { workflow: "workflow:pr", ...session },
        { workflow: "workflow:secret", error },
      ]),
    );
  });

  test.concurrent("fails if the folder may not be listed", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    using _mode = withMode(project.file(""), 0o000);
    expect(await runShell(withoutPrivileges, "get", ["--all"], { cwd: project.path, scripts })).toEqual(
      refused(
        1,
        `error: cannot list the folder ${project.file("").replace(/\/$/, "")}: EACCES: permission denied\n${checkOwner}`,
      ),
    );
  });

  test.concurrent.each([
    { name: "pr", near: "workflow:pr" },
    { name: "Workflow:PR", near: "workflow:pr" },
    { name: "workflow-pr", near: "workflow:pr" },
    { name: "workflow:prr", near: "workflow:pr" },
    { name: "workflow:relaese", near: "workflow:release" },
    { name: "worklfow:release", near: "workflow:release" },
  ])("answers null for $name, and says in a note that $near may be meant", async ({ name, near }) => {
    using project = temporaryProject();
    for (const workflow of ["workflow:pr", "workflow:release", "qa"]) project.write(`${workflow}.json`, session);
    expect(await runScript("get", [name], { cwd: project.path, scripts })).toEqual(
      noted(printed(null), `${name} has no session; did you mean ${near}?`),
    );
  });

  test.concurrent.each(["all", "list", "All"])("answers null for %s, and says in a note how all are listed", async (name) => {
    using bare = temporaryProject();
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const note = `no session is called ${name}; all sessions: ${scriptsPath}/get.ts --all`;
    const runs = [bare, project].map(({ path }) => runScript("get", [name], { cwd: path, scripts }));
    expect(await Promise.all(runs)).toEqual(runs.map(() => noted(printed(null), note)));
  });

  test.concurrent("says nothing about a name that is simply not active, or that a session really has", async () => {
    using project = temporaryProject();
    for (const workflow of ["workflow:pr", "all", "qb"]) project.write(`${workflow}.json`, session);
    const options = { cwd: project.path, scripts };
    const names = ["workflow:release", "workflow:qa", "workflow:pr.2", "qa", "other:prefix", "x"];
    const runs = names.map((name) => runScript("get", [name], options));
    expect(await Promise.all(runs)).toEqual(runs.map(() => printed(null)));
    expect(await runScript("get", ["all"], options)).toEqual(printed(session));
  });

  describe("--all --brief", () => {
    const brief = { step: session.step, updated_at: session.updated_at };

    test.concurrent("prints of each session what the start of a conversation needs, and damaged ones last", async () => {
      using project = temporaryProject();
      const [fits, long] = ["x".repeat(100), "é".repeat(150)];
      const context = { by: { name: "ada" }, blocked: 7.5, next: long, title: "left out", branch: fits };
      project.write("full.json", { ...session, updated_at: "2025-01-29T16:00:00Z", context });
      project.write("bare.json", { ...session, context: { branch: true, next: null } });
      project.write("bad.json", "{");
      project.write("unreadable.json", "");
      const damages = ["bad", "unreadable"].map((workflow) => ({
        workflow,
        error:
          `ia/state/sessions/${workflow}.json is damaged: not JSON: expected a ${workflow === "bad" ? "key in double quotes or the closing bracket" : "value, found the end at line 1, column 1"}`.slice(
            0,
            99,
          ),
      }));
      expect(await runScript("get", ["--all", "--brief"], { cwd: project.path, scripts })).toEqual(
        printed([
          {
            workflow: "full",
            ...brief,
            updated_at: "2025-01-29T16:00:00Z",
            branch: fits,
            next: `${long.slice(0, 99)}…`,
            blocked: 7.5,
          },
          { workflow: "bare", ...brief },
          ...damages.map(({ workflow, error }) => ({ workflow, error: `${error}…` })),
        ]),
      );
    });

    test.concurrent("prints at most 9,000 characters whatever is stored, the newest first, and counts the rest", async () => {
      using project = temporaryProject();
      const text = "\u202e\u0085".repeat(100); // six characters each, as they are printed
      const names = Array.from({ length: 40 }, (_, index) => `workflow:${index + 10}`);
      for (const [index, name] of names.entries()) {
        const updated_at = new Date(1_700_000_000_000 - index).toISOString();
        project.write(`${name}.json`, { ...session, updated_at, context: { branch: text, next: text, by: text, blocked: text } });
      }
      const options = { cwd: project.path, scripts };
      const { stdout } = await runScript("get", ["--all", "--brief"], options);
      const listed: { workflow?: string; omitted?: number }[] = JSON.parse(stdout);
      const { omitted = 0 } = listed.pop() ?? {};
      expect(stdout.length).toBeLessThanOrEqual(9000);
      expect(stdout.length + stdout.length / listed.length).toBeGreaterThan(9000); // one more would not fit
      expect(listed.map(({ workflow }) => workflow)).toEqual(names.slice(0, 40 - omitted));
      expect(omitted).toBeGreaterThan(0);
      // Without --brief nothing is left out.
      expect(await runJson("get", ["--all"], options)).toHaveLength(40);
    });

    test.concurrent("leaves out damaged sessions only after every sound one", async () => {
      using project = temporaryProject();
      for (let index = 0; index < 100; index += 1) {
        project.write(`sound-${index}.json`, session);
        if (index < 40) project.write(`damaged-${index}.json`, "{");
      }
      const options = { cwd: project.path, scripts };
      const list = async () =>
        runJson<{ step?: string; error?: string; omitted?: number }[]>("get", ["--all", "--brief"], options);
      const some = await list();
      expect(some.filter(({ error }) => error !== undefined)).toHaveLength(40);
      const sound = some.filter(({ step }) => step !== undefined).length;
      expect(some.at(-1)).toEqual({ omitted: 100 - sound });
      expect(sound).toBeGreaterThan(0);
      for (let index = 40; index < 100; index += 1) project.write(`damaged-${index}.json`, "{");
      const none = await list();
      expect(none.filter(({ step }) => step !== undefined)).toEqual([]);
      expect(none.at(-1)).toEqual({ omitted: 200 - (none.length - 1) });
    });
  });

  describe("--archived", () => {
    test.concurrent("lists what was saved, the newest first, of one workflow or of all, with paths that lead there", async () => {
      using project = temporaryProject();
      const options = { cwd: project.path, scripts };
      const deep = { ...options, cwd: join(project.path, "src/deep") };
      mkdirSync(deep.cwd, { recursive: true });
      const notes = "🎉 `a`\n---\n".repeat(40);
      project.write("workflow:pr.json", session);
      project.write("workflow:pr-2.json", { ...session, context: { branch: 7 } });
      await runJson("save", ["workflow:pr", "--notes=-", "--status=failed"], { ...options, stdin: notes });
      await runJson("save", ["workflow:pr-2"], options);
      project.write("workflow:pr.json", { ...session, context: {} });
      await runJson("save", ["workflow:pr"], options);
      const { started_at, step } = session;
      const [a, b, c] = [
        { workflow: "workflow:pr", status: "completed", started_at, step, name: "2025-01-29-workflow-pr.md" },
        { workflow: "workflow:pr-2", status: "completed", started_at, step, branch: "7", name: "2025-01-29-workflow-pr-2-7.md" },
        {
          ...{ workflow: "workflow:pr", status: "failed", started_at, step, branch: "feat/workflow-start" },
          ...{ notes: [...notes].slice(0, 200).join(""), name: "2025-01-29-workflow-pr-feat-workflow-start.md" },
        },
      ].map(({ name, ...fields }) => ({
        ...fields,
        archived_at: expect.any(String),
        archive: `ia/state/sessions/archives/${name}`,
      }));
      expect(await runJson("get", ["--archived"], options)).toEqual([a, b, c]);
      expect(await runJson("get", ["workflow:pr", "--archived"], options)).toEqual([a, c]);
      expect(await runJson("get", ["--archived", "workflow:pr-2"], deep)).toEqual([{ ...b, archive: `../../${b?.archive}` }]);
      expect(await runScript("get", ["workflow:qa", "--archived"], options)).toEqual(printed([]));
      const slip = await runScript("get", ["workflow:pr_2", "--archived"], options);
      expect(slip).toEqual({ ...printed([]), stderr: "note: workflow:pr_2 has no archive; did you mean workflow:pr-2?\n" });
    });

    test.concurrent("lists last what has the name of an archive and is none, and ignores every other name", async () => {
      using project = temporaryProject();
      const options = { cwd: project.path, scripts };
      project.write("workflow:pr.json", session);
      await runJson("save", ["workflow:pr"], options);
      project.write("archives/2025-01-28-b.md", "text");
      project.write("archives/2025-01-28-a.md", "---js\nprocess.exit(9)\n---\n");
      project.write("archives/2025-01-28-workflow-pr.md", "---\nworkflow: workflow:pr\nstatus: done\n---\n");
      mkdirSync(project.file("archives/2025-01-28-workflow-pr-x.md"));
      symlinkSync("2025-01-28-b.md", project.file("archives/2025-01-28-c.md"));
      for (const name of ["notes.md", "2025-01-28-d.txt", "2025-1-28-d.md", ".2025-01-28-d.md", "2025-01-28.md"])
        project.write(`archives/${name}`, "text");
      const listed = await runJson<{ archive: string; error?: string }[]>("get", ["--archived"], options);
      const bad = Object.entries({
        "2025-01-28-a.md": "no front matter that can be read",
        "2025-01-28-b.md": "no front matter that can be read",
        "2025-01-28-c.md": "not a regular file",
        "2025-01-28-workflow-pr-x.md": "not a regular file",
        "2025-01-28-workflow-pr.md": "started_at: expected an ISO 8601 time like 2025-01-29T15:00:00.000Z",
      }).map(([name, problem]) => {
        const archive = `ia/state/sessions/archives/${name}`;
        return { archive, error: `cannot read ${archive}: ${problem}` };
      });
      expect(listed).toEqual([expect.objectContaining({ workflow: "workflow:pr", status: "completed" }), ...bad]);
      expect((await runJson<unknown[]>("get", ["workflow:pr", "--archived"], options)).slice(1)).toEqual(bad.slice(3));
    });

    test.concurrent("reads the front matter only", async () => {
      using project = temporaryProject();
      const options = { cwd: project.path, scripts };
      project.write("workflow:pr.json", session);
      const { archive } = await runJson<{ archive: string }>("save", ["workflow:pr"], options);
      const before = await runJson("get", ["--archived"], options);
      await appendFile(join(project.path, archive), Buffer.alloc(9 * 1024 * 1024, 0xff)); // more than any file may have, and no text
      expect(await runJson("get", ["--archived"], options)).toEqual(before);
    });
  });
});
