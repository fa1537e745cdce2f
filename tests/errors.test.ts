/** The error class, its codes, the lines that it becomes, and how errors of the system become errors in words. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, renameSync } from "node:fs";
import {
  commandLine,
  failedTo,
  failureLines,
  failures,
  isAbsence,
  SessionError,
  showCommandsFrom,
  systemCode,
} from "../lib/errors.ts";
import { temporaryFolder } from "./support/project.ts";

const withCode = (code: string | number, message = `${code}: x`) => Object.assign(new Error(message), { code });

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}

test("each code has the exit status of the contract", () => {
  const statuses = Object.entries(failures).map(([code, { status }]) => [code, status] as const);
  expect(Object.fromEntries(statuses)).toEqual({ failed: 1, usage: 2, missing: 3, damaged: 4, locked: 5, condition: 6 });
});

test("a SessionError carries code, message and help", () => {
  const { code, message, help } = new SessionError("usage", "bad step", "try another");
  expect([code, message, help]).toEqual(["usage", "bad step", "try another"]);
  expect(new SessionError("failed", "x").help).toBeUndefined();
});

test("a failure is a line that begins with error, and one that begins with help if there is something to do", () => {
  expect(failureLines(new SessionError("failed", "cannot\nread"))).toEqual(["error: cannot\nread"]);
  expect(failureLines(new SessionError("usage", "bad step", "try another"))).toEqual(["error: bad step", "help: try another"]);
});

test("a command line is the call as the contract shows it", () => {
  expect(commandLine("get", "--all")).toBe("bun run .claude/skills/session/scripts/get.ts --all");
});

test("a command line is shown with the way from the current folder, asked for when it is shown", () => {
  let way = "";
  showCommandsFrom(() => way);
  try {
    way = "../../";
    expect(commandLine("get", "--all")).toBe("bun run ../../.claude/skills/session/scripts/get.ts --all");
  } finally {
    showCommandsFrom(() => "");
  }
});

describe("failedTo", () => {
  test("says what could not be done and why, without the system's call and path", () => {
    using folder = temporaryFolder();
    const missing = errorOf(() => readFileSync(`${folder.path}/it's, open 'x'`));
    const failure = failedTo("read it", missing);
    expect(failure).toMatchObject({ code: "failed", message: "cannot read it: ENOENT: no such file or directory" });
    expect(failure.cause).toBe(missing);
    mkdirSync(`${folder.path}/a/b`, { recursive: true });
    const moved = errorOf(() => renameSync(`${folder.path}/a`, `${folder.path}/a/b/c`));
    expect(failedTo("move it", moved).message).toBe("cannot move it: EINVAL: invalid argument");
    expect(failedTo("write it", withCode("EIO", "EIO: i/o error, fsync")).message).toBe("cannot write it: EIO: i/o error");
  });

  test("keeps every word of an error that is not the system's", () => {
    const error = new Error("status: expected one of completed, failed, cancelled");
    expect(failedTo("read it", error).message).toBe("cannot read it: status: expected one of completed, failed, cancelled");
  });

  test.each([
    ["EACCES", "check who owns it and its permissions"],
    ["EPERM", "check who owns it and its permissions"],
    ["EROFS", "the disk is read-only; get.ts still works there"],
    ["EFBIG", "raise the limit for the size of files (ulimit -f)"],
    ["ENOTEMPTY", "it is a folder with something in it; look into it and remove it by hand"],
    ["EBUSY", "another program or a mount holds that very file; end it or unmount it, then run the same command again"],
    ["ENAMETOOLONG", "move the project to a folder with a shorter path"],
    ["ERANGE", "move the project to a folder with a shorter path"],
    ["ENOSPC", "free some space, then run the same command again"],
    ["EDQUOT", "free some space, then run the same command again"],
  ])("knows better than its caller what to do about %s", (code, help) => {
    expect(failedTo("write it", withCode(code)).help).toBe(help);
    expect(failedTo("write it", withCode(code), "remove it").help).toBe(help);
  });

  test.each(["EEXIST", "ENOTDIR", "ELOOP", "EISDIR"])("has a help about %s if the caller has none", (code) => {
    expect(failedTo("make it", withCode(code)).help).toBe("something else is at that path or above it; move it away");
    expect(failedTo("make it", withCode(code), "remove it").help).toBe("remove it");
  });

  test("has the caller's help, or none, for all other errors", () => {
    expect(failedTo("lock it", withCode("EIO")).help).toBeUndefined();
    expect(failedTo("lock it", withCode("EIO"), "remove it").help).toBe("remove it");
    expect(failedTo("lock it", new Error("x"), "remove it").help).toBe("remove it");
  });

  test("passes a SessionError as it is, and takes what is no Error", () => {
    const error = new SessionError("damaged", "x");
    expect(failedTo("read it", error, "remove it")).toBe(error);
    expect(failedTo("read it", "boom").message).toBe("cannot read it: boom");
  });
});

test.each<[string, unknown, string]>([
  ["an error of the system", withCode("ENOENT"), "ENOENT"],
  ["an error with a number for a code", withCode(5), ""],
  ["an error that only says a code", new Error("ENOENT: x"), ""],
  ["no error", { code: "ENOENT" }, ""],
  ["nothing", undefined, ""],
])("the system's code of %s", (_, error, code) => {
  expect(systemCode(error)).toBe(code);
});

test("only a name, or a folder above it, that is not there counts as absence", () => {
  using folder = temporaryFolder();
  expect(isAbsence(errorOf(() => readFileSync(`${folder.path}/a`)))).toBe(true);
  expect(isAbsence(withCode("ENOTDIR"))).toBe(true);
  expect(isAbsence(errorOf(() => readFileSync(folder.path)))).toBe(false);
  expect([withCode("EACCES"), new SessionError("missing", "x"), "ENOENT", undefined].filter(isAbsence)).toEqual([]);
});
