/** The whole life of a session, as people and workflow skills go through it. */
import assert from "node:assert/strict";
import { type Check, openProject, type Session, sampleText } from "./check.ts";

export const start: Check = {
  name: "set starts a session, and get prints what set printed",
  run: async (bench) => {
    const project = openProject(bench);
    const session = await project.answer("set", ["workflow:pr", "init", "owner=alice", "pr_number=8"]);
    assert.deepEqual([session.step, session.steps], ["init", ["init"]]);
    assert.deepEqual(session.context, { owner: "alice", pr_number: 8 });
    assert.deepEqual(await project.answer("get", ["workflow:pr"]), session);
    assert.deepEqual(JSON.parse(project.read("workflow%3Apr.json")), session);
  },
};

export const lifeCycle: Check[] = [
  start,
  {
    name: "set moves a session on, and merges the context into the old one",
    run: async (bench) => {
      const project = openProject(bench);
      const before = await project.answer("set", ["workflow:pr", "init", '{"a":{"b":1,"c":2},"d":3}']);
      const after = await project.answer("set", ["workflow:pr", "find", '{"a":{"b":null},"d":4}']);
      assert.deepEqual(after.steps, ["init", "find"]);
      assert.deepEqual(after.context, { a: { c: 2 }, d: 4 });
      assert.equal(after.started_at, before.started_at);
      assert.ok(after.updated_at > before.updated_at);
    },
  },
  {
    name: "a project without sessions answers null and [], and nothing is made in it",
    run: async (bench) => {
      const project = openProject(bench);
      assert.equal(await project.answer("get", ["workflow:pr"]), null);
      assert.deepEqual(await project.answer("get", ["--all"]), []);
      assert.deepEqual(await project.answer("get", ["--archived"]), []);
      assert.equal(await project.answer("reset", ["workflow:pr"]), null);
      assert.match(await project.refusal(3, "save", ["workflow:pr"]), /no session to save/);
      assert.deepEqual(project.names(), []);
    },
  },
  {
    name: "a condition that does not hold ends with 6 and changes nothing, one that holds lets a write through",
    run: async (bench) => {
      const project = openProject(bench);
      const { updated_at } = await project.answer("set", ["workflow:pr", "init", "--if-new"]);
      const text = project.read("workflow%3Apr.json");
      await project.refusal(6, "set", ["workflow:pr", "again", "--if-new"]);
      await project.refusal(6, "set", ["workflow:pr", "next", "--if-step=other"]);
      await project.refusal(6, "reset", ["workflow:pr", "--if-updated=2025-01-29T15:05:00.000Z"]);
      assert.equal(project.read("workflow%3Apr.json"), text);
      await project.answer("set", ["workflow:pr", "next", "--if-step=init"]);
      await project.refusal(6, "save", ["workflow:pr", `--if-updated=${updated_at}`]);
    },
  },
  {
    name: "get --all lists the most recent session first and a damaged one last",
    run: async (bench) => {
      const project = openProject(bench);
      for (const workflow of ["workflow:a", "b", "workflow:c"]) await project.answer("set", [workflow, "init", "branch=feat/x"]);
      project.write("workflow%3Abad.json", "{");
      const all = await project.answer<{ workflow: string; error?: string }[]>("get", ["--all"]);
      assert.deepEqual(
        all.map(({ workflow }) => workflow),
        ["workflow:c", "b", "workflow:a", "workflow:bad"],
      );
      assert.match(all[3]?.error ?? "", /^ia\/state\/sessions\/workflow%3Abad\.json is damaged/);
      const brief = await project.answer<Record<string, string>[]>("get", ["--all", "--brief"]);
      assert.deepEqual(Object.keys(brief[0] ?? {}), ["workflow", "step", "updated_at", "branch"]);
    },
  },
  {
    name: "save --dry-run prints the Markdown and changes nothing",
    run: async (bench) => {
      const project = openProject(bench);
      await project.answer("set", ["workflow:pr", "init"]);
      const { exitCode, stdout } = await project.run("save", ["workflow:pr", "--dry-run"]);
      assert.equal(exitCode, 0);
      assert.match(stdout, /^---\nworkflow: workflow:pr\n[\s\S]*\n# workflow:pr: completed\n/);
      assert.deepEqual(project.names(), ["workflow%3Apr.json"]);
    },
  },
  {
    name: "save archives a session and deletes it, and get --archived lists the archive",
    run: async (bench) => {
      const project = openProject(bench);
      project.write("workflow%3Apr.json", sampleText);
      const saved = { workflow: "workflow:pr", status: "failed" };
      const archive = "ia/state/sessions/archives/2025-01-29-workflow-pr-feat-x.md";
      const answer = await project.answer<object>("save", ["workflow:pr", "--status=failed", "--notes=too late"]);
      assert.deepEqual(answer, { ...saved, archive });
      assert.deepEqual(project.names(), ["archives"]);
      const [listed] = await project.answer<object[]>("get", ["workflow:pr", "--archived"]);
      assert.deepEqual(listed, { ...listed, ...saved, archive, step: "init", branch: "feat/x", notes: "too late" });
      assert.match(await project.refusal(3, "save", ["workflow:pr"]), /no session to save/);
    },
  },
  {
    name: "save overwrites no archive",
    run: async (bench) => {
      const project = openProject(bench);
      const archives = [];
      for (const note of ["one", "two"]) {
        project.write("workflow%3Apr.json", sampleText);
        archives.push(await project.answer<{ archive: string }>("save", ["workflow:pr", `--notes=${note}`]));
      }
      assert.match(archives[1]?.archive ?? "", /-feat-x-2\.md$/);
      assert.match(project.read("archives/2025-01-29-workflow-pr-feat-x.md"), /^notes: one$/m);
    },
  },
  {
    name: "reset deletes a session and prints it",
    run: async (bench) => {
      const project = openProject(bench);
      const session = await project.answer("set", ["workflow:pr", "init"]);
      assert.deepEqual(await project.answer("reset", ["workflow:pr"]), session);
      assert.equal(await project.answer<Session | null>("get", ["workflow:pr"]), null);
      assert.deepEqual(project.names(), []);
    },
  },
  {
    name: "a damaged session ends get, set and save with 4, and reset deletes it and shows its text",
    run: async (bench) => {
      const project = openProject(bench);
      project.write("workflow%3Apr.json", '{"step": "lost"');
      for (const [script, ...args] of [["get"], ["set", "next"], ["save"]] as const)
        assert.match(await project.refusal(4, script, ["workflow:pr", ...args]), /ia\/state\/sessions\/workflow%3Apr\.json/);
      assert.equal(project.read("workflow%3Apr.json"), '{"step": "lost"');
      const { exitCode, stdout, stderr } = await project.run("reset", ["workflow:pr"]);
      assert.deepEqual({ exitCode, stdout }, { exitCode: 0, stdout: "null\n" });
      assert.match(stderr, /"lost/);
      assert.deepEqual(project.names(), []);
    },
  },
  {
    name: "wrong usage ends with 2, and --help and --version with 0",
    run: async (bench) => {
      const project = openProject(bench);
      await project.refusal(2, "set", ["workflow/pr", "init"]);
      await project.refusal(2, "get", ["workflow:pr", "--frobnicate"]);
      assert.match((await project.run("save", ["--help"])).stdout, /--dry-run/);
      assert.match((await project.run("get", ["--version"])).stdout, /^session-skill \d/);
    },
  },
];
