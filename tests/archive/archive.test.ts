/** A session as a Markdown archive: front matter for any YAML parser, and a body that nothing breaks out of. */
import { describe, expect, setDefaultTimeout, spyOn, test } from "bun:test";
import type { Node } from "commonmark";
import fc from "fast-check";
import matter from "gray-matter";
import { parse as parseYaml } from "yaml";
import { isSuperseded, type Outcome, renderArchive } from "../../lib/archive/archive.ts";
import { isStep, maxTextBytes } from "../../lib/session/rules.ts";
import type { Session } from "../../lib/session/schema.ts";
import { parseMarkdown } from "../support/markdown.ts";
import { jsonObject, nastyTexts, proseTexts, text } from "../support/nasty-texts.ts";
import { outcome, session } from "../support/sample.ts";

setDefaultTimeout(60_000);

const withFields = (fields: Record<string, unknown>) => ({ ...session, ...fields }) as Session;
const render = (fields: Record<string, unknown> = {}, changes: Partial<Outcome> = {}) =>
  renderArchive(withFields(fields), { ...outcome, ...changes });

/** The front matter as the contract has it: from the first line `---` to the next one. */
function split(archive: string): { yaml: string; body: string } {
  const [, yaml = "", body = ""] = /^---\n(.*?\n)---\n(.*)$/s.exec(archive) ?? [];
  return { yaml, body };
}

const parseBody = (archive: string): Node[] => parseMarkdown(split(archive).body);

test("an archive, whole", () => {
  expect(render({ later: ["x"] }, { status: "failed", notes: "CI blocked\n# ask Ada" })).toBe(`---
workflow: workflow:pr
status: failed
archived_at: "2025-01-29T16:05:00.000Z"
notes: "CI blocked\\n# ask Ada"
started_at: "2025-01-29T15:00:00.000Z"
updated_at: "2025-01-29T15:05:00.000Z"
step: git:pr:monitor
steps:
  - init
  - git:pr:find
  - git:pr:monitor
context:
  branch: feat/workflow-start
  pr_number: 8
later:
  - x
---

# workflow:pr: failed

Branch \`feat/workflow-start\` · 3 steps · 2025-01-29 15:00 to 2025-01-29 16:05 UTC · 1h 5m

> CI blocked\\
> \\# ask Ada

## Steps

1. \`init\`
2. \`git:pr:find\`
3. \`git:pr:monitor\`

## Context

\`\`\`json
{
  "branch": "feat/workflow-start",
  "pr_number": 8
}
\`\`\`
`);
});

describe("the front matter holds the session", () => {
  const own = { workflow: "workflow:pr", status: "completed", archived_at: "2025-01-29T16:05:00.000Z" };

  function expectFrontMatter(archive: string, data: object) {
    const { yaml } = split(archive);
    for (const version of ["1.1", "1.2"] as const) expect(parseYaml(yaml, { version })).toStrictEqual(data);
  }

  test("without notes if none were given, with empty ones if they were", () => {
    expectFrontMatter(render(), { ...own, ...session });
    expectFrontMatter(render({}, { notes: "" }), { ...own, notes: "", ...session });
  });

  test("a field that the archive needs itself survives under state", () => {
    const fields = { status: "mine", workflow: ["x"], notes: null, archived_at: 1, state: { state: 2 } };
    expectFrontMatter(render({ ...fields, other: 3 }), { ...own, ...session, other: 3, state: fields });
  });

  test.each(["data", "content", "excerpt", "language", "matter", "constructor", "toString", "isEmpty"])(
    "a field named %s is one like others",
    (name) => {
      expectFrontMatter(render({ [name]: "x" }), { ...own, ...session, [name]: "x" });
    },
  );

  test("every hostile text and all prose in notes, branch, context and as the last value of all", () => {
    for (const given of [...nastyTexts, ...proseTexts]) {
      const fields = { context: { branch: given, [given]: given }, last: given };
      expectFrontMatter(render(fields, { notes: given }), { ...own, notes: given, ...session, ...fields });
    }
  });

  test("every context and every unknown field", () => {
    const isOwn = (key: string) => [...Object.keys(own), ...Object.keys(session), "notes", "state"].includes(key);
    const others = jsonObject.filter((object) => !Object.keys(object).some(isOwn));
    fc.assert(
      fc.property(jsonObject, others, text, (context, fields, notes) => {
        expectFrontMatter(render({ context, ...fields }, { notes }), { ...own, notes, ...session, context, ...fields });
      }),
    );
  });

  test.each([{ "<<": { a: 1 } }, { "<<": [] }, { a: [{ "<<": [{ b: 1 }] }] }, { e1: "e5", "1": 2 }, { z: -0 }])(
    "a context that parsers mistake: %j",
    (context) => {
      expectFrontMatter(render({ context }), { ...own, ...session, context });
    },
  );
});

