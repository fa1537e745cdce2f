/** Whole workflows, through the real scripts on real files. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../../lib/session/schema.ts";
import { copies } from "../support/copies.ts";
import { temporaryProject } from "../support/project.ts";
import { runJson, runScript } from "../support/run-script.ts";

setDefaultTimeout(60_000);

describe.each(copies)("through $name", ({ scripts }) => {
  test("a workflow is started, moved on, cut off, found again by another process, resumed and archived", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
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
    const options = { cwd: project.path, scripts };
    await runJson("set", ["workflow:feature", "init"], options);
    const last = await runJson("set", ["workflow:feature", "plan", "issue=12"], options);
    expect(await runJson("reset", ["workflow:feature"], options)).toEqual(last);
    expect(await runJson("get", ["workflow:feature"], options)).toBeNull();
    expect(await runJson("reset", ["workflow:feature"], options)).toBeNull();
    expect(project.snapshot()).toEqual({ ".lock": "" });
  });

  test("two agents on one workflow notice each other, and the one that comes second leaves it alone", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    await runJson("set", ["workflow:pr", "init", "--if-new"], options);
    expect((await runScript("set", ["workflow:pr", "init", "--if-new"], options)).exitCode).toBe(6);
    await runJson("set", ["workflow:pr", "review", "agent=one", "--if-step=init"], options);
    const before = project.snapshot();
    expect((await runScript("set", ["workflow:pr", "review", "agent=two", "--if-step=init"], options)).exitCode).toBe(6);
    expect(project.snapshot()).toEqual(before);
  });

  test("of two agents that find the same session in the list one claims it, and its end is found by the other", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    await runJson("set", ["workflow:pr", "review", "branch=feat/xxx", "next=merge"], options);
    const list = () => runJson<{ workflow: string; step: string; updated_at: string }[]>("get", ["--all", "--brief"], options);
    const [mine, yours] = [await list(), await list()].map(([first]) => first);
    expect(mine).toEqual({
      ...{ workflow: "workflow:pr", step: "review", updated_at: expect.any(String), branch: "feat/xxx", next: "merge" },
    } as never);
    const claim = (found = mine, by = "") =>
      runScript("set", ["workflow:pr", found?.step ?? "", `by=${by}`, `--if-updated=${found?.updated_at}`], options);
    expect((await claim(mine, "me")).exitCode).toBe(0);
    const refused = await claim(yours, "you");
    expect({ ...refused, stderr: refused.stderr.split(" ").slice(0, 2).join(" ") }).toEqual({
      ...{ exitCode: 6, stdout: "", stderr: `error: --if-updated=${yours?.updated_at}:` },
    });
    const now = await runJson<Session>("get", ["workflow:pr"], options);
    expect(now.context["by"]).toBe("me");
    const { archive } = await runJson<{ archive: string }>("save", ["workflow:pr", `--if-updated=${now.updated_at}`], options);
    expect((await runScript("save", ["workflow:pr", `--if-updated=${now.updated_at}`], options)).stderr).toContain(archive);
    expect(await runJson("get", ["workflow:pr", "--archived"], options)).toMatchObject([{ archive, branch: "feat/xxx" }]);
  });

  test("a damaged session stops every script but reset, and after that the workflow starts anew", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    await runJson("set", ["workflow:pr", "init"], options);
    project.write("workflow:pr.json", project.read("workflow:pr.json").slice(0, -20));
    const calls = [
      runScript("get", ["workflow:pr"], options),
      runScript("set", ["workflow:pr", "next"], options),
      runScript("save", ["workflow:pr"], options),
    ];
    expect((await Promise.all(calls)).map(({ exitCode }) => exitCode)).toEqual([4, 4, 4]);
    expect(await runJson("reset", ["workflow:pr"], options)).toBeNull();
    expect(await runJson("set", ["workflow:pr", "again", "--if-new"], options)).toMatchObject({ steps: ["again"], context: {} });
  });
});
