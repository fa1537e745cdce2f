/**
 * The process boundary: the only file that knows argv, the standard streams and the exit code. It checks the whole
 * command line before anything is read, runs the script's action, and prints its result on stdout, or what went wrong
 * on stderr in the words of a SessionError. Nothing else is ever printed, and no error leaves a stack trace.
 *
 * Output goes through `Bun.write`: it alone reports a full disk and a closed pipe and never cuts the text.
 */
import { fstatSync, statSync } from "node:fs";
import { type Args, parseArgs, type ScriptName } from "./args.ts";
import { fromStandardInput, parseContextText } from "./context.ts";
import { failures, SessionError, systemError } from "./errors.ts";
import { renderHelp } from "./help.ts";
import { escapeControls, type JsonObject, jsonLine } from "./json.ts";
import type { Screen } from "./layout.ts";
import { findProject, type Project } from "./project.ts";
import { maxContextBytes } from "./session.ts";
import { views } from "./terminal.ts";

/** What an action answers: a value that is printed as JSON, or a text that is printed as it is. */
export type Answer = { json: unknown; warning?: string } | { text: string };

/** What an action may use besides its arguments. */
export type Surroundings = {
  project: Project;
  now: () => Date;
  /** The context of the command line, read from standard input where it is `-`. */
  readContext: (context: JsonObject | typeof fromStandardInput) => Promise<JsonObject>;
};

export type Action<N extends ScriptName> = (args: Args<N>, surroundings: Surroundings) => Answer | Promise<Answer>;

/** The streams of a process; tests put their own in the place of the real ones. */
export type Streams = {
  stdin: Blob;
  writeOut: (text: string) => Promise<unknown>;
  writeErr: (text: string) => Promise<unknown>;
  /** The window that stdout is, or `null` where it is a pipe or a file. */
  screen: () => Promise<Screen | null>;
};

/** Runs a script in this process: the one call that an entry makes. */
export async function run<N extends ScriptName>(name: N, action: Action<N>): Promise<void> {
  process.exitCode = await execute(name, process.argv.slice(2), action, {
    get stdin() {
      return Bun.stdin;
    },
    writeOut: (text) => Bun.write(Bun.stdout, text),
    writeErr: (text) => Bun.write(Bun.stderr, text),
    screen: readScreen,
  });
}

/** Runs a script with these arguments and streams, and returns its exit status. Never throws. */
export async function execute<N extends ScriptName>(
  name: N,
  argv: string[],
  action: Action<N>,
  streams: Streams,
): Promise<number> {
  let isDone = false;
  try {
    if (asksForHelp(argv)) {
      await streams.writeOut(renderHelp(name));
      return 0;
    }
    const args = parseArgs(name, argv);
    const surroundings = surround(streams);
    const answer = await action(args, surroundings);
    isDone = true;
    if ("json" in answer && answer.warning !== undefined) await streams.writeErr(`warning: ${escapeControls(answer.warning)}\n`);
    await streams.writeOut(await render(name, args, answer, { surroundings, streams }));
    return 0;
  } catch (error) {
    const failure = isDone ? describeSilence(error) : systemError("go on", error);
    await streams.writeErr(renderFailure(failure)).catch(() => undefined); // nobody is left to tell
    return failures[failure.code].status;
  }
}

function asksForHelp(argv: string[]): boolean {
  const end = argv.indexOf("--");
  const words = argv.slice(0, end === -1 ? undefined : end);
  return words.includes("-h") || words.includes("--help");
}

type Rendering = { surroundings: Surroundings; streams: Streams };

async function render<N extends ScriptName>(name: N, args: Args<N>, answer: Answer, { surroundings, streams }: Rendering) {
  if ("text" in answer) return answer.text;
  const screen = "json" in args && args.json ? null : await streams.screen();
  if (screen === null) return jsonLine(answer.json);
  const setting = { ...screen, now: surroundings.now(), sessions: surroundings.project.sessions };
  return views[name](answer.json as never, args, setting);
}

/** Looks whether stdout is a terminal, the cheap signs first: node:tty alone costs more than Bun's whole start. */
async function readScreen(): Promise<Screen | null> {
  const stdout = fstatSync(1);
  if (!stdout.isCharacterDevice() || stdout.rdev === statSync("/dev/null").rdev) return null;
  const { isatty } = await import("node:tty");
  if (!isatty(1)) return null;
  const { NO_COLOR, TERM } = process.env;
  return { width: process.stdout.columns || 80, colour: (NO_COLOR ?? "") === "" && TERM !== "dumb" };
}

/** The result cannot be printed, but what was asked for is done: doing it again could be wrong. */
function describeSilence(error: unknown): SessionError {
  const { message } = systemError("print the result of what was done", error);
  return new SessionError("failed", message, "do not repeat what changes something; look with get.ts --all");
}

function renderFailure({ message, help }: SessionError): string {
  return `error: ${escapeControls(message)}\n${help === undefined ? "" : `help: ${escapeControls(help)}\n`}`;
}

function surround(streams: Streams): Surroundings {
  return {
    project: findProject(process.cwd()),
    now: () => new Date(),
    readContext: async (context) => (context === fromStandardInput ? parseContextText(await readAll(streams.stdin)) : context),
  };
}

/** Reads UTF-8 text of at most the size of a context; throws `usage` for more, and for other bytes. */
async function readAll(stdin: Blob): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stdin.stream()) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxContextBytes) break;
    }
  } catch (error) {
    throw systemError("read standard input", error);
  }
  if (length > maxContextBytes)
    throw new SessionError("usage", `bad context: standard input has more than ${maxContextBytes} bytes, the limit`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new SessionError("usage", "bad context: standard input is not UTF-8 text");
  }
}
