/** Runs a command in a real pseudo-terminal and returns what it wrote there. */
import { c0, invisible } from "./nasty-texts.ts";
import { cleanEnvironment, type Run } from "./run-script.ts";

/** A character that text from a session must not bring to a terminal: all but the ends of lines. */
export const unsafe = new RegExp(
  `[${[...c0, ...invisible]
    .filter((character) => character !== "\n")
    .map(RegExp.escape)
    .join("")}]`,
);

/** Text that would set a title, clear the screen, change colours and turn the direction of writing, with every such character. */
export const hostileText = `\u001b]0;title\u0007\u001b[2J\u009b31m\u202eevil${[...c0, ...invisible].join("")}`;

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
