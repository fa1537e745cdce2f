/**
 * The command lines of the four scripts. One table says which operands and options each takes; the strict parser, the
 * types of what it returns and the usage line all come from it (and the help in `help.ts`), so they cannot drift apart.
 */
import { parseContext } from "./context.ts";
import { SessionError } from "./errors.ts";
import { quote } from "./json.ts";
import { isStep, isWorkflow, stepRule, workflowRule } from "./session.ts";
import { suggest } from "./suggest.ts";

export type Operand = { parse: (words: string[]) => unknown; optional?: true; rest?: true };
export type Option = { about: string; value?: string; parse?: (text: string) => unknown };
export type Script = {
  about: string;
  /** The arguments in the usage line, where they are not just all operands and options in a row. */
  usage?: string;
  operands: Record<string, Operand>;
  options: Record<string, Option>;
  /** What is wrong with the arguments together, by the names of those that were given. */
  conflict?: (given: Set<string>) => string | undefined;
  examples: readonly string[];
};

const workflow = { parse: ([name = ""]: string[]) => parseWorkflow(name) };
const json = { about: "print JSON on a terminal too" };
export const statuses = ["completed", "failed", "cancelled"] as const;

export const scripts = {
  get: {
    about: "Print where a workflow stands, or every active session.",
    usage: "<workflow> | --all [--json]",
    operands: { workflow: { ...workflow, optional: true } },
    options: { all: { about: "every session, most recently updated first" }, json },
    conflict: (given) => {
      if (given.has("workflow") && given.has("all")) return "expected a workflow or --all, found both";
      return given.has("workflow") || given.has("all") ? undefined : "expected a workflow or --all, found neither";
    },
    examples: ["--all", "workflow:pr", "workflow:pr --json"],
  },
  set: {
    about: "Start the session of a workflow or move it on to a step; print its new state.",
    usage: "<workflow> <step> [context] [--if-new | --if-step=STEP] [--json]",
    operands: {
      workflow,
      step: { parse: ([text = ""]: string[]) => parseStep(text) },
      context: { parse: parseContext, optional: true, rest: true },
    },
    options: {
      "if-new": { about: "only if there is no session yet" },
      "if-step": { value: "STEP", about: "only if the current step is STEP", parse: parseStep },
      json,
    },
    conflict: (given) => (given.has("if-new") && given.has("if-step") ? "--if-new and --if-step cannot both hold" : undefined),
    examples: ["workflow:pr init", "workflow:pr find pr_number=8", "workflow:pr init --if-new"],
  },
  reset: {
    about: "Delete the session of a workflow, also a damaged one; print its last state.",
    operands: { workflow },
    options: { json },
    examples: ["workflow:pr", "workflow:bad", "workflow:pr --json"],
  },
  save: {
    about: "Archive the session of a workflow as Markdown and delete it; print the path.",
    operands: { workflow },
    options: {
      status: { value: "STATUS", about: "completed (default), failed or cancelled", parse: parseStatus },
      notes: { value: "TEXT", about: "what to remember; shown as a quotation", parse: String },
      "dry-run": { about: "print the Markdown and change nothing" },
      json,
    },
    examples: ['workflow:pr --notes="merged"', "workflow:pr --status=failed", "workflow:pr --dry-run"],
  },
} as const satisfies Record<string, Script>;

export type ScriptName = keyof typeof scripts;

type OperandValue<O extends Operand> =
  | ReturnType<O["parse"]>
  | (O extends { optional: true; rest: true } ? never : O extends { optional: true } ? undefined : never);
type OptionValue<O extends Option> = O extends { parse: (text: string) => infer V } ? V | undefined : boolean;
export type Args<N extends ScriptName> = {
  [K in keyof (typeof scripts)[N]["operands"]]: (typeof scripts)[N]["operands"][K] extends infer O extends Operand
    ? OperandValue<O>
    : never;
} & {
  [K in keyof (typeof scripts)[N]["options"]]: (typeof scripts)[N]["options"][K] extends infer O extends Option
    ? OptionValue<O>
    : never;
};

