/** What a check is, and the project that it works in: calls of the scripts, judged by stdout and exit code. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Edit } from "../support/unsafe-copy.ts";
import type { Outcome } from "./process.ts";
import type { Rig, RunOptions } from "./rig.ts";

/** Where a check runs: the rig, the skill under test as it is called on C:, and the folder of C: for its projects. */
export type Bench = { rig: Rig; skill: string; below: string };

export type Check = {
  /** A sentence about behaviour. */
  name: string;
  /** Throws what was wrong. */
  run: (bench: Bench) => Promise<void>;
};

/** A check that must fail, like this, on sources with one protection taken out. */
export type Control = { name: string; check: Check; mustFail: RegExp; edits: Edit[] };

export type ScriptName = "get" | "set" | "reset" | "save";
export type Session = {
  started_at: string;
  updated_at: string;
  step: string;
  steps: string[];
  context: Record<string, unknown>;
};

type CallOptions = Partial<Pick<RunOptions, "cwd" | "stdin">>;

export type Project = {
  root: string;
  /** The path of a file of the sessions folder. */
  file: (name: string) => string;
  read: (name: string) => string;
  /** Writes a file of the sessions folder as a hand would. */
  write: (name: string, text: string) => void;
  /** The names in the sessions folder but that of the lock file, in order; none if there is no such folder. */
  names: () => string[];
  run: (script: ScriptName, args: string[], options?: CallOptions) => Promise<Outcome>;
  /** Runs a script that must succeed, and returns the value that it prints. */
  answer: <T = Session>(script: ScriptName, args: string[], options?: CallOptions) => Promise<T>;
  /** Runs a script that must end with this code and print nothing, and returns what it says on stderr. */
  refusal: (code: number, script: ScriptName, args: string[]) => Promise<string>;
};

/** The project in a folder on C:, by default a new one with `.git`. */
export function openProject({ rig, skill, below }: Bench, root = rig.makeProject(below)): Project {
  const file = (name: string) => join(root, "ia/state/sessions", name);
  const run: Project["run"] = (script, args, options) => rig.run(script, args, { cwd: root, skill, ...options });
  return {
    root,
    file,
    run,
    read: (name) => readFileSync(file(name), "utf8"),
    write: (name, text) => {
      mkdirSync(dirname(file(name)), { recursive: true });
      writeFileSync(file(name), text);
    },
    names: () => (existsSync(file("")) ? readdirSync(file("")).filter((name) => name !== ".lock") : []).sort(),
    answer: async (script, args, options) => {
      const outcome = await run(script, args, options);
      return JSON.parse(succeeded(outcome, `${script} ${args.join(" ")}`).stdout);
    },
    refusal: async (code, script, args) => {
      const { exitCode, stdout, stderr } = await run(script, args);
      assert.deepEqual({ exitCode, stdout }, { exitCode: code, stdout: "" }, `${script} ${args.join(" ")}: ${stdout}${stderr}`);
      assert.match(stderr, /^error: /);
      return stderr;
    },
  };
}

/** An outcome that must be exit code 0. */
export function succeeded(outcome: Outcome, what: string): Outcome {
  assert.equal(outcome.exitCode, 0, `${what} ends with ${outcome.exitCode}: ${outcome.stderr}`);
  return outcome;
}

/** A sound session file, as a hand would write it. */
export const sampleText = `${JSON.stringify({
  started_at: "2025-01-29T15:00:00.000Z",
  updated_at: "2025-01-29T15:05:00.000Z",
  step: "init",
  steps: ["init"],
  context: { branch: "feat/x" },
})}\n`;
