/** Whole workflows, through the real scripts on real files. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../../lib/session.ts";
import { temporaryProject } from "../support/project.ts";
import { runJson } from "../support/run-script.ts";

test("a workflow is started, moved on, cut off, found again by another process, resumed and archived", async () => {
  using project = temporaryProject();
  const options = { cwd: project.path };
  const started = await runJson<Session>("set", ["workflow:pr", "init"], options);
  await runJson("set", ["workflow:pr", "git:pr:find", "pr_number=8", "branch=feat/xxx"], options);

  const found = await runJson<({ workflow: string } & Session)[]>("get", ["--all"], options);
  expect(found).toEqual([
    {
      workflow: "workflow:pr",
      started_at: started.started_at,
      updated_at: expect.any(String),
      step: "git:pr:find",
      steps: ["init", "git:pr:find"],
      context: { pr_number: 8, branch: "feat/xxx" },
    },
  ]);

  const resumed = await runJson<Session>(
    "set",
    ["workflow:pr", "git:pr:monitor", '{"pr_number":null,"checks":{"ci":"red"}}'],
    options,
  );
  expect(resumed).toEqual({
    started_at: started.started_at,
    updated_at: expect.any(String),
    step: "git:pr:monitor",
    steps: ["init", "git:pr:find", "git:pr:monitor"],
    context: { branch: "feat/xxx", checks: { ci: "red" } },
  });

  const name = `${started.started_at.slice(0, 10)}-workflow-pr-feat-xxx.md`;
  expect(await runJson("save", ["workflow:pr", "--status=failed", "--notes=CI blocked"], options)).toEqual({
    workflow: "workflow:pr",
    status: "failed",
    archive: `ia/state/sessions/archives/${name}`,
  });
  expect(readFileSync(join(project.path, "ia/state/sessions/archives", name), "utf8")).toContain("\n# workflow:pr: failed\n");
  expect(await runJson("get", ["--all"], options)).toEqual([]);
  expect(readdirSync(project.file("")).sort()).toEqual([".lock", "archives"]);
});

test("a workflow that is reset leaves nothing but the lock file", async () => {
  using project = temporaryProject();
  const options = { cwd: project.path };
  await runJson("set", ["workflow:feature", "init"], options);
  const last = await runJson("set", ["workflow:feature", "plan", "issue=12"], options);
  expect(await runJson("reset", ["workflow:feature"], options)).toEqual(last);
  expect(await runJson("get", ["workflow:feature"], options)).toBeNull();
  expect(await runJson("reset", ["workflow:feature"], options)).toBeNull();
  expect(project.snapshot()).toEqual({ ".lock": "" });
});
