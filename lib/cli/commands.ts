/**
 * The four commands: what each takes, how its arguments are read, its help and its view for people. Each is a value of
 * its own, so that a script is built with its own command only.
 */

import { quote } from "../session/json.ts";
import { suggest } from "../session/near-name.ts";
import { isStep, isWorkflow, type Status, statuses, stepRule, workflowRule } from "../session/rules.ts";
import { type Command, usageError } from "./args.ts";
import { parseContext } from "./context.ts";
import { viewOfGet, viewOfReset, viewOfSave, viewOfSet } from "./views.ts";

const aboutWorkflow = "its name, like workflow:pr; at most 120 characters";
const workflow = { about: aboutWorkflow, parse: parseWorkflow };
const json = { about: "print JSON on a terminal too" };

export const get = {
  name: "get",
  about: "Print where a workflow stands, or every active session.",
  usage: "<workflow> | --all [--json]",
  operands: { workflow: { about: aboutWorkflow, parse: parseWorkflow, optional: true } },
  options: { all: { about: "every session, most recently updated first" }, json },
  conflict: (given) => {
    if (given.has("workflow") && given.has("all")) return "expected a workflow or --all, found both";
    return given.has("workflow") || given.has("all") ? undefined : "expected a workflow or --all, found neither";
  },
  examples: ["--all", "workflow:pr", "workflow:pr --json"],
  view: viewOfGet,
} as const satisfies Command;

export const set = {
  name: "set",
  about: "Start the session of a workflow or move it on to a step; print its new state.",
  usage: "<workflow> <step> [context] [--if-new | --if-step=STEP] [--json]",
  operands: {
    workflow,
    step: { about: "its new step, one line of at most 200 characters", parse: ([text = ""]: string[]) => parseStep(text) },
    context: {
      about: "key=value pairs, one JSON object, or - for standard input",
      parse: parseContext,
      optional: true,
      rest: true,
    },
  },
  options: {
    "if-new": { about: "only if there is no session yet" },
    "if-step": { value: "STEP", about: "only if the current step is STEP", parse: parseStep },
    json,
  },
  conflict: (given) => (given.has("if-new") && given.has("if-step") ? "--if-new and --if-step cannot both hold" : undefined),
  examples: ["workflow:pr init", "workflow:pr find pr_number=8", "workflow:pr init --if-new"],
  view: viewOfSet,
} as const satisfies Command;

export const reset = {
  name: "reset",
  about: "Delete the session of a workflow, also a damaged one; print its last state.",
  operands: { workflow },
  options: { json },
  examples: ["workflow:pr", "workflow:bad", "workflow:pr --json"],
  view: viewOfReset,
} as const satisfies Command;

export const save = {
  name: "save",
  about: "Archive the session of a workflow as Markdown and delete it; print the path.",
  operands: { workflow },
  options: {
    status: { value: "STATUS", about: "completed (default), failed or cancelled", parse: parseStatus },
    notes: { value: "TEXT", about: "what to remember; shown as a quotation", parse: String },
    "dry-run": { about: "print the Markdown and change nothing" },
    json,
  },
  examples: ['workflow:pr --notes="merged"', "workflow:pr --status=failed", "workflow:pr --dry-run"],
  view: viewOfSave,
} as const satisfies Command;

function parseWorkflow([name = ""]: string[]): string {
  if (isWorkflow(name)) return name;
  throw usageError(`bad workflow name ${quote(name)}: expected ${workflowRule}`);
}

function parseStep(text: string): string {
  if (isStep(text)) return text;
  throw usageError(`bad step ${quote(text)}: expected ${stepRule}`);
}

function parseStatus(text: string): Status {
  const status = statuses.find((name) => name === text);
  if (status !== undefined) return status;
  throw usageError(`bad status ${quote(text)}: expected ${statuses.join(", ")}${suggest(text, statuses, "")}`);
}
