/**
 * The name that somebody probably meant: another spelling of it, the same without its prefix, or one or two letters
 * off. Only what is near is suggested: whoever follows a suggestion may delete what it names.
 */

/** `; did you mean …?` with the near names among the candidates, three at most, else the empty text. */
export function didYouMean(given: string, candidates: readonly string[]): string {
  const near = [...new Set(findNear(given, candidates))].slice(0, 3);
  return near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`;
}

/** The candidates that are nearest to a given name; more than one if nothing tells which was meant. */
export function findNear(name: string, candidates: readonly string[]): string[] {
  const given = name.replace(/\.json$/, ""); // somebody may give the name of the file
  const spell = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const kinds = [
    (candidate: string) => candidate === given,
    (candidate: string) => spell(candidate) === spell(given),
    (candidate: string) => candidate.endsWith(`:${given}`),
    (candidate: string) => isTypo(given, candidate, 1),
    (candidate: string) => isTypo(given, candidate, 2),
  ];
  for (const isNear of kinds) {
    const near = candidates.filter(isNear);
    if (near.length > 0) return near;
  }
  return [];
}

/**
 * Whether two names are at most this many letters apart, and those are at most a third of the parts that differ: `prr` and `pr`, not
 * `pr` and `qa`. Names that differ in digits only (`pr-12`, `pr-13`) are two runs, and no slip.
 */
function isTypo(given: string, candidate: string, letters: number): boolean {
  if (Math.min(given.length, candidate.length) < 4) return false;
  if (given.replaceAll(/\d/g, "") === candidate.replaceAll(/\d/g, "")) return false;
  const [a, b] = withoutSharedParts(given, candidate);
  return letters <= Math.max(a.length, b.length) / 3 && isWithin(a, b, letters);
}

/** Two names without the parts (`workflow:`) that they have in common at their start and at their end. */
function withoutSharedParts(given: string, candidate: string): [string, string] {
  let [a, b] = [given.split(/[:.]/), candidate.split(/[:.]/)];
  while (a.length > 1 && b.length > 1 && a[0] === b[0]) [a, b] = [a.slice(1), b.slice(1)];
  while (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-1)) [a, b] = [a.slice(0, -1), b.slice(0, -1)];
  return [a.join(":"), b.join(":")];
}

/** Whether Levenshtein's distance, the number of insertions, deletions and substitutions, is at most this. */
function isWithin(a: string, b: string, edits: number): boolean {
  if (a === b) return true;
  if (edits === 0) return false;
  let at = 0;
  while (a[at] === b[at]) at += 1;
  const [x, y, left] = [a.slice(at), b.slice(at), edits - 1];
  return isWithin(x.slice(1), y.slice(1), left) || isWithin(x, y.slice(1), left) || isWithin(x.slice(1), y, left);
}
