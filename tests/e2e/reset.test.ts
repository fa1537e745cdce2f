/** `reset`: deletes a session, sound or damaged, without an archive. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copies } from "../support/copies.ts";
import { printed, refused, shown } from "../support/outcome.ts";
import { temporaryProject, withMode } from "../support/project.ts";
import { runScript } from "../support/run-script.ts";
import { intoClosedPipe, runShell, withoutPrivileges } from "../support/run-shell.ts";
import { damage, damages, fileText, session } from "../support/sample.ts";

setDefaultTimeout(60_000);

describe.each(copies)("reset from $name", ({ scripts }) => {
  test.concurrent("deletes a session, prints it as it stood in the file, and leaves everything else", async () => {
    using project = temporaryProject();
    const state = { mine: [1.5, null], ...session, started_at: "2025-01-29T17:00:00+02:00", later: { b: 1, a: "\u202e" } };
    project.write("workflow:pr.json", state);
    project.write("workflow:other.json", session);
    project.write("archives/2025-01-29-workflow-pr.md", "kept");
    const run = await runScript("reset", ["workflow:pr"], { cwd: project.path, scripts });
    expect(run).toEqual(shown(`${JSON.stringify(state).replace("\u202e", "\\u202e")}\n`));
    expect(project.snapshot()).toEqual({
      ".lock": "",
      archives: "(folder)",
      "archives/2025-01-29-workflow-pr.md": "kept",
      "workflow:other.json": fileText(session),
    });
  });

  test.concurrent("answers null where there is no session, and makes nothing", async () => {
    using bare = temporaryProject();
    using other = temporaryProject();
    other.write("workflow:other.json", session);
    const before = other.snapshot();
    const runs = [bare, other].map(({ path }) => runScript("reset", ["workflow:pr"], { cwd: path, scripts }));
    expect(await Promise.all(runs)).toEqual([printed(null), printed(null)]);
    expect(readdirSync(bare.path)).toEqual([".git"]);
    expect(other.snapshot()).toEqual(before);
  });

  test.concurrent.each(damages)("throws away a session file that is $what, and says so in one line", async (bad) => {
    using project = temporaryProject();
    damage(project, "workflow:bad", bad);
    project.write("workflow:other.json", session);
    project.write(".lock", "");
    const { "workflow:bad.json": _, ...others } = project.snapshot() ?? {};
    expect(await runScript("reset", ["workflow:bad"], { cwd: project.path, scripts })).toEqual({
      exitCode: 0,
      stdout: "null\n",
      stderr: `warning: threw away a damaged session: ia/state/sessions/workflow:bad.json is damaged: ${bad.problem}\n`,
    });
    expect(project.snapshot()).toEqual(others);
  });

  test.concurrent("fails where something stands in the place of the session that it cannot delete", async () => {
    using project = temporaryProject();
    project.write("workflow:bad.json/inside", "kept");
    project.write(".lock", "");
    const before = project.snapshot();
    expect(await runScript("reset", ["workflow:bad"], { cwd: project.path, scripts })).toEqual(
      refused(
        1,
        `error: cannot delete ${project.file("workflow:bad.json")}: ENOTEMPTY: directory not empty\nhelp: it is a folder with something in it: look, and remove it by hand\n`,
      ),
    );
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("finds the session from a folder below the root", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    project.write("workflow:bad.json", "");
    const cwd = join(project.path, "src/deep");
    mkdirSync(cwd, { recursive: true });
    const options = { cwd, scripts };
    expect(await runScript("reset", ["workflow:pr", "--json"], options)).toEqual(printed(session));
    expect(await runScript("reset", ["--json", "--", "workflow:bad"], options)).toEqual({
      exitCode: 0,
      stdout: "null\n",
      stderr:
        "warning: threw away a damaged session: ../../ia/state/sessions/workflow:bad.json is damaged: not JSON: expected a value, found the end at line 1, column 1\n",
    });
    expect(project.snapshot()).toEqual({ ".lock": "" });
  });

  test.concurrent.each([
    ["a full disk", 'exec "$@" > /dev/full', "ENOSPC: no space left on device"],
    ["a closed pipe", intoClosedPipe, "EPIPE: broken pipe"],
  ])("fails where stdout is %s, and says that the work is done", async (_stdout, line, reason) => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    expect(await runShell(line, "reset", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(
      refused(
        1,
        `error: cannot print the result of what was done: ${reason}\nhelp: do not repeat what changes something; look with get.ts --all\n`,
      ),
    );
    expect(project.snapshot()).toEqual({ ".lock": "" });
  });

  test.concurrent("fails in a folder that may only be read, unless there is nothing to delete", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const before = project.snapshot();
    using _mode = withMode(project.file(""), 0o555);
    const runs = ["workflow:pr", "workflow:none"].map((workflow) =>
      runShell(withoutPrivileges, "reset", [workflow], { cwd: project.path, scripts }),
    );
    expect(await Promise.all(runs)).toEqual([
      refused(
        1,
        `error: cannot lock ${project.file(".lock")}: EACCES: permission denied\nhelp: check who owns it and its permissions (ls -l)\n`,
      ),
      printed(null),
    ]);
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("keeps a damaged session that it may not delete", async () => {
    using project = temporaryProject();
    project.write("workflow:bad.json", "{");
    project.write(".lock", "");
    const before = project.snapshot();
    using _mode = withMode(project.file(""), 0o555);
    expect(await runShell(withoutPrivileges, "reset", ["workflow:bad"], { cwd: project.path, scripts })).toEqual(
      refused(
        1,
        `error: cannot delete ${project.file("workflow:bad.json")}: EACCES: permission denied\nhelp: check who owns it and its permissions (ls -l)\n`,
      ),
    );
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("deletes a symlink and leaves what it points to", async () => {
    using project = temporaryProject();
    const outside = join(project.path, "outside.json");
    writeFileSync(outside, fileText(session));
    damage(project, "workflow:bad", { what: "a symlink", problem: "", content: (path) => symlinkSync(outside, path) });
    expect((await runScript("reset", ["workflow:bad"], { cwd: project.path, scripts })).stdout).toBe("null\n");
    expect(await Bun.file(outside).text()).toBe(fileText(session));
    expect(project.snapshot()).toEqual({ ".lock": "" });
  });
});
