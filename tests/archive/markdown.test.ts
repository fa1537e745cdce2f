/** Text of any kind inside Markdown, read back with commonmark.js. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { codeBlock, codeSpan, quotation } from "../../lib/archive/markdown.ts";
import { escapeControls } from "../../lib/session/json.ts";
import { parseMarkdown } from "../support/markdown.ts";
import { c0, invisible, jsonValue, nastyTexts, proseTexts, text, whiteSpace } from "../support/nasty-texts.ts";

setDefaultTimeout(60_000);

const types = (markdown: string) => parseMarkdown(markdown).map(({ type }) => type);
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
        const nodes = parseMarkdown(`1. ${codeSpan(given)}\n`);
        expect(nodes.map(({ type }) => type)).toEqual(["document", "list", "item", "paragraph", "code"]);
        const shown = escapeControls(given);
        if (shown.trim() !== "") expect(nodes.at(-1)?.literal).toBe(shown);
      }),
    );
  });
});

describe("a code block", () => {
  test.each([...runs("`"), ...runs("~"), "a\n```\nb", "```js\n", "    ", "\n", "<b>"])("holds %j", (given) => {
    const nodes = parseMarkdown(codeBlock(given, "json"));
    expect(nodes.map(({ type, info, literal }) => ({ type, info, literal })).slice(1)).toEqual([
      { type: "code_block", info: "json", literal: `${given}\n` },
    ]);
  });

  test("holds any JSON, which reads back from it", () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const printed = JSON.stringify(value, null, 2);
        const [, block, ...others] = parseMarkdown(codeBlock(printed, "json"));
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

  test.each([
    "a|b\n|-|-",
    "a | b\n|:-:|:-:|",
    "a|b\n-|-\n1|2",
    "a | b\n:-: | -\n",
    "|a|b|\n|-|-|\n|1|2|",
    "~~gone~~",
    "- [x] done",
    "$x$",
  ])("of %j is plain text on GitHub too", (given) => {
    const html = Bun.markdown.html(quotation(given));
    expect(html.match(/<(?!\/?(?:blockquote|p|br)\b)[^>]*>/g)).toBeNull();
  });

  test("escapes what GitHub takes for mathematics, and Bun does not", () => {
    expect(quotation("$x$ and $$y$$")).toBe("> \\$x\\$ and \\$\\$y\\$\\$");
  });

  test.each([
    ["https://github.com/o/my_repo/pull/8?a=1&b_c=2", "https\\://github.com/o/my\\_repo/pull/8?a=1\\&b\\_c=2"],
    ["HTTP://a.b/*c*", "HTTP\\://a.b/\\*c\\*"],
    ["ftp://a.b/~c", "ftp\\://a.b/\\~c"],
    ["www.a_b.com/c", "www\\.a\\_b.com/c"],
    ["mailto:a_b@c.de", "mailto\\:a\\_b@c.de"],
    ["xmpp:a_b@c.de", "xmpp\\:a\\_b@c.de"],
    ["_http://a.b/c 1WWW.a/b_c", "\\_http\\://a.b/c 1WWW\\.a/b\\_c"],
    ["(see https://a.b/c_d)", "(see https\\://a.b/c\\_d)"],
  ])("of %j, where GitHub would make a link with backslashes, shows it as it is", (given, escaped) => {
    expect(quotation(given)).toBe(`> ${escaped}`);
    const html = Bun.markdown.html(quotation(given), { autolinks: true });
    expect(html.replace(/<\/?(?:blockquote|p)>|\n/g, "").replaceAll("&amp;", "&")).toBe(given);
  });

  test.each(["www.", "http:", "\\", "_", "1. ", "a "])("of a line of a megabyte of %j takes no longer than it must", (text) => {
    const line = text.repeat(2 ** 20 / text.length);
    const before = performance.now();
    quotation(line.slice(0, 2 ** 16));
    const least = Math.max(5, performance.now() - before);
    const start = performance.now();
    quotation(line);
    expect((performance.now() - start) / least).toBeLessThan(160); // 16 if it is linear, 256 if it is quadratic
  });

  test("leaves an address without such characters alone, so that it is a link on GitHub", () => {
    const given = "see https://github.com/o/r/pull/8, www.a.com/b-c and mailto:a.b@c.de";
    expect(quotation(given)).toBe(`> ${given}`);
  });

  const notes = fc.oneof(
    text,
    fc.array(fc.constantFrom(...nastyTexts, ...proseTexts, ...hostile), { maxLength: 6 }).map((lines) => lines.join("\n")),
    fc.string({ unit: fc.constantFrom(...whiteSpace, ...c0, ...invisible, "a", "\\", "\r\n", "\ufeff"), maxLength: 30 }),
  );

  test("breaks a line by a backslash, and only before another line of the same paragraph", () => {
    expect(quotation("a\nb\n\nc\r\nd\\\r\n \t\n\n e  \n\n")).toBe("> a\\\n> b\n>\n> c\\\n> d\\\\\n>\n>\n> e");
  });

  test("leaves prose as it is, but for the characters that mean something", () => {
    const prose = "CI was red... then green! See PR #8: it's 50% done (again), “finally” – naïve?";
    expect(quotation(prose)).toBe(`> ${prose}`);
    expect(quotation("--- \n- item\n1. a_b\n`x` <y>")).toBe("> \\---\\\n> \\- item\\\n> 1\\. a\\_b\\\n> \\`x\\` \\<y\\>");
  });

  test("has no line that ends in white space, whatever it quotes", () => {
    const endsInSpace = (given: string) =>
      quotation(given)
        .split(/\r\n|[\n\r]/)
        .some((line) => /\s$/u.test(line));
    expect(
      whiteSpace.flatMap((space) => [space, `a${space}`, `a${space}\n${space}b`, `a\\${space}\nb`]).filter(endsInSpace),
    ).toEqual([]);
    fc.assert(fc.property(notes, (given) => expect(endsInSpace(given)).toBe(false)));
  });

  test("shows every line as it is, but for space at its ends and controls, which are escaped", () => {
    fc.assert(
      fc.property(notes, (given) => {
        const lines = given
          .trim()
          .split(/\r\n|[\n\r]/)
          .map((line) => escapeControls(line.trim().replaceAll("\t", " ")));
        const paragraphs = lines.join("\n").replace(/\n{2,}/g, "\n\n");
        const breaks: Record<string, string> = { linebreak: "\n", softbreak: " (soft) ", paragraph: "\n\n" };
        const shown = parseMarkdown(quotation(given)).map(({ type, literal }) => breaks[type] ?? literal);
        expect(shown.join("").replace(/^\n+/, "")).toBe(paragraphs);
      }),
    );
  });
});
