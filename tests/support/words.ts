/** What the scripts say, as it stands in more than one test. */
import type { ScriptName } from "./run-script.ts";

const scripts = "bun run .claude/skills/session/scripts";

/** The help after wrong usage. */
export const usage: Record<ScriptName, string> = {
  get: `help: usage: ${scripts}/get.ts <workflow> | --all [--json] (more with --help)\n`,
  set: `help: usage: ${scripts}/set.ts <workflow> <step> [context] [--if-new | --if-step=STEP] [--json] (more with --help)\n`,
  reset: `help: usage: ${scripts}/reset.ts <workflow> [--json] (more with --help)\n`,
  save: `help: usage: ${scripts}/save.ts <workflow> [--status=STATUS] [--notes=TEXT] [--dry-run] [--json] (more with --help)\n`,
};

/** The help after a bad context, and after one that is too large. */
export const forms =
  "help: give key=value pairs (pr_number=8 branch=feat/x), one JSON object, or - to read a JSON object from standard input\n";
export const storeLess = "help: store less: put large data into a file and its path into the context\n";

/** The help after a damaged session. */
export const waysOut = (workflow: string) =>
  `help: mend ia/state/sessions/${workflow}.json by hand, or throw it away: ${scripts}/reset.ts ${workflow}\n`;

export const nameRule = "expected 1 to 120 letters, digits, _ and -, in parts joined by : or ., like workflow:pr";
export const stepRule = "expected 1 to 200 characters on one line, no control characters, no space at either end";
export const statusRule = "expected completed, failed, cancelled";
