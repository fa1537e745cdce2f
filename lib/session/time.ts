/** Times as ISO 8601 text with an offset: written in UTC with milliseconds, read in every precision; ages and durations. */

/** The milliseconds since 1970 of the text of a time that the schema accepts. */
export function parseTime(text: string): number {
  // Bun 1.4.5 reads .0500000000 as half a second.
  return Date.parse(text.length > 24 ? text.replace(/(\.\d{3})\d+/, "$1") : text);
}

/** Text that sorts like the instants that times name, whatever their offsets: exact to the nanosecond. */
export function sortableTime(text: string): string {
  if (text.length === 24) return text.slice(0, -1); // only one with milliseconds and Z has that many
  const beyond = /\.\d{3}(\d{1,6})/.exec(text)?.[1] ?? "";
  return toUtc(parseTime(text)).slice(0, -1) + beyond.replace(/0+$/, "");
}

/** Puts sortable times in order, the newest first. */
export const newestFirst = (a: string, b: string): number => (a === b ? 0 : a < b ? 1 : -1);

/** A time as it is written. Throws a RangeError for one that no `Date` can hold. */
export const toUtc = (ms: number): string => new Date(ms).toISOString();

/** Whether the text of a time lies in a year of four digits, in UTC too. */
export function hasUtcYear(text: string): boolean {
  if (text > "0001" && text < "9999") return true; // no offset leads out of these years
  const ms = parseTime(text);
  return ms >= -62_167_219_200_000 && ms <= 253_402_300_799_999;
}

/** The time to write after an old one: now, or a millisecond after it if the clock stands still or went back. */
export function nextTime(old: string | undefined, now: Date): string {
  const last = old === undefined ? Number.NEGATIVE_INFINITY : parseTime(old);
  return toUtc(now.getTime() > last ? now.getTime() : last + 1);
}

/** A time as people read it, to the minute, in UTC. */
export const formatMinute = (ms: number): string => toUtc(ms).slice(0, 16).replace("T", " ");

const units = [
  { unit: "y", seconds: 31_557_600, from: 1 },
  { unit: "mo", seconds: 2_630_016, from: 2 },
  { unit: "w", seconds: 604_800, from: 2 },
  { unit: "d", seconds: 86_400, from: 1 },
  { unit: "h", seconds: 3600, from: 1 },
  { unit: "m", seconds: 60, from: 1 },
  { unit: "s", seconds: 1, from: 1 },
];

/** How long ago a time was, as people say it: `just now`, `5m ago`, `3d ago`. */
export function formatAge(text: string, now: Date): string {
  const seconds = (now.getTime() - parseTime(text)) / 1000;
  const found = units.find((each) => Math.abs(seconds) >= each.seconds * each.from);
  if (found === undefined || found.unit === "s") return "just now";
  const count = `${Math.floor(Math.abs(seconds) / found.seconds)}${found.unit}`;
  return seconds < 0 ? `in ${count}` : `${count} ago`;
}

/** A span of time in its two largest units from days down: `3d 4h`, `5m`, `12s`. */
export function formatDuration(ms: number): string {
  let rest = Math.max(0, Math.floor(ms / 1000));
  const parts = units.slice(3).map(({ unit, seconds }) => {
    const count = Math.floor(rest / seconds);
    rest %= seconds;
    return count === 0 ? "" : `${count}${unit}`;
  });
  const first = parts.findIndex((part) => part !== "");
  const shown = parts.slice(first, first + 2).filter((part) => part !== ""); // none, if it is less than a second
  return shown.join(" ") || "0s";
}
