/**
 * The installer tests, `bun run test:installers [words]`: all, or those whose names hold every word. Skill installers from
 * the npm registry, pinned in versions.ts, put the working tree's `skills/session` into a new project beside a zod 3; then
 * all four scripts are used there. Only npm's downloads reach the network: installing into the project and using the
 * copy happen with loopback alone, and GitHub is a bare clone behind git's `insteadOf`. A control must fail.
 * `SESSION_TEST_REPOSITORY` names another working tree than this one. What this machine cannot do is skipped, and said.
 * Needs npm, Node 20 and git; Debian: iproute2, util-linux. Ends with `N passed, N failed[, N skipped]`.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Case } from "./case.ts";
import { cases } from "./cases.ts";
import { Host } from "./host.ts";
import { isolation } from "./isolation.ts";
import { makeOrigin, type Origin } from "./origin.ts";
import { Packages, start } from "./packages.ts";
import { openWorkplace } from "./workplace.ts";

const repository = resolve(process.env["SESSION_TEST_REPOSITORY"] ?? join(import.meta.dir, "../.."));
const words = process.argv.slice(2);
const chosen = cases.filter(({ name }) => words.every((word) => name.includes(word)));
const count = { passed: 0, failed: 0, skipped: 0 };

const lacking = ["git", "node", "npm"].filter((program) => Bun.which(program) === null);
if (lacking.length > 0) {
  for (const { name } of chosen) conclude("skipped", name, `this machine lacks ${lacking.join(", ")}`);
} else {
  await using workplace = openWorkplace();
  await conductAll(workplace.path);
}
const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
console.log(`\n${count.passed} passed, ${count.failed} failed${skipped}`);
process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;

async function conductAll(folder: string): Promise<void> {
  const isolated = await isolation(folder);
  if (isolated === undefined) console.log("NOTE: NOT CUT OFF FROM THE NETWORK, unshare or ip is missing or not allowed");
  const packages = new Packages(join(folder, "packages"));
  for (const { tool } of chosen) if (tool !== undefined) void packages.tool(tool);
  const origin = await makeOrigin(join(folder, "origin"), repository).catch((error: Error) => error);
  if (origin instanceof Error) return conclude("failed", `the repository to install from, ${repository}`, origin.message);
  for (const each of chosen) await conduct(each, { folder: join(folder, "case"), origin, packages, isolated: isolated ?? [] });
}

interface Means {
  readonly folder: string;
  readonly origin: Origin;
  readonly packages: Packages;
  readonly isolated: readonly string[];
}

async function conduct({ name, tool, run, mustFail }: Case, { folder, origin, packages, isolated }: Means): Promise<void> {
  const [modules, program] = await Promise.all([packages.host(), tool === undefined ? { prefix: "" } : packages.tool(tool)]);
  if ("unavailable" in modules) return conclude("skipped", name, modules.unavailable);
  if ("unavailable" in program) return conclude("skipped", name, program.unavailable);
  const begin = performance.now();
  try {
    mkdirSync(folder);
    const host = new Host(folder, { origin, modules: join(modules.prefix, "node_modules"), isolated });
    await host.runOrThrow(["git", "init", "--quiet"]);
    const seen = await run({ host, origin, tool: tool === undefined ? [] : start(tool, program.prefix) });
    const time = `${((performance.now() - begin) / 1000).toFixed(1)} s`;
    conclude(mustFail === undefined ? "passed" : "failed", name, mustFail === undefined ? `${seen}, ${time}` : "it did not fail");
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const wanted = mustFail?.exec(message)?.[0];
    conclude(wanted === undefined ? "failed" : "passed", name, wanted === undefined ? message : `failed, as it must: ${wanted}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function conclude(outcome: keyof typeof count, name: string, detail: string): void {
  count[outcome] += 1;
  const mark = { passed: "ok     ", failed: "FAILED ", skipped: "SKIPPED" }[outcome];
  console.log(`${mark} ${name.padEnd(60)} ${detail.replaceAll("\n", " ").slice(0, 800)}`);
}
