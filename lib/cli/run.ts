/**
 * The process boundary: the only file that knows argv, the standard streams and the exit code. It checks the whole
 * command line before anything is read, runs the script's action, and prints its result on stdout, or what went wrong
 * on stderr in the words of a SessionError. Nothing else is ever printed, and no error leaves a stack trace.
 *
 * Output goes through `Bun.write`: it alone reports a full disk and a closed pipe and never cuts the text.
 */
import { existsSync, fstatSync, readFileSync, statSync } from "node:fs";
import { failures, SessionError, systemError } from "../errors.ts";
import { escapeControls, jsonLine } from "../session/json.ts";
import { findProject, type Project } from "../store/project.ts";
import { type Args, type Command, parseArgs } from "./args.ts";
import { renderHelp } from "./help.ts";
import type { Screen } from "./layout.ts";

/** What an action answers: a value that is printed as JSON, or a text that is printed as it is. */
export type Answer = { json: unknown; warning?: string } | { text: string };

/** What an action may use besides its arguments. */
export type Surroundings = {
  project: Project;
  now: () => Date;
  stdin: () => Blob;
};

export type Action<C extends Command> = (args: Args<C>, surroundings: Surroundings) => Answer | Promise<Answer>;

/** The streams of a process; tests put their own in the place of the real ones. */
export type Streams = {
  stdin: () => Blob;
  writeOut: (text: string) => Promise<unknown>;
  writeErr: (text: string) => Promise<unknown>;
  /** The window that stdout is, or `null` where it is a pipe or a file. Throws where it is closed. */
  screen: () => Promise<Screen | null>;
};

/** Runs a script in this process: the one call that an entry makes. */
export async function run<C extends Command>(command: C, action: Action<C>): Promise<void> {
  process.exitCode = await execute(command, process.argv.slice(2), action, {
    stdin: () => Bun.stdin,
    writeOut: (text) => Bun.write(Bun.stdout, text),
    writeErr: (text) => Bun.write(Bun.stderr, text),
    screen: () => readScreen(),
  });
}

/** Runs a script with these arguments and streams, and returns its exit status. Never throws. */
export async function execute<C extends Command>(
  command: C,
  argv: string[],
  action: Action<C>,
  streams: Streams,
): Promise<number> {
  let isDone = false;
  try {
    if (asksForHelp(argv)) {
      await streams.writeOut(renderHelp(command)).catch((error) => {
        throw systemError("print the help", error);
      });
      return 0;
    }
    const args = parseArgs(command, argv);
    const surroundings = { project: findProject(), now: () => new Date(), stdin: streams.stdin };
    const answer = await action(args, surroundings);
    isDone = true;
    if ("json" in answer && answer.warning !== undefined) await streams.writeErr(`warning: ${escapeControls(answer.warning)}\n`);
    await streams.writeOut(await render(answer, command, { args, surroundings, streams }));
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

type Rendering = { args: { workflow?: string; json?: boolean }; surroundings: Surroundings; streams: Streams };

/** JSON for programs; for people at a terminal the view of the command. */
async function render(answer: Answer, { view }: Command, { args, surroundings, streams }: Rendering): Promise<string> {
  const screen = await streams.screen();
  if ("text" in answer) return answer.text;
  if (screen === null || args.json) return jsonLine(answer.json);
  const setting = { ...screen, now: surroundings.now(), sessions: surroundings.project.sessions };
  return view(answer.json as never, args.workflow ?? "", setting);
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

/** Looks whether stdout is a terminal, the cheap signs first: node:tty alone costs more than Bun's whole start. */
export async function readScreen(stdout = 1): Promise<Screen | null> {
  const stat = fstatSync(stdout);
  if (!stat.isCharacterDevice()) return null;
  if (stat.rdev === statSync("/dev/null").rdev) {
    if (wasClosed(stdout)) throw Object.assign(new Error("EBADF: stdout is closed"), { code: "EBADF" });
    return null;
  }
  const { isatty } = await import("node:tty");
  if (!isatty(stdout)) return null;
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
