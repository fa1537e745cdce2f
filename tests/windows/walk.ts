/** The walk upwards to the project, on a drive and on a share, and how paths are printed. */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Bench, type Check, openProject, type Project } from "./check.ts";
import type { Outcome } from "./process.ts";
import { chdirAndRun } from "./programs.ts";

/** A project with a session, in a folder `app` that its siblings' names begin with. */
async function openApp(bench: Bench): Promise<{ app: Project; beside: (path: string) => string }> {
  const outer = bench.rig.makeFolder(bench.below);
  const beside = (path: string) => makeFolder(join(outer, path));
  const app = openProject(bench, beside("app"));
  await app.answer("set", ["workflow:pr", "init"]); // with nothing that marks a project above, it is the current folder
  return { app, beside };
}

function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

export const subfolder: Check = {
  name: "a subfolder finds the project, and paths are printed from there with /",
  run: async (bench) => {
    const { app, beside } = await openApp(bench);
    const cwd = beside("app/some/deep er");
    assert.equal((await app.answer("get", ["workflow:pr"], { cwd }))?.step, "init");
    app.write("workflow%3Abad.json", "{");
    const { exitCode, stderr } = await app.run("get", ["workflow:bad"], { cwd });
    assert.equal(exitCode, 4);
    assert.match(stderr, /^error: \.\.\/\.\.\/ia\/state\/sessions\/workflow%3Abad\.json is damaged/);
    const { archive } = await app.answer<{ archive: string }>("save", ["workflow:pr"], { cwd });
    assert.match(archive, /^\.\.\/\.\.\/ia\/state\/sessions\/archives\/[\w-]+\.md$/);
  },
};

export const walk: Check[] = [
  subfolder,
  {
    name: "a folder beside a project does not read its sessions",
    run: async (bench) => {
      const { app, beside } = await openApp(bench);
      const cwd = beside("app2/deep");
      assert.equal(await app.answer("get", ["workflow:pr"], { cwd }), null);
      assert.deepEqual(await app.answer("get", ["--all"], { cwd }), []);
    },
  },
  {
    name: "a package with sessions of its own does not see those of the repository around it",
    run: async (bench) => {
      const { app, beside } = await openApp(bench);
      const inner = openProject(bench, beside("app/packages/one"));
      makeFolder(inner.file(""));
      await inner.answer("set", ["workflow:inner", "init"]);
      assert.deepEqual(inner.names(), ["workflow%3Ainner.json"]);
      assert.deepEqual(app.names(), ["workflow%3Apr.json"]);
    },
  },
  {
    name: "an error names a path of Windows with / and nothing else",
    run: async (bench) => {
      const project = openProject(bench);
      project.write(".lock", "not empty");
      const stderr = await project.refusal(1, "set", ["workflow:pr", "init"]);
      assert.ok(stderr.includes(`cannot lock ${bench.rig.windowsPath(project.file(".lock"))}: it is not empty`), stderr);
      assert.doesNotMatch(stderr, /\\|ls -l|fuser|\/dev\//);
    },
  },
  {
    name: "the personal skill in the home folder marks no project",
    run: async (bench) => {
      const home = join(bench.rig.drive, "users/root");
      makeFolder(join(home, ".claude/skills/session"));
      const project = openProject(bench, makeFolder(join(home, "plans")));
      await project.answer("set", ["workflow:pr", "init"]);
      assert.deepEqual(project.names(), ["workflow%3Apr.json"]);
      assert.deepEqual(await project.answer("get", ["--all"], { cwd: home }), []);
    },
  },
  {
    name: "on a share, \\\\server\\share, a subfolder finds the project, and a folder beside it does not",
    run: async (bench) => {
      const share = join(bench.rig.drive, "../dosdevices/unc/server", bench.below); // Wine's place for \\server
      const { file } = openProject(bench, join(share, "app"));
      for (const path of ["app/.git", "app/deep", "app2/deep"]) makeFolder(join(share, path));
      const call = async (path: string, script: string, ...args: string[]): Promise<Outcome> => {
        const cwd = ["", "", "server", bench.below, ...path.split("/")].join("\\");
        const scripts = `${bench.skill}/scripts/${script}.ts`;
        return bench.rig.run(chdirAndRun, [cwd, scripts, ...args], { cwd: bench.rig.drive });
      };
      const first = await call("app/deep", "set", "workflow:pr", "init");
      assert.equal(first.exitCode, 0, first.stderr);
      assert.equal((await call("app", "get", "workflow:pr")).stdout, first.stdout);
      assert.equal((await call("app2/deep", "get", "workflow:pr")).stdout, "null\n");
      const { stdout } = await call("app/deep", "save", "workflow:pr");
      assert.match(JSON.parse(stdout).archive, /^\.\.\/ia\/state\/sessions\/archives\//);
      assert.deepEqual(openProject(bench, join(share, "app")).names(), ["archives"], file(""));
    },
  },
];
