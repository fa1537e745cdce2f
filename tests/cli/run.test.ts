/** The process boundary, in process with streams of its own. What real processes print is in `e2e/`. */
import { describe, expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isAgent } from "../../lib/cli/agents.ts";
import { type Answer, answer } from "../../lib/cli/answer.ts";
import type { Command } from "../../lib/cli/args.ts";
import { renderHelp } from "../../lib/cli/help.ts";
import { viewArchives, viewList } from "../../lib/cli/lists.ts";
import { type Action, execute, readScreen, type Streams, whenReady, writeAll } from "../../lib/cli/run.ts";
import { type Input, readText } from "../../lib/cli/standard-input.ts";
import { type ViewOptions, viewReset, viewSave, viewSession } from "../../lib/cli/views.ts";
import { SessionError } from "../../lib/errors.ts";
import { findProject } from "../../lib/store/project.ts";
import { inputOf } from "../support/input.ts";
import { temporaryFolder } from "../support/project.ts";
import { bun, commands, repository, type ScriptName } from "../support/run-script.ts";
import { session } from "../support/sample.ts";
import { runInTerminal } from "../support/terminal.ts";
import { checkOwner, unprinted, unprintedRead, usage } from "../support/words.ts";

/** Runs an action and returns what its process would have come to. */
function runAction<C extends Command>(command: C, argv: string[], action: Action<C>, streams: Partial<Streams> = {}) {
  const run = { exitCode: -1, stdout: "", stderr: "" };
  run.exitCode = execute(command, argv, action, {
    stdin: inputOf(),
    writeOut: (text) => {
      run.stdout += text;
    },
    writeErr: (text) => {
      run.stderr += text;
    },
    screen: () => null,
    ...streams,
  });
  return run;
}

const never = () => {
  throw new Error("the action was called");
};
const noSpace = () => {
  throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
};
const closed = () => {
  throw Object.assign(new Error("EBADF: stdout is closed"), { code: "EBADF" });
};
const terminal = { screen: () => ({ width: 80, colour: false }) };
const noView = () => "a view";
const nothing = () => answer(null, noView);

describe("what an action answers is printed, and the exit code is 0", () => {
  test.each([
    ["null", null, "null\n"],
    ["a list", [], "[]\n"],
    ["an object, in one line of safe text", { a: ["\u202e\u009b\n"] }, '{"a":["\\u202e\\u009b\\n"]}\n'],
  ])("%s", async (_, value, stdout) => {
    const run = runAction(commands.get, ["--all"], () => answer(value, noView));
    expect(run).toEqual({ exitCode: 0, stdout, stderr: "" });
  });

  test("a text as it is, even on a terminal", async () => {
    const text = "---\n\u202e\n";
    const run = runAction(commands.save, ["a", "--dry-run"], () => ({ text }), terminal);
    expect(run).toEqual({ exitCode: 0, stdout: text, stderr: "" });
  });

  test("a remark on it goes to stderr, its controls escaped, in one line", async () => {
    const remark = (value: { step: string }) => `note: ${value.step} \u001b[2J\n`;
    const run = runAction(commands.reset, ["a"], () => answer({ step: "x" }, noView, remark));
    expect(run).toEqual({ exitCode: 0, stdout: '{"step":"x"}\n', stderr: "note: x \\u001b[2J\\u000a\n" });
  });

  test("without a remark stderr is empty", async () => {
    const run = runAction(commands.reset, ["a"], () => answer(null, noView, () => undefined));
    expect(run).toEqual({ exitCode: 0, stdout: "null\n", stderr: "" });
  });
});

