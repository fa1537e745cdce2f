/**
 * The strict parser of a command line, driven by what a script says of itself (`commands.ts`): the types of what it
 * returns and the usage line come from there too (and the help in `help.ts`), so they cannot drift apart.
 */
import { SessionError } from "../errors.ts";
import { quote } from "../session/json.ts";
import { suggest } from "../session/near-name.ts";
import type { View } from "./views.ts";

export type Operand = { about: string; parse: (words: string[]) => unknown; optional?: true; rest?: true };
export type Option = { about: string; value?: string; parse?: (text: string) => unknown };

/** What a script takes and how it shows its answer to people. */
export type Command = {
  name: string;
  about: string;
  /** The arguments in the usage line, where they are not just all operands and options in a row. */
  usage?: string;
  operands: Record<string, Operand>;
  options: Record<string, Option>;
  /** What is wrong with the arguments together, by the names of those that were given. */
  conflict?: (given: Set<string>) => string | undefined;
  examples: readonly string[];
  view: View;
};

type OperandValue<O extends Operand> =
  | ReturnType<O["parse"]>
  | (O extends { optional: true; rest: true } ? never : O extends { optional: true } ? undefined : never);
type OptionValue<O extends Option> = O extends { parse: (text: string) => infer V } ? V | undefined : boolean;

/** The arguments that a command line of this command gives. */
export type Args<C extends Command> = {
  [K in keyof C["operands"]]: OperandValue<C["operands"][K]>;
} & {
  [K in keyof C["options"]]: OptionValue<C["options"][K]>;
};

/** Parses a whole command line; throws `usage` with the usage line as help. */
export function parseArgs<C extends Command>(command: C, argv: string[]): Args<C> {
  try {
    return parse(command, argv) as Args<C>;
  } catch (error) {
    if (!(error instanceof SessionError) || error.help !== undefined) throw error;
    throw new SessionError("usage", error.message, `usage: ${usageLine(command)} (more with --help)`);
  }
}

/** The documented form of a call of a script. */
export function commandLine(name: string, words: string): string {
  return `bun run .claude/skills/session/scripts/${name}.ts ${words}`;
}

/** How a script is called, its operands and options in order. */
export function usageLine({ name, operands, options, usage }: Command): string {
  const words = [
    ...Object.keys(operands).map((operand) => `<${operand}>`),
    ...Object.entries(options).map(([option, { value }]) => `[--${option}${value === undefined ? "" : `=${value}`}]`),
  ];
  return commandLine(name, usage ?? words.join(" "));
}

function parse(command: Command, argv: string[]): Record<string, unknown> {
  const words: string[] = [];
  const options = new Map<string, unknown>();
  const rest = argv.values();
  for (const word of rest) {
    if (word === "--") words.push(...rest);
    else if (!word.startsWith("-") || word === "-") words.push(word);
    else {
      const [, flag = word, name = "", inline] = /^(--([^=]*))(?:=(.*))?$/s.exec(word) ?? [];
      const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined;
      if (option === undefined)
        throw usageError(`unknown option ${quote(flag)}${suggest(name, Object.keys(command.options), "--")}`);
      if (options.has(name)) throw usageError(`option ${flag} is given twice`);
      options.set(
        name,
        option.value === undefined
          ? parseFlag(flag, inline)
          : parseValue(flag, option, inline ?? rest.next().value, inline === undefined),
      );
    }
  }
  const args = parseOperands(command, words);
  const conflict = command.conflict?.(new Set([...options.keys(), ...Object.keys(args)]));
  if (conflict !== undefined) throw usageError(conflict);
  for (const [name, { value }] of Object.entries(command.options)) {
    args[name] = options.get(name) ?? (value === undefined ? false : undefined);
  }
  return args;
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

function parseOperands(command: Command, words: string[]): Record<string, unknown> {
  const operands: Record<string, unknown> = {};
  let at = 0;
  for (const [name, { parse, optional, rest }] of Object.entries(command.operands)) {
    const own = words.slice(at, rest ? undefined : at + 1);
    at += own.length;
    if (own.length > 0 || rest) operands[name] = parse(own);
    else if (!optional)
      throw usageError(`expected <${name}>, found ${words.length === 0 ? "nothing" : `only ${words.map(quote).join(" ")}`}`);
  }
  if (at < words.length) throw usageError(`unexpected argument ${quote(words[at] ?? "")}`);
  return operands;
}

/** Wrong usage in words; `parseArgs` adds the usage line. */
export function usageError(message: string): SessionError {
  return new SessionError("usage", message);
}
