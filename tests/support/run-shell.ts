/** Runs a script from a line of the shell, for what only a shell can arrange: redirections, pipes and other privileges. */
import { bun, cleanEnvironment, type Run, type RunOptions, type ScriptName, scriptPath } from "./run-script.ts";

/** Runs a line in which `"$@"` is the call of the script. The exit code and the streams are those of the line. */
export async function runShell(line: string, script: ScriptName, args: string[], options: RunOptions): Promise<Run> {
  const child = Bun.spawn(["/bin/sh", "-c", line, "sh", bun, "run", scriptPath(script, options.scripts), ...args], {
    cwd: options.cwd,
    env: cleanEnvironment(options.env),
    stdin: options.stdin === undefined ? "ignore" : new Blob([options.stdin as string]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { exitCode: await child.exited, stdout, stderr };
}

/** Into a pipe whose reader is gone before the script starts; the exit code is the script's, told on file descriptor 3. */
export const intoClosedPipe = `
  mkfifo gate || exit 99
  exec 4>&1
  code=$( { { read -r go < gate; "$@"; echo $? >&3; } | { exec <&-; echo go > gate; } >&4; } 3>&1 )
  rm gate
  exit "$code"`;

/** Where a result cannot be written, as a line, and the reason that the system gives. */
export const unwritable = [
  { stdout: "a full disk", line: 'exec "$@" > /dev/full', reason: "ENOSPC: no space left on device" },
  { stdout: "a closed pipe", line: intoClosedPipe, reason: "EPIPE: broken pipe" },
];

/** Through a pipe, to a reader that is another process; the exit code is the script's. */
export const throughPipe = `exec 4>&1; exit "$( { { "$@"; echo $? >&3; } | cat >&4; } 3>&1 )"`;
/** Likewise, to a reader that is late, through a pipe that refuses to wait: `dd` makes it so, and leaves it so. */
export const throughSlowPipe = `exec 4>&1
  exit "$( { { dd oflag=nonblock < /dev/null 2> /dev/null; "$@"; echo $? >&3; } | { sleep 0.3; cat >&4; } } 3>&1 )"`;

/** A line in which permissions hold for the script, even if the tests run as root, to whom they otherwise do not apply. */
export const withoutPrivileges =
  process.getuid?.() === 0 ? 'exec setpriv --bounding-set=-dac_override,-dac_read_search "$@"' : 'exec "$@"';

/** A line in which the clock stands still for the script, at this time. Needs `faketime`, of libfaketime. */
export const withFrozenClock = 'TZ=UTC exec faketime -f "2025-01-29 15:00:00" "$@"';
export const frozenTime = "2025-01-29T15:00:00.000Z";
export const canFreezeClock = Bun.which("faketime") !== null;
if (!canFreezeClock) console.warn("SKIPPED: the tests with a clock that stands still: they need faketime (libfaketime)");
