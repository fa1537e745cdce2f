/** Who may run the scripts. Real other runtimes are in `e2e/` and `installers/`. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { findRuntimeProblem } from "../../lib/cli/runtime.ts";
import { engines } from "../../package.json";
import { repository } from "../support/run-script.ts";

const oldest = engines.bun.slice(">=".length);
const [major = 0, minor = 0, patch = 0] = oldest.split(".").map(Number);
const older = patch > 0 ? `${major}.${minor}.${patch - 1}` : `${major}.${minor - 1}.99`;
const words = `the scripts of session need Bun ${oldest} or later, but`;

test.each([
  oldest,
  `${oldest}-canary.12`,
  `${major}.${minor}.${patch + 1}`,
  `${major}.${minor + 7}.0`,
  `${major + 1}.0.0`,
  Bun.version,
])("Bun %s may", (version) => {
  expect(findRuntimeProblem(version)).toBeUndefined();
});

test.each([older, `${older}-canary.1`, "1.2.23", "1.0.0", "0.9.9", "0.30.40"])(
  "Bun %s is too old, and is told what to do",
  (version) => {
    expect(findRuntimeProblem(version)).toMatchObject({
      code: "failed",
      message: `${words} this is Bun ${version}`,
      help: "bun upgrade",
    });
  },
);

test.each([
  ["an older Bun", { version: older }, [`error: ${words} this is Bun ${older}`, "help: bun upgrade"]],
  ["another program", undefined, [`error: ${words} another program is running them`, "help: call them as bun run SCRIPT"]],
  ["a Bun of today", { version: Bun.version, semver: Bun.semver }, []],
])("%s that runs the module hears of it before anything else", async (_, found, lines) => {
  const built = await Bun.build({ entrypoints: [join(repository, "lib/cli/runtime.ts")], format: "iife" });
  const exits: number[] = [];
  const said: string[] = [];
  const world = {
    Bun: found,
    console: { error: (text: string) => said.push(text) },
    process: { exit: (code: number) => exits.push(code) },
  };
  runInNewContext(await (built.outputs[0]?.text() ?? ""), world);
  expect({ said, exits }).toEqual(lines.length === 0 ? { said: [], exits: [] } : { said: [lines.join("\n")], exits: [1] });
});
