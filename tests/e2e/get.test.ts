/** `get`: prints where a workflow stands, or every session; makes nothing, locks nothing, waits for nobody. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, symlinkSync } from "node:fs";
import type { JsonValue } from "../../lib/session/json.ts";
import { copies } from "../support/copies.ts";
import { holdLock } from "../support/hold-lock.ts";
import { printed, refused, shown } from "../support/outcome.ts";
import { temporaryProject, withMode } from "../support/project.ts";
import { runScript } from "../support/run-script.ts";
import { intoClosedPipe, runShell, throughPipe, withoutPrivileges } from "../support/run-shell.ts";
import { damage, damages, fileText, session } from "../support/sample.ts";

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
  ])("answers %s with %j where there is nothing, and makes nothing", async (word, answer) => {
    using bare = temporaryProject();
    using empty = temporaryProject();
    empty.write("archives/2025-01-29-workflow-pr.md", "kept");
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

  test.concurrent("tells times apart that differ by less than a millisecond", async () => {
    using project = temporaryProject();
    const times = {
      newest: "2025-01-29T15:00:00.1239Z",
      middle: "2025-01-29T17:00:00.12345+02:00",
      oldest: "2025-01-29T15:00:00.1231Z",
    };
    for (const [workflow, updated_at] of Object.entries(times)) project.write(`${workflow}.json`, { ...session, updated_at });
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
    const help =
      "help: mend ia/state/sessions/workflow:bad.json by hand, or throw it away: bun run .claude/skills/session/scripts/reset.ts workflow:bad\n";
    const [one, all] = [["workflow:bad"], ["--all"]].map((args) => runScript("get", args, { cwd: project.path, scripts }));
    expect(await one).toEqual(refused(4, `error: ${error}\n${help}`));
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

  test.concurrent.each(["workflow:pr", "--all", "--help"])("fails where %s cannot be written to stdout", async (word) => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const options = { cwd: project.path, scripts };
    const [failure, help] =
      word === "--help"
        ? ["cannot print the help", ""]
        : ["cannot print the result of what was done", "help: do not repeat what changes something; look with get.ts --all\n"];
    expect(await runShell('exec "$@" > /dev/full', "get", [word], options)).toEqual(
      refused(
        1,
        `error: ${failure}: ENOSPC: no space left on device\n${help || "help: free some space, then run the same command again\n"}`,
      ),
    );
    expect(await runShell(intoClosedPipe, "get", [word], options)).toEqual(
      refused(1, `error: ${failure}: EPIPE: broken pipe\n${help}`),
    );
  });

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
    expect(await one).toEqual(refused(1, `error: ${error}\nhelp: check who owns it and its permissions (ls -l)\n`));
    expect(await all).toEqual(
      printed([
        { workflow: "workflow:pr", ...session },
        { workflow: "workflow:secret", error },
      ]),
    );
  });

  test.concurrent("fails where the folder may not be listed", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    using _mode = withMode(project.file(""), 0o000);
    expect(await runShell(withoutPrivileges, "get", ["--all"], { cwd: project.path, scripts })).toEqual(
      refused(
        1,
        `error: cannot list the folder ${project.file("").replace(/\/$/, "")}: EACCES: permission denied\nhelp: check who owns it and its permissions (ls -l)\n`,
      ),
    );
  });
});
