/**
 * The strict parser of a command line, driven by what a script says of itself (`commands.ts`): the types of what it
 * returns come from there, and so does the help (`help.ts`), so they cannot drift apart.
 */
import { commandLine, type ErrorCode, SessionError } from "../errors.ts";
import { escapeControls, quote } from "../session/json.ts";

/** A word that was given, its place in the command line, and whether it stood behind `--`. */
export type Word = { text: string; at: number; isLiteral: boolean };

/** `parse` gets its word, or with `rest` all that are left, and the whole command line. */
type Operand = { about: string; parse: (words: Word[], argv: string[]) => unknown; optional?: true; rest?: true };
type Option = { about: string; value?: string; parse?: (text: string) => unknown };

/** What a script takes. */
export type Command = {
  name: string;
  about: string;
  /** Its arguments as the usage line shows them, without --json. */
  usage: string;
  operands: Record<string, Operand>;
  options: Record<string, Option>;
  /** What is wrong with the arguments together, which are there by name if they were given. */
  conflict?: (given: object) => string | undefined;
  examples: readonly string[];
  /** The failures that it can end with. */
  failures: readonly ErrorCode[];
};

type OperandValue<O extends Operand> =
  | ReturnType<O["parse"]>
  | (O extends { optional: true; rest: true } ? never : O extends { optional: true } ? undefined : never);
type OptionValue<O extends Option> = O extends { parse: (text: string) => infer V } ? V | undefined : true | undefined;

/** The arguments that a command line of this command gives. */
export type Args<C extends Command> = {
  [K in keyof C["operands"]]: OperandValue<C["operands"][K]>;
} & {
  [K in keyof C["options"]]: OptionValue<C["options"][K]>;
};

/** Parses a whole command line; throws `usage`, with the usage line as help if there is no better one. */
export function parseArgs<C extends Command>(command: C, argv: string[]): Args<C> {
  try {
    return parse(command, argv) as Args<C>;
  } catch (error) {
    if (!(error instanceof SessionError) || error.help !== undefined) throw error;
    throw new SessionError("usage", error.message, `usage: ${commandLine(command.name, command.usage)} (more with --help)`);
  }
}

function parse(command: Command, argv: string[]): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  const words: Word[] = [];
  let isLiteral = false;
  const broken = argv.find((text) => text.includes("\ufffd")); // bytes that are not UTF-8 arrive like this: what was meant cannot be known
  if (broken !== undefined) {
    const help = "write it in UTF-8; in a context or notes, U+FFFD itself can be given on standard input";
    throw new SessionError("usage", `the argument ${quote(broken)} is not UTF-8 text, or holds U+FFFD`, help);
  }
  for (let at = 0; at < argv.length; at += 1) {
    const text = argv[at] ?? "";
    if (isLiteral || !text.startsWith("-") || text === "-") words.push({ text, at, isLiteral });
    else if (text === "--") isLiteral = true;
    else if (parseOption(command, given, text, argv[at + 1])) at += 1;
  }
  let left = words;
  for (const [name, operand] of Object.entries(command.operands)) {
    const own = operand.rest ? left : left.slice(0, 1);
    if (own.length > 0 || operand.rest) given[name] = operand.parse(own, argv);
    else if (!operand.optional) throw usageError(`expected <${name}>, found ${describeWords(words)}`);
    left = left.slice(own.length);
  }
  if (left[0] !== undefined) throw usageError(`unexpected argument ${quote(left[0].text)}`);
  const conflict = command.conflict?.(given);
  if (conflict !== undefined) throw usageError(conflict);
  return given;
}

const describeWords = (words: Word[]): string =>
  words.length === 0 ? "nothing" : `only ${words.map(({ text }) => quote(text)).join(" ")}`;

/** Parses an option; returns whether its value is the next word. */
function parseOption({ options }: Command, given: Record<string, unknown>, text: string, next: string | undefined): boolean {
  const equals = text.indexOf("=");
  const flag = equals === -1 ? text : text.slice(0, equals);
  const inline = equals === -1 ? undefined : text.slice(equals + 1);
  const name = flag.slice(2);
  const option = flag.startsWith("--") && Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) throw usageError(`unknown option ${quote(flag)}`);
  if (name in given) throw usageError(`option ${flag} is given twice`);
  if (option.value === undefined) {
    if (inline !== undefined) throw usageError(`option ${flag} takes no value, found ${quote(inline)}`);
    given[name] = true;
    return false;
  }
  given[name] = option.parse?.(inline ?? nextWord(flag, option, next));
  return inline === undefined;
}

/** The value of an option in a word of its own; one that looks like an option is asked for in the other form. */
function nextWord(flag: string, option: Option, word: string | undefined): string {
  if (word === undefined) throw usageError(`option ${flag} needs a value: ${flag}=${option.value}`);
  if (!word.startsWith("-")) return word;
  option.parse?.(word); // what cannot be its value is wrong in either form
  const help = `if that is its value, write it behind an equals sign: ${flag}=${shellWord(word)}`;
  throw new SessionError("usage", `option ${flag} is followed by ${quote(word)}, which begins with "-"`, help);
}

/** Wrong usage in words; `parseArgs` adds the usage line. */
export const usageError = (message: string): SessionError => new SessionError("usage", message);

/**
 * A word as a POSIX shell takes it: in single quotes, unless it is plain. One that a message would escape becomes a
 * placeholder, since a shell would read the escapes as they stand.
 */
export function shellWord(text: string, placeholder = "TEXT"): string {
  if (/^[\w./:@=-]+$/.test(text)) return text;
  return escapeControls(text) === text ? `'${text.replaceAll("'", "'\\''")}'` : placeholder;
}
