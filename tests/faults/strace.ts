/**
 * Faults at exact system calls. A first run under strace lists the calls of a script's main thread, from the first one
 * that touches `ia/` on; a call is known by its name and its number among the calls of that name. A second run has the
 * fault injected there. Only the main thread is traced: it does all the work on files, and the counters of strace, which
 * run per thread, are then unambiguous. Whether the fault struck where it should is read from the log of the second run.
 *
 * Left out: memory, threads, event loops and what the garbage collector asks. A kill arrives before the call is carried out, an error instead of it.
 */
import { join } from "node:path";
import { temporaryFolder } from "../support/project.ts";
import { type Call, type Launched, launch } from "./launch.ts";

export type SystemCall = {
  name: string;
  /** Its number among the calls of this name, from 1. */
  ordinal: number;
  /** The call with its arguments, without what differs from run to run. */
  label: string;
};

export type Fault = "KILL" | "EIO" | "ENOSPC" | "EACCES" | "EINTR";
export type Struck = Launched & {
  /** Whether the fault struck the very call that it was meant for. */
  hit: boolean;
  /** The calls of the same name that came later, with what they returned. */
  later: string[];
};

const leftOut = /^(mmap|epoll|eventfd|exit_group)|statm\b/;

/** The system calls that a script makes on files, from the first touch of `ia/` on. */
export async function recordCalls(call: Call): Promise<SystemCall[]> {
  const { log, exitCode, stderr } = await trace(call, ["-e", "trace=%file,%desc"]);
  if (exitCode !== 0) throw new Error(`the run without a fault failed: ${stderr}`);
  const calls = numbered(log, call.cwd);
  const first = calls.findIndex(({ label }) => label.includes("./ia"));
  return calls.slice(first).filter(({ label }) => !leftOut.test(label));
}

/** Runs a script with a fault at one of its system calls. */
export async function strike(call: Call, at: SystemCall, fault: Fault): Promise<Struck> {
  const effect = fault === "KILL" ? "signal=KILL" : `error=${fault}`;
  const inject = ["-e", `trace=${at.name}`, "-e", `inject=${at.name}:${effect}:when=${at.ordinal}`];
  const { log, ...run } = await trace(call, inject);
  const calls = numbered(log, call.cwd);
  const index = calls.findIndex(({ ordinal }) => ordinal === at.ordinal);
  const struck = fault === "KILL" ? log.includes("+++ killed by SIGKILL +++") : log.includes("(INJECTED)");
  return { ...run, hit: struck && calls[index]?.label === at.label, later: index < 0 ? [] : lines(log).slice(index + 1) };
}

async function trace(call: Call, words: string[]): Promise<Launched & { log: string }> {
  using folder = temporaryFolder();
  const path = join(folder.path, "log");
  const run = await launch({ ...call, under: ["strace", "-y", "-s", "0", "-o", path, ...words] });
  return { ...run, log: await Bun.file(path).text() };
}

function lines(log: string): string[] {
  return log.split("\n").filter((line) => /^\w+\(/.test(line));
}

function numbered(log: string, cwd: string): SystemCall[] {
  const counts = new Map<string, number>();
  return lines(log).map((line) => {
    const name = line.slice(0, line.indexOf("("));
    const ordinal = (counts.get(name) ?? 0) + 1;
    counts.set(name, ordinal);
    return { name, ordinal, label: labelOf(line, cwd) };
  });
}

/** What the call was asked, up to where its answer begins, with the project as `.` and without random names and numbers. */
function labelOf(line: string, cwd: string): string {
  return line
    .replace(/(,? +(0x|\{st|""|<unfinished).*|\)\s+= .*)$/, "")
    .replaceAll(cwd, ".")
    .replace(/\b(socket|pipe):\[\d+\]/, "$1")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "*")
    .replace(/\b\d+</g, "<");
}

/** Whether a call changes files, makes a change durable or ends one; the others only look. */
export function isChange({ name, label }: SystemCall): boolean {
  if (/^open(at)?$/.test(name)) return label.includes("O_CREAT");
  return (
    /^(p?write(64|v)?|f(data)?sync|close|rename\w*|unlink\w*|rmdir|mkdir\w*|f?chmod\w*|f?truncate)$/.test(name) &&
    !/<\/dev|<\/proc/.test(label)
  );
}