const fences = [1, 2, 3, 4, 5, 10, 100].flatMap((length) => ["`".repeat(length), "~".repeat(length)]);
const hostile = [
  ...fences,
  ...fences.map((fence) => `${fence}js\nx\n${fence}\n# out`),
  ...["# h", "## Steps", "h\n===", "h\n---", "===", "---", "- - -", "***", "___", "* * *", "\n---\nworkflow: other\n---\n"],
  ...["---js\nthrow new Error('ran')\n---", "---javascript\nx\n---", "--- js", "\r\n---\r\n", "---\rx\r---"],
  ...["<b>x</b>", "<div>", "<!-- x", "-->", "<script>alert(1)</script>", "<?php", "<![CDATA[x]]>", "</a", "`<b>`", "&lt;b&gt;"],
  ...["| a | b |\n| - | - |\n| 1 | 2 |", "[a](b)", "![a](b)", "[a]: http://b", "[a]", "<http://a.b>", "<a@b.c>", "[^1]: x"],
  ...["- a\n- b", "1. a\n2. b", "7) x", "+ a", "* a\n  - b", "    code", "\tcode", "\n\n    code\n", "> a", "> > a"],
  ...[
    "a\r\nb",
    "a\rb",
    "a\tb",
    "\\",
    "a\\\n# h",
    "*a*",
    "__a__",
    "_a_",
    "null",
    "~",
    "undefined",
    "",
    " ",
    "\n",
    "``` ```",
    "` `` `",
  ],
  ...["# workflow:pr: completed", "10. x", "{% raw %}", "$$x$$", ":tada:", "\u00a0# h", "\u2028# h", "\u0085# h", "\u0000"],
];

