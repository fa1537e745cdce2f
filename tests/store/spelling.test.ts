/** Names that differ in case only, on disks that ignore case and on others. */
import { describe, expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sessionFile } from "../../lib/store/folder.ts";
import { otherSpelling, refuseOtherSpelling } from "../../lib/store/spelling.ts";
import { transact } from "../../lib/store/transaction.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";
import { session } from "../support/sample.ts";
import { actAs, folderOf, isRoot, projectWith } from "./fixture.ts";
import { testOnCaseFoldingDisk } from "./machine.ts";

const file = "workflow:pr.json";

describe("the other spelling of a name", () => {
  test("is none on a disk on which case counts, whatever lies there", () => {
    using project = projectWith({ "workflow:pr.json": session, "WORKFLOW:pr.json": session, "workflow:pr.JSON": session });
    for (const name of ["workflow:pr", "WORKFLOW:pr"]) expect(otherSpelling(folderOf(project), name)).toBeNull();
  });

  test.skipIf(!isRoot)("needs no listing on such a disk, so that a folder that may only be searched is enough", () => {
    using project = projectWith({ "workflow:pr.json": session });
    const folder = folderOf(project);
    chmodSync(folder.path, 0o711);
    using _other = actAs(1001, project.path);
    expect(otherSpelling(folder, "workflow:pr")).toBeNull();
  });

  testOnCaseFoldingDisk("is found on a disk that ignores case", ({ path }) => {
    const folder = { path, shown: path };
    for (const name of ["workflow:pr", "other"]) writeFileSync(sessionFile(folder, name), "");
    const spellings = ["workflow:pr", "workflow:PR", "Workflow:Pr", "OTHER"];
    expect(spellings.map((name) => otherSpelling(folder, name))).toEqual([null, "workflow:pr", "workflow:pr", "other"]);
    writeFileSync(`${path}/loud.JSON`, ""); // no workflow has a file of that name
    expect(otherSpelling(folder, "loud")).toBe("loud.JSON");
  });

  testOnCaseFoldingDisk("is found even if it is missing in a listing, because the file is being replaced", ({ path }) => {
    writeFileSync(`${path}/workflow:pr.json`, "");
    const forgetful = `${path}/forgetful.cjs`;
    writeFileSync(
      forgetful,
      `const fs = require("node:fs");
       const { readdirSync } = fs;
       let listings = 0;
       fs.readdirSync = (path) => readdirSync(path).filter((name) => !name.endsWith(".json") || (listings += 1) > 3);`,
    );
    const script = `
      const { otherSpelling } = await import(${JSON.stringify(join(repository, "lib/store/spelling.ts"))});
      console.log(otherSpelling({ path: process.argv[1], shown: "" }, "workflow:PR"));`;
    const { stdout } = Bun.spawnSync([bun, "--preload", forgetful, "-e", script, path], { env: cleanEnvironment() });
    expect(stdout.toString()).toBe("workflow:pr\n");
  });
});

describe("a name that differs in case only", () => {
  testOnCaseFoldingDisk("is refused on a disk that ignores case, before any work, and the error names the other", ({ path }) => {
    const folder = { path, shown: path };
    writeFileSync(`${path}/${file}`, JSON.stringify(session));
    const failure = expect.objectContaining({
      code: "usage",
      message:
        "workflow:PR and workflow:pr differ in case only, and this file system keeps one file for both: it is that of workflow:pr",
      help: "use the name workflow:pr, or one that differs in more than case",
    });
    let calls = 0;
    const count = () => {
      calls += 1;
    };
    expect(() => transact(folder, "workflow:PR", count)).toThrow(failure);
    expect(() => refuseOtherSpelling(folder, "workflow:PR")).toThrow(failure);
    expect(calls).toBe(0);
    for (const workflow of ["workflow:pr", "other"]) transact(folder, workflow, count);
    expect(calls).toBe(2);
  });

  test("is another workflow's where case counts, even if a file that only looks like one of such a disk is there", () => {
    using project = projectWith({ [file]: session, "workflow:PR.json": session, "Workflow:pr.JSON": session });
    for (const workflow of ["workflow:pr", "workflow:PR", "WORKFLOW:PR", "Workflow:pr"])
      expect(() => refuseOtherSpelling(folderOf(project), workflow)).not.toThrow();
  });
});