describe("on a terminal", () => {
  test("the view is printed, with the window, the time and the sessions folder", async () => {
    const before = Date.now();
    let given: ViewOptions | undefined;
    const view = (value: string, options: ViewOptions) => {
      given = options;
      return `view of ${value}\n`;
    };
    const screen = () => ({ width: 93, colour: true });
    const run = runAction(commands.get, ["a"], () => answer("it", view), { screen });
    expect(run).toEqual({ exitCode: 0, stdout: "view of it\n", stderr: "" });
    expect(given).toEqual({ width: 93, colour: true, now: expect.any(Date), sessions: findProject().sessions });
    expect(given?.now.getTime()).toBeWithin(before, Date.now() + 1);
  });

  test("--json asks for JSON, indented for eyes", async () => {
    const value = { a: [1], b: "\u202e" };
    const run = runAction(commands.get, ["a", "--json"], () => answer(value, never), terminal);
    expect(run.stdout).toBe('{\n  "a": [\n    1\n  ],\n  "b": "\\u202e"\n}\n');
    expect(runAction(commands.get, ["a", "--json"], () => answer(value, never)).stdout).toBe('{"a":[1],"b":"\\u202e"}\n');
  });
});

describe("an action", () => {
  test("is given the arguments, the project of the current folder and the time", async () => {
    const before = Date.now();
    const run = runAction(commands.save, ["a", "--notes=x"], ({ workflow, notes, status }, { findProject: find, now }) => {
      expect(now().getTime()).toBeWithin(before, Date.now() + 1);
      expect(find()).toEqual(findProject(process.cwd()));
      return answer({ workflow, notes: String(notes), status: status ?? null }, noView);
    });
    expect(run.stdout).toBe('{"workflow":"a","notes":"x","status":null}\n');
  });

  test("may read standard input", async () => {
    const read = (_: unknown, { stdin }: { stdin: Input }) => answer(readText(stdin, "text"), noView);
    expect(runAction(commands.reset, ["a"], read, { stdin: inputOf("given") }).stdout).toBe('"given"\n');
  });

  test("that throws a SessionError ends with its status, and its words on stderr", async () => {
    const run = runAction(commands.get, ["a"], () => {
      throw new SessionError("damaged", "a.json\n\u001b[31mis damaged", "fix\u0007 it");
    });
    expect(run).toEqual({ exitCode: 4, stdout: "", stderr: "error: a.json\\u000a\\u001b[31mis damaged\nhelp: fix\\u0007 it\n" });
  });

  test.each([
    [
      "an Error",
      new TypeError("boom\nat x"),
      "error: cannot go on: unexpected error: boom\\u000aat x\nhelp: please report this\n",
    ],
    [
      "an error of the system",
      Object.assign(new Error("EACCES: permission denied, open '/x'"), { code: "EACCES" }),
      `error: cannot go on: unexpected error: EACCES: permission denied\n${checkOwner}`,
    ],
    ["what is no Error", "boom", "error: cannot go on: unexpected error: boom\nhelp: please report this\n"],
  ])("that throws %s ends with 1, without a stack trace", async (_, error, stderr) => {
    const run = runAction(commands.get, ["a"], () => {
      throw error;
    });
    expect(run).toEqual({ exitCode: 1, stdout: "", stderr });
  });
});

describe("an answer fits its view", () => {
  const options: ViewOptions = { width: 80, colour: false, now: new Date(), sessions: "/x" };

  test("what the scripts answer does", () => {
    const fitting: Answer[] = [
      answer(null, viewSession("a")),
      answer(session, viewReset("a")),
      answer([], viewList),
      answer([{ archive: "x.md", error: "bad" }], viewArchives),
      answer({ workflow: "a", status: "failed", archive: "x.md" }, viewSave),
    ];
    for (const each of fitting) expect("view" in each && each.view(options)).toEndWith("\n");
  });

  test("what does not fit does not compile: it would fail at a terminal only", () => {
    const unfitting: Answer[] = [
      // @ts-expect-error: a list is no session
      answer([session], viewSession("a")),
      // @ts-expect-error: nor is null a list
      answer(null, viewList),
      // @ts-expect-error: the view of sessions is not for archives
      answer([{ archive: "x.md", error: "bad" }], viewList),
      // @ts-expect-error: the view of archives is not for sessions
      answer([{ workflow: "a", ...session }], viewArchives),
      // @ts-expect-error: an archive has a path
      answer({ workflow: "a", status: "failed" }, viewSave),
      // @ts-expect-error: a view of a session must expect that there is none
      answer(null as typeof session | null, ({ step }: typeof session) => step.repeat(2)),
    ];
    for (const each of unfitting) expect(() => "view" in each && each.view(options)).toThrow(TypeError);
    // @ts-expect-error: a remark fits its value too
    const unfit = answer(null, viewSession("a"), ({ step }: typeof session) => step);
    expect(() => unfit.remark?.()).toThrow(TypeError);
  });

  test("an action that takes an argument which its command does not have does not compile", async () => {
    // @ts-expect-error: reset has no step
    const run = runAction(commands.reset, ["a"], ({ step }) => answer(String(step), noView));
    expect(run.stdout).toBe('"undefined"\n');
  });
});

