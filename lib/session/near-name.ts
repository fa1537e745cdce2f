/**
 * The name that somebody probably meant: another spelling of it, the same without its prefix, or one or two letters
 * off. Only what is near is suggested: whoever follows a suggestion may delete what it names.
 */

/** `; did you mean …?` with the near name among the candidates, else the empty text. */
export function didYouMean(given: string, candidates: readonly string[]): string {
  const near = findNear(given, candidates);
  return near === undefined ? "" : `; did you mean ${near}?`;
}

/** The candidate that is near to a given name, `undefined` if none is. */
export function findNear(name: string, candidates: readonly string[]): string | undefined {
  const given = name.replace(/\.json$/, ""); // somebody may give the name of the file
  const spelling = given.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return (
    candidates.find((candidate) => candidate.toLowerCase().replaceAll(/[^a-z0-9]/g, "") === spelling) ??
    candidates.find((candidate) => candidate.endsWith(`:${given}`)) ??
    findTypo(given, candidates)
  );
}

/** The candidate that is the fewest letters off, the first of several; `undefined` if none is near enough. */
function findTypo(given: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const letters = countTypos(given, candidate);
    if (letters < least) [nearest, least] = [candidate, letters];
  }
  return nearest;
}

/**
 * How many letters two names are apart; infinity beyond two, or a third of what differs: `prr` and `pr`, not `pr` and `qa`.
 * Names that differ in digits only (`pr-12`, `pr-13`) are two runs, and no slip.
 */
function countTypos(given: string, candidate: string): number {
  if (Math.min(given.length, candidate.length) < 4 || Math.abs(given.length - candidate.length) > 2)
    return Number.POSITIVE_INFINITY;
  if (given.replaceAll(/\d/g, "") === candidate.replaceAll(/\d/g, "")) return Number.POSITIVE_INFINITY;
  const [a, b] = withoutSharedParts(given, candidate);
  const letters = editDistance(a, b);
  return letters <= Math.min(2, Math.max(a.length, b.length) / 3) ? letters : Number.POSITIVE_INFINITY;
}

/** Two names without the parts (`workflow:`) that they have in common at their start and at their end. */
function withoutSharedParts(given: string, candidate: string): [string, string] {
  let [a, b] = [given.split(/[:.]/), candidate.split(/[:.]/)];
  while (a.length > 1 && b.length > 1 && a[0] === b[0]) [a, b] = [a.slice(1), b.slice(1)];
  while (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-1)) [a, b] = [a.slice(0, -1), b.slice(0, -1)];
  return [a.join(":"), b.join(":")];
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
