/** Times as text. */
import { describe, expect, test } from "bun:test";
import { instant, isTime, parseTime } from "../../lib/session/time.ts";

describe("a time is ISO 8601 with any fraction and offset", () => {
  test.each([
    ...["2025-01-29T15:00:00Z", "2025-01-29T15:00:00.1Z", "2025-01-29T15:00:00.123456789Z", "2024-02-29T23:59:59.999Z"],
    ...["2025-01-29T15:00:00+05:30", "2025-01-29T15:00:00-00:00", "2025-01-29T15:00:00+23:59", "2025-01-29T15:00:00.5-14:00"],
    ...[
      "2025-01-29T15:00:00+0530",
      "2025-01-29T15:00:00-08",
      "2025-01-29T15:00:00,5Z",
      "2025-01-29T15:00Z",
      "0000-01-01T00:00:00Z",
      "9999-12-31T23:59:59.999Z",
    ],
  ])("%s", (time) => {
    expect(isTime(time)).toBe(true);
    expect(parseTime(time)).not.toBeNaN();
  });

  test.each([
    ...["", "now", "2025-01-29", "2025-01-29T15:00:00", "2025-01-29 15:00:00Z", "+012025-01-29T15:00:00Z", "20250129T150000Z"],
    ...["2025-13-01T00:00:00Z", "2025-00-01T00:00:00Z", "2025-01-00T00:00:00Z", "2025-01-32T00:00:00Z"],
    ...["2025-02-29T00:00:00Z", "2024-02-30T00:00:00Z", "2025-04-31T00:00:00Z", "1900-02-29T00:00:00+01:00"],
    ...["2025-01-29T24:00:00Z", "2025-01-29T25:00:00Z", "2025-01-29T15:60:00Z", "2025-01-29T15:00:60Z", "2025-01-29T15Z"],
    ...["2025-01-29T15:00:00+24:00", "2025-01-29T15:00:00+05:60", "2025-01-29T15:00:00+24", "2025-01-29T15:00:00.Z"],
    ...["2025-01-29T15:00:00Z\n", "2025-01-29T15:00:00Zx", 1738162800000, null, { time: "2025-01-29T15:00:00Z" }],
  ])("and not %j", (value) => {
    expect(isTime(value)).toBe(false);
  });

  test("in a year that has four digits in UTC too", () => {
    expect(["9999-12-31T23:59:59-00:01", "0000-01-01T00:00:00+00:01"].filter(isTime)).toEqual([]);
  });

  test("and of a month only the days that it has", () => {
    const days = Array.from({ length: 31 }, (_, day) => String(day + 1).padStart(2, "0"));
    const lengths = (year: number) =>
      Array.from({ length: 12 }, (_, month) => `${year}-${String(month + 1).padStart(2, "0")}`).map(
        (month) => days.filter((day) => isTime(`${month}-${day}T12:00:00+02:00`)).length,
      );
    expect(lengths(2024)).toEqual([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
    expect(lengths(2100)).toEqual([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
  });
});

test.each([
  ["2025-01-29T16:00:00+01", "2025-01-29T15:00:00Z"],
  ["2025-01-29T16:00:00+0100", "2025-01-29T15:00:00.000Z"],
  ["2025-01-29T07:00:00,250-08", "2025-01-29T15:00:00.25Z"],
  ["2025-01-29T15:00:00.12345600Z", "2025-01-29T15:00:00.123456Z"],
  ["2025-01-29T15:00:00.1230Z", "2025-01-29T15:00:00.123Z"],
])("%s and %s are the same instant", (one, other) => {
  expect(instant(one)).toEqual(instant(other));
});

test("instants are told apart below a millisecond", () => {
  expect(instant("2025-01-29T15:00:00.1234Z").rest).toBe("4");
  expect(instant("2025-01-29T15:00:00.12304Z").rest).toBe("04");
});

test("a fraction of millions of digits is read in linear time: in quadratic time this would never end", () => {
  const text = `2025-01-29T15:00:00.${"0".repeat(5_000_000)}1Z`;
  expect(isTime(text)).toBe(true);
  expect(instant(text).rest).toHaveLength(4_999_998);
});
