/**
 * Text of any kind inside Markdown (CommonMark, and GitHub's tables and strikethrough), so that it stays in its place
 * and is shown as it is: it makes no heading, list, fence, link or HTML.
 */
import { escapeControls, escapeInvisible } from "../session/json.ts";

/** One line of text as a code span, fenced by one more backtick than any run in it. */
export function codeSpan(text: string): string {
  const shown = escapeControls(text);
  const fence = "`".repeat(longestRun(shown) + 1);
  const padding = /^`|`$|^ .* $/.test(shown) ? " " : "";
  return `${fence}${padding}${shown}${padding}${fence}`;
}

/** Lines of text as a fenced code block, the fence longer than any run of backticks in it. */
export function codeBlock(text: string, language: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${escapeInvisible(text)}\n${fence}`;
}

/** Text as a quotation, line for line: a backslash at the end of a line breaks it there, and no line ends in white space. */
export function quotation(text: string): string {
  const given = text.trim().split(/\r\n|[\n\r]/);
  const lines = given.map(escapeLine);
  return lines.map((line, index) => (line === "" ? ">" : `> ${line}${(lines[index + 1] ?? "") === "" ? "" : "\\"}`)).join("\n");
}

/**
 * Escapes what has a meaning anywhere in a line, and at its start what would begin a block. GitHub makes a link of an address
 * and takes the backslashes in it as they stand: so an address that needs some gets one more, with which it is no link.
 */
function escapeLine(line: string): string {
  return escapeControls(line.trim().replaceAll("\t", " "))
    .replace(/[\\`*_[\]<>&~|$]/g, "\\$&")
    .replace(/\S+/g, (word) => (word.includes("\\") ? word.replace(/(?<=https?|ftp|mailto|xmpp):|(?<=www)\./gi, "\\$&") : word))
    .replace(/^(?:[#+=:-]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
