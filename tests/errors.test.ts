/** The error class, its codes, and how errors of the system become errors in words. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, renameSync } from "node:fs";
import { failures, SessionError, systemCode, systemError } from "../lib/errors.ts";
import { temporaryFolder } from "./support/project.ts";

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

describe("systemError", () => {
  test("says what could not be done and why, without the system's call and path", () => {
    using folder = temporaryFolder();
    const missing = errorOf(() => readFileSync(`${folder.path}/it's, open 'x'`));
    expect(systemError("read it", missing)).toMatchObject({
      code: "failed",
      message: "cannot read it: ENOENT: no such file or directory",
    });
    mkdirSync(`${folder.path}/a/b`, { recursive: true });
    const moved = errorOf(() => renameSync(`${folder.path}/a`, `${folder.path}/a/b/c`));
    expect(systemError("move it", moved).message).toBe("cannot move it: EINVAL: invalid argument");
  });

  test.each([
    ["EACCES", "check who owns it and its permissions (ls -l)"],
    ["EROFS", "the disk is read-only; get.ts still works there"],
    ["ENOSPC", "free some space, then run the same command again"],
    ["EIO", undefined],
  ])("knows what to do about %s", (code, help) => {
    expect(systemError("write it", Object.assign(new Error(`${code}: x`), { code })).help).toBe(help as string);
  });

  test("takes the caller's help where it knows none", () => {
    expect(systemError("lock it", new Error("x"), "remove it").help).toBe("remove it");
    expect(systemError("lock it", Object.assign(new Error("x"), { code: "EACCES" }), "remove it").help).toStartWith(
      "check who owns",
    );
  });

  test("passes a SessionError as it is, and takes what is no Error", () => {
    const error = new SessionError("damaged", "x");
    expect(systemError("read it", error)).toBe(error);
    expect(systemError("read it", "boom").message).toBe("cannot read it: boom");
  });
});

test.each<[string, unknown, string]>([
  ["an error of the system", Object.assign(new Error("x"), { code: "ENOENT" }), "ENOENT"],
  ["an error with a number for a code", Object.assign(new Error("x"), { code: 5 }), ""],
  ["an error that only says a code", new Error("ENOENT: x"), ""],
  ["no error", { code: "ENOENT" }, ""],
  ["nothing", undefined, ""],
])("the system's code of %s", (_, error, code) => {
  expect(systemCode(error)).toBe(code);
});
