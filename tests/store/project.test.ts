/** Where a project is: what marks its root, on the way up from the current folder, and what does not. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, rmdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { findProject, findWay } from "../../lib/store/project.ts";
import { temporaryFolder } from "../support/project.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";
import { actAs, giveTo, isRoot } from "./fixture.ts";
import { testWithTwoDisks } from "./machine.ts";

const at = (root: string) => ({ root, sessions: `${root === "/" ? "" : root}/ia/state/sessions` });
const failure = (message: string, help?: string) =>
  expect.objectContaining({ code: "failed", message, ...(help === undefined ? {} : { help }) });

function makeFolders(...paths: string[]): void {
  for (const path of paths) mkdirSync(path, { recursive: true });
}

function makeLink(target: string, path: string): void {
  makeFolders(dirname(path));
  symlinkSync(target, path);
}

function makeFile(path: string): void {
  makeFolders(dirname(path));
  writeFileSync(path, "");
}

/** What `findProject()` prints in a process of its own. */
async function findIn(cwd: string, env: Record<string, string> = {}): Promise<string> {
  const script = `
    const { findProject } = await import(${JSON.stringify(`${repository}/lib/store/project.ts`)});
    console.log(findProject().root);`;
  const child = Bun.spawn([bun, "-e", script], { cwd, env: cleanEnvironment(env), stdout: "pipe", stderr: "inherit" });
  return (await child.stdout.text()).trim();
}

describe("the current folder", () => {
  test("that is gone has no project", () => {
    const before = process.cwd();
    using folder = temporaryFolder();
    process.chdir(folder.path);
    try {
      rmdirSync(folder.path);
      const message = expect.stringMatching(/^cannot find the current folder: ENOENT: /);
      const help = "change to a folder that exists";
      expect(() => findProject()).toThrow(expect.objectContaining({ code: "failed", message, help }));
    } finally {
      process.chdir(before);
    }
  });

  test("is where the search begins", async () => {
    using folder = temporaryFolder();
    makeFolders(`${folder.path}/.git`, `${folder.path}/a`);
    expect(await findIn(`${folder.path}/a`)).toBe(folder.path);
  });

  test.each([
    ["caf\\351", "the path of the current folder is not UTF-8 text"],
    ["caf\\357\\277\\275", "found"], // U+FFFD itself, as a letter of the name
  ])("whose name has the bytes %s: %s", async (name, outcome) => {
    using folder = temporaryFolder();
    const script = `
      import { findProject } from ${JSON.stringify(`${repository}/lib/store/project.ts`)};
      if (findProject().root === process.cwd()) console.error("found");`;
    const line = 'mkdir -p "$1/$(printf "$4")/.git" && cd "$1"/caf* && exec "$2" -e "$3"';
    const child = Bun.spawn(["bash", "-c", line, "bash", folder.path, bun, script, name], {
      stderr: "pipe",
      env: cleanEnvironment(),
    });
    expect(await child.stderr.text()).toContain(outcome);
  });
});

