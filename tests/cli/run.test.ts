/** The process boundary, in process with streams of its own. What real processes print is in `e2e/`. */
import { describe, expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { isatty } from "node:tty";
import type { Command } from "../../lib/cli/args.ts";
import { readContext } from "../../lib/cli/context.ts";
import { renderHelp } from "../../lib/cli/help.ts";
import { type Action, execute, readScreen, type Streams } from "../../lib/cli/run.ts";
import { SessionError } from "../../lib/errors.ts";
import { maxContextBytes } from "../../lib/session/rules.ts";
import { findProject } from "../../lib/store/project.ts";
import { commands, type ScriptName } from "../support/run-script.ts";

/** Runs an action and returns what its process would have come to. */
async function runAction<C extends Command>(command: C, argv: string[], action: Action<C>, streams: Partial<Streams> = {}) {
  const run = { exitCode: -1, stdout: "", stderr: "" };
  run.exitCode = await execute(command, argv, action, {
    stdin: () => new Blob([]),
    writeOut: async (text) => {
      run.stdout += text;
    },
    writeErr: async (text) => {
      run.stderr += text;
    },
    screen: async () => null,
    ...streams,
  });
  return run;
}

const never = () => {
  throw new Error("the action was called");
};
const noSpace = () => Promise.reject(Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" }));

describe("what an action answers is printed, and the exit code is 0", () => {
  test.each([
    ["null", null, "null\n"],
    ["a list", [], "[]\n"],
    ["an object, in one line of safe text", { a: ["\u202e\u009b\n"] }, '{"a":["\\u202e\\u009b\\n"]}\n'],
  ])("%s", async (_, json, stdout) => {
    expect(await runAction(commands.get, ["--all"], () => ({ json }))).toEqual({ exitCode: 0, stdout, stderr: "" });
  });

  test("a text as it is, on a terminal too", async () => {
    const text = "---\n\u202e\n";
    const screen = async () => ({ width: 80, colour: true });
    const run = await runAction(commands.save, ["a", "--dry-run"], () => ({ text }), { screen });
    expect(run).toEqual({ exitCode: 0, stdout: text, stderr: "" });
  });

  test("a warning on stderr, its controls escaped", async () => {
    const run = await runAction(commands.reset, ["a"], () => ({ json: null, warning: "threw away \u001b[2J" }));
    expect(run).toEqual({ exitCode: 0, stdout: "null\n", stderr: "warning: threw away \\u001b[2J\n" });
  });

  test("on a terminal in the view for people, with --json as JSON there too", async () => {
    const screen = async () => ({ width: 80, colour: false });
    const view = await runAction(commands.reset, ["workflow:pr"], () => ({ json: null }), { screen });
    expect(view).toEqual({ exitCode: 0, stdout: "workflow:pr has no session now\n", stderr: "" });
    const json = await runAction(commands.reset, ["workflow:pr", "--json"], () => ({ json: null }), { screen });
    expect(json.stdout).toBe("null\n");
  });
});

describe("an action", () => {
  test("is given the arguments, the project of the current folder and the time", async () => {
    const before = Date.now();
    const run = await runAction(commands.save, ["a", "--notes=x"], ({ workflow, notes, status }, { project, now }) => {
      expect([before <= now().getTime(), now().getTime() <= Date.now()]).toEqual([true, true]);
      return { json: { workflow, notes, status, isThisProject: Bun.deepEquals(project, findProject(process.cwd())) } };
    });
    expect(run.stdout).toBe('{"workflow":"a","notes":"x","isThisProject":true}\n');
  });

  test("that throws a SessionError ends with its status, and its words on stderr", async () => {
    const run = await runAction(commands.get, ["a"], () => {
      throw new SessionError("damaged", "a.json\n\u001b[31mis damaged", "mend\u0007 it");
    });
    expect(run).toEqual({ exitCode: 4, stdout: "", stderr: "error: a.json\\u000a\\u001b[31mis damaged\nhelp: mend\\u0007 it\n" });
  });

  test.each([
    ["an Error", new TypeError("boom\nat x"), "error: cannot go on: boom\\u000aat x\n"],
    [
      "an error of the system",
      Object.assign(new Error("EACCES: permission denied, open '/x'"), { code: "EACCES" }),
      "error: cannot go on: EACCES: permission denied\nhelp: check who owns it and its permissions (ls -l)\n",
    ],
    ["what is no Error", "boom", "error: cannot go on: boom\n"],
  ])("that throws %s ends with 1, without a stack trace", async (_, error, stderr) => {
    const run = await runAction(commands.get, ["a"], () => Promise.reject(error));
    expect(run).toEqual({ exitCode: 1, stdout: "", stderr });
  });
});

describe("the command line is checked before anything is done", () => {
  test("wrong usage ends with 2", async () => {
    const run = await runAction(commands.reset, [], never);
    const help = "help: usage: bun run .claude/skills/session/scripts/reset.ts <workflow> [--json] (more with --help)\n";
    expect(run).toEqual({ exitCode: 2, stdout: "", stderr: `error: expected <workflow>, found nothing\n${help}` });
  });

  test.each<[ScriptName, string[]]>([
    ["get", ["--help"]],
    ["get", ["-h"]],
    ["set", ["a", "b", "--bad", "--help"]],
    ["save", ["../bad", "--notes", "-h"]],
    ["reset", ["--help", "--", "x"]],
  ])("help is printed and nothing else done: %s %j", async (name, argv) => {
    expect(await runAction(commands[name], argv, never)).toEqual({ exitCode: 0, stdout: renderHelp(commands[name]), stderr: "" });
  });

  test.each<[ScriptName, string[]]>([
    ["reset", ["--", "--help"]],
    ["save", ["--notes=--help"]],
  ])("what is no question for help is none: %s %j", async (name, argv) => {
    expect((await runAction(commands[name], argv, never)).exitCode).toBe(2);
  });
});

describe("standard input", () => {
  const set = (argv: string[], content: unknown) =>
    runAction(
      commands.set,
      ["a", "b", ...argv],
      async ({ context }, { stdin }) => ({ json: await readContext(context, stdin) }),
      {
        stdin: () => content as Blob,
      },
    );
  const stream = (read: () => AsyncGenerator<Uint8Array>) => ({ stream: read });

  test.each([
    ["an object", '{"a":{"b":1}}', '{"a":{"b":1}}'],
    ["an object after a byte order mark", "\ufeff{}\r\n", "{}"],
  ])("is the context where that is -: %s", async (_, text, json) => {
    expect(await set(["-"], new Blob([text]))).toEqual({ exitCode: 0, stdout: `${json}\n`, stderr: "" });
  });

  test("is put together from its chunks, also where they cut a character", async () => {
    const bytes = new TextEncoder().encode('{"a":"😀"}');
    const chunks = stream(async function* () {
      for (const byte of bytes) yield new Uint8Array([byte]);
    });
    expect((await set(["-"], chunks)).stdout).toBe('{"a":"😀"}\n');
  });

  test("is not read in any other case", async () => {
    expect((await set(["a=1"], stream(never))).stdout).toBe('{"a":1}\n');
  });

  test.each([
    ["nothing", "", 'bad context: "": not JSON: expected a value, found the end at line 1, column 1'],
    ["a list", "[]", 'bad context: "[]": expected a JSON object'],
    ["other bytes than UTF-8", new Uint8Array([0x22, 0xff]), "bad context: standard input is not UTF-8 text"],
    ["more than 1 MiB", " ".repeat(maxContextBytes + 1), "bad context: standard input has more than 1048576 bytes, the limit"],
  ])("is refused where it holds %s", async (_, content, message) => {
    const run = await set(["-"], new Blob([content]));
    expect(run).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining(`error: ${message}\n`) });
  });

  test("is not read on without end", async () => {
    let chunks = 0;
    const endless = stream(async function* () {
      for (;;) {
        chunks += 1;
        yield new Uint8Array(64 * 1024);
      }
    });
    expect((await set(["-"], endless)).exitCode).toBe(2);
    expect(chunks).toBe(17);
  });

  test("that cannot be read ends with 1", async () => {
    const broken = stream(async function* () {
      yield new Uint8Array();
      throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
    });
    const run = await set(["-"], broken);
    expect(run).toEqual({ exitCode: 1, stdout: "", stderr: "error: cannot read standard input: EIO: i/o error\n" });
  });
});