describe("the body keeps its shape", () => {
  const allowed = ["document", "heading", "paragraph", "text", "code", "list", "item", "block_quote", "linebreak", "code_block"];

  function expectShape(archive: string, { steps, context }: Session) {
    const nodes = parseBody(archive);
    const of = (type: string) => nodes.filter((node) => node.type === type);
    const textIn = (heading: Node) => nodes.filter(({ type, parent }) => type === "text" && parent === heading);
    expect(nodes.map(({ type }) => type).filter((type) => ![...allowed, "softbreak"].includes(type))).toEqual([]);
    expect(
      of("heading").map((node) => [
        node.level,
        textIn(node)
          .map(({ literal }) => literal)
          .join(""),
      ]),
    ).toEqual([
      [1, "workflow:pr: completed"],
      [2, "Steps"],
      [2, "Context"],
    ]);
    expect(of("list").length).toBe(steps.length === 0 ? 0 : 1);
    expect(of("item").length).toBe(steps.length);
    expect(of("code_block").map(({ literal }) => JSON.parse(literal ?? ""))).toEqual([context]);
    expect(archive.match(/^---$/gm)?.length).toBe(2);
    expect(archive.split(/\r\n|[\n\r]/).filter((line) => /\s$/u.test(line))).toEqual([]);
    expect(archive).toMatch(/[^\n]\n$/);
    expect(archive.isWellFormed()).toBe(true);
  }

  function expectHostileShape(given: string) {
    const steps = isStep(given) ? [given, "next", given] : ["init"];
    const fields = withFields({ step: steps.at(-1), steps, context: { branch: given, [given]: [given] }, [`x${given}`]: given });
    expectShape(render(fields, { notes: given }), fields);
  }

  test.each(hostile)("with %j as notes, branch, steps and context", expectHostileShape);

  test("with any text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.array(fc.constantFrom(...hostile)).map((all) => all.join("\n")),
        ),
        expectHostileShape,
      ),
    );
  });

  test("with every hostile text and all prose", () => {
    for (const given of [...nastyTexts, ...proseTexts]) expectHostileShape(given);
  });

  test("with a branch of astral characters that is cut", () => {
    for (const branch of ["😀".repeat(60), `x${"😀".repeat(60)}`])
      expectShape(render({ context: { branch } }), withFields({ context: { branch } }));
  });

  test("without steps, with 1000 and with a context of 1 MiB", () => {
    const context = { text: "`".repeat(maxTextBytes - 20) };
    for (const fields of [{ steps: [] }, { steps: Array(1000).fill("a") }, { context }])
      expectShape(render(fields), withFields(fields));
  });

  test("with a workflow name that looks like emphasis", () => {
    const [, ...nodes] = parseBody(render({}, { workflow: "a:__b__:_c_" }));
    const words = nodes.filter(({ type, parent }) => type === "text" && parent === nodes[0]);
    expect(words.map(({ literal }) => literal).join("")).toBe("a:__b__:_c_: completed");
  });

  test.each([
    [
      "a branch that is a number is shown",
      { context: { branch: 8 } },
      "Branch `8` · 3 steps · 2025-01-29 15:00 to 2025-01-29 16:05 UTC · 1h 5m",
    ],
    [
      "a branch that is neither text nor number is left out",
      { context: { branch: ["x"] } },
      "3 steps · 2025-01-29 15:00 to 2025-01-29 16:05 UTC · 1h 5m",
    ],
    ["an empty one too", { context: { branch: "" } }, "3 steps · 2025-01-29 15:00 to 2025-01-29 16:05 UTC · 1h 5m"],
    ["one step is one step", { steps: ["a"], context: {} }, "1 step · 2025-01-29 15:00 to 2025-01-29 16:05 UTC · 1h 5m"],
    [
      "times are in UTC",
      { started_at: "2025-01-29T15:00:00+05:30", context: {} },
      "3 steps · 2025-01-29 09:30 to 2025-01-29 16:05 UTC · 6h 35m",
    ],
    [
      "a long branch is cut",
      { context: { branch: "b".repeat(101) } },
      `Branch \`${"b".repeat(99)}…\` · 3 steps · 2025-01-29 15:00 to 2025-01-29 16:05 UTC · 1h 5m`,
    ],
    [
      "a branch is cut as it is shown",
      { context: { branch: "\u0001".repeat(20) } },
      `Branch \`${"\\u0001".repeat(16)}\\u0…\` · 3 steps · 2025-01-29 15:00 to 2025-01-29 16:05 UTC · 1h 5m`,
    ],
  ])("%s", (_, fields, line) => {
    expect(render(fields).split("\n")).toContain(line);
  });
});

test("notes of white space alone are kept, and not quoted", () => {
  for (const notes of ["", " ", "\n \u2003\n"]) expect(split(render({}, { notes })).body).toBe(split(render()).body);
});

