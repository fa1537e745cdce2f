/** Names that differ in case only, for which Windows has one file. */
import assert from "node:assert/strict";
import { type Check, openProject, sampleText } from "./check.ts";

export const otherCase: Check = {
  name: "get of another spelling prints null and notes the near name",
  run: async (bench) => {
    const project = openProject(bench);
    await project.answer("set", ["workflow:pr", "init"]);
    const { exitCode, stdout, stderr } = await project.run("get", ["workflow:PR"]);
    assert.deepEqual({ exitCode, stdout }, { exitCode: 0, stdout: "null\n" });
    assert.match(stderr, /^note: .*workflow:pr/);
  },
};

export const spelling: Check[] = [
  otherCase,
  {
    name: "set, save and reset of another spelling end with 2, name the one that is there, and change nothing",
    run: async (bench) => {
      const project = openProject(bench);
      await project.answer("set", ["workflow:pr", "init"]);
      const text = project.read("workflow%3Apr.json");
      for (const [script, ...args] of [["set", "next"], ["set", "next", "--if-new"], ["save"], ["reset"]] as const)
        assert.match(await project.refusal(2, script, ["Workflow:PR", ...args]), /workflow:pr differ in case only/);
      assert.match(await project.refusal(2, "save", ["Workflow:PR", "--dry-run"]), /workflow:pr differ in case only/);
      assert.deepEqual(project.names(), ["workflow%3Apr.json"]);
      assert.equal(project.read("workflow%3Apr.json"), text);
    },
  },
  {
    name: "a damaged file is another workflow's too: get prints null, and reset does not delete it",
    run: async (bench) => {
      const project = openProject(bench);
      project.write("workflow%3Apr.json", "{");
      assert.equal((await project.run("get", ["workflow:PR"])).stdout, "null\n");
      await project.refusal(2, "reset", ["workflow:PR"]);
      assert.equal(project.read("workflow%3Apr.json"), "{");
    },
  },
  {
    name: "a session has the spelling that its file has, in get --all too",
    run: async (bench) => {
      const project = openProject(bench);
      project.write("Workflow%3APR.json", sampleText);
      assert.equal((await project.answer("get", ["Workflow:PR"])).step, "init");
      await project.answer("set", ["Workflow:PR", "next"]);
      const [listed] = await project.answer<{ workflow: string; step: string }[]>("get", ["--all"]);
      assert.deepEqual([listed?.workflow, listed?.step], ["Workflow:PR", "next"]);
    },
  },
  {
    name: "after a save or a reset of one spelling the other one is free, and their archives stand side by side",
    run: async (bench) => {
      const project = openProject(bench);
      await project.answer("set", ["workflow:pr", "init"]);
      const first = await project.answer<{ archive: string }>("save", ["workflow:pr"]);
      await project.answer("set", ["workflow:PR", "init"]);
      const second = await project.answer<{ archive: string }>("save", ["workflow:PR"]);
      assert.match(first.archive, /-workflow-pr\.md$/);
      assert.match(second.archive, /-workflow-PR-2\.md$/);
      assert.equal((await project.answer<object[]>("get", ["--archived"])).length, 2);
    },
  },
];
