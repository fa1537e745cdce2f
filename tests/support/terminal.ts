/** Runs a command in a real pseudo-terminal and returns what it wrote there. */
import { cleanEnvironment, type Run } from "./run-script.ts";

export type Window = { cwd: string; columns: number; env?: Record<string, string> };

/** The screen gets both stdout and stderr; line ends are `\n`, as the program wrote them. */
export async function runInTerminal(
  command: string[],
  { cwd, columns, env }: Window,
): Promise<Pick<Run, "exitCode"> & { screen: string }> {
  let screen = "";
  const decoder = new TextDecoder();
  const closed = Promise.withResolvers<void>();
  const child = Bun.spawn(command, {
    cwd,
    env: cleanEnvironment({ TERM: "xterm-256color", ...env }),
    terminal: {
      cols: columns,
      rows: 24,
      data: (_, bytes) => {
        screen += decoder.decode(bytes, { stream: true });
      },
      exit: () => closed.resolve(),
    },
  });
  const exitCode = await child.exited;
  await closed.promise; // the last bytes may arrive after the exit
  child.terminal?.close();
  return { exitCode, screen: screen.replaceAll("\r\n", "\n") };
}
