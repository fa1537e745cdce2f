/** What runs under Wine, and its end. */

/** The name of a file in the folder of the scripts, without ".ts"; or code for `bun -e`. */
export type Program = string | { code: string };
export type Process = Bun.Subprocess<"ignore", "pipe", "pipe">;
export type Outcome = { exitCode: number | null; stdout: string; stderr: string };

/** Runs a command with something on its stdin, both from a file of JSON: FILE */
export const launcher: Program = {
  code: `
    const { command, stdin } = await Bun.file(process.argv[1]).json();
    const child = Bun.spawn([process.execPath, ...command], {
      stdin: Buffer.from(stdin, "base64"),
      stdout: "inherit",
      stderr: "inherit",
    });
    process.exitCode = await child.exited;`,
};

/** Waits for the end of a process, and kills it after two minutes. */
export async function endOf(child: Process): Promise<Outcome> {
  const timer = setTimeout(() => child.kill("SIGKILL"), 120_000);
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const exitCode = await child.exited;
  clearTimeout(timer);
  return { exitCode, stdout, stderr };
}
