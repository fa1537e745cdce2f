/** The name that somebody probably meant. */
import { describe, expect, test } from "bun:test";
import { didYouMean, findNear } from "../../lib/session/near-name.ts";

const active = ["qa", "workflow:feature", "workflow:pr", "workflow:release-v1.2"];

describe("a name is near", () => {
  test.each([
    ["in capitals", "Workflow:PR", "workflow:pr"],
    ["with other separators", "workflow-pr", "workflow:pr"],
    ["without separators", "workflowfeature", "workflow:feature"],
    ["with other separators and capitals", "Workflow.Release_V1-2", "workflow:release-v1.2"],
    ["in capitals, even a short one", "QA", "qa"],
    ["without its prefix", "pr", "workflow:pr"],
    ["without its prefix, the last part long", "feature", "workflow:feature"],
    ["with a letter too many", "workflow:prr", "workflow:pr"],
    ["with a letter too many in the middle", "workflow:feeature", "workflow:feature"],
    ["as the name of its file", "workflow:pr.json", "workflow:pr"],
    ["with a letter too few", "workflow:feture", "workflow:feature"],
    ["with another letter", "workflow:feabure", "workflow:feature"],
    ["with two letters swapped", "workflow:faeture", "workflow:feature"],
    ["with two letters swapped in the prefix", "worfklow:pr", "workflow:pr"],
  ])("%s: %j", (_, given, near) => {
    expect(findNear(given, active)).toEqual([near]);
    expect(didYouMean(given, active)).toBe(`; did you mean ${near}?`);
  });

  test("as the name of its file, and before another spelling", () => {
    expect(findNear("workflow:pr.json", ["Workflow:pr", "workflow:pr"])).toEqual(["workflow:pr"]);
  });

  test("as others are: then all are named, up to three", () => {
    expect(didYouMean("pr", ["git:pr", "qa", "workflow:pr"])).toBe("; did you mean git:pr or workflow:pr?");
    expect(didYouMean("workflow:feature-c", ["workflow:feature-a", "workflow:feature-b"])).toBe(
      "; did you mean workflow:feature-a or workflow:feature-b?",
    );
    expect(didYouMean("pr", ["workflow:pr", "workflow:pr"])).toBe("; did you mean workflow:pr?"); // active, and archived
    expect(didYouMean("pr", ["a:pr", "b:pr", "c:pr", "d:pr"])).toBe("; did you mean a:pr or b:pr or c:pr?");
  });

  test("by letters only up to two of them", () => {
    expect(findNear("workflow:fxxture", active)).toEqual(["workflow:feature"]);
    expect(findNear("workflow:fxxxure", active)).toEqual([]);
    expect(findNear("workflow:featurexx", active)).toEqual(["workflow:feature"]);
    expect(findNear("workflow:featurexxx", active)).toEqual([]);
    expect(findNear("continuous-xxtegration", ["continuous-integration"])).toEqual(["continuous-integration"]);
    expect(findNear("continuous-xxxegration", ["continuous-integration"])).toEqual([]);
  });

  test("by letters only up to a third of the parts that differ", () => {
    expect(findNear("abx", ["abc"])).toEqual([]);
    expect(findNear("abcx", ["abcd"])).toEqual(["abcd"]);
    expect(findNear("abxx", ["abcd"])).toEqual([]);
    expect(findNear("abcdxx", ["abcdef"])).toEqual(["abcdef"]);
    expect(findNear("abcxx", ["abcde"])).toEqual([]);
  });

  test("and parts that two names share, at the start or the end, do not make them more alike", () => {
    expect(findNear("workflow:qa", ["workflow:pr"])).toEqual([]);
    expect(findNear("workflow:a", ["workflow:b"])).toEqual([]);
    expect(findNear("workflow:x:pr", ["workflow:y:pr"])).toEqual([]);
    expect(findNear("a.workflow", ["b.workflow"])).toEqual([]);
    expect(findNear("workflow:pr:1.x", ["workflow:pr:1.y"])).toEqual([]);
    expect(findNear("workflow:abcx:pr", ["workflow:abcd:pr"])).toEqual(["workflow:abcd:pr"]);
  });

  test("never by letters if one of the two has less than four", () => {
    expect(findNear("prr", ["prt"])).toEqual([]);
    expect(findNear("prrr", ["prr"])).toEqual([]);
    expect(findNear("prr", ["prrr"])).toEqual([]);
    expect(findNear("prrrr", ["prrr"])).toEqual(["prrr"]);
  });
});

test.each([
  ["a whole other name", "done"],
  ["the prefix alone", "workflow"],
  ["the start of a last part", "release"],
  ["the end of a last part", "ature"],
  ["another prefix", "wf:pr"],
  ["the name and one part more", "workflow:pr:review"],
  ["the name with another run's number", "workflow:pr.2"],
])("%s is not near: %j", (_, given) => {
  expect(findNear(given, active)).toEqual([]);
  expect(didYouMean(given, active)).toBe("");
});

test("nothing is near if there is nothing", () => {
  expect(findNear("workflow:pr", [])).toEqual([]);
});

test("another spelling comes before a forgotten prefix, that before a slip, and of two slips the smaller one, whatever the order", () => {
  const given = "feature";
  const ranked = ["Feature", "workflow:feature", "featured", "featxxe"];
  for (const [first, near] of ranked.entries()) {
    expect(findNear(given, ranked.slice(first))).toEqual([near]);
    expect(findNear(given, ranked.slice(first).toReversed())).toEqual([near]);
  }
});

test("names that differ in digits only are two runs, and not near", () => {
  expect(findNear("workflow:pr-13", ["workflow:pr-12"])).toEqual([]);
  expect(findNear("workflow:release-v1.3", ["workflow:release-v1.2"])).toEqual([]);
  expect(findNear("workflow:relaese-12", ["workflow:release-12"])).toEqual(["workflow:release-12"]);
});