describe("the root of a project", () => {
  const marks: [string, (path: string) => void][] = [
    ["a folder .git", (path) => makeFolders(`${path}/.git`)],
    ["a file .git, as in a worktree", (path) => makeFile(`${path}/.git`)],
    ["a folder ia/state/sessions", (path) => makeFolders(`${path}/ia/state/sessions`)],
    ["a symlink to a folder ia/state/sessions", (path) => makeLink(path, `${path}/ia/state/sessions`)],
    [
      "a symlink ia/state to a folder with sessions",
      (path) => {
        makeFolders(`${path}/x/sessions`);
        makeLink("../x", `${path}/ia/state`);
      },
    ],
    ["the skill", (path) => makeFolders(`${path}/.claude/skills/session`)],
    ["a symlink to the skill", (path) => makeLink("/", `${path}/.claude/skills/session`)],
  ];

  test.each(marks)("is the nearest folder upwards with %s", (_, mark) => {
    using folder = temporaryFolder();
    makeFolders(`${folder.path}/.git`, `${folder.path}/a/b/c`);
    mark(`${folder.path}/a`);
    for (const from of ["a", "a/b", "a/b/c"]) expect(findProject(`${folder.path}/${from}`)).toEqual(at(`${folder.path}/a`));
    expect(findProject(folder.path)).toEqual(at(folder.path));
  });

  test.each<[string, (path: string) => void]>([
    ["a file ia", (path) => makeFile(`${path}/ia`)],
    [
      "a symlink ia to a file",
      (path) => {
        makeFile(`${path}/file`);
        makeLink("file", `${path}/ia`);
      },
    ],
    ["a folder ia/state", (path) => makeFolders(`${path}/ia/state`)],
    ["a dangling link to the skill", (path) => makeLink("nowhere", `${path}/.claude/skills/session`)],
    ["a file in the place of the skill", (path) => makeFile(`${path}/.claude/skills/session`)],
    ["a link to a device in the place of the skill", (path) => makeLink("/dev/null", `${path}/.claude/skills/session`)],
    ["a link to a device .git", (path) => makeLink("/dev/null", `${path}/.git`)],
    ["another skill", (path) => makeFolders(`${path}/.claude/skills/sessions`)],
    ["a folder for all skills", (path) => makeFolders(`${path}/.claude/skills`)],
  ])("is not a folder with %s", (_, make) => {
    using folder = temporaryFolder();
    makeFolders(`${folder.path}/.git`, `${folder.path}/a/b`);
    make(`${folder.path}/a`);
    expect(findProject(`${folder.path}/a/b`)).toEqual(at(folder.path));
  });

  test("is the folder itself if there is none, even at the very top", () => {
    expect(findProject("/proc/self")).toEqual(at("/proc/self"));
    expect(findProject("/")).toEqual(at("/"));
  });

  test("is not the home folder because the personal skills are there, by whatever path, but for another reason", async () => {
    using folder = temporaryFolder();
    const home = `${folder.path}/home`;
    makeFolders(`${folder.path}/.git`, `${home}/.claude/skills/session`, `${home}/a`);
    symlinkSync("home", `${folder.path}/link`);
    for (const HOME of [home, `${folder.path}/link`, `${home}/`]) expect(await findIn(`${home}/a`, { HOME })).toBe(folder.path);
    for (const HOME of ["/", `${home}/a`, `${folder.path}/none`]) expect(await findIn(`${home}/a`, { HOME })).toBe(home);
    makeFolders(`${home}/.git`);
    expect(await findIn(`${home}/a`, { HOME: home })).toBe(home);
    rmdirSync(`${home}/.git`);
    makeFolders(`${home}/ia/state/sessions`);
    expect(await findIn(`${home}/a`, { HOME: home })).toBe(home);
  });
});

test.skipIf(!isRoot)("a home that cannot be found or looked at is no reason to fail", async () => {
  using folder = temporaryFolder();
  makeFolders(`${folder.path}/.claude/skills/session`, `${folder.path}/a`, `${folder.path}/closed/home`);
  chmodSync(folder.path, 0o755);
  chmodSync(`${folder.path}/closed`, 0o700);
  const script = `
    const { findProject } = await import(${JSON.stringify(`${repository}/lib/store/project.ts`)});
    console.log(findProject().root);`;
  const nameless = ["--reuid=54321", "--regid=54321", "--clear-groups", "env", "-u", "HOME"]; // no line in /etc/passwd
  for (const home of [[], ["HOME="], [`HOME=${folder.path}/closed/home`]]) {
    const command = ["setpriv", ...nameless, ...home, bun, "-e", script];
    const { stdout } = Bun.spawnSync(command, { cwd: `${folder.path}/a`, env: cleanEnvironment() });
    expect(stdout.toString()).toBe(`${folder.path}\n`);
  }
});

testWithTwoDisks("a folder on another disk is not the home folder because they have one inode number", async (home, project) => {
  expect(statSync(project).ino).toBe(statSync(home).ino);
  makeFolders(`${project}/.claude/skills/session`, `${project}/a`);
  expect(await findIn(`${project}/a`, { HOME: home })).toBe(project);
});

