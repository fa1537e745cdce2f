/**
 * In which order a script changes files and makes the changes durable: data before name, a new name before an old one is
 * deleted, everything before the answer. What a power cut leaves of it is proved in `faults/`.
 */
import { expect, setDefaultTimeout } from "bun:test";
import { renderArchive } from "../../lib/archive/archive.ts";
import { recordCalls } from "../faults/strace.ts";
import { beginKilledSave } from "../support/killed-save.ts";
import { type TemporaryProject, temporaryProject } from "../support/project.ts";
import type { ScriptName } from "../support/run-script.ts";
import { session } from "../support/sample.ts";
import { projectWith } from "./fixture.ts";
import { testTraced } from "./machine.ts";

setDefaultTimeout(60_000);

const changing = /^(fsync|fdatasync|rename|unlink|rmdir|mkdir|fchmod|fchown|ftruncate)(at2?)?$/;

/** The changes that a script makes to names and modes and its syncs, in order; paths in the sessions folder begin with `/`. */
async function changes(project: TemporaryProject, script: ScriptName, ...args: string[]): Promise<string[]> {
  const calls = await recordCalls({ script, args: ["workflow:pr", ...args], cwd: project.path });
  return calls.flatMap(({ name, label }) => {
    const [, call] = changing.exec(name) ?? [];
    if (call === undefined) return [];
    const paths = label.replace(/AT_FDCWD<[^>]*>/g, "").matchAll(/[<"]([^<>"]+)[>"]/g);
    const shown = [...paths].map(([, path = ""]) =>
      path === "./ia/state/sessions" ? "/" : path.replace("./ia/state/sessions/", "/"),
    );
    return [`${call} ${shown.join(" -> ")}`];
  });
}

/** Without what makes folders, or finds that they are there. */
const withoutMkdir = (calls: string[]) => calls.filter((call) => !call.startsWith("mkdir"));

const file = "workflow:pr.json";
const archive = "2025-01-29-workflow-pr-feat-workflow-start.md";

/** A project in which a save was killed that had written its archive, under another name than the next save will take. */
function afterKilledSave(): TemporaryProject {
  const earlier = "2025-01-29-workflow-pr.md";
  const temporary = ".01234567-89ab-cdef-0123-456789abcdef.tmp";
  const outcome = { workflow: "workflow:pr", status: "completed", notes: undefined, now: new Date(0) } as const;
  const archives = { [`archives/${earlier}`]: renderArchive(session, outcome), [`archives/${temporary}`]: "half" };
  const project = projectWith({ ".lock": "", [file]: session, ...archives });
  beginKilledSave(project.file(""), "workflow:pr", [earlier, temporary]);
  return project;
}

const written = ["fsync /.*.tmp", `rename /.*.tmp -> /${file}`, "fsync /"];
const marked = ["fsync /.*.tmp", "rename /.*.tmp -> /.workflow:pr.saving.tmp", "fsync /"];
const archived = ["fsync /archives/.*.tmp", `rename /archives/.*.tmp -> /archives/${archive}`, "fsync /archives"];
const deleted = [`unlink /${file}`, "fsync /"];
const cleared = ["unlink /archives/2025-01-29-workflow-pr.md", "fsync /archives"];
const sweptMarker = "unlink /.workflow:pr.saving.tmp";
const swept = ["unlink /archives/.*.tmp", "fsync /archives", sweptMarker];

testTraced("a first set syncs the folders above, then the session and its folder", async () => {
  using project = temporaryProject();
  expect(withoutMkdir(await changes(project, "set", "init"))).toEqual(["fsync .", "fsync ./ia", "fsync ./ia/state", ...written]);
});

testTraced("a set syncs the session, renames it and syncs its folder", async () => {
  using project = projectWith({ ".lock": "", [file]: session });
  expect(withoutMkdir(await changes(project, "set", "next"))).toEqual(written);
});

testTraced("a reset deletes the session and syncs its folder", async () => {
  using project = projectWith({ ".lock": "", [file]: session });
  expect(await changes(project, "reset")).toEqual([...deleted, sweptMarker]);
});

testTraced("a reset leaves the archive of a killed save alone, and deletes its temp files and its marker last", async () => {
  using project = afterKilledSave();
  expect(await changes(project, "reset")).toEqual([...deleted, ...swept]);
});

testTraced("a save deletes the session when its archive is durable, and its marker last", async () => {
  using project = projectWith({ ".lock": "", [file]: session });
  expect(await changes(project, "save")).toEqual(["mkdir /archives", ...marked, ...archived, ...deleted, sweptMarker]);
});

testTraced("a save deletes what a killed one left when its own archive is durable, before the session", async () => {
  using project = afterKilledSave();
  expect(await changes(project, "save")).toEqual([...marked, ...archived, ...cleared, ...deleted, ...swept]);
});
