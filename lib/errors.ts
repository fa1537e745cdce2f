/**
 * The one error class of this project and the closed set of codes it can carry. Library functions throw it; `cli.ts`
 * turns it into an exit status. Whoever catches it on the way decides by `code`, never by the words.
 */

/** What each code means and the exit status it becomes. */
export const failures = {
  failed: { status: 1, meaning: "failed (permission, full disk)" },
  usage: { status: 2, meaning: "wrong usage" },
  missing: { status: 3, meaning: "no session to save" },
  damaged: { status: 4, meaning: "damaged session file" },
  locked: { status: 5, meaning: "lock held by another process for 10 seconds" },
  condition: { status: 6, meaning: "--if-new or --if-step did not hold" },
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

const remedies: Record<string, string> = {
  EACCES: "check who owns it and its permissions (ls -l)",
  EPERM: "check who owns it and its permissions (ls -l)",
  EROFS: "the disk is read-only; get.ts still works there",
  EFBIG: "raise the limit for the size of files (ulimit -f)",
  ENOTEMPTY: "it is a folder with something in it: look, and remove it by hand",
  ENOSPC: "free some space, then run the same command again",
  EDQUOT: "free some space, then run the same command again",
};
const obstacle = "something else is in its place or above it: look, and move it away";
/** What to do where the caller knows nothing better. */
const otherwise: Record<string, string> = { EEXIST: obstacle, ENOTDIR: obstacle, ELOOP: obstacle };

/** The code that the system gave an error (`ENOENT`), or the empty text for any other value. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Whether an error of the system says that there is nothing at a path. */
export function isAbsence(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes(systemCode(error));
}

/** Wraps an error of the system: what could not be done, to which file, and why. A SessionError passes as it is. */
export function systemError(action: string, error: unknown, help?: string): SessionError {
  if (error instanceof SessionError) return error;
  const reason = error instanceof Error ? error.message.replace(/, \w+( '.*')?$/s, "") : String(error);
  const code = systemCode(error);
  const failure = new SessionError("failed", `cannot ${action}: ${reason}`, remedies[code] ?? help ?? otherwise[code]);
  failure.cause = error;
  return failure;
}
