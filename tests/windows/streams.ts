/** Text that comes in and goes out: UTF-8, standard input, `NUL`, the console. */
import assert from "node:assert/strict";
import { type Check, openProject, type Session, succeeded } from "./check.ts";
import { redirectToNul } from "./programs.ts";

const text = "Grüße, 日本語 🦊 → “ok”";

export const toNul: Check = {
  name: "a write whose output goes to NUL is done and ends with 0",
  run: async (bench) => {
    const project = openProject(bench);
    const script = `${bench.skill}/scripts/set.ts`.replaceAll("/", "\\");
    const { stdout, stderr } = await bench.rig.run(redirectToNul, [script, "workflow:pr", "init"], { cwd: project.root });
    assert.deepEqual(JSON.parse(stdout), { exitCode: 0, output: "" }, `${stdout}${stderr}`);
    assert.equal((await project.answer("get", ["workflow:pr"])).step, "init");
  },
};

export const streams: Check[] = [
  {
    name: "a context and a step in UTF-8 come back as they were given",
    run: async (bench) => {
      const project = openProject(bench);
      const set = await project.answer("set", ["workflow:pr", text, `title=${text}`, `more:="${text}"`]);
      assert.deepEqual([set.step, set.context], [text, { title: text, more: text }]);
      assert.deepEqual(await project.answer("get", ["workflow:pr"]), set);
      assert.ok(project.read("workflow%3Apr.json").includes(text));
    },
  },
  {
    name: "notes in UTF-8 stand in the archive",
    run: async (bench) => {
      const project = openProject(bench);
      await project.answer("set", ["workflow:pr", "init", `branch=${text}`]);
      const { archive } = await project.answer<{ archive: string }>("save", ["workflow:pr", `--notes=${text}`]);
      assert.match(archive, /^[\w/-]+-Gr-e-ok\.md$/);
      const [listed] = await project.answer<{ notes: string; branch: string }[]>("get", ["--archived"]);
      assert.deepEqual([listed?.notes, listed?.branch], [text, text]);
    },
  },
  {
    name: "- reads the context from standard input, with line ends of Windows too",
    run: async (bench) => {
      const project = openProject(bench);
      const stdin = `{\r\n  "title": ${JSON.stringify(text)},\r\n  "n": 1\r\n}\r\n`;
      assert.deepEqual((await project.answer("set", ["workflow:pr", "init", "-"], { stdin })).context, { title: text, n: 1 });
      const nothing = await project.run("set", ["workflow:pr", "next", "-"], { stdin: "" });
      assert.deepEqual([nothing.exitCode, nothing.stdout], [2, ""]);
      assert.equal((await project.answer("get", ["workflow:pr"])).step, "init");
    },
  },
  {
    name: "--notes=- reads the notes from standard input",
    run: async (bench) => {
      const project = openProject(bench);
      await project.answer("set", ["workflow:pr", "init"]);
      await project.answer("save", ["workflow:pr", "--notes=-"], { stdin: `${text}\nsecond line` });
      const [listed] = await project.answer<{ notes: string }[]>("get", ["--archived"]);
      assert.equal(listed?.notes, `${text}\nsecond line`);
    },
  },
  toNul,
  {
    name: "on a console a write is done and said in words, and get --all is a list in colours",
    run: async (bench) => {
      const project = openProject(bench);
      const onConsole = (script: string, ...args: string[]) =>
        bench.rig.runOnConsole(script, args, { cwd: project.root, skill: bench.skill });
      const set = await onConsole("set", "workflow:pr", "init");
      assert.equal(set.exitCode, 0, set.screen);
      assert.match(Bun.stripANSI(set.screen), /^workflow:pr started at init/);
      const list = await onConsole("get", "--all");
      assert.equal(list.exitCode, 0, list.screen);
      assert.match(Bun.stripANSI(list.screen), /^WORKFLOW +STEP[^\n]*\s+workflow:pr +init .*just now/);
      assert.ok(list.screen.includes("\u001b[36minit\u001b[0m"), JSON.stringify(list.screen));
    },
  },
  {
    name: "the console of a coding agent gets JSON",
    run: async (bench) => {
      const project = openProject(bench);
      const options = { cwd: project.root, skill: bench.skill, env: { CLAUDECODE: "1" } };
      const { exitCode, screen } = await bench.rig.runOnConsole("set", ["workflow:pr", "init"], options);
      assert.equal(exitCode, 0, screen);
      const session: Session = JSON.parse(Bun.stripANSI(screen).replaceAll(/\r?\n/g, ""));
      assert.equal(session.step, "init");
    },
  },
  {
    name: "a result of 100 KB arrives whole in a pipe",
    run: async (bench) => {
      const project = openProject(bench);
      const stdin = JSON.stringify({ log: text.repeat(4000) });
      succeeded(await project.run("set", ["workflow:pr", "init", "-"], { stdin }), "set");
      assert.equal((await project.answer("get", ["workflow:pr"])).context["log"], text.repeat(4000));
    },
  },
];
