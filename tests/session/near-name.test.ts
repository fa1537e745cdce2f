/** The near name, where somebody mistyped one. */
import { expect, test } from "bun:test";
import { suggest } from "../../lib/session/near-name.ts";

test.each([
  ["comleted", ["completed", "failed"], "; did you mean completed?"],
  ["faild", ["completed", "failed"], "; did you mean failed?"],
  ["fialed", ["completed", "failed"], "; did you mean failed?"],
  ["worfklow:pr", ["workflow:pr", "workflow:feature"], "; did you mean workflow:pr?"],
  ["workflow:px", ["workflow:pr", "workflow:px1"], "; did you mean workflow:pr?"],
  ["workflow:prr", ["workflow:xrr", "workflow:pr"], "; did you mean workflow:xrr?"],
  ["workflow:pr1", ["workflow:p", "workflow:pr"], "; did you mean workflow:pr?"],
  ["done", ["completed", "failed"], ""],
  ["al", ["all"], "; did you mean all?"],
  ["a", ["all"], ""],
  ["", ["all", "a"], "; did you mean a?"],
  ["abcd", ["ab"], "; did you mean ab?"],
  ["abcde", ["ab"], ""],
  ["x", [], ""],
])("for %j among %j: %j", (given, candidates, words) => {
  expect(suggest(given, candidates, "")).toBe(words);
});

test("the prefix stands before the name", () => {
  expect(suggest("jsno", ["json"], "--")).toBe("; did you mean --json?");
});

test("a text of a million characters is not measured whole", () => {
  expect(suggest("x".repeat(1_000_000), ["json"], "--")).toBe("");
});
