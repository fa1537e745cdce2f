// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these texts are programs
import { describe, expect, test } from "bun:test";
import { escapeTemplates } from "../../lib/build/templates.ts";

/** What a program of one expression computes. */
function compute(expression: string): unknown {
  return new Function(`return (${expression});`)();
}

describe("the line breaks and tabs of template literals", () => {
  test.each([
    { what: "a text", code: "`a\n\tb`", escaped: "`a\\n\\tb`" },
    { what: "a text that ends with blanks", code: "`a  \nb`", escaped: "`a  \\nb`" },
    { what: "the pieces around an expression", code: "`a\n${1}\n${2}b\n`", escaped: "`a\\n${1}\\n${2}b\\n`" },
    {
      what: "an expression that holds another",
      code: "`a\n${[1].map((x) => `${x}\n`)}`",
      escaped: "`a\\n${[1].map((x) => `${x}\\n`)}`",
    },
    { what: "an expression with braces", code: "`${{ a: 1 }.a}\n`", escaped: "`${{ a: 1 }.a}\\n`" },
    { what: "a text with escapes and dollars", code: "`\\`\n\\\\\n$ $\n\\${`", escaped: "`\\`\\n\\\\\\n$ $\\n\\${`" },
    { what: "a text behind one that is quoted", code: '"`" + \'`\' + "\\"`" + `\n`', escaped: '"`" + \'`\' + "\\"`" + `\\n`' },
    { what: "a text behind a regular expression", code: "/[/`]`{/.test('') + `\n`", escaped: "/[/`]`{/.test('') + `\\n`" },
    { what: "a text behind a division", code: "[4 / 2, `\n`, (4) / 2]", escaped: "[4 / 2, `\\n`, (4) / 2]" },
    { what: "a text behind comments", code: "/* ` { */ 1 + // ` {\n`\n`", escaped: "/* ` { */ 1 + // ` {\n`\\n`" },
  ])("are escaped in $what, which keeps its value", ({ code, escaped }) => {
    expect(escapeTemplates(`x = ${code};`)).toBe(`x = ${escaped};`);
    expect(compute(escaped)).toEqual(compute(code));
  });

  test("are the only ones that are escaped", () => {
    const code = 'if (a) {\n\treturn "`\\n";\n}\n// `\n';
    expect(escapeTemplates(`function f(a) {\n${code}}\n`)).toBe(`function f(a) {\n${code}}\n`);
  });

  test.each([
    { what: "of which a tag sees the raw text", code: "x = String.raw`\n`;" },
    { what: "in a program that is not understood", code: "if (a) /`/.test('');\nb = '`';" },
  ])("end the build $what", ({ code }) => {
    expect(() => escapeTemplates(code)).toThrow();
  });
});
