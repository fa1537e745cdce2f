/** Paths as text, on every system. */
import { describe, expect, test } from "bun:test";
import { parentOf, wayUp, withSlashes } from "../../lib/store/paths.ts";

describe("the folder above another one", () => {
  test.each([
    ["/a/b", "/a"],
    ["/a", "/"],
    ["/", null],
    ["C:/a/b", "C:/a"],
    ["C:/a", "C:/"],
    ["c:/", null],
    ["C:", null],
    ["//server/share/a/b", "//server/share/a"],
    ["//server/share/a", "//server/share"],
    ["//server/share", null],
    ["//server/share/", null],
  ])("%s is %p", (folder, parent) => {
    expect(parentOf(folder)).toBe(parent);
  });
});

test.each([
  ["/a/b", "/a/b", ""],
  ["/a/b", "/a", "../"],
  ["/a/b/c", "/", "../../../"],
  ["/", "/", ""],
  ["C:/a/b", "C:/", "../../"],
])("the way from %s up to %s is %p", (folder, above, way) => {
  expect(wayUp(folder, above)).toBe(way);
});

test.skipIf(process.platform === "win32")("a backslash is a letter like others, except on Windows", () => {
  expect(withSlashes("/a\\b")).toBe("/a\\b");
});
