/**
 * The view for people, when stdout is a terminal: pure functions from what a script answers to text that fits the
 * window. Text from sessions is escaped before it is laid out, so it cannot move the cursor; the only escape sequences
 * are the styles of `layout.ts`: cyan for the current step, dim for what is secondary, red for damage.
 */
import { escapeControls, type JsonValue } from "../session/json.ts";
import type { Session } from "../session/schema.ts";
import type { Damaged, Sound } from "../session/session.ts";
import { minute, parseTime } from "../session/time.ts";
import { type Column, cut, cutPath, pad, paint, renderTable, type Screen, wrap } from "./layout.ts";

/** The window, the current time, and the sessions folder to name where there is nothing. */
export type Setting = Screen & { now: Date; sessions: string };

/** What a script answers about a workflow (the empty text: about all of them) as text for people. */
export type View = (answer: never, workflow: string, setting: Setting) => string;

export function viewOfGet(answer: (Sound | Damaged)[] | Session | null, workflow: string, setting: Setting): string {
  if (answer === null) return sentence(["No session of ", { name: workflow }, " in ", { path: setting.sessions }], setting);
  if (!Array.isArray(answer)) return lines(renderSession(workflow, answer, setting));
  return answer.length === 0
    ? sentence(["No active sessions in ", { path: setting.sessions }], setting)
    : lines(renderList(answer, setting));
}

export function viewOfSet({ started_at, updated_at, step, steps }: Session, workflow: string, setting: Setting): string {
  const place = started_at === updated_at ? [" started at ", { step }] : [" is at ", { step }, `, step ${steps.length}`];
  return sentence([{ name: workflow }, ...place], setting);
}

export function viewOfReset(answer: Session | null, workflow: string, setting: Setting): string {
  const event = answer === null ? [" has no session now"] : [" deleted at ", { step: answer.step }, " (no archive)"];
  return sentence([{ name: workflow }, ...event], setting);
}

export function viewOfSave({ status, archive }: { status: string; archive: string }, workflow: string, setting: Setting): string {
  return sentence([{ name: workflow }, ` archived as ${status}: `, { path: archive }], setting);
}

function renderList(listed: (Sound | Damaged)[], setting: Setting): string[] {
  const sound = listed.filter((item): item is Sound => "steps" in item);
  const damaged = listed.filter((item): item is Damaged => !("steps" in item));
  const branches = sound.map(({ context }) => (typeof context["branch"] === "string" ? printable(context["branch"]) : ""));
  const columns: Column[] = [
    { title: "WORKFLOW", cells: sound.map(({ workflow }) => workflow), shrinks: true },
    { title: "STEP", cells: sound.map(({ step }) => printable(step)), style: "cyan", shrinks: true },
    { title: "STEPS", cells: sound.map(({ steps }) => String(steps.length)), align: "right", optional: true },
    { title: "BRANCH", cells: branches, shrinks: true, optional: true },
    { title: "UPDATED", cells: sound.map(({ updated_at }) => age(updated_at, setting.now)), style: "dim" },
  ];
  return [...(sound.length > 0 ? renderTable(columns, setting) : []), ...damaged.flatMap((item) => renderDamaged(item, setting))];
}

function renderDamaged({ workflow, error }: Damaged, setting: Setting): string[] {
  const paragraph = (text: string) => wrap(text.split(" "), setting.width - 2).map((row) => `  ${row}`);
  const name = cut(workflow, setting.width - "  damaged".length);
  return [
    `${name}  ${paint("red", "damaged", setting)}`,
    ...paragraph(printable(error)),
    ...paragraph(`mend it by hand, or throw it away: reset.ts ${workflow}`).map((row) => paint("dim", row, setting)),
  ];
}

const labelWidth = 9;

function renderSession(workflow: string, session: Session, setting: Setting): string[] {
  const { started_at, updated_at, step, steps, context, ...others } = session;
  const label = (text: string) => `  ${paint("dim", pad(text, labelWidth), setting)}`;
  return [
    paint("bold", cut(workflow, setting.width), setting),
    ...renderPath(steps, step, setting).map((row, index) => `${label(index === 0 ? "steps" : "")}${row}`),
    `${label("started")}${renderTime(started_at, setting)}`,
    `${label("updated")}${renderTime(updated_at, setting)}`,
    ...renderFields(others as Record<string, JsonValue>, setting),
    ...renderFields(context, setting),
  ];
}

