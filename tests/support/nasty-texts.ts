/**
 * Texts that parsers of YAML and Markdown, or terminals, take for something else; what people write in notes; and
 * arbitrary JSON values with both in them.
 */
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../../lib/session/json.ts";

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));

/** The characters that the contract names as never to be printed: DEL and C1, line separators, bidirectional controls. */
export const invisible = [
  ...range(0x7f, 0x9f),
  ...["\u061c", "\u200e", "\u200f", "\u2028", "\u2029"],
  ...range(0x202a, 0x202e),
  ...range(0x2066, 0x2069),
];

export const c0 = range(0, 0x1f);

/** Every character that Unicode calls white space. */
export const whiteSpace = ["\t", "\n", "\v", "\f", "\r", " ", "\u0085", "\u00a0", "\u1680", ...range(0x2000, 0x200a)].concat([
  "\u2028",
  "\u2029",
  "\u202f",
  "\u205f",
  "\u3000",
]);

const scalars = `2025-01-29 2025-01-29T15:00:00Z 2025-01-29t15:00:00.5+01:00 2025-1-2
  0 -0 +0 00 1 -1 +1 08 09 010 0o17 0O17 0x1f 0X1F 0b101 1_000 _1 1:30 1:30:59 190:20:30.15 1e3 1E3 1e+3 1.0e3 1.5e-7
  1. .5 -.5 1.10 12e5 007 1,000 .inf -.inf +.inf .Inf .INF .nan .NaN .NAN inf nan NaN Infinity 685_230.15 0.1.2 1..2
  y Y n N yes Yes YES no No NO on On ON off Off OFF true True TRUE false False FALSE null Null NULL ~ yEs tRue nULL
  = << - -- --- ---js --- ... .... ? : , [ ] { } [] {} & * ! | > % @ & &a *a !a !!str !!js/function |- >+ %YAML @a \` \`a
  # #a a# a:b a: :a :: -a ?a a,b 'a' "a" 'a "a '' "" \\ \\n \\x41 a/b <a> http://example.org/a?b=c#d a.b a-b a-- --a
  constructor toString hasOwnProperty length e1 E10 e-5 e2e x41 o17 git:pr:monitor feat/workflow-start`;

/** Texts that mean something else in YAML 1.1 or 1.2 where they stand plain, or that a reader may trim, fold or refuse. */
export const nastyTexts = [
  "",
  ...new Set(scalars.split(/\s+/)),
  ...["--- js", "---\nx: 1\n---", "---js\nthrow 1\n---", "a\n---\nb", "\n...\n", "a: b", "a:\tb", "a #b", "a\t#b", "- a", "? a"],
  ...[" a", "a ", " a ", "a\n", "a\n\n", "\na", "a\nb", "a\n b\n", "a\r\nb", "a\rb", "\ta", "a\t", " ", "\n", "\r\n", "  \n  "],
  ...[
    'a "b" c',
    "it's",
    "\\",
    "a\\",
    "\\u0041",
    "{a: 1}",
    "[1, 2]",
    "a, b",
    "key: {a: [1]}",
    "a  b",
    "é",
    "日本語",
    "😀",
    "\u{10ffff}",
  ],
  ..."\ufeff \ufeffa a\ufeff \ufffe \uffff \ufdd0 \u{1fffe} \u{1ffff} \u200b a\u00ad \ufffd e\u0301".split(" "),
  ...[...c0, ...invisible, ...whiteSpace].flatMap((character) => [character, `a${character}`, `${character}a`, `a${character}b`]),
  ...[100, 101, 1000, 1001, 1024, 1025, 5000].map((length) => "k".repeat(length)),
  "long text ".repeat(300),
  "\u0085".repeat(400),
];

/** Ordinary prose of notes and commit messages: no parser should stumble over it, and some do. */
export const proseTexts = [
  ...["CI was red... then green", "wait...", "... and so on", "first .... then", "…", "done … mostly", "--- "],
  ...["--- a", "a --- b", "before --- ", "-- ", "a -- b – c — d", "---\n", "Merged.\n---\nNext: release"],
  ...["Merged\n===", "above\n\n---\n\nbelow", "- item", "- one\n- two\n  - three", "* item", "+ item"],
  ...["1. first\n2. second", "1) first", "- [ ] open\n- [x] done", "-item", "https://example.org/a?b=c#d"],
  ...["see https://example.org/: it fails", "http://localhost:3000/", "<https://example.org>"],
  ...["git@example.org:a/b.git", "[docs](https://example.org)", "ada@example.org", "@ada, please review"],
  ...["#8 is merged", "PR #8", "`bun test` fails", "run `a` and ``b`c``", '```ts\nconst a: string = "x";\n```'],
  ...["if (a && b) { return !c; }", "const x = [1, 2];", "a[0] = {b: 1}", 'echo "$HOME" | cat > /dev/null'],
  ...["C:\\Users\\ada", "\\n is not a newline", "~/.config", "fix: a bug: this one", "feat(cli)!: drop it"],
  ...["note: # not a comment", "key: value # comment", "Status: done\nNext: review", "don't", "'tis", 'say "hi"'],
  ...["“quoted” ‘text’ «text»", "it's 50% done", "100%", "%done", "yes", "Yes, please", "no way", "null and void"],
  ...["true story", "on hold", "10:30 meeting", "2025-01-29: released", "v1.2.3", "1e3 items", "3.14", "1,000"],
  ...["0x1f", "+1", "-1", "~5 min", "first line\nsecond line", "a paragraph\n\nanother one\n", "    indented"],
  ...["tab\tseparated", "  two spaces  \nand a break", "a | b | c", "| a | b |\n|---|---|", "> quoted\n> reply"],
  ...["*really*, **really** _important_", "snake_case_name", "2 * 3 * 4", "Grüße aus Köln", "naïve café"],
  ...["日本語の文。次の文。", "готово, почти", "تم الإصلاح", "done 🎉 (finally)", "👩‍💻 at work", "TODO(ada): x"],
  ...["<!-- hidden -->", "<b>bold</b>", "a < b && b > c", "&amp; &lt;", "{{ moustache }}", "$HOME", "{% raw %}"],
  ...["=> next", "!important", "? really", "& then", "what?! yes: no", "& * ! | > %", "[WIP] draft", "{draft}"],
  ...["(see above)", "a; b, c. d", "etc."],
];

/** Well-formed text, often made of nasty ones or of prose. */
export const text = fc.oneof(
  fc.constantFrom(...nastyTexts, ...proseTexts),
  fc
    .tuple(fc.constantFrom(" ", "\n", "... ", ": ", " - "), fc.array(fc.constantFrom(...proseTexts), { maxLength: 5 }))
    .map(([between, parts]) => parts.join(between)),
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom(..." \t\n\r-#:`~*_[]<>&!|=+.)('\"\\{}ab1js"), { maxLength: 30 }).map((all) => all.join("")),
);

const key = text.filter((name) => name !== "__proto__");

const number = fc
  .oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value));

/** A JSON value that a session may hold. */
export const { value: jsonValue, object: jsonObject } = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(fc.constantFrom(null, true, false), number, text),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("object"),
  ),
  object: fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
}));
