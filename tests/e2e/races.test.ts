/** Many processes at once lose nothing; each proof has a control, a copy without the protection, that is seen to fail. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { copies } from "../support/copies.ts";
import { temporaryFolder, temporaryProject } from "../support/project.ts";
import { bun, cleanEnvironment, runJson, runScript, type ScriptName, scriptPath } from "../support/run-script.ts";
import { canFreezeClock, runShell, withFrozenClock } from "../support/run-shell.ts";
import { session } from "../support/sample.ts";
import { type Edit, unsafeCopy } from "../support/unsafe-copy.ts";

setDefaultTimeout(120_000);

/**
 * Takes out both protections: nobody locks, and nobody looks before the rename whether the session has changed. Where
 * one would look there is a pause, so that the race is lost soon, and not only on a machine that is slow enough.
 */
const unlocked: Edit[] = [
  { file: "lib/store/lock.ts", find: 'file.run("BEGIN IMMEDIATE");', replace: "" },
  { file: "lib/store/lock.ts", find: 'file.run("PRAGMA user_version = 1");', replace: "" },
  {
    file: "lib/store/transaction.ts",
    find: "if (!isSameVersion(readVersion(path), version) || !lock.isHeld()) throw new NewStart();",
    replace: "Bun.sleepSync(200); void [lock, path, version];",
  },
];

type State = { steps: string[]; context: Record<string, unknown> };
type Outcome = { codes: Record<string, number>; workflows: Record<string, State> };

/** How many of the runs ended with each exit code. */
function count(codes: (number | null)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[`${code}`] = (counts[`${code}`] ?? 0) + 1;
  return counts;
}

/** Runs 32 processes at once, each of which adds a step and a key to one of these workflows; lists are sorted. */
async function setAtOnce(scripts: string, workflows: string[]): Promise<Outcome> {
  using project = temporaryProject();
  const options = { cwd: project.path, scripts };
  const runs = Array.from({ length: 32 }, (_, index) =>
    runScript("set", [workflows[index % workflows.length] ?? "", `step-${index}`, `key-${index}=${index}`], options),
  );
  const codes = (await Promise.all(runs)).map(({ exitCode }) => exitCode);
  const found: Record<string, State> = {};
  for (const workflow of workflows) {
    const { steps, context } = await runJson<State>("get", [workflow], options);
    found[workflow] = { steps: steps.sort(), context };
  }
  return { codes: count(codes), workflows: found };
}

/** What `setAtOnce` comes to if nothing is lost. */
function complete(workflows: string[]): Outcome {
  const found: Record<string, State> = {};
  for (const [place, workflow] of workflows.entries()) {
    const indexes = Array.from({ length: 32 }, (_, index) => index).filter((index) => index % workflows.length === place);
    found[workflow] = {
      steps: indexes.map((index) => `step-${index}`).sort(),
      context: Object.fromEntries(indexes.map((index) => [`key-${index}`, index])),
    };
  }
  return { codes: { 0: 32 }, workflows: found };
}

/** Runs 16 processes at once that each want to be the first, and tells their exit codes. */
async function startAtOnce(scripts: string): Promise<Record<string, number>> {
  using project = temporaryProject();
  const options = { cwd: project.path, scripts };
  const runs = Array.from({ length: 16 }, (_, index) => runScript("set", ["one", `agent-${index}`, "--if-new"], options));
  const ended = await Promise.all(runs);
  const winner = ended.findIndex(({ exitCode }) => exitCode === 0);
  const state = await runJson<State>("get", ["one"], options);
  const codes = count(ended.map(({ exitCode }) => exitCode));
  return state.steps.join() === `agent-${winner}` ? codes : { ...codes, "another's step": 1 };
}

/**
 * Runs 32 processes at once that have read one state and all set the step it stands at; tells their exit codes, and
 * whether the one that claimed it is the one whose name is there.
 */
async function claimAtOnce(scripts: string, line = '"$@"'): Promise<Record<string, number>> {
  using project = temporaryProject();
  const options = { cwd: project.path, scripts };
  await runShell(line, "set", ["one", "review"], options);
  const { updated_at } = await runJson<{ updated_at: string }>("get", ["one"], options);
  const claims = Array.from({ length: 32 }, (_, index) =>
    runShell(line, "set", ["one", "review", `by=${index}`, `--if-updated=${updated_at}`], options),
  );
  const ended = await Promise.all(claims);
  const { steps, context } = await runJson<State>("get", ["one"], options);
  const codes = count(ended.map(({ exitCode }) => exitCode));
  const isTheirs = ended[Number(context["by"])]?.exitCode === 0 && steps.join() === "review";
  return isTheirs ? codes : { ...codes, "another's claim": 1 };
}

/** Runs a race until its outcome is not the safe one, and returns the last outcome: a race is not certain to be lost at once. */
async function untilLost<T>(race: () => Promise<T>, safe: T): Promise<T> {
  let outcome = safe;
  for (let attempt = 0; attempt < 10 && Bun.deepEquals(outcome, safe); attempt += 1) outcome = await race();
  return outcome;
}

const oneWorkflow = ["workflow:pr"];
const fourWorkflows = ["a", "b", "c", "d"];
const oneWinner = { 0: 1, 6: 15 };
const oneClaim = { 0: 1, 6: 31 };

