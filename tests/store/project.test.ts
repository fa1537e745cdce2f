/** Where the sessions of a project are. */
import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, rmdirSync, symlinkSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { findProject, makeSessions, resolveSessions, shownPath } from "../../lib/store/project.ts";
import { temporaryFolder, temporaryProject } from "../support/project.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";

const at = (root: string) => ({ root, sessions: `${root === "/" ? "" : root}/ia/state/sessions` });

test("a project is not found from a current folder that is gone", () => {
  const before = process.cwd();
  using folder = temporaryFolder();
  process.chdir(folder.path);
  try {
    rmdirSync(folder.path);
    const message = expect.stringMatching(/^cannot find the current folder: ENOENT: /);
    expect(() => findProject()).toThrow(expect.objectContaining({ code: "failed", message }));
  } finally {
    process.chdir(before);
  }
});

test("a project is not looked for where the path of the current folder is not UTF-8 text", async () => {
  using folder = temporaryFolder();
  const script = "import { findProject } from process.argv[1]; findProject();".replace(
    "process.argv[1]",
    JSON.stringify(`${repository}/lib/store/project.ts`),
  );
  const line = 'mkdir -p "$1/$(printf "caf\\351")/.git" && cd "$1"/caf* && exec "$2" -e "$3"';
  const child = Bun.spawn(["bash", "-c", line, "bash", folder.path, bun, script], { stderr: "pipe", env: cleanEnvironment() });
  expect(await child.stderr.text()).toContain("the path of the current folder is not UTF-8 text");
});

describe("the root of a project", () => {
  test.each<[string, (path: string) => void]>([
    ["a folder .git", (path) => mkdirSync(`${path}/.git`)],
    ["a file .git, as in a worktree", (path) => writeFileSync(`${path}/.git`, "gitdir: elsewhere\n")],
    ["ia/state/sessions", (path) => mkdirSync(`${path}/ia/state/sessions`, { recursive: true })],
    [
      "a symlink to a folder ia/state/sessions",
      (path) => {
        mkdirSync(`${path}/ia/state`, { recursive: true });
        symlinkSync(path, `${path}/ia/state/sessions`);
      },
    ],
  ])("is the nearest folder upwards with %s", (_, mark) => {
    using folder = temporaryFolder();
    mkdirSync(`${folder.path}/.git`);
    mkdirSync(`${folder.path}/a/b/c`, { recursive: true });
    mark(`${folder.path}/a`);
    for (const from of ["a", "a/b", "a/b/c"]) expect(findProject(`${folder.path}/${from}`)).toEqual(at(`${folder.path}/a`));
    expect(findProject(folder.path)).toEqual(at(folder.path));
  });

  test.each<[string, (path: string) => void]>([
    ["a file ia", (path) => writeFileSync(`${path}/ia`, "")],
    [
      "a file ia/state/sessions",
      (path) => {
        mkdirSync(`${path}/ia/state`, { recursive: true });
        writeFileSync(`${path}/ia/state/sessions`, "");
      },
    ],
    ["a folder ia/state", (path) => mkdirSync(`${path}/ia/state`, { recursive: true })],
  ])("is not a folder with %s", (_, make) => {
    using folder = temporaryFolder();
    mkdirSync(`${folder.path}/.git`);
    mkdirSync(`${folder.path}/a`);
    make(`${folder.path}/a`);
    expect(findProject(`${folder.path}/a`)).toEqual(at(folder.path));
  });

  test("is the folder itself where there is none, also at the very top", () => {
    expect(findProject("/proc/self")).toEqual(at("/proc/self"));
    expect(findProject("/")).toEqual(at("/"));
  });

  test("cannot be found where the way to it is a loop", () => {
    using folder = temporaryFolder();
    symlinkSync("ia", `${folder.path}/ia`);
    const message = expect.stringMatching(/^cannot look at .*\/ia\/state\/sessions: ELOOP: /);
    expect(() => findProject(folder.path)).toThrow(expect.objectContaining({ code: "failed", message }));
  });
});

describe("the sessions folder", () => {
  test("is null where there is none, and is not made by looking", () => {
    using project = temporaryProject();
    expect(resolveSessions(findProject(project.path))).toBeNull();
    expect(readdirSync(project.path)).toEqual([".git"]);
  });

  test("is made with the folders above it, once", () => {
    using project = temporaryProject();
    const found = findProject(project.path);
    expect([makeSessions(found), makeSessions(found), resolveSessions(found)]).toEqual(Array(3).fill(found.sessions));
    expect(project.snapshot()).toEqual({});
  });

  test("may be a symlink, which is resolved", () => {
    using project = temporaryProject();
    mkdirSync(`${project.path}/elsewhere`);
    mkdirSync(`${project.path}/ia/state`, { recursive: true });
    symlinkSync("../../elsewhere", `${project.path}/ia/state/sessions`);
    const found = findProject(project.path);
    expect([resolveSessions(found), makeSessions(found)]).toEqual(Array(2).fill(`${project.path}/elsewhere`));
  });

  test("that would be below a file is none, and cannot be made", () => {
    using project = temporaryProject();
    writeFileSync(`${project.path}/ia`, "");
    const found = findProject(project.path);
    expect(resolveSessions(found)).toBeNull();
    const message = expect.stringMatching(/^cannot make the folder .*\/ia\/state\/sessions: ENOTDIR: /);
    const help = "something else is in its place or above it: look, and move it away";
    expect(() => makeSessions(found)).toThrow(expect.objectContaining({ code: "failed", message, help }));
    expect(existsSync(`${project.path}/ia`)).toBe(true);
  });

  test("fails where the folders above it cannot be synced", () => {
    using project = temporaryProject();
    const message = expect.stringMatching(/^cannot sync the folders above .*\/ia\/state\/sessions: ENOENT: /);
    const elsewhere = { root: `${project.path}/none`, sessions: project.file("") };
    expect(() => makeSessions(elsewhere)).toThrow(expect.objectContaining({ code: "failed", message }));
  });

  test("is shown relative to the current folder", () => {
    const project = findProject(process.cwd());
    expect(shownPath(project, "a.json")).toBe(relative(process.cwd(), `${project.root}/ia/state/sessions/a.json`));
  });
});
