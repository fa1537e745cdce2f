/** Uses an installed copy as a workflow skill does: all four scripts, from the project's root, with their answers checked. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "./expect.ts";
import type { Host } from "./host.ts";
import { lastLines } from "./process.ts";

type Answer = Record<string, unknown>;

const bun = process.env["SESSION_TEST_BUN"] ?? process.execPath;
const name = "workflow:pr";

/** `scripts` is the folder of the scripts, absolute or from the project's root. Throws what was wrong first. */
export async function useScripts(host: Host, scripts: string): Promise<void> {
  const call = (script: string, ...args: string[]) => callScript(host, join(scripts, `${script}.ts`), args);

  const begun = await call("set", name, "init");
  expect("set init", begun, { ...begun, step: "init", steps: ["init"], context: {} });
  const moved = await call("set", name, "step", "pr_number=8");
  expect("set step", moved, { ...moved, step: "step", steps: ["init", "step"], context: { pr_number: 8 } });
  expect("started_at after a step", moved["started_at"], begun["started_at"]);
  expect("get", await call("get", name), moved);
  expect("get --all", await call("get", "--all"), [{ workflow: name, ...moved }]);

  const saved = await call("save", name, "--status=failed");
  expect("save", saved, { workflow: name, status: "failed", archive: saved["archive"] });
  checkArchive(host, String(saved["archive"]));
  expect("get after save", await call("get", name), null);
  await expectFailure(host, join(scripts, "save.ts"), 3);

  const again = await call("set", name, "init");
  expect("reset", await call("reset", name), again);
  expect("get --all after reset", await call("get", "--all"), []);
  expect("what Bun downloaded", host.downloads(), []);
}

function checkArchive(host: Host, path: string): void {
  expect("the archive's folder", path.startsWith("ia/state/sessions/archives/"), true);
  const text = readFileSync(join(host.root, path), "utf8");
  expect("the archive's front matter", /^---\n[\s\S]*\n {2}pr_number: 8\n[\s\S]*---\n/.test(text), true);
  expect("the session is there after save", existsSync(join(host.root, `ia/state/sessions/${name}.json`)), false);
}

/** Runs a script that must exit 0, with one line of JSON on stdout and nothing on stderr; returns the JSON. */
async function callScript(host: Host, script: string, args: string[]): Promise<Answer> {
  const { exitCode, stdout, stderr } = await host.run([bun, "run", script, ...args]);
  if (exitCode !== 0 || stderr !== "" || !/^[^\n]+\n$/.test(stdout)) {
    throw new Error(`${script} ${args.join(" ")} exited with ${exitCode}: ${lastLines(stdout + stderr)}`);
  }
  return JSON.parse(stdout);
}

async function expectFailure(host: Host, script: string, code: number): Promise<void> {
  const { exitCode, stdout, stderr } = await host.run([bun, "run", script, name]);
  expect("a call that must fail", [exitCode, stdout, stderr.startsWith("error: ")], [code, "", true]);
}

/** Checks that nothing can be run at this path. */
export async function expectAbsent(host: Host, scripts: string): Promise<void> {
  const { exitCode, stderr } = await host.run([bun, "run", join(scripts, "get.ts"), "--all"]);
  expect("a script that is not there", [exitCode, /not found/i.test(stderr)], [1, true]);
}
