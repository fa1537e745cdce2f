/** Windows neither replaces nor deletes a file that somebody has open, and a file may be missing while it is replaced. */
import assert from "node:assert/strict";
import { type Bench, type Check, openProject, type Project, sampleText, succeeded } from "./check.ts";
import { updateByMany } from "./crowd.ts";
import type { Process } from "./process.ts";
import { holdFile, runWhileAway, untilReady } from "./programs.ts";

const session = "workflow%3Acrowd.json";

/** Processes that open a file for some time, over and over, while a scope lasts. */
async function startReaders({ rig }: Bench, project: Project, { count, openMs }: { count: number; openMs: number }) {
  const args = [rig.windowsPath(project.file(session)), String(openMs), "5"];
  const readers = Array.from({ length: count }, () => rig.start(holdFile, args, { cwd: project.root }));
  await Promise.all(readers.map(untilReady));
  return { [Symbol.asyncDispose]: () => end(readers) };
}

async function end(children: Process[]): Promise<void> {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map(({ exited }) => exited));
}

export const heldByReaders: Check = {
  name: "50 writes succeed while two readers open the session file all the time",
  run: async (bench) => {
    const project = openProject(bench);
    await project.answer("set", ["workflow:crowd", "init"]);
    await using _readers = await startReaders(bench, project, { count: 2, openMs: 5 });
    await project.answer("reset", ["workflow:crowd"]);
    await updateByMany(project, { workers: 5, rounds: 10 });
  },
};

/** NTFS shows readers no file for a moment while it is replaced; Wine does not, so the file is really away. */
export const awayForMoment: Check = {
  name: "a session file that is away for a moment is not taken for absent by get, set, save and reset",
  run: async (bench) => {
    const { rig, skill } = bench;
    const expected = { get: ["init"], set: ["init", "next"], save: undefined, reset: ["init"] };
    for (const [script, steps] of Object.entries(expected)) {
      const project = openProject(bench);
      project.write(session, sampleText);
      const args = ["workflow:crowd", ...(script === "set" ? ["next"] : [])];
      const paths = [rig.windowsPath(project.file(session)), `${skill}/scripts/${script}.ts`];
      const outcome = await rig.run(runWhileAway, [...paths, ...args], { cwd: project.root });
      const answer = JSON.parse(succeeded(outcome, script).stdout);
      assert.deepEqual(answer?.steps, steps, `${script} says ${outcome.stdout}`);
    }
  },
};

export const readers: Check[] = [
  heldByReaders,
  {
    name: "save and reset succeed while a reader opens the session file all the time",
    run: async (bench) => {
      const project = openProject(bench);
      await project.answer("set", ["workflow:crowd", "init"]);
      await using _readers = await startReaders(bench, project, { count: 1, openMs: 5 });
      for (let round = 0; round < 2; round += 1) {
        await project.answer("save", ["workflow:crowd"]);
        await project.answer("set", ["workflow:crowd", "again"]);
        await project.answer("reset", ["workflow:crowd"]);
        await project.answer("set", ["workflow:crowd", "init"]);
      }
      assert.equal((await project.answer<object[]>("get", ["--archived"])).length, 2);
    },
  },
  {
    name: "a file that is kept open for good ends set with 1, says so, and leaves the old state and nothing else",
    run: async (bench) => {
      const project = openProject(bench);
      await project.answer("set", ["workflow:crowd", "init"]);
      const before = project.read(session);
      {
        await using _reader = await startReaders(bench, project, { count: 1, openMs: 1e9 });
        assert.match(await project.refusal(1, "set", ["workflow:crowd", "next"]), /another program/);
        assert.deepEqual([project.names(), project.read(session)], [[session], before]);
      }
      await project.answer("set", ["workflow:crowd", "next"]);
    },
  },
  {
    name: "get sees the session at every moment while others replace it, whole and with no fewer steps",
    run: async (bench) => {
      const project = openProject(bench);
      await project.answer("set", ["workflow:crowd", "init"]);
      let isOver = false;
      const writing = writeOn(project, 8).finally(() => {
        isOver = true;
      });
      for (let steps = 0, call = 0; !isOver; call += 1) {
        const now = call % 2 === 0 ? await project.answer("get", ["workflow:crowd"]) : (await listed(project))[0];
        assert.ok(now !== undefined && now.steps.length >= steps, `${JSON.stringify(now)} after ${steps} steps`);
        steps = now.steps.length;
      }
      await writing;
    },
  },
  awayForMoment,
];

function listed(project: Project): Promise<{ steps: string[] }[]> {
  return project.answer("get", ["--all"]);
}

async function writeOn(project: Project, count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) succeeded(await project.run("set", ["workflow:crowd", `s${step}`]), "set");
}
