/** What a script reads where `-` stands: what is left of standard input, whatever that is and whenever it comes. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { copies } from "../support/copies.ts";
import { masked, now, printed, refused } from "../support/outcome.ts";
import { temporaryProject } from "../support/project.ts";
import { runShell } from "../support/run-shell.ts";
import { pipeIt } from "../support/words.ts";

const started = (context: object) =>
  printed({ started_at: now, updated_at: now, step: "init", steps: ["init"], context: context as Record<string, string> });

const empty = refused(2, `error: bad context: standard input is empty\n${pipeIt("context")}`);

const inputs = [
  { what: "a file", line: 'exec "$@" < given', expected: started({ a: 1 }) },
  { what: "a pipe", line: 'cat given | "$@"', expected: started({ a: 1 }) },
  {
    what: "a pipe that is late, in pieces",
    line: '{ sleep 0.2; printf {; sleep 0.2; tail -c +2 given; } | "$@"',
    expected: started({ a: 1 }),
  },
  {
    what: "a pipe that refuses to wait, and is late",
    line: '{ sleep 0.3; cat given; } | { dd iflag=nonblock count=0 2> /dev/null; exec "$@"; }',
    expected: started({ a: 1 }),
  },
  { what: "the rest of a file", line: '{ read -r line; exec "$@"; } < lines', expected: started({ a: 1 }) },
  { what: "nothing that is left of a file", line: '{ cat > /dev/null; exec "$@"; } < given', expected: empty },
  { what: "nothing", line: 'exec "$@" < /dev/null', expected: empty },
  { what: "closed", line: 'exec "$@" <&-', expected: empty },
  {
    what: "a folder",
    line: 'exec "$@" < .',
    expected: refused(
      1,
      "error: cannot read standard input: EISDIR: illegal operation on a directory\nhelp: give it a file, a pipe or a here-document\n",
    ),
  },
];

describe.each(copies)("standard input of $name", ({ scripts }) => {
  test.concurrent.each(inputs)("that is $what", async ({ line, expected }) => {
    using project = temporaryProject();
    await Bun.write(join(project.path, "given"), '{"a":1}\n');
    await Bun.write(join(project.path, "lines"), 'read by somebody else\n{"a":1}\n');
    expect(masked(await runShell(line, "set", ["workflow:pr", "init", "-"], { cwd: project.path, scripts }))).toEqual(expected);
  });
});
