/**
 * The view for people, when stdout is a terminal: pure functions from what a script answers to text that fits the
 * window. Text from sessions is escaped before it is laid out, so it cannot move the cursor; the only escape sequences
 * are the styles of `layout.ts`: cyan for the current step, dim for what is secondary, red for damage.
 */
import { escapeControls, escapeInvisible } from "../session/json.ts";
import type { Session } from "../session/schema.ts";
import { formatAge, formatMinute, parseTime } from "../session/time.ts";
import { pad, paint, type Screen, wrap } from "./layout.ts";

/** The window, the current time, the sessions folder to name if there is nothing, and how many rows a value may take. */
export type ViewOptions = Screen & { now: Date; sessions: string; maxRows?: number };

export const viewSession = (workflow: string) => (session: Session | null, options: ViewOptions) =>
  session === null
    ? `No session of ${workflow} in ${escapeControls(options.sessions)}\n`
    : lines(renderSession(workflow, session, options));

export const viewSet = (workflow: string) => (session: Session, options: ViewOptions) => {
  const { started_at, updated_at, step, steps } = session;
  const place = paint("cyan", escapeControls(step), options);
  return started_at === updated_at ? `${workflow} started at ${place}\n` : `${workflow} is at ${place}, step ${steps.length}\n`;
};

export const viewReset = (workflow: string, hasArchive?: boolean) => (session: Session | null, options: ViewOptions) => {
  if (session === null) return `${workflow} has no session now\n`;
  const place = paint("cyan", escapeControls(session.step), options);
  const [, ...state] = renderSession(workflow, session, { ...options, maxRows: Number.POSITIVE_INFINITY }); // it is gone now
  return lines([`${workflow} deleted at ${place}${hasArchive ? "" : " (no archive)"}; its last state was`, ...state]);
};

export const viewSave = ({ workflow, status, archive }: { workflow: string; status: string; archive: string }): string =>
  `${workflow} archived as ${status}: ${escapeControls(archive)}\n`;

const labelWidth = 9;
/** A value with more rows is cut, and the missing ones are counted. */
const rowsShown = 100;

function renderSession(workflow: string, session: Session, options: ViewOptions): string[] {
  const { started_at, updated_at, step, steps, context, ...others } = session;
  const label = (text: string) => `  ${pad(paint("dim", text, options), labelWidth)}`;
  const time = (text: string) =>
    `${formatMinute(parseTime(text))} UTC ${paint("dim", `(${formatAge(text, options.now)})`, options)}`;
  return [
    paint("bold", workflow, options),
    ...renderPath(steps, step, options).map((row, index) => `${label(index === 0 ? "steps" : "")}${row}`),
    `${label("started")}${time(started_at)}`,
    `${label("updated")}${time(updated_at)}`,
    ...renderFields(others, options),
    ...renderFields(context, options),
  ];
}

/** The steps as a path with the current one marked; of a very long one the end, with a count of the rows before it. */
function renderPath(steps: string[], current: string, options: ViewOptions): string[] {
  const past = steps.at(-1) === current ? steps.slice(0, -1) : steps;
  const width = Math.max(20, options.width - labelWidth - 2);
  const arrows = past.map((step) => `${escapeControls(step)} →`);
  const rows = wrap(arrows, width);
  const mark = wrap([`● ${escapeControls(current)}`], width);
  const hidden = Math.max(0, rows.length + mark.length - (options.maxRows ?? rowsShown));
  const first = hidden === 0 ? [] : [paint("dim", `… ${countRows(hidden)} of earlier steps; see all with --json`, options)];
  const isShort = mark.length === 1 && rows.length > 0 && Bun.stringWidth(`${rows.at(-1)} ${mark[0]}`) <= width;
  const painted = mark.map((row) => paint("cyan", row, options));
  if (isShort) return [...first, ...rows.slice(hidden, -1), `${rows.at(-1)} ${painted[0]}`];
  return [...first, ...rows.slice(hidden), ...painted];
}

/** Key by key: texts wrapped, with their line breaks; lists and objects as indented JSON. */
function renderFields(fields: Record<string, unknown>, options: ViewOptions): string[] {
  const entries = Object.entries(fields).map(([key, value]) => ({ key: escapeControls(key), value }));
  const room = Math.min(24, Math.floor(options.width / 3));
  const widths = entries.map(({ key }) => Bun.stringWidth(key)).filter((width) => width <= room);
  const column = 2 + widths.reduce((widest, width) => Math.max(widest, width), 0);
  const rows = entries.flatMap(({ key, value }) => {
    const texts = renderField(value, Math.max(20, options.width - column - 2), options);
    const isLong = Bun.stringWidth(key) + 2 > column;
    const first = isLong ? [`  ${paint("dim", key, options)}`] : [];
    const label = (index: number) => pad(paint("dim", index === 0 && !isLong ? key : "", options), column);
    return [...first, ...texts.map((text, index) => `  ${label(index)}${text}`.trimEnd())];
  });
  return rows.length === 0 ? [] : ["", ...rows];
}

function renderField(value: unknown, width: number, options: ViewOptions): string[] {
  const rows =
    typeof value === "string"
      ? value.split(/\r\n|[\n\r]/).flatMap((line) => (line === "" ? [""] : wrap(escapeControls(line).split(" "), width)))
      : escapeInvisible(JSON.stringify(value, null, 2)).split("\n");
  const { maxRows = rowsShown } = options;
  if (rows.length <= maxRows) return rows;
  const more = `… and ${countRows(rows.length - maxRows, "more ")}; see all with --json`;
  return [...rows.slice(0, maxRows), paint("dim", more, options)];
}

const countRows = (count: number, what = ""): string => `${count} ${what}${count === 1 ? "row" : "rows"}`;

export const lines = (rows: string[]): string => `${rows.join("\n")}\n`;
