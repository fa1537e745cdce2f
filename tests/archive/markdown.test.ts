/** Text of any kind inside Markdown, read back with commonmark.js. */
import { describe, expect, test } from "bun:test";
import { type Node, Parser } from "commonmark";
import fc from "fast-check";
import { codeBlock, codeSpan, quotation } from "../../lib/archive/markdown.ts";
import { escapeControls } from "../../lib/session/json.ts";
import { jsonValue, nastyTexts, text } from "../support/nasty-texts.ts";

function parse(markdown: string): Node[] {
  const nodes: Node[] = [];
  const walker = new Parser().parse(markdown).walker();
  for (let event = walker.next(); event; event = walker.next()) if (event.entering) nodes.push(event.node);
  return nodes;
}

const types = (markdown: string) => parse(markdown).map(({ type }) => type);
const singleLine = text.filter((given) => given !== "");
const runs = (character: string) => [1, 2, 3, 4, 7, 50].map((length) => character.repeat(length));

describe("a code span", () => {
  test.each([
    ["git:pr", "`git:pr`"],
    ["a`b", "``a`b``"],
    ["`a", "`` `a ``"],
    ["``", "``` `` ```"],
    [" a ", "`  a  `"],
    ["a\nb\u001b\u202e", "`a\\u000ab\\u001b\\u202e`"],
  ])("of %j is %j", (given, span) => {
    expect(codeSpan(given)).toBe(span);
  });

  test("holds any text, controls escaped, and nothing else comes of it", () => {
    fc.assert(
      fc.property(singleLine, (given) => {
        const nodes = parse(`1. ${codeSpan(given)}\n`);
        expect(nodes.map(({ type }) => type)).toEqual(["document", "list", "item", "paragraph", "code"]);
        const shown = escapeControls(given);
        if (shown.trim() !== "") expect(nodes.at(-1)?.literal).toBe(shown);
      }),
    );
  });
});

describe("a code block", () => {
  test.each([...runs("`"), ...runs("~"), "a\n```\nb", "```js\n", "    ", "\n", "<b>"])("holds %j", (given) => {
    const nodes = parse(codeBlock(given, "json"));
    expect(nodes.map(({ type, info, literal }) => ({ type, info, literal })).slice(1)).toEqual([
      { type: "code_block", info: "json", literal: `${given}\n` },
    ]);
  });

  test("holds any JSON, which reads back from it", () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const printed = JSON.stringify(value, null, 2);
        const [, block, ...others] = parse(codeBlock(printed, "json"));
        expect(others).toEqual([]);
        expect(JSON.parse(block?.literal ?? "")).toEqual(JSON.parse(printed));
      }),
    );
  });
});

describe("a quotation", () => {
  const hostile =
    `# h\n## h|====|----|- - -|***|___|a\n===|a\n---|\`\`\`|~~~|    code|\tcode|- a|+ a|* a|1. a|1) a|999999999. a|> a|>> a
    |<b>x</b>|<!-- x -->|<?x?>|<script>|[a](b)|![a](b)|[a]: b|<http://a.b>|*a*|**a**|_a_|__a__|~~a~~|\`a\`|&amp;|&#35;|a  \nb|a\\\nb|\\|\\\\
    |---js\nthrow 1\n---|---|a\r\nb|a\rb|\n\na\n\n\nb\n\n|null|: a|{% x %}|\u00a0# a|\u2003- a|\v- a|- [ ] a|\u0000`.split("|");

  test.each(hostile)("of %j is one paragraph of text", (given) => {
    const allowed = ["document", "block_quote", "paragraph", "text", "linebreak", "softbreak"];
    expect(types(quotation(given)).filter((type) => !allowed.includes(type))).toEqual([]);
    expect(types(quotation(given))[1]).toBe("block_quote");
  });

  test.each(["a|b\n-|-\n1|2", "a | b\n:-: | -\n", "|a|b|\n|-|-|\n|1|2|", "~~gone~~", "- [x] done", "$x$"])(
    "of %j is plain text on GitHub too",
    (given) => {
      const html = Bun.markdown.html(quotation(given));
      expect(html.match(/<(?!\/?(?:blockquote|p|br)\b)[^>]*>/g)).toBeNull();
    },
  );

  test("shows every line as it is, but for space at its ends and controls, which are escaped", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.array(fc.constantFrom(...nastyTexts, ...hostile), { maxLength: 6 }).map((lines) => lines.join("\n")),
        ),
        (given) => {
          const lines = given.trimEnd().split(/\r\n|[\n\r]/);
          const expected = lines.map((line) => escapeControls(line.trim().replaceAll("\t", " ")));
          const breaks = ["linebreak", "softbreak", "paragraph"];
          const shown = parse(quotation(given)).map(({ type, literal }) => (breaks.includes(type) ? "\n" : literal));
          const paragraphs = expected
            .join("\n")
            .replace(/\n{2,}/g, "\n")
            .trim();
          expect(shown.join("").replace(/\n+/g, "\n").trim()).toBe(paragraphs);
        },
      ),
    );
  });
});
