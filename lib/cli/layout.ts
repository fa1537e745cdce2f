/**
 * Text laid out for a window: cut, padded, wrapped and set in columns. Widths are in columns of the terminal, where CJK
 * characters and emoji take two. Text must be free of control characters before (`escapeControls`).
 */

export type Screen = { width: number; colour: boolean };

const styles = { bold: "1", dim: "2", red: "31", cyan: "36" };

type Style = keyof typeof styles;

/** Text in a style, if one is given and the screen has colours. */
export const paint = (style: Style | undefined, text: string, { colour }: Screen): string =>
  style && colour && text !== "" ? `\u001b[${styles[style]}m${text}\u001b[0m` : text;

/** Cuts text to a width, with `…` for what is missing; characters of several code points stay whole. */
export const cut = (text: string, width: number): string =>
  Bun.stringWidth(text) <= width ? text : `${breakPiece(text, width - 1).next().value}…`;

/** Fills text up to a width with spaces. */
export const pad = (text: string, width: number): string => text + " ".repeat(Math.max(0, width - Bun.stringWidth(text)));

/** Joins pieces into lines of at most this width, all but the first with an indent; a piece longer than a line goes on in the next. */
export function wrap(pieces: string[], width: number, indent = ""): string[] {
  const rows: string[] = [];
  for (const piece of pieces) {
    const longer = `${rows.at(-1)} ${piece}`;
    const row = rows.length === 0 ? piece : `${indent}${piece}`;
    if (rows.length > 0 && Bun.stringWidth(longer) <= width) rows[rows.length - 1] = longer;
    else if (Bun.stringWidth(row) <= width) rows.push(row);
    else for (const part of breakPiece(row, width)) rows.push(part); // there may be more than a call takes arguments
  }
  return rows;
}

function* breakPiece(piece: string, width: number): Generator<string, undefined> {
  let row = "";
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(piece)) {
    const more = Bun.stringWidth(segment);
    if (used + more > width && row !== "") {
      yield row;
      [row, used] = ["", 0];
    }
    row += segment;
    used += more;
  }
  yield row;
}

/** A column of a table. What one acts on is neither shrunk nor left out. */
export type Column = { title: string; cells: string[]; style?: Style; align?: "right"; shrinks?: true; optional?: true };

const gap = "  ";
const narrowest = 12;

/**
 * A table with a line of titles. If it is too wide, columns that may shrink do, the widest first, then optional ones are
 * dropped from the right; then the lines with the longest cells are simply longer than the window.
 */
export function renderTable(columns: Column[], screen: Screen): string[] {
  const whole = columns.map((column) => widthOf(column, Number.POSITIVE_INFINITY));
  let widths = [...whole];
  if (!shrink(columns, widths, screen.width)) {
    const spare = columns.findLastIndex(({ optional }) => optional);
    if (spare !== -1) return renderTable(columns.toSpliced(spare, 1), screen);
    const least = whole.reduce((sum, width) => sum + Math.min(width, narrowest) + gap.length, -gap.length);
    widths = columns.map((column, index) => {
      const width = whole[index] ?? 0;
      return column.shrinks ? width : widthOf(column, screen.width - least + Math.min(width, narrowest));
    });
    shrink(columns, widths, screen.width);
  }
  const row = (cellOf: (column: Column) => string, style?: Style) => {
    const cells = columns.map((column, index) => renderCell(column, cellOf(column), widths[index] ?? 0, style, screen));
    return cells.join(gap).trimEnd();
  };
  const rows = columns[0]?.cells.map((_, index) => row(({ cells }) => cells[index] ?? "")) ?? [];
  return [row(({ title }) => title, "dim"), ...rows];
}

/** The width of the widest cell of a column, except those that are wider than there is room. */
function widthOf({ title, cells }: Column, room: number): number {
  const widths = cells.map((cell) => Bun.stringWidth(cell)).filter((width) => width <= room);
  return widths.reduce((widest, width) => Math.max(widest, width), title.length);
}

function renderCell(column: Column, cell: string, width: number, style: Style | undefined, screen: Screen): string {
  const text = column.shrinks ? cut(cell, width) : cell;
  const painted = paint(style ?? column.style, text, screen);
  return column.align === "right" ? pad("", width - Bun.stringWidth(text)) + painted : pad(painted, width);
}

/** Narrows the widths in place, always that of the widest column by its share at least; says whether the table fits then. */
function shrink(columns: Column[], widths: number[], available: number): boolean {
  const shrinking = columns.flatMap(({ shrinks }, index) => (shrinks ? [index] : []));
  for (;;) {
    const excess = widths.reduce((sum, width) => sum + width + gap.length, -gap.length) - available;
    if (excess <= 0) return true;
    const [widest = 0] = shrinking.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    const width = widths[widest] ?? 0;
    if (shrinking.length === 0 || width <= narrowest) return false;
    widths[widest] = Math.max(narrowest, width - Math.ceil(excess / shrinking.length));
  }
}
