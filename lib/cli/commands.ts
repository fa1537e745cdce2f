/**
 * The four commands: what each takes, how its arguments are read, and what its help shows. No object is spread into
 * another: the bundler would keep that command, and all that it calls, in every script.
 */
import { commandLine, SessionError } from "../errors.ts";
import { quote } from "../session/json.ts";
import { isStep, isWorkflow, type Status, statuses, stepRule, workflowRule } from "../session/rules.ts";
import { type Command, shellWord, usageError, type Word } from "./args.ts";
import { looksLikeContext, parseContext } from "./context.ts";

const aboutWorkflow = "its name, like workflow:pr; at most 120 characters";
const workflow = { about: aboutWorkflow, parse: parseWorkflow };
const json = { about: "print JSON even on a terminal" };
const ifStep = { value: "STEP", about: "only if the current step is STEP", parse: parseStep };
const ifUpdated = { value: "TIME", about: "only if updated_at is exactly TIME", parse: requireTime };

const failuresOfChange = ["failed", "usage", "damaged", "locked", "condition"] as const;

export const get = {
  name: "get",
  about: "Print where a workflow stands, all active sessions, or what was archived.",
  usage: "<workflow> | --all [--brief] | [<workflow>] --archived",
  operands: { workflow: { about: aboutWorkflow, parse: parseWorkflow, optional: true } },
  options: {
    all: { about: "every session, most recently updated first" },
    brief: { about: "with --all: at most 9,000 characters, for hooks" },
    archived: { about: "what was archived, newest first" },
    json,
  },
  conflict: (given) => {
    if ("all" in given && "workflow" in given) return "expected a workflow or --all, found both";
    if ("all" in given && "archived" in given)
      return "--all and --archived cannot be combined: --archived alone lists all archives";
    if ("brief" in given && !("all" in given)) return "--brief needs --all";
    if ("workflow" in given || "all" in given || "archived" in given) return undefined;
    return "expected a workflow, --all or --archived, found none";
  },
  examples: ["--all", "workflow:pr", "workflow:pr --archived"],
  failures: ["failed", "usage", "damaged"],
} as const satisfies Command;

export const set = {
  name: "set",
  about: "Start the session of a workflow or move it on to a step; print its new state.",
  usage: "<workflow> <step> [context] [--if-new | --if-step=STEP | --if-updated=TIME]",
  operands: {
    workflow,
    step: { about: "its new step, one line of at most 200 characters", parse: parseStepWord },
    context: {
      about: "key=value, key:=JSON, one JSON object, or - for standard input; merged into the old one, null removes a key",
      parse: parseContext,
      optional: true,
      rest: true,
    },
  },
  options: { "if-new": { about: "only if there is no session yet" }, "if-step": ifStep, "if-updated": ifUpdated, json },
  conflict: findSecondCondition,
  examples: [
    "workflow:pr init --if-new",
    "workflow:pr find pr_number=8 labels:='[\"bug\"]' --if-step=init",
    "workflow:pr find - < pr.json",
  ],
  failures: failuresOfChange,
} as const satisfies Command;

export const reset = {
  name: "reset",
  about: "Delete the session of a workflow, even a damaged one, without an archive; print its last state.",
  usage: "<workflow> [--if-step=STEP | --if-updated=TIME]",
  operands: { workflow },
  options: { "if-step": ifStep, "if-updated": ifUpdated, json },
  conflict: findSecondCondition,
  examples: ["workflow:pr", "workflow:pr --if-step=init", "workflow:pr --if-updated=2025-01-29T15:05:00.000Z"],
  failures: failuresOfChange,
} as const satisfies Command;

export const save = {
  name: "save",
  about: "Archive the session of a workflow as Markdown and delete it; print the path.",
  usage: "<workflow> [--status=S] [--notes=TEXT] [--if-step=STEP | --if-updated=TIME] [--dry-run]",
  operands: { workflow },
  options: {
    status: { value: "S", about: "completed (default), failed or cancelled", parse: parseStatus },
    notes: { value: "TEXT", about: "what to remember; - reads it from standard input", parse: (text: string) => text },
    "if-step": ifStep,
    "if-updated": ifUpdated,
    "dry-run": { about: "print the Markdown and change nothing" },
    json,
  },
  conflict: (given) =>
    "dry-run" in given && "json" in given
      ? "--dry-run prints Markdown, --json prints JSON; use one of them"
      : findSecondCondition(given),
  examples: ["workflow:pr --notes='merged'", "workflow:pr --status=failed --notes=- < notes.txt", "workflow:pr --dry-run"],
  failures: ["failed", "usage", "missing", "damaged", "locked", "condition"],
} as const satisfies Command;

function findSecondCondition(given: object): string | undefined {
  const names = Object.keys(given).filter((name) => name.startsWith("if-"));
  return names.length < 2 ? undefined : `--${names.sort().slice(0, 2).join(" and --")} cannot be combined`;
}

function parseWorkflow([word]: Word[]): string {
  const name = word?.text ?? "";
  if (isWorkflow(name)) return name;
  throw usageError(`bad workflow name ${quote(name)}: expected ${workflowRule}`);
}

/** The step of `set`. One that looks like a context is one: the step was forgotten. */
function parseStepWord([word]: Word[], argv: string[]): string {
  const { text, at, isLiteral } = word ?? { text: "", at: 0, isLiteral: false };
  if (isLiteral || !looksLikeContext(text)) return parseStep(text);
  const words = argv.map((given) => shellWord(given, "CONTEXT")).toSpliced(at, 0, "STEP");
  const problem = `expected <step>, found what looks like a context: ${quote(text)}; is the step missing?`;
  const help = "if it is the step, put -- right before it, and all options before the --; if not, insert the step";
  throw new SessionError("usage", problem, `${help}: ${commandLine("set", words.join(" "))}`);
}

function parseStep(text: string): string {
  if (isStep(text)) return text;
  throw usageError(`bad step ${quote(text)}: expected ${stepRule}`);
}

function requireTime(text: string): string {
  if (text !== "") return text;
  throw usageError("option --if-updated needs a value: --if-updated=TIME");
}

function parseStatus(text: string): Status {
  const status = statuses.find((name) => name === text);
  if (status !== undefined) return status;
  throw usageError(`bad status ${quote(text)}: expected ${statuses.join(", ")}`);
}
