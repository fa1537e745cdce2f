/** What the scripts say, as it stands in more than one test. */
import type { ScriptName } from "./run-script.ts";

/** The beginning of the documented form of a call. */
export const scriptsPath = "bun run .claude/skills/session/scripts";

const conditions = "--if-step=STEP | --if-updated=TIME";

/** The help after wrong usage. */
export const usage: Record<ScriptName, string> = {
  get: `help: usage: ${scriptsPath}/get.ts <workflow> | --all [--brief] | [<workflow>] --archived (more with --help)\n`,
  set: `help: usage: ${scriptsPath}/set.ts <workflow> <step> [context] [--if-new | ${conditions}] (more with --help)\n`,
  reset: `help: usage: ${scriptsPath}/reset.ts <workflow> [${conditions}] (more with --help)\n`,
  save: `help: usage: ${scriptsPath}/save.ts <workflow> [--status=S] [--notes=TEXT] [${conditions}] [--dry-run] (more with --help)\n`,
};

/** The help after a bad context, after one in two forms, after standard input that holds none, and after too large a one. */
export const forms =
  "help: give key=value pairs (pr_number=8 next='run the tests'), one JSON object, or - to read a JSON object from standard input\n";
export const oneForm = "help: give either one JSON object, or - for standard input, or pairs only\n";
export const pipeIt = (what: string) => `help: pipe the ${what} into the script, or use a here-document (<<'END')\n`;
export const writeUtf8 = "help: write it in UTF-8\n";
export const storeLess = "help: store less: put large data into a file, and give its path instead\n";

/** The error of a damaged session, with the ways out of it. */
export const damaged = (workflow: string, problem: string, up = "") => {
  const path = `${up}ia/state/sessions/${workflow}.json`;
  const ways = `help: fix ${path} by hand, or delete it: ${scriptsPath}/reset.ts ${workflow}\n`;
  return `error: ${path} is damaged: ${problem}\n${ways}`;
};

/** The error of a call that changed something and could not print the result. */
export const unprinted = (reason: string) =>
  `error: done, but cannot print the result: ${reason}\nhelp: check what was done before you run it again: ${scriptsPath}/get.ts --all\n`;

/** The error of a call that changes nothing, and could not print the result. */
export const unprintedRead = (reason: string) =>
  `error: cannot print the result: ${reason}\n${reason.startsWith("ENOSPC") ? "help: free some space, then run the same command again\n" : ""}`;

/** The error of a condition that does not hold: for `--if-new`, for the others, and if there is no session. */
export const unmet = {
  new: (workflow: string, place: string) =>
    `error: --if-new: ${workflow} is at ${place}\n` +
    `help: resume it from there, or give another run a name of its own, like ${workflow}.2; to read it: ${scriptsPath}/get.ts ${workflow}\n`,
  moved: (condition: string, workflow: string, place: string) =>
    `error: ${condition}: ${workflow} is at ${place}\n` +
    `help: somebody may have changed it (a time is compared as text); read it before you decide anything: ${scriptsPath}/get.ts ${workflow}\n`,
  none: (condition: string, workflow: string, near = "") =>
    `error: ${condition}: there is no session of ${workflow}${near}\nhelp: ${listActive}\n`,
};
export const listActive = `list the active sessions: ${scriptsPath}/get.ts --all`;

/** What to do about a file that may not be touched, and about a lock file that is none. */
export const checkOwner = "help: check who owns it and its permissions\n";
export const removeLock = "help: it must be an empty file; remove it, and the next write makes a new one\n";

export const nameRule =
  "expected 1 to 120 letters, digits, _ and -, starting with a letter or digit, in parts joined by : or ., like workflow:pr";
export const stepRule = "expected 1 to 200 characters on one line, no control characters, no space at either end";
export const statusRule = "expected completed, failed, cancelled";
