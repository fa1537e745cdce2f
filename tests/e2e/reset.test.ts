/** `reset`: deletes a session, sound or damaged, without an archive. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copies } from "../support/copies.ts";
import { beginKilledSave } from "../support/killed-save.ts";
import { noted, printed, refused, shown } from "../support/outcome.ts";
import { temporaryProject, withMode } from "../support/project.ts";
import { runScript } from "../support/run-script.ts";
import { runShell, unwritable, withoutPrivileges } from "../support/run-shell.ts";
import { conditions, damage, damages, fileText, place, session } from "../support/sample.ts";
import { checkOwner, damaged, scriptsPath, unmet, unprinted } from "../support/words.ts";

setDefaultTimeout(120_000);

/** How the text of a damaged file is shown, to the end of the line; empty for what is no regular file. */
function describeText(path: string): string {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return 'its text was "a symbolic link to ';
  if (!stat.isFile() || stat.size === 0) return "it held no text\n";
  const bytes = readFileSync(path);
  const text = `its text was ${JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 4096)))}`;
  return bytes.length > 4096 ? `${text} and ${bytes.length - 4096} more bytes\n` : `${text}\n`;
}

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

  test.concurrent("answers null if there is no session, and makes nothing", async () => {
    using bare = temporaryProject();
    using other = temporaryProject();
    other.write("workflow:other.json", session);
    const before = other.snapshot();
    const runs = [bare, other].map(({ path }) => runScript("reset", ["workflow:pr"], { cwd: path, scripts }));
    expect(await Promise.all(runs)).toEqual([printed(null), printed(null)]);
    expect(readdirSync(bare.path)).toEqual([".git"]);
    expect(other.snapshot()).toEqual(before);
  });

  test.concurrent("keeps and names the archive that a save of it which was killed had made", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    project.write("workflow:pr.json", session);
    const { stdout } = await runScript("save", ["workflow:pr", "--dry-run"], options);
    const name = "2025-01-29-workflow-pr-feat-workflow-start.md";
    project.write(`archives/${name}`, stdout);
    beginKilledSave(project.file(""), "workflow:pr", [name]);
    expect(await runScript("reset", ["workflow:pr"], options)).toEqual({
      ...printed(session),
      stderr: `note: kept, written by an interrupted save of this session: ia/state/sessions/archives/${name}; delete by hand what is not wanted\n`,
    });
    expect(project.snapshot()).toEqual({
      ".lock": "",
      archives: "(folder)",
      [`archives/${name}`]: Buffer.from(stdout).toString("latin1"),
    });
  });

  test.concurrent.each(damages)(
    "deletes a session file that is $what, and says so in one line with what it held",
    async (bad) => {
      using project = temporaryProject();
      damage(project, "workflow:bad", bad);
      project.write("workflow:other.json", session);
      project.write(".lock", "");
      const { "workflow:bad.json": _, ...others } = project.snapshot() ?? {};
      const text = describeText(project.file("workflow:bad.json"));
      const { stderr, ...run } = await runScript("reset", ["workflow:bad"], { cwd: project.path, scripts });
      expect(run).toEqual({ exitCode: 0, stdout: "null\n" });
      expect(stderr.split("\n")).toHaveLength(2);
      expect(stderr).toStartWith(
        `warning: deleted a damaged session: ia/state/sessions/workflow:bad.json is damaged: ${bad.problem}; ${text}`,
      );
      expect(project.snapshot()).toEqual(others);
    },
  );

  test.concurrent("shows all of a damaged text of 4 KiB, escaped, and of a longer one the beginning with a count of the rest", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    const text = `{"pr_number":8,"é":"\u001b[2J\u009b\u202e\r\n"`.padEnd(4095, "x"); // é makes it 4096 bytes, ESC and the like more
    const exact = text.slice(0, text.length - (Buffer.byteLength(text) - 4096));
    project.write("exact.json", exact);
    project.write("longer.json", `${exact}yz`);
    const escaped = JSON.stringify(exact).replace("\u009b", "\\u009b").replace("\u202e", "\\u202e");
    const [one, other] = [await runScript("reset", ["exact"], options), await runScript("reset", ["longer"], options)];
    expect(one.stderr).toEndWith(`; its text was ${escaped}\n`);
    expect(other.stderr).toEndWith(`; its text was ${escaped} and 2 more bytes\n`);
  });

  test.concurrent.each(conditions)(
    "deletes a session if $condition holds, and keeps it if it does not",
    async ({ condition, others }) => {
      using project = temporaryProject();
      project.write("workflow:pr.json", session);
      project.write(".lock", "");
      const before = project.snapshot();
      const reset = (condition: string) => runScript("reset", ["workflow:pr", condition], { cwd: project.path, scripts });
      expect(await Promise.all(others.map(reset))).toEqual(
        others.map((other) => refused(6, unmet.moved(other, "workflow:pr", place))),
      );
      expect(project.snapshot()).toEqual(before);
      expect(await reset(condition)).toEqual(printed(session));
      expect(await reset(condition)).toEqual(refused(6, unmet.none(condition, "workflow:pr")));
    },
  );

  test.concurrent("keeps a damaged session if a condition is given, which nobody can check", async () => {
    using project = temporaryProject();
    project.write("workflow:bad.json", "{");
    project.write(".lock", "");
    const before = project.snapshot();
    const problem = "not JSON: expected a key in double quotes or the closing bracket, found the end at line 1, column 2";
    const runs = ["--if-step=init", "--if-updated=x"].map((condition) =>
      runScript("reset", ["workflow:bad", condition], { cwd: project.path, scripts }),
    );
    expect(await Promise.all(runs)).toEqual(runs.map(() => refused(4, damaged("workflow:bad", problem))));
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("says in a note what may be meant by a mistyped name, and nothing about one that is simply not active", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const before = project.snapshot();
    const options = { cwd: project.path, scripts };
    const near = ["pr", "workflow:prr", "Workflow_PR"];
    const runs = [...near, "all", "workflow:qa"].map((name) => runScript("reset", [name], options));
    expect(await Promise.all(runs)).toEqual([
      ...near.map((name) => noted(printed(null), `${name} has no session; did you mean workflow:pr?`)),
      noted(printed(null), `no session is called all; all sessions: ${scriptsPath}/get.ts --all`),
      printed(null),
    ]);
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("fails if something stands in the place of the session that it cannot delete", async () => {
    using project = temporaryProject();
    project.write("workflow:bad.json/inside", "kept");
    project.write(".lock", "");
    const before = project.snapshot();
    expect(await runScript("reset", ["workflow:bad"], { cwd: project.path, scripts })).toEqual(
      refused(
        1,
        `error: cannot delete ${project.file("workflow:bad.json")}: ENOTEMPTY: directory not empty\nhelp: it is a folder with something in it; look into it and remove it by hand\n`,
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
        "warning: deleted a damaged session: ../../ia/state/sessions/workflow:bad.json is damaged: not JSON: expected a value, found the end at line 1, column 1; it held no text\n",
    });
    expect(project.snapshot()).toEqual({ ".lock": "" });
  });

  test.concurrent.each(unwritable)("fails if stdout is $stdout, and says that the work is done", async ({ line, reason }) => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    expect(await runShell(line, "reset", ["workflow:pr"], { cwd: project.path, scripts })).toEqual(refused(1, unprinted(reason)));
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
      refused(1, `error: cannot lock ${project.file(".lock")}: EACCES: permission denied\n${checkOwner}`),
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
      refused(1, `error: cannot delete ${project.file("workflow:bad.json")}: EACCES: permission denied\n${checkOwner}`),
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
