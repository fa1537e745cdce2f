/** Text on standard input, in one piece and in many. Real pipes are in `e2e/`. */
import { describe, expect, test } from "bun:test";
import { readNotes, readText } from "../../lib/cli/standard-input.ts";
import { maxTextBytes, sizeRemedy } from "../../lib/session/rules.ts";
import { inputOf } from "../support/input.ts";
import { pipeIt } from "../support/words.ts";

const refusal = (problem: string, what = "context", help = pipeIt(what).replace(/^help: |\n$/g, "")) =>
  expect.objectContaining({ code: "usage", message: `bad ${what}: ${problem}`, help });

const tooMuch = "standard input has more than 1048576 bytes, the limit";

describe("readText", () => {
  test.each(["a", " \n", "\ufeffa\r\n", "it's \u0000\u001b[2J\u202e 😀", "x".repeat(100_000)])(
    "reads text byte for byte: %j",
    (text) => {
      expect(readText(inputOf(text), "notes")).toBe(text);
    },
  );

  test("puts it together from its chunks, even if they cut a character", () => {
    const chunks = [...new TextEncoder().encode('{"a":"😀"}')].map((byte) => new Uint8Array([byte]));
    expect(readText(inputOf(...chunks), "context")).toBe('{"a":"😀"}');
  });

  test("takes 1 MiB, the limit", () => {
    expect(readText(inputOf("x".repeat(maxTextBytes)), "notes")).toHaveLength(maxTextBytes);
  });

  test.each<[string, string | Uint8Array<ArrayBuffer>, string, string | undefined]>([
    ["nothing", "", "standard input is empty", undefined],
    ["other bytes than UTF-8", new Uint8Array([0x22, 0xff]), "standard input is not UTF-8 text", "write it in UTF-8"],
    ["half a character", new Uint8Array([0xf0, 0x9f]), "standard input is not UTF-8 text", "write it in UTF-8"],
    ["more than 1 MiB", "x".repeat(maxTextBytes + 1), tooMuch, sizeRemedy],
  ])("refuses %s, whatever it is for", (_, content, problem, help) => {
    for (const what of ["context", "notes"]) {
      expect(() => readText(inputOf(content), what)).toThrow(refusal(problem, what, help));
    }
  });

  test("does not read on without end", () => {
    let read = 0;
    const endless = (bytes: Uint8Array) => {
      const taken = Math.min(bytes.length, 64 * 1024);
      read += taken;
      return taken;
    };
    expect(() => readText(endless, "context")).toThrow(refusal(tooMuch, "context", sizeRemedy));
    expect(read).toBe(maxTextBytes + 1);
  });

  test("ends where Windows says that a pipe has ended", () => {
    const before = inputOf("a");
    const pipe = (bytes: Uint8Array) => {
      const read = before(bytes);
      if (read > 0) return read;
      throw Object.assign(new Error("EOF: end of file, read"), { code: "EOF" });
    };
    expect(readText(pipe, "notes")).toBe("a");
  });

  test("that fails says so", () => {
    const before = inputOf("a");
    const broken = (bytes: Uint8Array) => {
      const read = before(bytes);
      if (read > 0) return read;
      throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
    };
    expect(() => readText(broken, "context")).toThrow(
      expect.objectContaining({ code: "failed", message: "cannot read standard input: EIO: i/o error" }),
    );
  });
});

describe("the notes of save", () => {
  const never = () => {
    throw new Error("standard input was read");
  };

  test("are read from standard input if they are a lone -, with their line breaks", () => {
    expect(readNotes("-", inputOf("- one\n- two\n"))).toBe("- one\n- two\n");
    expect(() => readNotes("-", inputOf())).toThrow(refusal("standard input is empty", "notes"));
  });

  test("that were given, or not, are taken, and it is not read", () => {
    for (const text of ["", "--", " -", "text"]) expect(readNotes(text, never)).toBe(text);
    expect(readNotes(undefined, never)).toBeUndefined();
  });
});
