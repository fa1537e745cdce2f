/** What is different on Windows must change nothing elsewhere. How it works there is proved by `windows/`. */
import { describe, expect, test } from "bun:test";
import { folderFlag, isWindows, retryWhileBusy, retryWhileInUse, unsyncable, withSlashes } from "../../lib/store/windows.ts";

/** An error as Windows gives it for a file that somebody has open. */
const busy = Object.assign(new Error("busy"), { code: "EBUSY" });

describe.skipIf(isWindows)("on a system that is not Windows", () => {
  test("a backslash is a letter like others", () => {
    expect(withSlashes("/a\\b")).toBe("/a\\b");
  });

  test("a file is replaced once, after a last look", () => {
    const calls: string[] = [];
    retryWhileInUse(
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
    expect(() => retryWhileInUse(() => calls.push("look"), change)).toThrow(busy);
    expect(calls).toEqual(["look", "change"]);
  });

  test("a last look that throws leaves the file as it is", () => {
    const calls: string[] = [];
    const look = () => {
      throw busy;
    };
    expect(() => retryWhileInUse(look, () => calls.push("change"))).toThrow(busy);
    expect(calls).toEqual([]);
  });

  test.each([["text"], [null]])("a file is read once, and %p is the answer", (answer) => {
    let reads = 0;
    const read = () => {
      reads += 1;
      return answer;
    };
    expect([retryWhileBusy(read), reads]).toEqual([answer, 1]);
  });

  test("a file that cannot be read is an error at once", () => {
    let reads = 0;
    const read = () => {
      reads += 1;
      throw busy;
    };
    expect(() => retryWhileBusy(read)).toThrow(busy);
    expect(reads).toBe(1);
  });

  test("a folder is opened for reading, and only a file system that cannot sync it is excused", () => {
    expect([folderFlag, unsyncable]).toEqual(["r", ["EINVAL", "ENOTSUP"]]);
  });
});

describe("on Windows", () => {
  /** Fails with `busy` so many times, then answers. */
  const after = <T>(failures: number, answer: T) => {
    const calls: string[] = [];
    const call = () => {
      calls.push("call");
      if (calls.length <= failures) throw busy;
      return answer;
    };
    return { call, calls };
  };

  test("a file that is busy is replaced once it is released, after a last look each time", () => {
    const looks: string[] = [];
    const { call, calls } = after(3, undefined);
    retryWhileInUse(() => looks.push("look"), call, true);
    expect([looks.length, calls.length]).toEqual([4, 4]);
  });

  test("a file that stays busy for 5 seconds is an error that says so", () => {
    const { call, calls } = after(Number.POSITIVE_INFINITY, undefined);
    expect(() => retryWhileInUse(() => undefined, call, true)).toThrow(
      expect.objectContaining({ code: "EBUSY", message: expect.stringContaining("for 5 seconds another program") }),
    );
    expect(calls.length).toBeGreaterThan(50);
  }, 30_000);

  test("an error that has nothing to do with it is passed on at once", () => {
    const full = Object.assign(new Error("full"), { code: "ENOSPC" });
    let calls = 0;
    const fail = () => {
      calls += 1;
      throw full;
    };
    expect(() => retryWhileInUse(() => undefined, fail, true)).toThrow(full);
    expect(() => retryWhileBusy(fail, true)).toThrow(full);
    expect(calls).toBe(2);
  });

  test("a file that is missing or busy for a moment is read at the second or third look", () => {
    expect(retryWhileBusy(after(2, "text").call, true)).toBe("text");
    const answers = [null, null, "text"];
    expect(retryWhileBusy(() => answers.shift() ?? null, true)).toBe("text");
  });

  test("a file that is missing or busy three times is so", () => {
    let reads = 0;
    const absent = () => {
      reads += 1;
      return null;
    };
    expect(retryWhileBusy(absent, true)).toBeNull();
    expect(reads).toBe(3);
    expect(() => retryWhileBusy(after(3, "text").call, true)).toThrow(busy);
  });
});
