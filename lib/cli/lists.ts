/** The lists for people: sessions, archives, and what is damaged among them. As in `views.ts`, all text is escaped first. */
import type { DamagedArchive, ListedArchive } from "../archive/front-matter.ts";
import { commandLine } from "../errors.ts";
import { escapeControls } from "../session/json.ts";
import { branchOf, type DamagedSession, type ListedSession } from "../session/session.ts";
import { formatAge } from "../session/time.ts";
import type { Brief } from "./brief.ts";
import { type Column, paint, renderTable, wrap } from "./layout.ts";
import { lines, type ViewOptions } from "./views.ts";

export function viewList(listed: (ListedSession | DamagedSession)[], options: ViewOptions): string {
  if (listed.length === 0) return `No active sessions in ${escapeControls(options.sessions)}\n`;
  const sound = listed.filter((item) => "steps" in item);
  const columns: Column[] = [
    { title: "WORKFLOW", cells: sound.map(({ workflow }) => workflow) },
    { title: "STEP", cells: sound.map(({ step }) => escapeControls(step)), style: "cyan", shrinks: true },
    { title: "STEPS", cells: sound.map(({ steps }) => String(steps.length)), align: "right", optional: true },
    { title: "BRANCH", cells: sound.map((session) => escapeControls(branchOf(session) ?? "")), shrinks: true, optional: true },
    { title: "UPDATED", cells: sound.map(({ updated_at }) => formatAge(updated_at, options.now)), style: "dim", optional: true },
  ];
  const table = sound.length === 0 ? [] : renderTable(columns, options);
  return lines([...table, ...listed.flatMap((item) => ("steps" in item ? [] : renderDamaged(item, options)))]);
}

export function viewBrief(listed: Brief, options: ViewOptions): string {
  if (listed.length === 0) return `No active sessions in ${escapeControls(options.sessions)}\n`;
  const sound = listed.filter((item) => "step" in item);
  const columns: Column[] = [
    { title: "WORKFLOW", cells: sound.map(({ workflow }) => workflow) },
    { title: "STEP", cells: sound.map(({ step }) => escapeControls(step)), style: "cyan", shrinks: true },
    { title: "UPDATED", cells: sound.map(({ updated_at }) => formatAge(updated_at, options.now)), style: "dim" },
  ];
  const table = sound.length === 0 ? [] : renderTable(columns, options);
  const damaged = listed.flatMap((item) => ("error" in item ? renderDamaged(item, options) : []));
  return lines([...table, ...damaged, ...listed.flatMap((item) => ("omitted" in item ? [`… and ${item.omitted} more`] : []))]);
}

export function viewArchives(listed: (ListedArchive | DamagedArchive)[], options: ViewOptions, workflow?: string): string {
  const of = workflow === undefined ? "" : ` of ${workflow}`;
  if (listed.length === 0) return `No archives${of} in ${escapeControls(options.sessions)}/archives\n`;
  const sound = listed.filter((item): item is ListedArchive => !("error" in item));
  const columns: Column[] = [
    { title: "WORKFLOW", cells: sound.map(({ workflow }) => workflow) },
    { title: "STATUS", cells: sound.map(({ status }) => status), optional: true },
    { title: "BRANCH", cells: sound.map(({ branch }) => escapeControls(branch ?? "")), shrinks: true, optional: true },
    { title: "ARCHIVED", cells: sound.map((item) => formatAge(item.archived_at, options.now)), style: "dim", optional: true },
    { title: "ARCHIVE", cells: sound.map(({ archive }) => escapeControls(archive)) },
  ];
  const damaged = listed.flatMap((item) => ("error" in item ? renderUnreadable(item.archive, item.error, options) : []));
  return lines([...(sound.length === 0 ? [] : renderTable(columns, options)), ...damaged]);
}

function renderDamaged({ workflow, error }: DamagedSession, options: ViewOptions): string[] {
  const advice = `fix it by hand, or delete it: ${commandLine("reset", workflow)}`;
  return [...renderUnreadable(workflow, error, options), `  ${paint("dim", advice, options)}`];
}

function renderUnreadable(name: string, error: string, options: ViewOptions): string[] {
  const rows = wrap(escapeControls(error).split(" "), Math.max(20, options.width - 2));
  return [`${escapeControls(name)}  ${paint("red", "damaged", options)}`, ...rows.map((row) => `  ${row}`)];
}