test.skipIf(process.platform !== "linux")(
  "stdout that is /dev/null is closed where this process opened that itself",
  async () => {
    const file = openSync("/dev/null", "r+");
    try {
      await expect(readScreen(file)).rejects.toThrow("EBADF: stdout is closed");
    } finally {
      closeSync(file);
    }
  },
);

test("stdout is a screen only where it is a terminal", async () => {
  const screen = await readScreen();
  expect(screen === null).toBe(!isatty(1));
});

describe("output that cannot be written", () => {
  test("on stdout ends with 1, and stderr says that it was done", async () => {
    const run = await runAction(commands.get, ["a"], () => ({ json: null }), { writeOut: noSpace });
    expect(run).toEqual({
      exitCode: 1,
      stdout: "",
      stderr:
        "error: cannot print the result of what was done: ENOSPC: no space left on device\nhelp: do not repeat what changes something; look with get.ts --all\n",
    });
  });

  test("of the help ends with 1", async () => {
    expect(await runAction(commands.get, ["-h"], never, { writeOut: noSpace })).toMatchObject({ exitCode: 1, stdout: "" });
  });

  test("on stderr too ends with the status of the failure", async () => {
    expect((await runAction(commands.get, [], never, { writeErr: noSpace })).exitCode).toBe(2);
  });

  test("of a warning: on every exit code but 0 stdout is empty", async () => {
    const { exitCode, stdout } = await runAction(commands.reset, ["a"], () => ({ json: null, warning: "x" }), {
      writeErr: noSpace,
    });
    expect([exitCode, stdout]).toEqual(exitCode === 0 ? [0, "null\n"] : [1, ""]);
  });
});
