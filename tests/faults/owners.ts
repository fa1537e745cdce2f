/**
 * Proof 13: owners. What another user has planted in a folder above a project is passed over: nothing of it is read, and
 * nothing is written there. And a run as root, as in a container, leaves the files of a project to their owner.
 */
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { call, callInTurn, type Place, type Words } from "./calls.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { asUser, type User } from "./rigs/other-user.ts";
import { command } from "./rigs/rig.ts";
import { old, writeSession } from "./scenario.ts";
import { sessionsOf, workflow } from "./state.ts";

const user: User = { uid: 1001 };
const stranger: User = { uid: 1002 };

/** What a stranger plants in the folder above, and whose that folder is, with its mode. */
type Plant = { what: string; mark: string; above: User; mode: number };

const plants: Plant[] = [
  { what: "another user's folder", mark: "ia/state/sessions", above: stranger, mode: 0o755 },
  { what: "another user's repository", mark: ".git", above: stranger, mode: 0o755 },
  { what: "sessions in a folder like /tmp", mark: "ia/state/sessions", above: { uid: 0 }, mode: 0o1777 },
  { what: "git in a folder like /tmp", mark: ".git", above: { uid: 0 }, mode: 0o1777 },
  { what: "the skill in a folder like /tmp", mark: ".claude/skills/session", above: { uid: 0 }, mode: 0o1777 },
  { what: "sessions in the user's open folder", mark: "ia/state/sessions", above: user, mode: 0o777 },
];

async function planted(scripts: string): Promise<Tally> {
  const tally = new Tally();
  for (const { what, mark, above, mode } of plants) {
    using place = temporaryFolder();
    const folder = join(place.path, "above");
    const cwd = join(folder, "work");
    mkdirSync(cwd, { recursive: true });
    mkdirSync(join(folder, mark), { recursive: true });
    if (mark === "ia/state/sessions") writeSession(folder, { ...old, step: "planted" });
    for (const entry of readdirSync(folder, { recursive: true }))
      chownSync(join(folder, String(entry)), stranger.uid, stranger.uid);
    chownSync(folder, above.uid, above.uid);
    chmodSync(folder, mode);
    chownSync(cwd, user.uid, user.uid);
    chmodSync(place.path, 0o755);
    const list = () => command(["find", folder, "-path", cwd, "-prune", "-o", "-printf", "%p %U %s %T@ %C@\n"]);
    const before = list();
    const problems = await passedOver({ cwd, scripts, under: asUser(user) });
    if (list() !== before) problems.push(`something has changed above: ${list()}`);
    tally.point(what, problems);
  }
  return tally;
}

/** A session of its own begins in the folder. */
async function passedOver(place: Place): Promise<string[]> {
  const first = await call(["get", workflow], place);
  const problems = first.stdout === "null\n" ? [] : [`get prints ${first.stdout}${first.stderr}`];
  problems.push(...(await callInTurn([["set", workflow, "own", "--if-new"]], place)));
  const { stdout } = await call(["get", "--all"], place);
  if (!stdout.includes('"steps":["own"]') || stdout.includes("planted")) problems.push(`get --all prints ${stdout}`);
  return problems;
}

/** Root writes in a project of a user, by every script that replaces or makes files; then the user goes on. */
const turns: Record<string, { asRoot: Words[]; after: Words[] }> = {
  set: { asRoot: [["set", workflow, "root"]], after: [["set", workflow, "user"]] },
  "set, then save": { asRoot: [["set", workflow, "root"]], after: [["save", workflow]] },
  "set, then reset": { asRoot: [["set", workflow, "root"]], after: [["reset", workflow]] },
  save: {
    asRoot: [["save", workflow]],
    after: [
      ["get", "--archived"],
      ["set", workflow, "again"],
      ["save", workflow],
    ],
  },
};

async function rootAfterUser(scripts: string): Promise<Tally> {
  const tally = new Tally();
  for (const [what, { asRoot, after }] of Object.entries(turns)) {
    using project = temporaryFolder();
    const cwd = project.path;
    mkdirSync(join(cwd, ".git"));
    chownSync(cwd, user.uid, user.uid);
    const session = join(sessionsOf(cwd), `${workflow}.json`);
    const asOwner = { cwd, scripts, under: [...asUser(user), "/bin/sh", "-c", 'umask 077; exec "$@"', "sh"] };
    const problems = await callInTurn(
      [
        ["set", "earlier", "init"],
        ["save", "earlier"],
        ["set", workflow, "init"],
      ],
      asOwner,
    );
    chmodSync(session, 0o640);
    problems.push(...(await callInTurn(asRoot, { cwd, scripts })));
    const archives = join(sessionsOf(cwd), "archives");
    const [archive = ""] = readdirSync(archives).filter((name) => name.includes("workflow-pr"));
    const file = what === "save" ? join(archives, archive) : session;
    const { uid, gid, mode } = statSync(file);
    if (uid !== user.uid || gid !== user.uid || (mode & 0o7777) !== 0o640)
      problems.push(`${file} is of ${uid}:${gid} with mode ${(mode & 0o7777).toString(8)}`);
    problems.push(...(await callInTurn(after, asOwner)));
    tally.point(what, problems);
  }
  return tally;
}

const trustingAll: Edit[] = [
  {
    file: "lib/store/project.ts",
    find: "if (own === undefined || user === undefined) return undefined;",
    replace: "return undefined;",
  },
];
const keepingNoOwner: Edit[] = [{ file: "lib/store/atomic-write.ts", find: "fchownSync(file, uid, gid);", replace: "" }];

const needs = ["other user"] as const;

export const owners: Experiment[] = [
  { name: "owners: planted above a project", needs, run: planted },
  { name: "owners: root writes after a user", needs, run: rootAfterUser },
  { name: "owners: every folder above is trusted", needs, edits: trustingAll, run: planted },
  { name: "owners: a file becomes its writer's", needs, edits: keepingNoOwner, run: rootAfterUser },
];
