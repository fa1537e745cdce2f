/** One session file, read and checked, with what identifies it; and the error if it is damaged. */
import { commandLine, SessionError } from "../errors.ts";
import { maxFileBytes } from "../session/rules.ts";
import type { Session } from "../session/schema.ts";
import { decodeSession } from "../session/session.ts";
import { type Folder, sessionFile, shownPath } from "./folder.ts";
import { type FileText, readFile } from "./read-file.ts";

export type Stored = { session: Session; stat: FileText["stat"] };

/** Reads the session of a workflow; `null` if there is none. Throws `damaged`. */
export function readSessionFile(folder: Folder, workflow: string): Stored | null {
  const path = sessionFile(folder, workflow);
  const file = readFile(path, maxFileBytes);
  if (file === null) return null;
  const session = "problem" in file ? file : decodeSession(file.value.text);
  if ("value" in file && "value" in session) return { session: session.value, stat: file.value.stat };
  const shown = shownPath(folder, path);
  throw new SessionError(
    "damaged",
    `${shown} is damaged: ${"problem" in session ? session.problem : ""}`,
    `fix ${shown} by hand, or delete it: ${commandLine("reset", workflow)}`,
  );
}
