/** One session file, read and checked; and the error if it is damaged. */
import { commandLine, SessionError } from "../errors.ts";
import { maxFileBytes } from "../session/rules.ts";
import type { Session } from "../session/schema.ts";
import { decodeSession } from "../session/session.ts";
import { type Folder, sessionFile, shownPath } from "./folder.ts";
import { readFile } from "./read-file.ts";

/** Reads the session of a workflow; `null` if there is none. Throws `damaged`. */
export function readSessionFile(folder: Folder, workflow: string): Session | null {
  const path = sessionFile(folder, workflow);
  const file = readFile(path, maxFileBytes);
  if (file === null) return null;
  const session = "problem" in file ? file : decodeSession(file.value);
  if ("value" in session) return session.value;
  const shown = shownPath(folder, path);
  throw new SessionError(
    "damaged",
    `${shown} is damaged: ${session.problem}`,
    `fix ${shown} by hand, or delete it: ${commandLine("reset", workflow)}`,
  );
}
