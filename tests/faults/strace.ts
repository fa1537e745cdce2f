/**
 * Faults at exact system calls. A first run under strace lists the calls of a script's main thread, from the first one
 * that touches `ia/` on; a call is known by its name and its number among the calls of that name. A second run has the
 * fault injected there, or is stopped there while others work. Only the main thread is traced: it does all the work on
 * files, and the counters of strace, which run per thread, are then unambiguous. Whether the fault struck where it should
 * is read from the log of the second run.
 *
 * Left out: memory, threads, event loops and what the garbage collector asks. A kill arrives before the call is carried
 * out, an error instead of it, a stop after it.
 */
import { existsSync, readFileSync } from "node:fs";
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

export type Fault = "KILL" | "EIO" | "ENOSPC" | "EACCES" | "EINTR" | "ENOENT";
export type Struck = Launched & {
  /** Whether the fault struck the very call that it was meant for. */
  hit: boolean;
  /** The calls of the same name that came later, with what they returned. */
  later: string[];
};

const leftOut = /^(mmap|epoll|eventfd|exit_group)|statm\b/;

/** The system calls that a script makes on files, from the first touch of `ia/` on. */
export async function recordCalls(call: Call): Promise<SystemCall[]> {
  const calls = numbered(await traceFiles(call), call.cwd);
  const first = calls.findIndex(({ label }) => label.includes("./ia"));
  return calls.slice(first).filter(({ label }) => !leftOut.test(label));
}

/** What strace says of the calls that a script makes on files, a line each, with all that is written. */
export async function traceLines(call: Call): Promise<string[]> {
  return lines(await traceFiles(call, "1000000"));
}

async function traceFiles(call: Call, longest = "0"): Promise<string> {
  const { log, exitCode, stderr } = await trace(call, ["-s", longest, "-e", "trace=%file,%desc"]);
  if (exitCode !== 0) throw new Error(`the run without a fault failed: ${stderr}`);
  return log;
}

/** Runs a script with a fault at one of its system calls. */
export async function strike(call: Call, at: SystemCall, fault: Fault): Promise<Struck> {
  return fault === "KILL"
    ? await inject(call, at, { effect: "signal=KILL", trail: "+++ killed by SIGKILL +++" })
    : await inject(call, at, { effect: `error=${fault}`, trail: "(INJECTED)" });
}

/** Runs a script that is stopped right after one of its system calls, and goes on when `meanwhile` is done. */
export async function pause(call: Call, at: SystemCall, meanwhile: () => Promise<void>): Promise<Struck> {
  return await inject(call, at, { effect: "signal=STOP", trail: "--- stopped by SIGSTOP ---", meanwhile });
}

type Effect = { effect: string; trail: string; meanwhile?: () => Promise<void> };

async function inject(call: Call, at: SystemCall, { effect, trail, meanwhile }: Effect): Promise<Struck> {
  const words = ["-e", `trace=${at.name}`, "-e", `inject=${at.name}:${effect}:when=${at.ordinal}`];
  const { log, ...run } = await trace(call, words, meanwhile);
  const calls = numbered(log, call.cwd);
  const index = calls.findIndex(({ ordinal }) => ordinal === at.ordinal);
  const isHit = log.includes(trail) && calls[index]?.label === at.label;
  return { ...run, hit: isHit, later: index < 0 ? [] : lines(log).slice(index + 1) };
}

async function trace(call: Call, words: string[], whileStopped?: () => Promise<void>): Promise<Launched & { log: string }> {
  using folder = temporaryFolder();
  const path = join(folder.path, "log");
  const meanwhile = whileStopped && ((tracer: number) => untilStopped({ tracer, path }, whileStopped));
  const under = ["strace", "-y", "-s", "0", "-o", path, ...words];
  const run = await launch({ ...call, under, meanwhile });
  return { ...run, log: await Bun.file(path).text() };
}

/** Waits until the process that is traced has stopped, does some work and lets it go on. If it ends before, nothing is done. */
async function untilStopped({ tracer, path }: { tracer: number; path: string }, work: () => Promise<void>): Promise<void> {
  const children = `/proc/${tracer}/task/${tracer}/children`;
  for (;;) {
    const child = existsSync(children) ? Number(readFileSync(children, "utf8").trim().split(" ")[0]) : 0;
    const log = existsSync(path) ? readFileSync(path, "utf8") : "";
    if (log.includes("--- stopped by SIGSTOP ---")) {
      try {
        return await work();
      } finally {
        process.kill(child, "SIGCONT");
      }
    }
    if (/^\+\+\+ /m.test(log) || !existsSync(children)) return;
    await Bun.sleep(2);
  }
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
export function isChange({ name, label }: Pick<SystemCall, "name" | "label">): boolean {
  if (/^open(at)?$/.test(name)) return label.includes("O_CREAT");
  return (
    /^(p?write(64|v)?|f(data)?sync|close|rename\w*|unlink\w*|rmdir|mkdir\w*|f?chmod\w*|f?truncate)$/.test(name) &&
    !/<\/dev|<\/proc/.test(label)
  );
}
