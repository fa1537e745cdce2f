/** The front matter of an archive, read and checked: what a list says of it. gray-matter is not needed for that. */
import * as z from "zod/v4/core";
import { quote } from "../session/json.ts";
import { isWorkflow, statuses, workflowRule } from "../session/rules.ts";
import { findIssue, looseObject, placeOf, shape, textBy, time } from "../session/schema.ts";
import { branchOf } from "../session/session.ts";
import { parseYaml } from "./yaml.ts";

/** The schema of an archive's front matter: a session, with what an archive adds; made when it is needed. */
const archiveSchema = () =>
  looseObject(
    {
      ...shape,
      workflow: textBy(isWorkflow, workflowRule),
      status: z._enum(z.$ZodEnum, [...statuses], `one of ${statuses.join(", ")}`),
      archived_at: time,
      notes: new z.$ZodOptional({ type: "optional", innerType: textBy(() => true, "a text") }) as z.$ZodOptional<z.$ZodString>,
    },
    "the fields of an archive",
  );

export type Archive = z.output<ReturnType<typeof archiveSchema>>;

/** The fields of an archive. Throws if the text is none, and says why. */
export function parseArchive(text: string): Archive {
  const data = parseFrontMatter(text);
  const issue = findIssue(data, archiveSchema());
  if (issue === undefined) return data as Archive;
  throw new Error(`${placeOf(issue) || "front matter"}: expected ${issue.expected}`);
}

/** What a list says of an archive: of the notes the first 200 characters, and the path, relative to the current folder. */
export type ListedArchive = Pick<Archive, "workflow" | "status" | "started_at" | "archived_at" | "step" | "notes"> & {
  branch?: string | undefined;
  archive: string;
};

/** A file with the name of an archive that cannot be read as one. */
export type DamagedArchive = { archive: string; error: string };

/** What a list says of an archive. */
export function summarizeArchive(archive: Archive): Omit<ListedArchive, "archive"> {
  const { workflow, status, started_at, archived_at, step } = archive;
  const notes = archive.notes && [...archive.notes.slice(0, 400)].slice(0, 200).join("");
  return { workflow, status, started_at, archived_at, step, branch: branchOf(archive), notes };
}

/** The text between a first line of `---` and the next one, with plain line breaks; `undefined` if there is none. */
export const frontMatterOf = (text: string): string | undefined =>
  /^---\r?\n([\s\S]*?)\n---\r?(?:\n|$)/.exec(text)?.[1]?.replaceAll("\r\n", "\n");

/** What the front matter of a text holds. Throws if it has none that can be read, or if that repeats an outermost key. */
export function parseFrontMatter(text: string): unknown {
  const yaml = frontMatterOf(text);
  const repeated = yaml === undefined ? undefined : findRepeatedKey(yaml);
  if (repeated !== undefined) throw new Error(`the key ${quote(repeated)} is given twice`);
  try {
    if (yaml !== undefined) return parseYaml(yaml);
  } catch {
    // reported below
  }
  throw new Error("no front matter that can be read");
}

/** A key that the outermost mapping repeats: Bun takes the last one in silence. Keys in quotes are compared as they are spelled. */
function findRepeatedKey(yaml: string): string | undefined {
  const seen = new Set<string>();
  for (const line of yaml.split("\n")) {
    const key = /^(?:([a-z][\w/.:-]*?)|"([^"\\]*(?:\\.[^"\\]*)*)"|'([^']*)') *:(?: |$)/i.exec(line)?.slice(1).join("");
    if (key === undefined) continue;
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return undefined;
}
