/**
 * Where JSON text stops being JSON. `JSON.parse` knows but does not tell, so this walks the text once more, only
 * after it has failed, by the grammar of RFC 8259. Its stack is an array: nesting cannot exhaust it.
 */

const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escaped = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

/** Says what was expected and found, at which line and column (both from 1, columns in characters). */
export function findSyntaxError(text: string): string {
  const open: ("[" | "{")[] = [];
  let at = 0;
  let expected = "a value";

  const fail = (wanted: string, position = at) => {
    const before = text.slice(0, position);
    const line = before.split("\n").length;
    const column = [...before.slice(before.lastIndexOf("\n") + 1)].length + 1;
    const found = position < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(position) ?? 0)) : "the end";
    return `expected ${wanted}, found ${found} at line ${line}, column ${column}`;
  };
  const matches = (pattern: RegExp, position: number) => {
    pattern.lastIndex = position;
    return pattern.test(text) ? pattern.lastIndex : -1;
  };

  for (;;) {
    while (" \t\n\r".includes(text[at] ?? "x")) at += 1;
    const next = text[at];
    const inObject = open.at(-1) === "{";
    const closes = next === (inObject ? "}" : "]") && open.length > 0;

    if (expected === "a comma or the end") {
      if (open.length === 0) return fail("nothing more");
      if (next === ",") expected = inObject ? "a key in double quotes" : "a value";
      else if (closes) open.pop();
      else return fail(`"," or "${inObject ? "}" : "]"}"`);
      at += 1;
    } else if (expected === "a colon") {
      if (next !== ":") return fail('":"');
      expected = "a value";
      at += 1;
    } else if (closes && expected.endsWith(" or the closing bracket")) {
      open.pop();
      expected = "a comma or the end";
      at += 1;
    } else if (next === '"') {
      for (at += 1; text[at] !== '"'; at += 1) {
        if (at >= text.length) return fail("the closing double quote");
        if (text.charCodeAt(at) < 0x20) return fail("no control character in a text");
        if (text[at] !== "\\") continue;
        const end = matches(escaped, at + 1);
        if (end < 0) return fail("a valid escape", at + 1);
        at = end - 1;
      }
      at += 1;
      expected = expected.startsWith("a key") ? "a colon" : "a comma or the end";
    } else if (expected.startsWith("a key")) {
      return fail(expected);
    } else if (next === "{" || next === "[") {
      open.push(next);
      expected = next === "{" ? "a key in double quotes or the closing bracket" : "a value or the closing bracket";
      at += 1;
    } else {
      const end = matches(scalar, at);
      if (end < 0) return fail(expected);
      at = end;
      expected = "a comma or the end";
    }
    if (at > text.length) return fail("more");
  }
}
