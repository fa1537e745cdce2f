/** Many processes at once on one session: nothing is lost, nobody is robbed of the lock, a dead holder keeps nobody waiting. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bench, type Check, openProject, type Project, type Session, sampleText, succeeded } from "./check.ts";
import { holdLock, untilReady } from "./programs.ts";

/** Updates of one session by some processes at once; each has a step and a key of its own, and all must be there at the end. */
export async function updateByMany(project: Project, { workers, rounds }: { workers: number; rounds: number }): Promise<void> {
  const steps: string[] = [];
  let isOver = false;
  const work = async (worker: number) => {
    for (let round = 0; round < rounds && !isOver; round += 1) {
      const step = `w${worker}r${round}`;
      steps.push(step);
      succeeded(await project.run("set", ["workflow:crowd", step, `${step}=${round}`]), `set ${step}`);
    }
  };
  const works = Array.from({ length: workers }, (_, worker) => work(worker));
  try {
    await Promise.all(works);
  } finally {
    isOver = true;
    await Promise.allSettled(works);
  }
  const session = await project.answer("get", ["workflow:crowd"]);
  const count = (step: string) => session.steps.filter((each) => each === step).length;
  const lost = steps.filter((step) => count(step) !== 1 || !(step in session.context));
  assert.deepEqual(lost, [], `${lost.length} of ${steps.length} updates are lost`);
}

/** Another process that holds the lock of a project, until it is killed or `end` is called. */
async function startHolder({ rig, skill }: Bench, project: Project) {
  const end = join(project.root, "end");
  rmSync(end, { force: true });
  const paths = [project.file(".lock"), end].map(rig.windowsPath);
  const child = rig.start(holdLock, [`${skill}/lib`, ...paths], { cwd: project.root });
  await untilReady(child);
  return { child, end: () => writeFileSync(end, "") };
}

export const fewUpdates: Check = {
  name: "every update of 6 processes at once is there",
  run: async (bench) => updateByMany(openProject(bench), { workers: 6, rounds: 3 }),
};

export const stoppedHolder: Check = {
  name: "a holder of the lock that is stopped is waited for, and get waits for nobody",
  run: async (bench) => {
    const project = openProject(bench);
    await project.answer("set", ["workflow:pr", "init"]);
    const holder = await startHolder(bench, project);
    holder.child.kill("SIGSTOP");
    let isDone = false;
    const set = project.run("set", ["workflow:pr", "next"]).finally(() => {
      isDone = true;
    });
    for (let call = 0; call < 8; call += 1)
      assert.equal((await project.answer("get", ["workflow:pr"])).step, "init", "set did not wait");
    assert.equal(isDone, false, "set did not wait");
    holder.child.kill("SIGCONT");
    holder.end();
    succeeded(await set, "set");
  },
};

export const crowd: Check[] = [
  {
    name: "150 updates of 6 processes at once are all there",
    run: async (bench) => updateByMany(openProject(bench), { workers: 6, rounds: 25 }),
  },
  {
    name: "the lock of a holder that is killed is free, for who waits for it and for who comes later",
    run: async (bench) => {
      const project = openProject(bench);
      await project.answer("set", ["workflow:pr", "init"]);
      const holder = await startHolder(bench, project);
      const waiting = project.run("set", ["workflow:pr", "next"]);
      await project.answer("get", ["workflow:pr"]);
      holder.child.kill("SIGKILL");
      succeeded(await waiting, "set");
      assert.deepEqual((await project.answer("set", ["workflow:pr", "last"])).steps, ["init", "next", "last"]);
    },
  },
  stoppedHolder,
  {
    name: "of four saves at once one archives the session, and the others find none",
    run: async (bench) => {
      const project = openProject(bench);
      project.write("workflow%3Apr.json", sampleText);
      const saves = await Promise.all([1, 2, 3, 4].map(() => project.run("save", ["workflow:pr"])));
      assert.deepEqual(saves.map(({ exitCode }) => exitCode).sort(), [0, 3, 3, 3], saves.map(({ stderr }) => stderr).join(""));
      assert.equal((await project.answer<object[]>("get", ["--archived"])).length, 1);
    },
  },
  {
    name: "of four processes that claim what they read with --if-updated one succeeds",
    run: async (bench) => {
      const project = openProject(bench);
      const { updated_at } = await project.answer("set", ["workflow:pr", "init"]);
      const claim = (by: number) => project.run("set", ["workflow:pr", "next", `by=${by}`, `--if-updated=${updated_at}`]);
      const claims = await Promise.all([1, 2, 3, 4].map(claim));
      assert.deepEqual(claims.map(({ exitCode }) => exitCode).sort(), [0, 6, 6, 6], claims.map(({ stderr }) => stderr).join(""));
    },
  },
  {
    name: "a set that is killed leaves the old state or the new one, and the next one works",
    run: async (bench) => {
      const project = openProject(bench);
      await project.answer("set", ["workflow:pr", "s0"]);
      for (let kill = 0; kill < 6; kill += 1) {
        const { step }: Session = await project.answer("get", ["workflow:pr"]);
        await killed(bench, project, ["set", "workflow:pr", `killed${kill}`]);
        assert.ok([step, `killed${kill}`].includes((await project.answer("get", ["workflow:pr"])).step));
        await project.answer("set", ["workflow:pr", `s${kill + 1}`]);
      }
    },
  },
  {
    name: "a save that is killed and run again leaves one archive and no session",
    run: async (bench) => {
      const project = openProject(bench);
      for (let kill = 0; kill < 6; kill += 1) {
        project.write(`flow${kill}.json`, sampleText);
        await killed(bench, project, ["save", `flow${kill}`]);
        const { exitCode, stderr } = await project.run("save", [`flow${kill}`]);
        assert.ok(exitCode === 0 || exitCode === 3, stderr);
        assert.equal((await project.answer<object[]>("get", [`flow${kill}`, "--archived"])).length, 1);
      }
      assert.deepEqual(
        project.names().filter((name) => !name.endsWith(".tmp")),
        ["archives"],
      );
    },
  },
];

/** Runs a script and kills it at a moment of the time that a call takes. */
async function killed({ rig, skill }: Bench, { root }: Project, [script = "", ...args]: string[]): Promise<void> {
  const child = rig.start(script, args, { cwd: root, skill });
  setTimeout(() => child.kill("SIGKILL"), 60 + 120 * Math.random());
  await child.exited;
}
