/** Standard input without a process: what is read from it, and when. */
import type { Input } from "../../lib/cli/standard-input.ts";

/** An input that gives one chunk after the other, each in as many reads as it takes, and then ends. */
export function inputOf(...chunks: (string | Uint8Array)[]): Input {
  let rest = new Uint8Array();
  return (bytes) => {
    if (rest.length === 0) {
      const next = chunks.shift() ?? "";
      rest = new Uint8Array(typeof next === "string" ? new TextEncoder().encode(next) : next);
    }
    const taken = rest.subarray(0, bytes.length);
    bytes.set(taken);
    rest = rest.subarray(taken.length);
    return taken.length;
  };
}
