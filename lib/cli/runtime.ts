/**
 * Ends the process unless it runs on a Bun that is new enough. Each entry imports this first, so that another runtime hears of
 * it before it meets anything that it does not know.
 */
import { engines } from "../../package.json";
import { failureLines, failures, SessionError } from "../errors.ts";

const oldest = engines.bun.slice(">=".length);

/** The error if this is another program than Bun (no version), or a Bun that is too old. */
export function findRuntimeProblem(version: string | undefined): SessionError | undefined {
  const release = version?.split("-", 1)[0]; // a canary of the oldest release will do
  if (release !== undefined && Bun.semver?.order(release, oldest) >= 0) return undefined; // the first ones had no semver
  const found = version === undefined ? "another program is running them" : `this is Bun ${version}`;
  const help = version === undefined ? "call them as bun run SCRIPT" : "bun upgrade";
  return new SessionError("failed", `the scripts of session need Bun ${oldest} or later, but ${found}`, help);
}

const problem = findRuntimeProblem((globalThis as { Bun?: typeof Bun }).Bun?.version);
if (problem !== undefined) {
  console.error(failureLines(problem).join("\n"));
  process.exit(failures[problem.code].status);
}