describe.each(copies)("of processes at once, from $name,", ({ scripts }) => {
  test("32 that set one workflow all succeed, and every step and key is there", async () => {
    expect(await setAtOnce(scripts, oneWorkflow)).toEqual(complete(oneWorkflow));
  });

  test("32 that set four workflows all succeed, and every step and key is there", async () => {
    expect(await setAtOnce(scripts, fourWorkflows)).toEqual(complete(fourWorkflows));
  });

  test("exactly one of 16 that start a workflow with --if-new succeeds, and 15 are told that the condition does not hold", async () => {
    expect(await startAtOnce(scripts)).toEqual(oneWinner);
  });

  test("exactly one of 32 that read one state and set its very step with --if-updated succeeds", async () => {
    expect(await claimAtOnce(scripts)).toEqual(oneClaim);
  });

  test.skipIf(!canFreezeClock)("exactly one of 32 claims a state with --if-updated while the clock stands still", async () => {
    expect(await claimAtOnce(scripts, withFrozenClock)).toEqual(oneClaim);
  });

  test("exactly one of 16 that save a session succeeds, and there is one archive", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    await runJson("set", ["one", "init"], options);
    const ended = await Promise.all(Array.from({ length: 16 }, () => runScript("save", ["one"], options)));
    expect(count(ended.map(({ exitCode }) => exitCode))).toEqual({ 0: 1, 3: 15 });
    const names = Object.keys(project.snapshot() ?? {}).sort();
    expect(names).toEqual([".lock", "archives", expect.stringMatching(/^archives\/.*-one\.md$/)]);
  });
});

describe.skipIf(!canFreezeClock)("with a time that need not grow, as a control,", () => {
  test("all of 32 processes claim a state with --if-updated while the clock stands still", async () => {
    using copy = unsafeCopy([
      { file: "lib/session/time.ts", find: "now.getTime() > last ? now.getTime() : last + 1", replace: "now.getTime()" },
    ]);
    expect((await claimAtOnce(copy.scripts, withFrozenClock))[0]).toBe(32);
  });
});

/** Runs a script in a project that is moved away, and another put in its place, when standard input is read; tells the steps in both. */
function callWhileMoving(script: ScriptName, args: string[], stdin: string, scripts: string) {
  using folder = temporaryFolder();
  const [here, moved, other] = ["here", "moved", "other"].map((name) => `${folder.path}/${name}`) as [string, string, string];
  for (const [path, step] of [
    [here, "mine"],
    [other, "theirs"],
  ] as const) {
    mkdirSync(`${path}/.git`, { recursive: true });
    mkdirSync(`${path}/ia/state/sessions`, { recursive: true });
    writeFileSync(`${path}/ia/state/sessions/one.json`, JSON.stringify({ ...session, step, steps: [step] }));
  }
  const mover = `${folder.path}/mover.cjs`;
  const names = JSON.stringify([
    [here, moved],
    [other, here],
  ]);
  writeFileSync(
    mover,
    `const fs = require("node:fs");
     const { readSync } = fs;
     const moves = ${names};
     process.cwd(); // from now on Bun has an answer to keep
     fs.readSync = (file, ...rest) => {
       if (file === 0) for (const move of moves.splice(0)) fs.renameSync(...move);
       return readSync(file, ...rest);
     };`,
  );
  const command = [bun, "run", "--preload", mover, scriptPath(script, scripts), ...args];
  const { exitCode } = Bun.spawnSync(command, { cwd: here, env: cleanEnvironment(), stdin: Buffer.from(stdin) });
  const stepsIn = (path: string) => {
    const file = `${path}/ia/state/sessions/one.json`;
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).steps.join() : "none";
  };
  return { exitCode, mine: stepsIn(moved), theirs: stepsIn(here) };
}

describe.each(copies)("a project that is moved away while standard input is read, from $name,", ({ scripts }) => {
  test("is the one that is changed, and not another that has taken its place", () => {
    const set = callWhileMoving("set", ["one", "next", "-"], "{}", scripts);
    expect(set).toEqual({ exitCode: 0, mine: "mine,next", theirs: "theirs" });
    const save = callWhileMoving("save", ["one", "--notes=-"], "done", scripts);
    expect(save).toEqual({ exitCode: 0, mine: "none", theirs: "theirs" });
  });
});

describe("with the project found before standard input is read, as a control,", () => {
  test("the other project is changed", () => {
    const late = "  const patch = readContext(given, stdin);\n  const project = findProject();\n";
    const early = "  const project = findProject();\n  const patch = readContext(given, stdin);\n";
    using copy = unsafeCopy([{ file: "scripts/set.ts", find: late, replace: early }]);
    const run = callWhileMoving("set", ["one", "next", "-"], "{}", copy.scripts);
    expect(run).toEqual({ exitCode: 0, mine: "mine", theirs: "theirs,next" });
  });
});

describe("without the lock, as a control,", () => {
  test("of 32 processes that set one workflow some lose what another did", async () => {
    using copy = unsafeCopy(unlocked);
    const outcome = await untilLost(() => setAtOnce(copy.scripts, oneWorkflow), complete(oneWorkflow));
    expect(outcome.workflows).not.toEqual(complete(oneWorkflow).workflows);
  });

  test("more than one of 16 processes start the same workflow with --if-new", async () => {
    using copy = unsafeCopy(unlocked);
    const outcome = await untilLost(() => startAtOnce(copy.scripts), oneWinner);
    expect(outcome[0]).toBeGreaterThan(1);
  });

  test("more than one of 32 processes claim a state with --if-updated", async () => {
    using copy = unsafeCopy(unlocked);
    const outcome = await untilLost(() => claimAtOnce(copy.scripts), oneClaim);
    expect(outcome[0]).toBeGreaterThan(1);
  });
});
