/** The one assertion: on one line, what was compared, what came and what was wanted. */
export function expect(what: string, actual: unknown, expected: unknown): void {
  if (Bun.deepEquals(actual, expected, true)) return;
  throw new Error(`${what}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}
