/**
 * Proof 7: a save that was killed when its archive was durable and its session still there, and is run again, ends with
 * one archive, whatever has become of its process and its files meanwhile: the process is dead and still there, because
 * nobody has reaped it; the folder is a copy of what it was; git took the files away and brought them back.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/project.ts";
import { bun, cleanEnvironment, scriptPath } from "../support/run-script.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { callInTurn, type Words } from "./calls.ts";
import { type Experiment, inParallel, Tally, width } from "./experiment.ts";
import { commit, git } from "./git.ts";
import { command } from "./rigs/rig.ts";
import { parseArchive, readState, sessionsOf, workflow } from "./state.ts";
import { until } from "./until.ts";

/** What becomes of a project after the kill; returns the folder to go on in. */
type Fate = { what: string; isReaped: boolean; befall: (root: string) => string };

const fates: Fate[] = [
  { what: "its process is not reaped", isReaped: false, befall: (root) => root },
  {
    what: "the project is copied",
    isReaped: true,
    befall: (root) => {
      command(["cp", "-a", root, `${root}-copy`]);
      return `${root}-copy`;
    },
  },
  {
    what: "everything is stashed and brought back",
    isReaped: true,
    befall: (root) => {
      git(root, "stash", "-u");
      git(root, "stash", "pop");
      return root;
    },
  },
];
const aftermaths: Words[][] = [
  [["save", workflow]],
  [
    ["set", "other", "step"],
    ["save", workflow],
  ],
  [
    ["set", workflow, "again", "branch=other"],
    ["save", workflow],
  ],
];

async function sweepFates(scripts: string): Promise<Tally> {
  const tally = new Tally();
  const points = fates.flatMap((fate) => aftermaths.map((turns) => ({ fate, turns })));
  await inParallel(points, width, async ({ fate, turns }) => {
    const name = `${fate.what}, then ${turns.map((words) => words.join(" ")).join(", ")}`;
    tally.point(name, await afterKill(fate, turns, scripts));
  });
  return tally;
}

async function afterKill({ isReaped, befall }: Fate, turns: Words[], scripts: string): Promise<string[]> {
  using folder = temporaryFolder();
  const root = join(folder.path, "project");
  mkdirSync(root);
  commit(root, "empty");
  const problems = await callInTurn([["set", workflow, "init", "branch=feat/x"]], { cwd: root, scripts });
  await using killed = await killSave(root, scripts);
  if (isReaped) await killed.reap();
  const halfSaved = readState(root);
  if (halfSaved.session === null || Object.keys(halfSaved.archives).length !== 1)
    problems.push("the kill came at another moment");
  const cwd = befall(root);
  problems.push(...(await callInTurn(turns, { cwd, scripts })));
  const { session, archives, temporaries } = readState(cwd);
  if (session !== null) problems.push("the session is still there");
  if (temporaries.length > 0) problems.push(`left behind: ${temporaries}`);
  const found = Object.values(archives).map(parseArchive);
  const steps = found[0]?.steps.length === (turns.length > 1 && turns[0]?.[1] === workflow ? 2 : 1);
  if (found.length !== 1 || !steps) problems.push(`${found.length} archives: ${JSON.stringify(archives)}`);
  return problems;
}

type Killed = AsyncDisposable & { /** Lets the killed process go. */ reap: () => Promise<void> };

/** Kills a save as it is about to delete the session. The process stays a zombie: its parent never asks for its end. */
async function killSave(cwd: string, scripts: string): Promise<Killed> {
  const at = ["-P", join(sessionsOf(cwd), `${workflow}.json`), "-e", "trace=?unlink,?unlinkat"];
  const kill = ["strace", "-D", "-qq", "-o", "/dev/null", ...at, "-e", "inject=?unlink,?unlinkat:signal=KILL"];
  const parent = Bun.spawn(
    ["/bin/sh", "-c", '"$@" > /dev/null 2>&1 & echo $!; exec sleep 600 > /dev/null', "sh", ...kill, bun, "run"].concat(
      scriptPath("save", scripts),
      workflow,
    ),
    { cwd, env: cleanEnvironment(), stdin: "ignore", stdout: "pipe", stderr: "inherit" },
  );
  const reap = async () => {
    parent.kill();
    await parent.exited;
  };
  const pid = (await parent.stdout.text()).trim();
  await until(() => isZombie(pid), "a killed save that is not reaped");
  return { reap, [Symbol.asyncDispose]: reap };
}

function isZombie(pid: string): boolean {
  return /^State:\sZ/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}

/** Believes a marker only if the process that wrote it is gone and the session's file is the one that it read. */
const inode = `require("node:fs").statSync(folder.path + "/" + workflow + ".json", { throwIfNoEntry: false })?.ino`;
const guessing: Edit[] = [
  {
    file: "lib/store/marker.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    find: '`${names.join("\\n")}\\n`',
    replace: `[...names, process.pid + " " + ${inode}, ""].join("\\n")`,
  },
  {
    file: "lib/store/marker.ts",
    find: "return [...new Set(lines)].filter(",
    replace: `const [pid, inode] = lines?.at(-2)?.split(" ") ?? [];
  if (require("node:fs").existsSync("/proc/" + pid) || inode !== String(${inode})) return [];
  return (lines ?? []).filter(`,
  },
];

const needs = ["strace", "git"] as const;

export const identities: Experiment[] = [
  { name: "identity: a killed save, its process and files", needs, run: sweepFates },
  { name: "identity: a marker with process and file version", needs, edits: guessing, run: sweepFates },
];