describe("sessions that are there and cannot be reached are an error that names what is wrong", () => {
  const help = "restore the folder, or move away what is in its place";

  test.each<[string, (path: string) => void, string]>([
    ["a dangling link ia", (path) => makeLink("nowhere", `${path}/ia`), "ia is a symbolic link that leads nowhere"],
    [
      "a dangling link ia/state",
      (path) => makeLink("nowhere", `${path}/ia/state`),
      "ia/state is a symbolic link that leads nowhere",
    ],
    [
      "a dangling link ia/state/sessions",
      (path) => makeLink("nowhere", `${path}/ia/state/sessions`),
      "ia/state/sessions is a symbolic link that leads nowhere",
    ],
    ["a file ia", (path) => makeFile(`${path}/ia`), "ia is not a folder"],
    ["a file ia/state", (path) => makeFile(`${path}/ia/state`), "ia/state is not a folder"],
    ["a file ia/state/sessions", (path) => makeFile(`${path}/ia/state/sessions`), "ia/state/sessions is not a folder"],
    [
      "a link ia to a file",
      (path) => {
        makeFile(`${path}/file`);
        makeLink("file", `${path}/ia`);
      },
      "ia is not a folder",
    ],
    [
      "a link ia/state/sessions to a file",
      (path) => {
        makeFile(`${path}/file`);
        makeLink("../../file", `${path}/ia/state/sessions`);
      },
      "ia/state/sessions is not a folder",
    ],
  ])("%s, even if a folder further up has some, and nothing else marks this one", (what, make, problem) => {
    const mayBeProgram = what === "a file ia" || what === "a link ia to a file"; // only in a root is that in the way
    for (const mark of mayBeProgram ? ["a/.git"] : ["a/.git", "a/c"]) {
      using folder = temporaryFolder();
      makeFolders(`${folder.path}/ia/state/sessions`, `${folder.path}/${mark}`, `${folder.path}/a/b`);
      make(`${folder.path}/a`);
      for (const from of ["a", "a/b"]) {
        const error = failure(`cannot reach the sessions: ${folder.path}/a/${problem}`, help);
        expect(() => findProject(`${folder.path}/${from}`)).toThrow(error);
      }
      expect(findProject(folder.path)).toEqual(at(folder.path));
    }
  });

  test("a loop of links", () => {
    using folder = temporaryFolder();
    makeFolders(`${folder.path}/.git`);
    symlinkSync("ia", `${folder.path}/ia`);
    const error = failure(`cannot look at ${folder.path}/ia/state/sessions: ELOOP: too many symbolic links encountered`);
    expect(() => findProject(folder.path)).toThrow(error);
  });

  test.skipIf(!isRoot)("a folder that may not be searched", () => {
    using folder = temporaryFolder();
    makeFolders(`${folder.path}/.git`, `${folder.path}/ia/state/sessions`);
    chmodSync(`${folder.path}/ia`, 0o700);
    using _other = actAs(1001, folder.path);
    const error = failure(
      `cannot look at ${folder.path}/ia/state/sessions: EACCES: permission denied`,
      "check who owns it and its permissions",
    );
    expect(() => findProject(folder.path)).toThrow(error);
  });
});

describe.skipIf(!isRoot)("what somebody else has put above a project is passed over:", () => {
  const me = 1001;
  const somebody = 1002;

  /** A folder `up` of this owner and mode, in it `up/a` of mine; `make` puts things into `up`, as somebody else. */
  function prepare(folder: { path: string }, owner: number, mode: number, make: (up: string) => void) {
    const up = `${folder.path}/up`;
    makeFolders(`${folder.path}/.git`, up);
    make(up);
    Bun.spawnSync(["chown", "-hR", `${somebody}:${somebody}`, up]);
    makeFolders(`${up}/a/b`);
    for (const path of [`${up}/a`, `${up}/a/b`]) giveTo(me, path);
    giveTo(owner, up);
    chmodSync(up, mode);
    return { up, from: `${up}/a/b` };
  }

  const planted: [string, (up: string) => void][] = [
    ["sessions", (up) => makeFolders(`${up}/ia/state/sessions`)],
    [".git", (up) => makeFolders(`${up}/.git`)],
    ["the skill", (up) => makeFolders(`${up}/.claude/skills/session`)],
    ["a dangling link", (up) => makeLink("nowhere", `${up}/ia`)],
    ["a link in a loop", (up) => makeLink("ia", `${up}/ia`)],
    ["a file in the place of the folder", (up) => makeFile(`${up}/ia/state/sessions`)],
    [
      "what one may not look into",
      (up) => {
        makeFolders(`${up}/ia/state`);
        chmodSync(`${up}/ia`, 0o700);
      },
    ],
  ];

  test.each(planted)("%s, in a folder of theirs", (_, make) => {
    using folder = temporaryFolder();
    const { from } = prepare(folder, somebody, 0o755, make);
    using _me = actAs(me, folder.path);
    expect(findProject(from)).toEqual(at(folder.path));
  });

  test.each(planted)("%s, in a folder that everybody may write to", (_, make) => {
    using folder = temporaryFolder();
    const { from } = prepare(folder, 0, 0o1777, make);
    using _me = actAs(me, folder.path);
    expect(findProject(from)).toEqual(at(folder.path));
  });

  test("but not what they have put into a folder that only root may write to", () => {
    using folder = temporaryFolder();
    const { up, from } = prepare(folder, 0, 0o775, (up) => makeFolders(`${up}/ia/state/sessions`));
    using _me = actAs(me, folder.path);
    expect(findProject(from)).toEqual(at(up));
  });

  test.each(["", "ia", "ia/state", "ia/state/sessions"])("sessions of which only %p is theirs", (theirs) => {
    using folder = temporaryFolder();
    const { up, from } = prepare(folder, 0, 0o1777, (up) => makeFolders(`${up}/ia/state/sessions`));
    for (const [index, path] of ["ia", "ia/state", "ia/state/sessions"].entries())
      if (path !== theirs) giveTo(index === 0 ? 0 : me, `${up}/${path}`);
    using _me = actAs(me, folder.path);
    expect(findProject(from)).toEqual(at(theirs === "" ? up : folder.path));
  });

  test.each([
    ["the current user", me, me],
    ["root", 0, me],
    ["the owner of the current folder", somebody, somebody],
  ])("a folder of %s is not somebody else's", (_, owner, ofCurrent) => {
    using folder = temporaryFolder();
    const { up, from } = prepare(folder, owner, 0o755, (up) => makeFolders(`${up}/.git`));
    giveTo(ofCurrent, from);
    using _me = actAs(me, folder.path);
    expect(findProject(from)).toEqual(at(up));
  });

  test("a mark of theirs does not hide one of mine in the same folder", () => {
    using folder = temporaryFolder();
    const { up, from } = prepare(folder, 0, 0o1777, (up) => makeFolders(`${up}/.claude/skills/session`, `${up}/.git`));
    giveTo(me, `${up}/.git`);
    using _me = actAs(me, folder.path);
    expect(findProject(from)).toEqual(at(up));
  });

  test("what of theirs stands in the place of the sessions of a project is an error, and not used", () => {
    using folder = temporaryFolder();
    const { up, from } = prepare(folder, 0, 0o1777, (up) => makeFolders(`${up}/ia/state/sessions`, `${up}/.git`));
    giveTo(me, `${up}/.git`);
    using _me = actAs(me, folder.path);
    const error = failure(`${up}/ia belongs to another user`, "work in a folder of your own, or take it over (chown)");
    for (const path of [up, from]) expect(() => findProject(path)).toThrow(error);
  });

  test("and so is a file of theirs there: nobody can be told to move it away", () => {
    using folder = temporaryFolder();
    const { up } = prepare(folder, 0, 0o1777, (up) => {
      makeFolders(`${up}/.git`);
      makeFile(`${up}/ia`);
    });
    giveTo(me, `${up}/.git`);
    using _me = actAs(me, folder.path);
    expect(() => findProject(up)).toThrow(failure(`${up}/ia belongs to another user`));
  });

  test("and so are sessions of theirs in the current folder, if there is no project", () => {
    using folder = temporaryFolder();
    const up = `${folder.path}/up`;
    makeFolders(`${up}/ia/state`);
    giveTo(somebody, `${up}/ia`);
    chmodSync(up, 0o1777);
    using _me = actAs(me, folder.path);
    expect(() => findProject(up)).toThrow(failure(`${up}/ia belongs to another user`));
  });

  test("a folder of theirs is a project to whoever works in it", () => {
    using folder = temporaryFolder();
    const { up } = prepare(folder, somebody, 0o755, (up) => makeFolders(`${up}/ia/state/sessions`));
    using _me = actAs(me, folder.path);
    expect(findProject(up)).toEqual(at(up));
  });
});

