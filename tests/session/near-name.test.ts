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
    expect(findNear(given, active)).toBe(near);
    expect(didYouMean(given, active)).toBe(`; did you mean ${near}?`);
  });

  test("as the name of its file, and before another spelling", () => {
    expect(findNear("workflow:pr.json", ["Workflow:pr", "workflow:pr"])).toBe("workflow:pr");
  });

  test("by letters only up to two of them", () => {
    expect(findNear("workflow:fxxture", active)).toBe("workflow:feature");
    expect(findNear("workflow:fxxxure", active)).toBeUndefined();
    expect(findNear("workflow:featurexx", active)).toBe("workflow:feature");
    expect(findNear("workflow:featurexxx", active)).toBeUndefined();
    expect(findNear("continuous-xxtegration", ["continuous-integration"])).toBe("continuous-integration");
    expect(findNear("continuous-xxxegration", ["continuous-integration"])).toBeUndefined();
  });

  test("by letters only up to a third of the parts that differ", () => {
    expect(findNear("abx", ["abc"])).toBeUndefined();
    expect(findNear("abcx", ["abcd"])).toBe("abcd");
    expect(findNear("abxx", ["abcd"])).toBeUndefined();
    expect(findNear("abcdxx", ["abcdef"])).toBe("abcdef");
    expect(findNear("abcxx", ["abcde"])).toBeUndefined();
  });

  test("and parts that two names share, at the start or the end, do not make them more alike", () => {
    expect(findNear("workflow:qa", ["workflow:pr"])).toBeUndefined();
    expect(findNear("workflow:a", ["workflow:b"])).toBeUndefined();
    expect(findNear("workflow:x:pr", ["workflow:y:pr"])).toBeUndefined();
    expect(findNear("a.workflow", ["b.workflow"])).toBeUndefined();
    expect(findNear("workflow:pr:1.x", ["workflow:pr:1.y"])).toBeUndefined();
    expect(findNear("workflow:abcx:pr", ["workflow:abcd:pr"])).toBe("workflow:abcd:pr");
  });

  test("never by letters if one of the two has less than four", () => {
    expect(findNear("prr", ["prt"])).toBeUndefined();
    expect(findNear("prrr", ["prr"])).toBeUndefined();
    expect(findNear("prr", ["prrr"])).toBeUndefined();
    expect(findNear("prrrr", ["prrr"])).toBe("prrr");
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
  expect(findNear(given, active)).toBeUndefined();
  expect(didYouMean(given, active)).toBe("");
});

test("nothing is near if there is nothing", () => {
  expect(findNear("workflow:pr", [])).toBeUndefined();
});

test("another spelling comes before a forgotten prefix, that before a slip, and of two slips the smaller one, whatever the order", () => {
  const given = "feature";
  const ranked = ["Feature", "workflow:feature", "featured", "featxxe"];
  for (let first = 0; first < ranked.length; first += 1) {
    expect(findNear(given, ranked.slice(first))).toBe(ranked[first]);
    expect(findNear(given, ranked.slice(first).toReversed())).toBe(ranked[first]);
  }
});

test("names that differ in digits only are two runs, and not near", () => {
  expect(findNear("workflow:pr-13", ["workflow:pr-12"])).toBeUndefined();
  expect(findNear("workflow:release-v1.3", ["workflow:release-v1.2"])).toBeUndefined();
  expect(findNear("workflow:relaese-12", ["workflow:release-12"])).toBe("workflow:release-12");
});
