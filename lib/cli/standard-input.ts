/** Text that is given on standard input, which is read only when a lone `-` stands in its place. */
import { failedTo, SessionError, systemCode } from "../errors.ts";
import { maxTextBytes, sizeRemedy } from "../session/rules.ts";

/** Reads what there is from standard input into the bytes; returns how many it has read, 0 at the end. */
export type Input = (bytes: Uint8Array) => number;

/** The notes of `save` as text. Throws what `readText` throws. */
export const readNotes = (notes: string | undefined, stdin: Input): string | undefined =>
  notes === "-" ? readText(stdin, "notes") : notes;

/** Reads UTF-8 text, byte for byte. Throws `usage` if it is empty, too large or no text, `failed` if reading fails. */
export function readText(stdin: Input, what: string): string {
  const bytes = new Uint8Array(maxTextBytes + 1);
  let length = 0;
  try {
    for (let more = -1; more !== 0 && length < bytes.length; length += more) more = stdin(bytes.subarray(length));
  } catch (error) {
    const isEnd = systemCode(error) === "EOF"; // so Windows can report the end of a pipe (nodejs/node#35997)
    if (!isEnd) throw failedTo("read standard input", error, "give it a file, a pipe or a here-document");
  }
  if (length === 0) throw bad(what, "standard input is empty");
  if (length > maxTextBytes) throw bad(what, `standard input has more than ${maxTextBytes} bytes, the limit`, sizeRemedy);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length));
  } catch {
    throw bad(what, "standard input is not UTF-8 text", "write it in UTF-8");
  }
}

const bad = (what: string, problem: string, help = `pipe the ${what} into the script, or use a here-document (<<'END')`) =>
  new SessionError("usage", `bad ${what}: ${problem}`, help);
