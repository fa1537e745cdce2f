/** The name of an archive, and whether a text is the archive of a session: all without parsing YAML. */
import type { Session } from "../session/schema.ts";
import { branchOf } from "../session/session.ts";
import { parseTime, toUtc } from "../session/time.ts";
import { renderYaml } from "./yaml.ts";

/** The name of an archive: `<date>-<workflow>[-<branch>].md`, from the second attempt on with a number before the ending. */
export function archiveName(session: Session, workflow: string, attempt: number): string {
  const parts = [
    toUtc(parseTime(session.started_at)).slice(0, 10),
    hyphenate(workflow),
    hyphenate(hyphenate(branchOf(session) ?? "").slice(0, 80)),
    attempt === 0 ? "" : String(attempt + 1),
  ];
  return `${parts.filter((part) => part !== "").join("-")}.md`;
}

/** Whether a file name is one that an archive, of the workflow if one is given, could have. */
export function isArchiveName(name: string, workflow?: string): boolean {
  const rest = /^\d{4}-\d\d-\d\d-([A-Za-z0-9-]+)\.md$/.exec(name)?.[1];
  if (rest === undefined || workflow === undefined) return rest !== undefined;
  return rest === hyphenate(workflow) || rest.startsWith(`${hyphenate(workflow)}-`);
}

const hyphenate = (text: string): string => text.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "");

/** Whether a text is an archive, as `renderArchive` writes it, of a session of a workflow with these times. */
export function isArchiveOf(text: string, workflow: string, times: Partial<Session>): boolean {
  const lines = text.replaceAll("\r\n", "\n");
  const header = lines.startsWith("---\n") ? lines.slice(0, lines.indexOf("\n---\n") + 1) : "";
  return Object.entries({ workflow, ...times }).every(([key, value]) => header.includes(`\n${renderYaml({ [key]: value })}`));
}