describe("the way to the skill", () => {
  test("leads up to the nearest folder that has the skill, also from a project in it that has none", () => {
    using folder = temporaryFolder();
    makeFolders(`${folder.path}/.claude/skills/session`, `${folder.path}/a/b`, `${folder.path}/a/package/ia/state/sessions`);
    makeFolders(`${folder.path}/own/.claude/skills/session`);
    const ways = ["", "/a", "/a/b", "/a/package", "/own"].map((path) => findWay(`${folder.path}${path}`));
    expect(ways).toEqual(["", "../", "../../", "../../", ""]);
  });

  test("is none if there is no skill", () => {
    using folder = temporaryFolder();
    makeFolders(`${folder.path}/.git`, `${folder.path}/a`);
    expect(findWay(`${folder.path}/a`)).toBe("");
  });

  test.skipIf(!isRoot)("passes by what somebody else does not let us look into", () => {
    using folder = temporaryFolder();
    makeFolders(`${folder.path}/.claude/skills/session`, `${folder.path}/theirs/.claude`, `${folder.path}/theirs/mine`);
    for (const path of ["", "/theirs/mine"]) giveTo(1001, `${folder.path}${path}`);
    for (const path of ["/theirs", "/theirs/.claude"]) giveTo(1002, `${folder.path}${path}`);
    chmodSync(`${folder.path}/theirs/.claude`, 0o700);
    using _me = actAs(1001, folder.path);
    expect(findWay(`${folder.path}/theirs/mine`)).toBe("../../");
  });

  test.skipIf(!isRoot)("does not lead to a skill that somebody else planted", () => {
    using folder = temporaryFolder();
    makeFolders(`${folder.path}/.claude/skills/session`, `${folder.path}/a`);
    const [me, somebody] = [1001, 1002];
    giveTo(me, `${folder.path}/a`);
    const ways = [me, somebody].map((owner) => {
      giveTo(owner, folder.path);
      using _me = actAs(me, folder.path);
      return findWay(`${folder.path}/a`);
    });
    expect(ways).toEqual(["../", ""]);
  });
});
