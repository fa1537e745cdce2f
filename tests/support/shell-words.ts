/** What a shell makes of a command that a message shows: it is pasted there. */
import { cleanEnvironment } from "./run-script.ts";

/** The words of a line as a POSIX shell hands them to a program. */
export function shellWords(line: string): string[] {
  const { stdout, stderr, exitCode } = Bun.spawnSync(["/bin/sh", "-c", `printf '%s\\0' ${line}`], { env: cleanEnvironment() });
  if (exitCode !== 0) throw new Error(`the shell does not take ${line}: ${stderr}`);
  return stdout.toString().split("\0").slice(0, -1);
}