/** Parses a whole command line; throws `usage` with the usage line as help. */
export function parseArgs<N extends ScriptName>(name: N, argv: string[]): Args<N> {
  try {
    return parse(scripts[name], argv) as Args<N>;
  } catch (error) {
    if (!(error instanceof SessionError) || error.help !== undefined) throw error;
    throw new SessionError("usage", error.message, `usage: ${usageLine(name)} (more with --help)`);
  }
}

/** The documented form of a call of a script. */
export function commandLine(name: ScriptName, words: string): string {
  return `bun run .claude/skills/session/scripts/${name}.ts ${words}`;
}

/** How a script is called: operands and options as the table has them. */
export function usageLine(name: ScriptName): string {
  const { operands, options, usage }: Script = scripts[name];
  const words = [
    ...Object.keys(operands).map((operand) => `<${operand}>`),
    ...Object.entries(options).map(([option, { value }]) => `[--${option}${value === undefined ? "" : `=${value}`}]`),
  ];
  return commandLine(name, usage ?? words.join(" "));
}

function parse(script: Script, argv: string[]): Record<string, unknown> {
  const words: string[] = [];
  const options = new Map<string, unknown>();
  const rest = argv.values();
  for (const word of rest) {
    if (word === "--") words.push(...rest);
    else if (!word.startsWith("-") || word === "-") words.push(word);
    else {
      const [, flag = word, name = "", inline] = /^(--([^=]*))(?:=(.*))?$/s.exec(word) ?? [];
      const option = Object.hasOwn(script.options, name) ? script.options[name] : undefined;
      if (option === undefined)
        throw usageError(`unknown option ${quote(flag)}${suggest(name, Object.keys(script.options), "--")}`);
      if (options.has(name)) throw usageError(`option ${flag} is given twice`);
      options.set(
        name,
        option.value === undefined
          ? parseFlag(flag, inline)
          : parseValue(flag, option, inline ?? rest.next().value, inline === undefined),
      );
    }
  }
  const operands = parseOperands(script, words);
  const conflict = script.conflict?.(new Set([...options.keys(), ...Object.keys(operands)]));
  if (conflict !== undefined) throw usageError(conflict);
  for (const [name, { value }] of Object.entries(script.options)) {
    operands[name] = options.get(name) ?? (value === undefined ? false : undefined);
  }
  return operands;
}

function parseFlag(flag: string, inline: string | undefined): true {
  if (inline === undefined) return true;
  throw usageError(`option ${flag} takes no value, found ${quote(inline)}`);
}

function parseValue(flag: string, option: Option, text: string | undefined, isNextWord: boolean): unknown {
  if (text === undefined || (isNextWord && text.startsWith("-")))
    throw usageError(`option ${flag} needs a value: ${flag}=${option.value}`);
  return option.parse?.(text);
}

function parseOperands(script: Script, words: string[]): Record<string, unknown> {
  const operands: Record<string, unknown> = {};
  let at = 0;
  for (const [name, { parse, optional, rest }] of Object.entries(script.operands)) {
    const own = words.slice(at, rest ? undefined : at + 1);
    at += own.length;
    if (own.length > 0 || rest) operands[name] = parse(own);
    else if (!optional)
      throw usageError(`expected <${name}>, found ${words.length === 0 ? "nothing" : `only ${words.map(quote).join(" ")}`}`);
  }
  if (at < words.length) throw usageError(`unexpected argument ${quote(words[at] ?? "")}`);
  return operands;
}

function parseWorkflow(name: string): string {
  if (isWorkflow(name)) return name;
  throw usageError(`bad workflow name ${quote(name)}: expected ${workflowRule}`);
}

function parseStep(text: string): string {
  if (isStep(text)) return text;
  throw usageError(`bad step ${quote(text)}: expected ${stepRule}`);
}

function parseStatus(text: string): (typeof statuses)[number] {
  const status = statuses.find((name) => name === text);
  if (status !== undefined) return status;
  throw usageError(`bad status ${quote(text)}: expected ${statuses.join(", ")}${suggest(text, statuses, "")}`);
}

function usageError(message: string): SessionError {
  return new SessionError("usage", message);
}
