/**
 * Text laid out for a window: cut, padded, wrapped and set in columns. Widths are in columns of the terminal, where CJK
 * characters and emoji take two. Text must be free of control characters before (`escapeControls`).
 */

export type Screen = { width: number; colour: boolean };

const styles = { bold: "1", dim: "2", red: "31", cyan: "36" };

type Style = keyof typeof styles;

/** Text in a style, where the screen has colours. */
export function paint(style: Style, text: string, { colour }: Screen): string {
  return colour && text !== "" ? `\u001b[${styles[style]}m${text}\u001b[0m` : text;
}

/** Cuts text to a width, with `…` for what is missing; characters of several code points stay whole. */
export function cut(text: string, width: number): string {
  if (text.length <= width * 16 && Bun.stringWidth(text) <= width) return text;
  let shown = "";
  let used = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += Bun.stringWidth(segment);
    if (used > width) break;
    shown += segment;
  }
  return `${shown}…`;
}

/** As `cut`, but of a path, whose end matters: what is missing is missing at its start. */
export function cutPath(path: string, width: number): string {
  if (Bun.stringWidth(path) <= width) return path;
  return [...cut([...path].reverse().join(""), width)].reverse().join("");
}

/** Fills text up to a width with spaces. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
}

/** Joins pieces into lines of at most this width, all but the first with an indent; a piece longer than a line is cut. */
export function wrap(pieces: string[], width: number, indent = ""): string[] {
  const rows: string[] = [];
  for (const piece of pieces) {
    const longer = `${rows.at(-1)} ${piece}`;
    if (rows.length > 0 && Bun.stringWidth(longer) <= width) rows[rows.length - 1] = longer;
    else rows.push(cut(rows.length === 0 ? piece : `${indent}${piece}`, width));
  }
  return rows;
}

export type Column = { title: string; cells: string[]; style?: Style; align?: "right"; shrinks?: true; optional?: true };

const gap = "  ";
const narrowest = 12;

/** A table with a line of titles. Where it is too wide, columns that shrink do, then optional ones go, the last first. */
export function renderTable(columns: Column[], screen: Screen): string[] {
  const widths = fit(columns, screen.width);
  const spare = columns.findLastIndex(({ optional }) => optional);
  if (widths === null && spare !== -1) return renderTable(columns.toSpliced(spare, 1), screen);
  const row = (cellOf: (column: Column) => string, style?: Style) =>
    columns
      .map((column, index) => {
        const width = widths?.[index] ?? narrowest;
        const text = cut(cellOf(column), width);
        const padding = " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
        const used = style ?? column.style;
        const painted = used === undefined ? text : paint(used, text, screen);
        if (column.align === "right") return padding + painted;
        return index === columns.length - 1 ? painted : painted + padding;
      })
      .join(gap);
  const count = columns[0]?.cells.length ?? 0;
  return [
    row(({ title }) => title, "dim"),
    ...Array.from({ length: count }, (_, index) => row(({ cells }) => cells[index] ?? "")),
  ];
}

/** The widths of columns in a window: the natural ones, the widest that may shrink first; `null` where that is not enough. */
function fit(columns: Column[], available: number): number[] | null {
  const widths = columns.map(({ title, cells }) =>
    cells.reduce((widest, cell) => Math.max(widest, Bun.stringWidth(cell)), title.length),
  );
  const shrinking = columns.flatMap(({ shrinks }, index) => (shrinks ? [index] : []));
  for (;;) {
    const excess = widths.reduce((sum, width) => sum + width + gap.length, -gap.length) - available;
    if (excess <= 0) return widths;
    const [widest, next] = shrinking.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    const width = widest === undefined ? 0 : (widths[widest] ?? 0);
    if (widest === undefined || width <= narrowest) return null;
    const floor = next === undefined || widths[next] === width ? width - 1 : (widths[next] ?? 0);
    widths[widest] = Math.max(narrowest, floor, width - excess);
  }
}
