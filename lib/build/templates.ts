/**
 * Bun prints a text with a line break as a template literal with the line break itself in it. Whatever cleans or indents the
 * lines of a file would change that text. Here such line breaks and tabs become `\n` and `\t`, and nothing else changes:
 * both programs must read the same to Bun's own parser, so a mistake ends the build.
 */
import { SessionError } from "../errors.ts";

const comment = /\/\/.*|\/\*[\s\S]*?\*\//;
const quoted = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/;
/** A slash after anything else divides. */
const beforeRegex = /(?<=(?:[=(,:;!&|?{}[+*%<>~^-]|\b(?:return|case|typeof|of|in))\s*)/;
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//;
const inCode = new RegExp(`${comment.source}|${quoted.source}|${beforeRegex.source}${regex.source}|[{}\`]`, "g");
/** The text of a template literal as far as its end or the next expression in it. */
const inTemplate = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/g;

/** The code with the line breaks and tabs of its template literals escaped. Throws `failed` if it would mean something else. */
export function escapeTemplates(code: string): string {
  const open: string[] = []; // the braces and backticks around the place that is read
  const pieces: string[] = [];
  for (let at = 0; at < code.length; ) {
    const isText = open.at(-1) === "`";
    const pattern = isText ? inTemplate : inCode;
    pattern.lastIndex = at;
    const found = pattern.exec(code)?.[0] ?? "";
    const end = found === "" ? code.length : pattern.lastIndex;
    const piece = code.slice(at, end);
    pieces.push(isText ? piece.replaceAll("\n", "\\n").replaceAll("\t", "\\t") : piece);
    const mark = isText ? found.at(-1) : found;
    if (mark === "}" || (isText && mark === "`")) open.pop();
    else if (mark === "{" || mark === "`") open.push(mark);
    at = end;
  }
  return checked(code, pieces.join(""));
}

function checked(before: string, after: string): string {
  const parser = new Bun.Transpiler({ loader: "js", minifyWhitespace: true });
  if (parser.transformSync(after) === parser.transformSync(before)) return after;
  throw new SessionError("failed", "cannot build: the template literals of a bundle are not understood");
}
