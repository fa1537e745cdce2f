/** The near name, where somebody mistyped one. */

/** `; did you mean …?` with the candidate that is at most two edits away (one in short names), else the empty text. */
export function suggest(given: string, candidates: readonly string[], prefix: string): string {
  const limit = given.length < 4 ? 1 : 2;
  let nearest = "";
  let least = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(given.slice(0, 120), candidate);
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest === "" ? "" : `; did you mean ${prefix}${nearest}?`;
}

/** Levenshtein's distance: insertions, deletions and substitutions. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, character] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (character === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
