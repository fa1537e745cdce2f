/** Times as ISO 8601 text with an offset: they are written in UTC with milliseconds, and read in every other precision too. */

export const timeRule = "an ISO 8601 time like 2025-01-29T15:00:00.000Z";

const pattern = /^\d{4}-\d\d-\d\dT(?!24)\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)$/;

/** The years 0 to 9999 in UTC, in milliseconds since 1970. */
const firstMs = -62_167_219_200_000;
const lastMs = 253_402_300_799_999;

/** Whether a value is the text of an existing instant, in a year of four digits, in UTC too. */
export function isTime(value: unknown): boolean {
  if (typeof value !== "string" || !pattern.test(value)) return false;
  const ms = parseTime(value);
  if (!(ms >= firstMs && ms <= lastMs)) return false;
  const day = value.slice(0, 10);
  // Date takes a day that a short month does not have for one of the next month.
  return day.slice(8) <= "28" || toUtc(Date.parse(day)).startsWith(day);
}

/** The milliseconds since 1970 of the text of a time, which `isTime`. */
export function parseTime(text: string): number {
  const offset = text.at(-3);
  const minutes = offset === "+" || offset === "-" ? ":00" : ""; // Date wants them
  return Date.parse(text.replace(",", ".") + minutes);
}

/** A time as it is written. */
export function toUtc(ms: number): string {
  return new Date(ms).toISOString();
}

/** A time as people read it, to the minute, in UTC. */
export function minute(ms: number): string {
  return toUtc(ms).slice(0, 16).replace("T", " ");
}

/** A time in whole milliseconds since 1970, and the digits of its fraction beyond them: both together order it exactly. */
export function instant(text: string): { ms: number; rest: string } {
  const digits = /[.,]\d{3}(\d*)/.exec(text)?.[1] ?? "";
  let end = digits.length;
  while (digits[end - 1] === "0") end -= 1; // a pattern for this would take quadratic time
  return { ms: parseTime(text), rest: digits.slice(0, end) };
}