describe("an archive is superseded", () => {
  const moved = { updated_at: "2025-01-29T15:05:00.001Z" };
  const again = { now: new Date("2025-01-29T16:00:00.001Z") };

  test("by one of the same state, whatever that holds, and whatever line breaks it was given", () => {
    const others = jsonObject.filter((object) => !Object.keys(object).some((key) => key in session));
    fc.assert(
      fc.property(jsonObject, others, fc.option(text, { nil: undefined }), (context, fields, notes) => {
        const archive = render({ context, ...fields }, { notes });
        const later = render({ context, ...fields }, { ...again, notes });
        expect([archive, archive.replaceAll("\n", "\r\n")].map((each) => isSuperseded(each, later))).toEqual([true, true]);
      }),
    );
  });

  test("also with a step that is none of its steps, and with keys that YAML could take for more, in whatever line breaks", () => {
    const archives = [{ steps: [], step: "a" }, { steps: ["b"], step: "a" }, { context: { a: { "<<": { b: 1 } } } }].map(
      (fields) => [render(fields), render(fields, again)],
    );
    for (const [archive = "", later = ""] of archives)
      expect([archive, archive.replaceAll("\n", "\r\n")].map((each) => isSuperseded(each, later))).toEqual([true, true]);
  });

  test("also with fields that the archive needs itself", () => {
    const fields = { notes: "mine", state: { a: 1 }, workflow: 3, status: "x", archived_at: [] };
    expect(isSuperseded(render(fields), render(fields, again))).toBe(true);
  });

  test("by one that has notes where it has none, but by none that lacks its notes, or has others", () => {
    const archives = [render(), render({}, { notes: "" }), render({}, { notes: "a" })];
    expect(archives.map((archive) => isSuperseded(archive, render({}, { notes: "a" })))).toEqual([true, false, true]);
    expect(archives.map((archive) => isSuperseded(archive, render()))).toEqual([true, false, false]);
  });

  test.each([{}, moved])(
    "by one of a session that has moved on, by a hand or a set, if that begins with all of its steps: %j",
    (time) => {
      const past = render({ steps: ["a", "b"], step: "b" });
      const now = [["a", "b"], ["a", "b", "c"], ["a"], ["a", "c"], ["x", "a", "b"]].map((steps) =>
        render({ ...time, steps, step: "c", context: {} }, again),
      );
      expect(now.map((each) => isSuperseded(past, each))).toEqual([true, true, false, false, false]);
    },
  );

  test.each<[string, Record<string, unknown>, Partial<Outcome>]>([
    ["ended otherwise", {}, { status: "failed" }],
    ["has another field", { reviewed_by: "Ada" }, {}],
    ["has another field, whose name is an integer", { 2025: "precious" }, {}],
    ["has other steps", { steps: [...session.steps, "merge"] }, {}],
    ["is at another step, which a hand wrote", { step: "by hand" }, {}],
    ["is of a later state", moved, {}],
  ])("but not if it %s", (_, fields, outcome) => {
    expect(isSuperseded(render(fields, outcome), render({}, again))).toBe(false);
  });

  test.each<[string, Record<string, unknown>, Partial<Outcome>]>([
    ["ended otherwise", {}, { status: "failed" }],
    ["has another field", { reviewed_by: "Ada" }, {}],
    ["has another field, whose name is an integer", { 2025: "precious" }, {}],
    ["has notes", {}, { notes: "a" }],
  ])("nor, by one of a session that has moved on, if it %s", (_, fields, outcome) => {
    expect(isSuperseded(render(fields, outcome), render(moved, again))).toBe(false);
  });

  test("unless it has aliases: it is not even parsed then", () => {
    const levels = Array.from({ length: 7 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(10).fill(`*a${at}`).join(", ")}]\n`);
    const bomb = render().replace("context:", `a0: &a0 x\n${levels.join("")}context:`);
    const later = render();
    using parse = spyOn(Bun.YAML, "parse");
    expect([bomb, bomb.slice(0, bomb.indexOf("\n---\n") + 4)].map((each) => isSuperseded(each, later))).toEqual([false, false]);
    expect(parse).not.toHaveBeenCalled();
  });

  test("unless any of its lines is missing, or there is one more", () => {
    const later = render({ ...moved, later: [1] }, { notes: "a\nb" });
    const lines = render({ later: [1] }, { notes: "a\nb" }).split("\n");
    expect(isSuperseded(lines.join("\n"), later)).toBe(true);
    for (let at = 0; at < lines.length; at += 1) {
      expect(isSuperseded(lines.toSpliced(at, 1).join("\n"), later)).toBe(false);
      expect(isSuperseded(lines.toSpliced(at, 0, "by hand").join("\n"), later)).toBe(false);
    }
  });
});

test("what could not be read back as it went in is not archived", () => {
  const message = "the archive of workflow:pr would not hold what the session holds";
  expect(() => render({ later: new Date(0) })).toThrow(expect.objectContaining({ code: "failed", message }));
});

test("what no archive could hold is refused before anything is rendered", () => {
  let items: unknown = Array.from({ length: 2_100_000 }, () => 0);
  for (let level = 0; level < 61; level += 1) items = [items];
  using stringify = spyOn(matter, "stringify");
  expect(() => renderArchive({ ...session, title: items } as Session, { ...outcome, now: new Date() })).toThrow(
    "would have more than",
  );
  expect(stringify).not.toHaveBeenCalled();
});