describe("the command line is checked before anything is done", () => {
  test("wrong usage ends with 2", async () => {
    const run = runAction(commands.reset, [], never);
    expect(run).toEqual({ exitCode: 2, stdout: "", stderr: `error: expected <workflow>, found nothing\n${usage.reset}` });
  });

  test.each<[ScriptName, string[]]>([
    ["get", ["--help"]],
    ["get", ["-h"]],
    ["set", ["a", "b", "--bad", "--help"]],
    ["save", ["../bad", "--notes", "-h"]],
    ["reset", ["--help", "--", "x"]],
    ["save", ["--version", "--help"]],
  ])("help is printed and nothing else done: %s %j", async (name, argv) => {
    expect(runAction(commands[name], argv, never)).toEqual({ exitCode: 0, stdout: renderHelp(commands[name]), stderr: "" });
  });

  test("so is the name with the version, if nothing else is asked for", async () => {
    const run = runAction(commands.get, ["--version"], never, terminal);
    expect(run).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^session-skill \d+\.\d+\.\d+\n$/), stderr: "" });
  });

  test.each<[ScriptName, string[]]>([
    ["reset", ["--", "--help"]],
    ["reset", ["--", "--version"]],
    ["set", ["workflow:pr", "version", "--version", "1.2.0"]],
    ["save", ["workflow:pr", "--version"]],
    ["save", ["--notes=--help"]],
  ])("what is no question for help is none: %s %j", async (name, argv) => {
    expect(runAction(commands[name], argv, never).exitCode).toBe(2);
  });
});

test("a remark that fails is no reason to say that nothing was done", async () => {
  const fail = () => {
    throw new Error("no remark");
  };
  const run = runAction(commands.reset, ["a"], () => answer(null, noView, fail));
  expect(run).toEqual({ exitCode: 1, stdout: "", stderr: unprinted("no remark") });
});

describe("output that cannot be written", () => {
  const full = { stream: { writeOut: noSpace }, reason: "ENOSPC: no space left on device" };
  const shut = { stream: { screen: closed }, reason: "EBADF: stdout is closed" }; // it takes every text

  test.each([full, shut])("on stdout ends with 1, and stderr says that it was done: $reason", async ({ stream, reason }) => {
    const run = runAction(commands.reset, ["a"], nothing, stream);
    expect(run).toEqual({ exitCode: 1, stdout: "", stderr: unprinted(reason) });
  });

  test.each([full, shut])("if nothing was to be done, stderr does not say so: $reason", async ({ stream, reason }) => {
    for (const run of [
      runAction(commands.get, ["a"], nothing, stream),
      runAction(commands.save, ["a", "--dry-run"], () => ({ text: "# a" }), stream),
      ...["-h", "--version"].map((option) => runAction(commands.set, [option], never, stream)),
    ])
      expect(run).toEqual({ exitCode: 1, stdout: "", stderr: unprintedRead(reason) });
  });

  test("on stderr too ends with the status of the failure", async () => {
    expect(runAction(commands.get, [], never, { writeErr: noSpace }).exitCode).toBe(2);
  });

  test("of a remark changes neither stdout nor the exit code", async () => {
    const run = runAction(commands.reset, ["a"], () => answer(null, noView, () => "x"), { writeErr: noSpace });
    expect(run).toEqual({ exitCode: 0, stdout: "null\n", stderr: "" });
  });
});

