/**
 * JSON values as YAML that every parser, of YAML 1.1 or 1.2, reads back as the same values. The two versions
 * take different plain texts for numbers, dates and booleans (`08`, `0o17`, `1:30`, `yes`), so text stays plain only
 * where it looks like nothing else in either; all other text is in double quotes, in the escapes of JSON, which YAML
 * shares. https://yaml.org/spec/1.2.2/ (5.7, 7.3.1, 10.3), https://yaml.org/type/ for 1.1.
 */
import { unicodeEscape } from "../session/json.ts";

/**
 * Parses YAML 1.2 with Bun, around two of its faults, both in keys that `renderYaml` puts on lines of their own:
 * - even in quotes it mistakes `<<` for a merge key (1.4.5): it gets another name for as long as Bun reads it;
 * - before 1.4 it cannot read a nested `? "key"`: there it becomes a plain key.
 */
export function parseYaml(text: string): object {
  const name = crypto.randomUUID();
  const renamed = text.replace(/^( *(?:\? )?(?:!!str )?)"<<"(?=:?$|: )/gm, `$1"${name}"`);
  const isOld = Bun.semver.order(Bun.version, "1.4.0") < 0;
  const value = Bun.YAML.parse(isOld ? renamed.replace(/^( *)\? (?:!!str )?(".*")\n\1:/gm, "$1$2:") : renamed) as object;
  return renamed === text ? value : (renameKey(value, name, "<<") as object);
}

/** Renames a key wherever it stands, in a text too. Each object is visited once: with aliases a small text can be an endless tree. */
function renameKey(value: unknown, from: string, to: string, done = new Map<object, unknown>()): unknown {
  if (typeof value === "string") return value.replaceAll(from, to);
  if (typeof value !== "object" || value === null) return value;
  if (done.has(value)) return done.get(value);
  done.set(value, value); // an object that holds itself is never one of ours
  const rename = (item: unknown) => renameKey(item, from, to, done);
  const renamed = Array.isArray(value)
    ? value.map(rename)
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key === from ? to : key, rename(item)]));
  done.set(value, renamed);
  return renamed;
}

/**
 * Whether YAML has, outside of text in double quotes, nothing that `renderYaml` never prints and that could name or repeat a
 * value: with aliases a small text can become gigabytes. It may refuse what is harmless.
 */
export function isWithoutAliases(yaml: string): boolean {
  for (let at = 0; ; ) {
    const open = yaml.indexOf('"', at);
    const outside = (at === 0 ? "\n" : "") + yaml.slice(at, open === -1 ? undefined : open);
    if (/[&*'|>]|\[(?!\])|\{(?!\})/.test(outside)) return false;
    if (open === -1) return true;
    if (!/(?:\n *(?:[-?] )*|: )(?:!!str )?$/.test(outside)) return false; // elsewhere quotes are part of plain text
    at = endOfText(yaml, open + 1);
    if (at === -1) return false;
  }
}

/** The position behind the closing quote of the text that begins here, or -1 if it does not end on its line. */
function endOfText(yaml: string, start: number): number {
  for (let at = start; at < yaml.length && yaml[at] !== "\n"; at += 1) {
    if (yaml[at] === '"') return at + 1;
    if (yaml[at] === "\\") at += 1;
  }
  return -1;
}

/** Prints a mapping in block style with two-space indentation and a final newline. */
export function renderYaml(mapping: object): string {
  return Object.entries(mapping)
    .map(([key, value]) => `${renderKey(key, "")}${renderValue(value, "")}\n`)
    .join("");
}

/** What stands after `key:` or `-`: a scalar on the same line, or a collection on lines of its own. */
function renderValue(value: unknown, indent: string): string {
  if (typeof value === "object" && value !== null) {
    const isList = Array.isArray(value);
    const inner = `${indent}  `;
    const items = Object.entries(value).map(
      ([key, item]) => `\n${inner}${isList ? "-" : renderKey(key, inner)}${renderValue(item, inner)}`,
    );
    return items.length > 0 ? items.join("") : isList ? " []" : " {}";
  }
  if (typeof value === "string") return ` ${renderText(value)}`;
  return ` ${typeof value === "number" ? renderNumber(value) : JSON.stringify(value)}`;
}

/**
 * A key and its colon. A key on one line may have 1024 characters (7.4.2); a longer one is announced by `?`. So is `<<`,
 * which is a merge key to Ruby's psych unless it has a tag: js-yaml reads no tag at the start of a mapping without `?`.
 */
function renderKey(key: string, indent: string): string {
  const text = key === "<<" ? '!!str "<<"' : renderText(key);
  return text.length <= 1000 && key !== "<<" ? `${text}:` : `? ${text}\n${indent}:`;
}

/** YAML 1.1 knows an exponent only after a dot, and JSON no negative zero: `1.0e-7`, `-0.0`. */
const renderNumber = (value: number): string =>
  Object.is(value, -0) ? "-0.0" : JSON.stringify(value).replace(/^(-?\d+)e/, "$1.0e");

/** Text that every reader takes for text as it stands. Some read `e1` as a number, and Bun before 1.4 ends at `...`. */
const plain = /^(?!(?:y|n|yes|no|on|off|true|false|null|e[-+.\d_]*)$|.*\.\.\.)[a-z](?:[\w/.:-]*[\w/.-])?$/i;

/** What YAML does not call printable, what readers may take for a line break, and what turns the direction of writing. */
const unsafe = /[\u007f-\u00a0\u061c\u200b-\u200f\u2028-\u202f\u2066-\u2069\ufeff\ufffe\uffff]/g;

const renderText = (text: string): string =>
  text.length <= 100 && plain.test(text) ? text : JSON.stringify(text).replace(unsafe, unicodeEscape);
