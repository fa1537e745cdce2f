/**
 * Proof 12: a repository may bring a link to any folder as its sessions folder, and markers that name other files. Only
 * files of the exact names that the scripts make are swept there, and a marker removes nothing but archives of its session.
 */
import { lutimesSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../support/project.ts";
import type { Edit } from "../support/unsafe-copy.ts";
import { callInTurn, type Words } from "./calls.ts";
import { type Experiment, Tally } from "./experiment.ts";
import { old } from "./scenario.ts";
import { workflow } from "./state.ts";

const uuid = "6f1f9c0e-8a44-4c6b-9d0e-1b2c3d4e5f60";

/** Files of other people, by their names; each is a point. */
const others = [
  ".important.tmp",
  "important.tmp",
  ".tmp",
  ".saving.tmp",
  "x.saving.tmp",
  ".two words.saving.tmp",
  ".x.saving.tmp~",
  ".x.saving.tmp.tmp",
  `${uuid}.tmp`,
  `.${uuid}.tmp~`,
  `.${uuid}.json.tmp`,
  `.${uuid.toUpperCase()}.tmp`,
  `.${uuid.replaceAll("-", "")}.tmp`,
  `.${uuid}0.tmp`,
  `.${uuid}.TMP`,
  "notes.json.bak",
  "archives/.important.tmp",
  `archives/.${uuid}.tmp`,
  "archives/notes.md",
];
const folder = `.${uuid.replace("6f", "70")}.tmp`;
const link = `.${uuid.replace("6f", "71")}.tmp`;
const ours = [`.${uuid}.tmp`, ".gone.saving.tmp"];

/** What a marker may name that is not its own: outside, elsewhere, of another workflow, of another session. */
const otherArchives = {
  "2025-01-29-other.md": "other",
  "2025-01-29-workflow-pr-feat-x.md": workflow,
  "2025-01-29-workflow-pr.md": "workflow-pr",
};
const named = ["../victim", "../../victim", ".important.tmp", "notes.md", "", ...Object.keys(otherArchives)];

const turns: Words[] = [
  ["set", workflow, "monitor"],
  ["save", workflow],
  ["reset", "other"],
];

async function sweepLink(scripts: string): Promise<Tally> {
  using place = temporaryFolder();
  const project = join(place.path, "project");
  const outside = join(place.path, "outside");
  mkdirSync(join(project, "ia/state"), { recursive: true });
  mkdirSync(join(project, ".git"));
  symlinkSync("../../../outside", join(project, "ia/state/sessions"));
  const kept = new Map<string, string>();
  const put = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    lutimesSync(path, 1e9, 1e9); // long ago
  };
  for (const name of [...others, ...ours]) put(join(outside, name), `${name}\n`);
  for (const [name, of] of Object.entries(otherArchives))
    put(join(outside, "archives", name), `---\nworkflow: ${of}\nstarted_at: "2025-01-29T16:00:00.000Z"\n---\n`);
  for (const name of [workflow, "other"]) put(join(outside, `${name}.json`), JSON.stringify(old));
  for (const name of [workflow, "other", "gone2"]) put(join(outside, `.${name}.saving.tmp`), named.join("\n"));
  put(join(outside, "../victim"), "precious\n");
  put(join(outside, folder, "file"), "precious\n");
  lutimesSync(join(outside, folder), 1e9, 1e9);
  symlinkSync("../victim", join(outside, link));
  lutimesSync(join(outside, link), 1e9, 1e9);
  const names = [...others, ...Object.keys(otherArchives).map((name) => `archives/${name}`), "../victim", `${folder}/file`, link];
  for (const name of names) kept.set(name, readFileSync(join(outside, name), "latin1"));
  const tally = new Tally();
  tally.point("the calls", await callInTurn(turns, { cwd: project, scripts }));
  for (const [name, text] of kept) tally.point(name, readText(join(outside, name)) === text ? [] : ["deleted or changed"]);
  const left = readdirSync(outside).filter((name) => [...ours, ".gone2.saving.tmp"].includes(name));
  tally.point("our own names", left.length === 0 ? [] : [`not swept: ${left}`]);
  return tally;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}

const byEnding: Edit[] = [
  { file: "lib/store/folder.ts", find: "/^\\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp$/", replace: "/^\\..*\\.tmp$/" },
];
const trustedMarkers: Edit[] = [
  { file: "lib/store/marker.ts", find: "isTemporary(name) || isArchiveName(name, workflow)", replace: 'name !== ""' },
  {
    file: "lib/store/marker.ts",
    find: 'isArchiveOf(readFile(path, maxArchiveBytes)?.value ?? "", workflow, times)',
    replace: "true",
  },
  {
    file: "lib/store/save.ts",
    find: 'if (isSuperseded(readFile(other, maxArchiveBytes)?.value ?? "", text)) {',
    replace: "if (other) {",
  },
];

export const links: Experiment[] = [
  { name: "links: other people's files behind a link", needs: [], run: sweepLink },
  { name: "links: swept by the ending of names", needs: [], edits: byEnding, run: sweepLink },
  { name: "links: what markers name is removed", needs: [], edits: trustedMarkers, run: sweepLink },
];
