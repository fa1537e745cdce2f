/** What is different on Windows must change nothing elsewhere. How it works there is proved by `windows/`. */
import { describe, expect, test } from "bun:test";
import { folderFlag, isWindows, onceReleased, onceSettled, unsyncable } from "../../lib/store/windows.ts";

/** An error as Windows gives it for a file that somebody has open. */
const busy = Object.assign(new Error("busy"), { code: "EBUSY" });

describe.skipIf(isWindows)("on a system that is not Windows", () => {
  test("a file is replaced once, after a last look", () => {
    const calls: string[] = [];
    onceReleased(
      () => calls.push("look"),
      () => calls.push("change"),
    );
    expect(calls).toEqual(["look", "change"]);
  });

  test("a file that is busy is an error at once", () => {
    const calls: string[] = [];
    const change = () => {
      calls.push("change");
      throw busy;
    };
    expect(() => onceReleased(() => calls.push("look"), change)).toThrow(busy);
    expect(calls).toEqual(["look", "change"]);
  });

  test("a last look that throws leaves the file as it is", () => {
    const calls: string[] = [];
    const look = () => {
      throw busy;
    };
    expect(() => onceReleased(look, () => calls.push("change"))).toThrow(busy);
    expect(calls).toEqual([]);
  });

  test.each([["text"], [null]])("a file is read once, and %p is the answer", (answer) => {
    let reads = 0;
    const read = () => {
      reads += 1;
      return answer;
    };
    expect([onceSettled(read), reads]).toEqual([answer, 1]);
  });

  test("a file that cannot be read is an error at once", () => {
    let reads = 0;
    const read = () => {
      reads += 1;
      throw busy;
    };
    expect(() => onceSettled(read)).toThrow(busy);
    expect(reads).toBe(1);
  });

  test("a folder is opened for reading, and only a file system that cannot sync it is excused", () => {
    expect([folderFlag, unsyncable]).toEqual(["r", ["EINVAL", "ENOTSUP"]]);
  });
});