describe("stdout is a screen", () => {
  const probe = (fd: number) => [
    bun,
    "-e",
    `const { readScreen } = await import("${join(repository, "lib/cli/run.ts")}"); await Bun.write(Bun.stderr, JSON.stringify(readScreen(${fd})) + "\\n")`,
  ];

  test.each([
    [{}, { width: 93, colour: true }],
    [{ NO_COLOR: "" }, { width: 93, colour: true }],
    [{ NO_COLOR: "1" }, { width: 93, colour: false }],
    [{ TERM: "dumb" }, { width: 93, colour: false }],
    [{ CLAUDECODE: "1" }, null],
    [{ CLAUDECODE: "0" }, { width: 93, colour: true }],
  ])("if it is a terminal of a person, with its width and whether it has colours: %j", async (env, screen) => {
    const run = await runInTerminal(probe(1), { cwd: "/", columns: 93, env });
    expect(run).toEqual({ exitCode: 0, screen: `${JSON.stringify(screen)}\n` });
  });

  test("if stderr is one and stdout a file, a pipe or /dev/null, it is none", async () => {
    using folder = temporaryFolder();
    for (const target of ["> file", "| cat", "> /dev/null"]) {
      const command = ["sh", "-c", `"$@" ${target}`, "sh", ...probe(1)];
      expect(await runInTerminal(command, { cwd: folder.path, columns: 93 })).toEqual({ exitCode: 0, screen: "null\n" });
    }
  });

  test.skipIf(process.platform !== "linux")("by what the file is, whoever opened it", () => {
    const terminal = openSync("/dev/ptmx", "r+");
    const variables = Object.keys(process.env).filter((name) => isAgent({ [name]: process.env[name] }));
    const saved = variables.map((name) => [name, process.env[name]]);
    for (const name of variables) delete process.env[name];
    try {
      expect(readScreen(terminal)).toEqual({ width: expect.any(Number), colour: expect.any(Boolean) });
    } finally {
      Object.assign(process.env, Object.fromEntries(saved));
      closeSync(terminal);
    }
  });

  test.skipIf(process.platform !== "linux")("if it was closed when the process began, that is an error", async () => {
    const file = openSync("/dev/null", "r+"); // closed on exec, as what Bun opens in the place of a closed stdout
    try {
      expect(() => readScreen(file)).toThrow("EBADF: stdout is closed");
    } finally {
      closeSync(file);
    }
  });
});

test("a text is written whole, to a file and to a pipe that does not block and has a slow reader", async () => {
  using folder = temporaryFolder();
  const text = "0123456789abcdeé".repeat(50_000);
  const [path, pipe] = [join(folder.path, "file"), join(folder.path, "pipe")];
  const file = openSync(path, "w");
  writeAll(file, text);
  closeSync(file);
  expect(readFileSync(path, "utf8")).toBe(text);
  execFileSync("mkfifo", [pipe]);
  const end = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const reader = Bun.spawn(["sh", "-c", "sleep 0.2; exec cat pipe > copy"], { cwd: folder.path });
  try {
    writeAll(end, text);
  } finally {
    closeSync(end); // or the reader would wait for ever
  }
  await reader.exited;
  expect(readFileSync(join(folder.path, "copy"), "utf8")).toBe(text);
});

test("a transfer is tried again as long as a stream is not ready, and fails with any other error", () => {
  const failing = (code: string) => Object.assign(new Error(code), { code });
  const answers = [failing("EAGAIN"), failing("EAGAIN"), 7];
  const transfer = () => {
    const next = answers.shift();
    if (typeof next === "number") return next;
    throw next;
  };
  expect(whenReady(transfer)).toBe(7);
  answers.push(failing("EIO"));
  expect(() => whenReady(transfer)).toThrow("EIO");
});
