/** Text on standard input, from blobs and streams. Real pipes are in `e2e/`. */
import { describe, expect, test } from "bun:test";
import { fromStandardInput, parseNotes, readNotes, readText } from "../../lib/cli/standard-input.ts";
import { maxTextBytes, sizeRemedy } from "../../lib/session/rules.ts";
import { pipeIt } from "../support/words.ts";

const stream = (read: () => AsyncGenerator<Uint8Array>) => ({ stream: read }) as unknown as Blob;

const refusal = (problem: string, what = "context", help = pipeIt(what).replace(/^help: |\n$/g, "")) =>
  expect.objectContaining({ code: "usage", message: `bad ${what}: ${problem}`, help });

const tooMuch = "standard input has more than 1048576 bytes, the limit";

describe("readText", () => {
  test.each(["a", " \n", "\ufeffa\r\n", "it's \u0000\u001b[2J\u202e 😀", "x".repeat(100_000)])(
    "reads text byte for byte: %j",
    async (text) => {
      expect(await readText(new Blob([text]), "notes")).toBe(text);
    },
  );

  test("puts it together from its chunks, even if they cut a character", async () => {
    const bytes = new TextEncoder().encode('{"a":"😀"}');
    const chunks = stream(async function* () {
      for (const byte of bytes) yield new Uint8Array([byte]);
    });
    expect(await readText(chunks, "context")).toBe('{"a":"😀"}');
  });

  test("takes 1 MiB, the limit", async () => {
    expect(await readText(new Blob(["x".repeat(maxTextBytes)]), "notes")).toHaveLength(maxTextBytes);
  });

  test.each<[string, string | Uint8Array<ArrayBuffer>, string, string | undefined]>([
    ["nothing", "", "standard input is empty", undefined],
    ["other bytes than UTF-8", new Uint8Array([0x22, 0xff]), "standard input is not UTF-8 text", "write it in UTF-8"],
    ["half a character", new Uint8Array([0xf0, 0x9f]), "standard input is not UTF-8 text", "write it in UTF-8"],
    ["more than 1 MiB", "x".repeat(maxTextBytes + 1), tooMuch, sizeRemedy],
  ])("refuses %s, whatever it is for", async (_, content, problem, help) => {
    for (const what of ["context", "notes"]) {
      await expect(readText(new Blob([content]), what)).rejects.toEqual(refusal(problem, what, help));
    }
  });

  test("does not read on without end", async () => {
    let chunks = 0;
    const endless = stream(async function* () {
      for (;;) {
        chunks += 1;
        yield new Uint8Array(64 * 1024);
      }
    });
    await expect(readText(endless, "context")).rejects.toEqual(refusal(tooMuch, "context", sizeRemedy));
    expect(chunks).toBe(17);
  });

  test("that fails says so", async () => {
    const broken = stream(async function* () {
      yield new Uint8Array([0x61]);
      throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
    });
    await expect(readText(broken, "context")).rejects.toMatchObject({
      code: "failed",
      message: "cannot read standard input: EIO: i/o error",
    });
  });
});

describe("the notes of save", () => {
  const never = () => {
    throw new Error("standard input was read");
  };

  test("are on standard input only if they are a lone -", () => {
    expect(parseNotes("-")).toBe(fromStandardInput);
    for (const text of ["", "--", " -", "a"]) expect(parseNotes(text)).toBe(text);
  });

  test("are read from there, with their line breaks", async () => {
    expect(await readNotes(fromStandardInput, () => new Blob(["- one\n- two\n"]))).toBe("- one\n- two\n");
    await expect(readNotes(fromStandardInput, () => new Blob([]))).rejects.toEqual(refusal("standard input is empty", "notes"));
  });

  test("that were given, or not, are taken, and it is not read", async () => {
    expect(await readNotes("", never)).toBe("");
    expect(await readNotes("text", never)).toBe("text");
    expect(await readNotes(undefined, never)).toBeUndefined();
  });
});
