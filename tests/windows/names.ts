/** The names that the scripts give to files: legal on Windows, and there and back again. */
import assert from "node:assert/strict";
import { readdirSync, watch } from "node:fs";
import { type Check, openProject, sampleText } from "./check.ts";

const colon: Check = {
  name: "the session of workflow:x is stored as workflow%3Ax.json",
  run: async (bench) => {
    const project = openProject(bench);
    for (const workflow of ["workflow:x", "a:b:c", "plain.v1_2-x"]) await project.answer("set", [workflow, "init"]);
    assert.deepEqual(project.names(), ["a%3Ab%3Ac.json", "plain.v1_2-x.json", "workflow%3Ax.json"]);
    const all = await project.answer<{ workflow: string }[]>("get", ["--all"]);
    assert.deepEqual(all.map(({ workflow }) => workflow).sort(), ["a:b:c", "plain.v1_2-x", "workflow:x"]);
  },
};

export const names: Check[] = [
  colon,
  {
    name: "reserved device names can be workflows, and no file has such a name",
    run: async (bench) => {
      const project = openProject(bench);
      const stored = {
        con: "%63on",
        NUL: "%4eUL",
        aux: "%61ux",
        com1: "%63om1",
        "aux.build": "%61ux.build",
        "prn:x": "%70rn%3Ax",
      };
      for (const workflow of Object.keys(stored)) await project.answer("set", [workflow, "init"]);
      assert.deepEqual(
        project.names(),
        Object.values(stored)
          .map((name) => `${name}.json`)
          .sort(),
      );
      for (const workflow of ["con", "aux.build"]) {
        assert.deepEqual((await project.answer("get", [workflow])).steps, ["init"]);
        await project.answer("save", [workflow]);
      }
      const all = await project.answer<{ workflow: string }[]>("get", ["--all"]);
      assert.deepEqual(all.map(({ workflow }) => workflow).sort(), ["NUL", "aux", "com1", "prn:x"]);
    },
  },
  {
    name: "names that only begin like a device are stored as they are",
    run: async (bench) => {
      const project = openProject(bench);
      for (const workflow of ["console", "com10", "null"]) await project.answer("set", [workflow, "init"]);
      assert.deepEqual(project.names(), ["com10.json", "console.json", "null.json"]);
    },
  },
  {
    name: "a file that a hand named workflow%3ax.json is the session of workflow:x",
    run: async (bench) => {
      const project = openProject(bench);
      project.write("workflow%3ax.json", sampleText);
      assert.equal((await project.answer("get", ["workflow:x"])).step, "init");
      await project.answer("set", ["workflow:x", "next"]);
      assert.deepEqual((await project.answer<{ steps: string[] }[]>("get", ["--all"]))[0]?.steps, ["init", "next"]);
      assert.equal(project.names().length, 1);
    },
  },
  {
    name: "a file with a name that stands for no workflow is no session",
    run: async (bench) => {
      const project = openProject(bench);
      for (const name of ["workflow%2Fx.json", "con%2Ejson.json", "%70lain.json", "notes.txt"]) project.write(name, sampleText);
      assert.deepEqual(await project.answer("get", ["--all"]), []);
    },
  },
  {
    name: "the longest name with the most colons goes through its whole life",
    run: async (bench) => {
      const project = openProject(bench);
      const workflow = "a:".repeat(59).concat("ab");
      await project.answer("set", [workflow, "init"]);
      await project.answer("set", [workflow, "next"]);
      await project.answer("save", [workflow]);
      assert.deepEqual(project.names(), ["archives"]);
    },
  },
];

/** What forbids a name on Windows: a character, a space or a dot at the end, a device before the first dot. */
const illegal = /[<>:"/\\|?*\p{Cc}]|[. ]$|^(?:con|prn|aux|nul|(?:com|lpt)[\d¹²³])(?=\.|$)/iu;

/**
 * Records every name that is made below a folder, the temporary ones too, while the checks run. It is to be conducted
 * last; that it sees the names of temp files and markers, which do not last, is its own control.
 */
export function watchNames(folder: string): Check {
  const seen = new Set<string>();
  const watcher = watch(folder, { recursive: true }, (_, path) => {
    for (const name of path?.split("/") ?? []) seen.add(name);
  });
  watcher.unref();
  return {
    name: "no name that was made in the whole run is illegal on Windows",
    run: async () => {
      watcher.close();
      for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }))
        for (const name of path.split("/")) seen.add(name);
      for (const form of [/^\.[0-9a-f-]{36}\.tmp$/, /^\..*%3A.*\.saving\.tmp$/, /^%63on\.json$/, /\.md$/])
        assert.ok(
          [...seen].some((name) => form.test(name)),
          `no name like ${form} was seen`,
        );
      assert.deepEqual(
        [...seen].filter((name) => illegal.test(name)),
        [],
      );
    },
  };
}

/** The same for one project, at its end: what it has to catch is the name of a session. */
export const legalNames: Check = {
  name: "the session of workflow:x has a name that is legal on Windows",
  run: async (bench) => {
    const project = openProject(bench);
    await project.answer("set", ["workflow:x", "init"]);
    await project.answer("set", ["con", "init"]);
    assert.deepEqual(
      project.names().filter((name) => illegal.test(name)),
      [],
    );
  },
};
