/**
 * The process boundary: but for `runtime.ts` the only file that knows argv, streams, environment and exit code. It checks
 * the whole command line before anything is read, runs the script's action, and prints its result on stdout, or what went
 * wrong on stderr in the words of a SessionError. Nothing else is ever printed, and no error leaves a stack trace.
 *
 * Nothing is asynchronous. A promise that never settles would end the process with exit code 0 and nothing done, and Bun's
 * streams always read a file from its beginning, even if another process has already read part of it. `writeSync` reports
 * a full disk and a closed pipe.
 */
import { existsSync, fstatSync, readFileSync, readSync, statSync, writeSync } from "node:fs";
import { name, version } from "../../package.json";
import { commandLine, failedTo, failureLines, failures, SessionError, showCommandsFrom, systemCode } from "../errors.ts";
import { escapeControls } from "../session/json.ts";
import { findProject, findWay, type Project } from "../store/project.ts";
import { isAgent } from "./agents.ts";
import { type Answer, render } from "./answer.ts";
import { type Args, type Command, parseArgs } from "./args.ts";
import { renderHelp } from "./help.ts";
import type { Screen } from "./layout.ts";
import type { Input } from "./standard-input.ts";

/** What an action may use besides its arguments. The project is found when standard input has been read: it may be moved until then. */
type Runtime = { findProject: () => Project; now: () => Date; stdin: Input };

export type Action<C extends Command> = (args: Args<C>, runtime: Runtime) => Answer;

/** The streams of a process; tests put their own in the place of the real ones. */
export type Streams = {
  stdin: Input;
  writeOut: (text: string) => void;
  writeErr: (text: string) => void;
  /** The window that stdout is, or `null` if it is a pipe, a file or the terminal of an agent. Throws if it is closed. */
  screen: () => Screen | null;
};

/** Runs a script in this process: the one call that an entry makes. */
export function run<C extends Command>(command: C, action: Action<C>): void {
  const streams = {
    stdin: (bytes: Uint8Array) => whenReady(() => readSync(0, bytes)),
    writeOut: (text: string) => writeAll(1, text),
    writeErr: (text: string) => writeAll(2, text),
    screen: () => readScreen(),
  };
  showCommandsFrom(findWay);
  process.exitCode = execute(command, process.argv.slice(2), action, streams);
}

/** Writes all of a text to a stream: a write may be short. */
export function writeAll(stream: number, text: string): void {
  const bytes = new TextEncoder().encode(text); // Buffer costs three times as much at its first use
  for (let written = 0; written < bytes.length; ) written += whenReady(() => writeSync(stream, bytes, written));
}

/** Reads from a stream or writes to it. One that does not block asks for another try as long as it is empty or full. */
export function whenReady(transfer: () => number): number {
  for (;;)
    try {
      return transfer();
    } catch (error) {
      if (systemCode(error) !== "EAGAIN") throw error;
      Bun.sleepSync(1);
    }
}

/** Runs a script with these arguments and streams, and returns its exit status. Never throws. */
export function execute<C extends Command>(command: C, argv: string[], action: Action<C>, streams: Streams): number {
  try {
    const page = findPage(command, argv);
    if (page !== undefined) print(() => page, streams);
    else {
      const call = { args: parseArgs(command, argv), findProject, now: () => new Date(), stdin: streams.stdin };
      const result = action(call.args, call);
      const isChange = command.name !== "get" && !("text" in result);
      print((screen) => render(result, call, screen), streams, { isChange, remark: result.remark });
    }
    return 0;
  } catch (error) {
    const failure = failedTo("go on: unexpected error", error, "please report this");
    say(failureLines(failure), streams);
    return failures[failure.code].status;
  }
}

/** Whether something was changed, and what stderr says of it. */
type Effect = { isChange: boolean; remark?: (() => string | undefined) | undefined };

/** Prints the remark on stderr first, because the answer may not get out, then the answer on stdout. */
function print(text: (screen: Screen | null) => string, streams: Streams, effect: Effect = { isChange: false }): void {
  try {
    const line = effect.remark?.();
    if (line !== undefined) say([line], streams);
    streams.writeOut(text(streams.screen()));
  } catch (error) {
    const failure = failedTo("print the result", error);
    if (!effect.isChange) throw failure;
    const help = `check what was done before you run it again: ${commandLine("get", "--all")}`;
    throw new SessionError("failed", `done, but ${failure.message}`, help); // to do it again could be wrong
  }
}

/** Prints lines on stderr; if that cannot be, nobody is left to tell. */
function say(lines: string[], { writeErr }: Streams): void {
  try {
    writeErr(lines.map((line) => `${escapeControls(line)}\n`).join(""));
  } catch {
    // as above
  }
}

/** The help, if any of the arguments asks for it, or the version, if they ask for nothing else. */
function findPage(command: Command, argv: string[]): string | undefined {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  if (words.includes("-h") || words.includes("--help")) return renderHelp(command);
  return argv.length === 1 && argv[0] === "--version" ? `${name} ${version}\n` : undefined;
}

/**
 * Whether a standard stream was closed when this process began: Bun opens /dev/null in its place, and only what a process
 * opens itself is closed on exec. Linux tells; elsewhere the answer is no.
 */
function wasClosed(stream: number): boolean {
  const info = `/proc/self/fdinfo/${stream}`;
  const [, flags = "0"] = (existsSync(info) && /^flags:\s*(\d+)$/m.exec(readFileSync(info, "utf8"))) || [];
  return (Number.parseInt(flags, 8) & 0o2000000) !== 0;
}

/** Looks whether stdout is a terminal, the cheap checks first: node:tty alone costs more than Bun's whole start. */
export function readScreen(stdout = 1): Screen | null {
  const stat = fstatSync(stdout);
  if (!stat.isCharacterDevice()) return null;
  if (stat.rdev === statSync("/dev/null", { throwIfNoEntry: false })?.rdev) {
    if (wasClosed(stdout)) throw Object.assign(new Error("EBADF: stdout is closed"), { code: "EBADF" });
    return null;
  }
  const { isatty } = process.getBuiltinModule("node:tty");
  if (!isatty(stdout) || isAgent(process.env)) return null;
  const { NO_COLOR, TERM } = process.env;
  return { width: process.stdout.columns || 80, colour: (NO_COLOR ?? "") === "" && TERM !== "dumb" };
}