const shownSteps = 40;

/** The steps as a path with the current one marked; of very many only the last, with a count of those not shown. */
function renderPath(steps: string[], current: string, setting: Setting): string[] {
  const room = setting.width - labelWidth - 2;
  const past = steps.at(-1) === current ? steps.slice(0, -1) : steps;
  const hidden = Math.max(0, past.length - shownSteps);
  const pieces = past.slice(hidden).map((step) => `${cut(printable(step), room - 2)} →`);
  if (hidden > 0) pieces.unshift(`… ${hidden} earlier →`);
  const mark = cut(`● ${printable(current)}`, room);
  return wrap([...pieces, mark], room).map((row, index, rows) =>
    index === rows.length - 1 ? row.slice(0, -mark.length) + paint("cyan", mark, setting) : row,
  );
}

function renderTime(time: string, setting: Setting): string {
  const shown = `${minute(parseTime(time))} UTC`;
  const ago = age(time, setting.now);
  if (labelWidth + 2 + `${shown} (${ago})`.length > setting.width) return ago;
  return `${shown} ${paint("dim", `(${ago})`, setting)}`;
}

const shownFields = 100;

function renderFields(fields: Record<string, JsonValue>, setting: Setting): string[] {
  const entries = Object.entries(fields);
  if (entries.length === 0) return [];
  const shown = entries
    .slice(0, shownFields)
    .map(([key, value]) => ({ key: cut(printable(key), Math.max(20, setting.width / 2)), value }));
  const width = shown.reduce((widest, { key }) => Math.max(widest, Bun.stringWidth(key)), 0) + 2;
  const more = entries.length - shown.length;
  return [
    "",
    ...shown.map(({ key, value }) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return `  ${paint("dim", pad(key, width), setting)}${cut(printable(text), setting.width - width - 2)}`;
    }),
    ...(more === 0 ? [] : [paint("dim", `  … and ${more} more, all with --json`, setting)]),
  ];
}

/** How long ago a time was, as people say it: `just now`, `5m ago`, `3d ago`. */
export function age(time: string, now: Date): string {
  const seconds = (now.getTime() - parseTime(time)) / 1000;
  const units = [
    { unit: "y", size: 365.25 * 86_400, from: 1 },
    { unit: "mo", size: 30.44 * 86_400, from: 2 },
    { unit: "w", size: 7 * 86_400, from: 2 },
    { unit: "d", size: 86_400, from: 1 },
    { unit: "h", size: 3600, from: 1 },
    { unit: "m", size: 60, from: 1 },
  ];
  const found = units.find(({ size, from }) => Math.abs(seconds) >= size * from);
  if (found === undefined) return "just now";
  const count = `${Math.floor(Math.abs(seconds) / found.size)}${found.unit}`;
  return seconds < 0 ? `in ${count}` : `${count} ago`;
}

type Piece = string | { name: string } | { step: string } | { path: string };

/** One line of words around names and paths, which are cut where the line would not fit: none takes the place of another. */
function sentence(pieces: Piece[], setting: Setting): string {
  const parts = pieces.map((piece) => {
    if (typeof piece === "string") return { text: piece };
    if ("path" in piece) return { text: printable(piece.path), cut: cutPath };
    return "step" in piece ? { text: printable(piece.step), cut, isStep: true } : { text: piece.name, cut };
  });
  const widthOf = (chosen: typeof parts) => chosen.reduce((sum, { text }) => sum + Bun.stringWidth(text), 0);
  let room = setting.width - widthOf(parts.filter(({ cut }) => cut === undefined));
  const fitted = parts.map((part, index) => {
    if (part.cut === undefined) return part;
    const later = parts.slice(index + 1).filter(({ cut }) => cut !== undefined);
    const share = Math.max(6, Math.floor(room / (later.length + 1)), room - widthOf(later));
    const text = part.cut(part.text, share);
    room -= Bun.stringWidth(text);
    return { ...part, text };
  });
  if (widthOf(fitted) > setting.width) return `${cut(fitted.map(({ text }) => text).join(""), setting.width)}\n`;
  return `${fitted.map(({ text, isStep }) => (isStep ? paint("cyan", text, setting) : text)).join("")}\n`;
}

function printable(text: string): string {
  return escapeControls(text);
}

function lines(rows: string[]): string {
  return `${rows.join("\n")}\n`;
}
