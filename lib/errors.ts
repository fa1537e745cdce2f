/**
 * The one error class of this project and the closed set of codes it can carry. Library functions throw it; the process
 * boundary turns it into an exit status and the lines `error:` and `help:`. Whoever catches it on the way decides by
 * `code`, never by the words.
 */

/** What each code means and the exit status it becomes. */
export const failures = {
  failed: { status: 1, meaning: "it failed (permission, full disk)" },
  usage: { status: 2, meaning: "wrong usage" },
  missing: { status: 3, meaning: "no session to save" },
  damaged: { status: 4, meaning: "damaged session file" },
  locked: { status: 5, meaning: "no lock within 30 seconds" },
  condition: { status: 6, meaning: "a condition (--if-…) did not hold" },
} as const;

export type ErrorCode = keyof typeof failures;

/** A failure in words: the message says what was wrong with what was given, the help what to do about it. */
export class SessionError extends Error {
  readonly code: ErrorCode;
  readonly help: string | undefined;

  constructor(code: ErrorCode, message: string, help?: string) {
    super(message);
    this.code = code;
    this.help = help;
  }
}

/** What stderr says about a failure, a line each; line breaks in them are still to be escaped. */
export const failureLines = ({ message, help }: SessionError): string[] =>
  help === undefined ? [`error: ${message}`] : [`error: ${message}`, `help: ${help}`];

let way: string | (() => string) = "";

/** Has commands shown as they must be typed in the current folder: with the way (`../`) from there to the skill. */
export function showCommandsFrom(find: () => string): void {
  way = find;
}

/** The documented form of a call of a script, as messages show it. */
export function commandLine(script: string, words: string): string {
  if (typeof way === "function") way = way(); // a list of damaged sessions shows many
  return `bun run ${way}.claude/skills/session/scripts/${script}.ts ${words}`;
}

const owner = "check who owns it and its permissions";
const space = "free some space, then run the same command again";
const shorter = "move the project to a folder with a shorter path";
const remedies: Record<string, string> = {
  EACCES: owner,
  EPERM: owner,
  EROFS: "the disk is read-only; get.ts still works there",
  EFBIG: "raise the limit for the size of files (ulimit -f)",
  ENOTEMPTY: "it is a folder with something in it; look into it and remove it by hand",
  EBUSY: "another program or a mount holds that very file; end it or unmount it, then run the same command again",
  ENAMETOOLONG: shorter,
  ERANGE: shorter,
  ENOSPC: space,
  EDQUOT: space,
};
const obstacle = "something else is at that path or above it; move it away";
const fallbackRemedies: Record<string, string> = {
  EINVAL:
    "this disk may refuse the name: NTFS and exFAT allow neither : nor devices like con and aux; use another name or another disk",
  EEXIST: obstacle,
  ENOTDIR: obstacle,
  ELOOP: obstacle,
  EISDIR: obstacle,
};

/** The code that the system gave an error (`ENOENT`), or the empty text for any other value. */
export const systemCode = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** Whether an error of the system says that there is nothing at a path. */
export function isAbsence(error: unknown): boolean {
  const code = systemCode(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** Wraps an error of the system: what could not be done, to which file, and why. A SessionError passes as it is. */
export function failedTo(action: string, error: unknown, help?: string): SessionError {
  if (error instanceof SessionError) return error;
  const code = systemCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const reason = code === "" ? message : message.replace(/, \w+( '.*')?$/s, ""); // the system's call and its paths
  const failure = new SessionError("failed", `cannot ${action}: ${reason}`, remedies[code] ?? help ?? fallbackRemedies[code]);
  failure.cause = error;
  return failure;
}

/** What a call of the system gives; its error is wrapped as by `failedTo`. */
export function tryTo<T>(action: string, call: () => T, help?: string): T {
  try {
    return call();
  } catch (error) {
    throw failedTo(action, error, help);
  }
}

/** As `tryTo`, or `null` if there is nothing at the path. */
export function unlessAbsent<T>(action: string, call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    if (isAbsence(error)) return null;
    throw failedTo(action, error);
  }
}
