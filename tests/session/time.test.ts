/** Times as text, in milliseconds, and as people say them. */
import { describe, expect, test } from "bun:test";
import {
  formatAge,
  formatDuration,
  formatMinute,
  hasUtcYear,
  newestFirst,
  nextTime,
  parseTime,
  sortableTime,
  toUtc,
} from "../../lib/session/time.ts";

const now = new Date("2025-01-29T15:00:00.000Z");

test.each([
  ["2025-01-29T16:00:00+01:00", "2025-01-29T15:00:00.000Z"],
  ["2025-01-29T07:00:00.25-08:00", "2025-01-29T15:00:00.250Z"],
  ["2025-01-29T15:00:00.123456789Z", "2025-01-29T15:00:00.123Z"],
  ["2025-01-29T15:00:00.0500000000Z", "2025-01-29T15:00:00.050Z"],
  ["2025-01-29T16:00:00.000999999999999+01:00", "2025-01-29T15:00:00.000Z"],
  ["2025-01-29T23:30:00-05:00", "2025-01-30T04:30:00.000Z"],
  ["0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"],
  ["9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:59.999Z"],
])("%s is %s", (text, utc) => {
  expect(toUtc(parseTime(text))).toBe(utc);
});

describe("times that sort", () => {
  const times = [
    "0000-01-01T00:00:00.0001Z",
    "1969-12-31T23:59:59.9991Z",
    "1969-12-31T23:59:59.9999Z",
    "1970-01-01T00:00:00Z",
    "2025-01-29T15:00:00Z",
    "2025-01-29T15:00:00.0000001Z",
    "2025-01-29T15:00:00.0500000000Z",
    "2025-01-29T15:00:00.1Z",
    "2025-01-29T15:00:00.123Z",
    "2025-01-29T16:00:00.123000001+01:00",
    "2025-01-29T15:00:00.1230001Z",
    "2025-01-29T15:00:00.1231Z",
    "2025-01-29T15:00:00.12311Z",
    "2025-01-29T15:00:00.123999999999999Z",
    "2025-01-29T15:00:00.124Z",
    "2025-01-30T00:00:00.500+09:00",
    "2025-01-29T07:00:01-08:00",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59.999000001Z",
  ];

  test("do so by all that their fractions say, to the nanosecond", () => {
    expect(times.toReversed().sort((a, b) => newestFirst(sortableTime(b), sortableTime(a)))).toEqual(times);
  });

  test("are the same for the same instant, however it is written, and different for others", () => {
    const same = [
      "15:00:00Z",
      "15:00:00.0Z",
      "15:00:00.000Z",
      "15:00:00.000000000000Z",
      "16:00:00.000+01:00",
      "15:00:00.0000-00:00",
    ];
    expect(new Set(same.map((time) => sortableTime(`2025-01-29T${time}`))).size).toBe(1);
    expect(new Set(times.map(sortableTime)).size).toBe(times.length);
  });
});

test("only a time in a year of four digits in UTC has such a year", () => {
  expect(["0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"].filter(hasUtcYear)).toHaveLength(2);
  expect(["0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59.999-00:01", "now"].filter(hasUtcYear)).toEqual([]);
});

describe("the time to write next", () => {
  test.each([
    ["is now at the start", undefined, "2025-01-29T15:00:00.000Z"],
    ["is now, if that is later than the old one", "2025-01-29T14:59:59.999Z", "2025-01-29T15:00:00.000Z"],
    ["is a millisecond later if the clock stands still", "2025-01-29T15:00:00.000Z", "2025-01-29T15:00:00.001Z"],
    ["is a millisecond later if the clock went back", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.001Z"],
    ["compares instants, and not texts", "2025-01-29T15:30:00.000+01:00", "2025-01-29T15:00:00.000Z"],
    ["is later than an old one with an offset", "2025-01-29T14:30:00.000-01:00", "2025-01-29T15:30:00.001Z"],
    ["is later than one that is more exact", "2025-01-29T15:00:00.000999Z", "2025-01-29T15:00:00.001Z"],
  ])("%s", (_, old, next) => {
    expect(nextTime(old, now)).toBe(next);
  });
});

test("a time for people is to the minute, in UTC", () => {
  expect(formatMinute(parseTime("2025-01-29T23:30:59.999-05:00"))).toBe("2025-01-30 04:30");
});

const [minute, hour, day] = [60, 3600, 86_400];

test.each([
  [0, "just now"],
  [minute - 1, "just now"],
  [minute, "1m ago"],
  [hour - 1, "59m ago"],
  [hour, "1h ago"],
  [day - 1, "23h ago"],
  [day, "1d ago"],
  [14 * day - 1, "13d ago"],
  [14 * day, "2w ago"],
  [60 * day, "8w ago"],
  [61 * day, "2mo ago"],
  [365 * day, "11mo ago"],
  [366 * day, "1y ago"],
  [10_000 * day, "27y ago"],
  [-1, "just now"],
  [1 - minute, "just now"],
  [-minute, "in 1m"],
  [-2 * hour, "in 2h"],
  [-400 * day, "in 1y"],
])("%d seconds ago is %j", (seconds, age) => {
  expect(formatAge(toUtc(now.getTime() - seconds * 1000), now)).toBe(age);
});

test.each([
  [-5, "0s"],
  [0, "0s"],
  [999, "0s"],
  [12_000, "12s"],
  [60_000, "1m"],
  [61_000, "1m 1s"],
  [3_600_000, "1h"],
  [3_661_000, "1h 1m"],
  [3_601_000, "1h"],
  [90_000_000, "1d 1h"],
  [86_460_000, "1d"],
  [400 * 86_400_000, "400d"],
])("a duration of %d ms is %j", (ms, shown) => {
  expect(formatDuration(ms)).toBe(shown);
});
