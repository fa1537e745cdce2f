/** Text that is given on standard input, which is read only when a lone `-` stands in its place. */
import { failedTo, SessionError } from "../errors.ts";
import { maxTextBytes, sizeRemedy } from "../session/rules.ts";

/** Stands for a text that is still to be read from standard input. */
export const fromStandardInput = Symbol("standard input");

/** The notes of `save`: the text itself, or the sign that it is on standard input. */
export function parseNotes(text: string): string | typeof fromStandardInput {
  return text === "-" ? fromStandardInput : text;
}

/** The notes as text. Throws what `readText` throws. */
export async function readNotes(
  notes: string | typeof fromStandardInput | undefined,
  stdin: () => Blob,
): Promise<string | undefined> {
  return notes === fromStandardInput ? await readText(stdin(), "notes") : notes;
}

/** Reads UTF-8 text, byte for byte. Throws `usage` if it is empty, too large or no text, `failed` if reading fails. */
export async function readText(stdin: Blob, what: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stdin.stream()) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxTextBytes) break;
    }
  } catch (error) {
    throw failedTo("read standard input", error, "give it a file, a pipe or a here-document");
  }
  if (length === 0) throw bad(what, "standard input is empty");
  if (length > maxTextBytes) throw bad(what, `standard input has more than ${maxTextBytes} bytes, the limit`, sizeRemedy);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw bad(what, "standard input is not UTF-8 text", "write it in UTF-8");
  }
}

function bad(what: string, problem: string, help = `pipe the ${what} into the script, or use a here-document (<<'END')`) {
  return new SessionError("usage", `bad ${what}: ${problem}`, help);
}
