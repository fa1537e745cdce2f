/**
 * What the installed copy costs, `bun run bench`: each script as a ratio to an empty Bun script (median of alternating
 * pairs, so that a busy machine slows both), the same job by other means, and how the cost grows with what it touches.
 * The floors are those of the contract. Nothing is asserted here: the last lines say whether they hold.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, install } from "../build.ts";
import { temporaryProject } from "./support/project.ts";
import { cleanEnvironment } from "./support/run-script.ts";
import { session } from "./support/sample.ts";

const floors: Record<string, number> = { get: 1.9, set: 2.7, save: 3.6 };
const pairs = 40;
const workflow = "workflow:pr";

using project = temporaryProject();
const copy = join(project.path, "built");
await build(copy);
install(copy, project.path);

const sessions = project.file("");
const file = project.file(`${workflow}.json`);
const archives = project.file("archives");
const script = (name: string) => ["bun", "run", `.claude/skills/session/scripts/${name}.ts`];

/** The set of a script that cares for nothing: no lock, no schema, no sync, and a reader may see half of it. */
const plainSet = `
import { readFileSync, writeFileSync } from "node:fs";
const [file, step] = process.argv.slice(2);
const session = JSON.parse(readFileSync(file, "utf8"));
session.updated_at = new Date().toISOString();
session.steps.push((session.step = step));
writeFileSync(file, JSON.stringify(session, null, 2) + "\\n");
console.log(JSON.stringify(session));
`;
const jqSet =
  'temporary=$(mktemp "$1.XXXXXX") && jq --arg step "$2" \'.updated_at = (now | todate) | .step = $step | .steps += [$step]\' "$1" > "$temporary" && mv "$temporary" "$1" && jq -c . "$1"';
writeFileSync(join(project.path, "empty.ts"), "");
writeFileSync(join(project.path, "plain-set.ts"), plainSet);
writeFileSync(join(project.path, "plain-get.ts"), "console.log(JSON.stringify(await Bun.file(process.argv[2]).json()));");

type Job = { name: string; command: string[]; prepare?: () => void };

const empty: Job = { name: "an empty Bun script", command: ["bun", "run", "empty.ts"] };
const jobs: Job[] = [
  { name: "get", command: [...script("get"), workflow] },
  { name: "get --all", command: [...script("get"), "--all"] },
  { name: "set", command: [...script("set"), workflow, "next", "pr_number=8"] },
  { name: "reset", command: [...script("reset"), workflow] },
  { name: "save", command: [...script("save"), workflow] },
];
const otherMeans: Job[] = [
  { name: "get: a plain Bun script", command: ["bun", "run", "plain-get.ts", file] },
  { name: "set: a plain Bun script, no lock, no schema, no sync", command: ["bun", "run", "plain-set.ts", file, "next"] },
  ...(Bun.which("jq") === null
    ? []
    : [
        { name: "get: jq", command: ["jq", "-c", ".", file] },
        { name: "set: jq, mktemp and mv, no lock, no schema, no sync", command: ["sh", "-c", jqSet, "sh", file, "next"] },
      ]),
];

function putSession(steps = session.steps): void {
  mkdirSync(sessions, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...session, steps }, null, 2)}\n`);
}

function clear(): void {
  rmSync(sessions, { recursive: true, force: true });
  putSession();
}

/** How many milliseconds a job takes, from the start of its process to its end. */
function time({ name, command, prepare }: Job): number {
  prepare?.();
  const options = { cwd: project.path, env: cleanEnvironment(), stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const;
  const start = Bun.nanoseconds();
  const { exitCode, stderr } = Bun.spawnSync(command, options);
  const ms = (Bun.nanoseconds() - start) / 1e6;
  if (exitCode !== 0) throw new Error(`${name} exited with ${exitCode}: ${stderr}`);
  return ms;
}

/** The value below which a share of the values lies, between two of them in proportion. */
function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low = 0, high = low] = sorted.slice(Math.floor(at), Math.floor(at) + 2);
  return low + (high - low) * (at % 1);
}

const median = (values: number[]) => quantile(values, 0.5);
const spread = (values: number[], digits: number) =>
  `${quantile(values, 0.25).toFixed(digits)}–${quantile(values, 0.75).toFixed(digits)}`;

function printTable(titles: string[], rows: string[][]): void {
  const widths = titles.map((title, column) => Math.max(...[titles, ...rows].map((row) => (row[column] ?? title).length)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  console.log([line(titles), line(rule), ...rows.map(line), ""].join("\n"));
}

/** Compares jobs with an empty script; returns the median ratio of each. */
function compare(title: string, compared: Job[]): Record<string, number> {
  const ratios: Record<string, number> = {};
  const rows = compared.map((job) => {
    const runs = Array.from({ length: pairs + 2 }, () => {
      clear();
      return { base: time(empty), own: time(job) };
    }).slice(2); // the first ones only warm up
    const ratio = runs.map(({ base, own }) => own / base);
    const ms = runs.map(({ own }) => own);
    ratios[job.name] = median(ratio);
    const base = median(runs.map(({ base }) => base));
    return [job.name, median(ratio).toFixed(2), spread(ratio, 2), median(ms).toFixed(1), spread(ms, 1), base.toFixed(1)];
  });
  printTable([title, "× empty", "quartiles", "ms", "quartiles", "empty ms"], rows);
  return ratios;
}

/** How long a job takes at each size, after `grow` has brought the files there. */
function measureGrowth(title: string, job: Job, sizes: number[], grow: (size: number) => void): void {
  clear();
  others.clear();
  const row = sizes.map((size) => {
    grow(size);
    return median(Array.from({ length: size >= 10_000 ? 5 : 9 }, () => time(job))).toFixed(1);
  });
  printTable([`${title}, ms`, ...sizes.map((size) => size.toLocaleString("en"))], [["", ...row]]);
}

/** Adds what a number from 0 on names, up to a size. */
function filler(add: (index: number) => void): (size: number) => void {
  let count = 0;
  return (size) => {
    for (; count < size; count += 1) add(count);
  };
}

const others = new Set<string>();

function putArchive(name: string): void {
  mkdirSync(archives, { recursive: true });
  writeFileSync(join(archives, name), `---\nworkflow: "${workflow}"\nstarted_at: "2024-01-01T00:00:00.000Z"\n---\n`);
  others.add(name);
}

/** A save that finds the session, and no archives but the others. */
const saveAgain: Job = {
  name: "save",
  command: [...script("save"), workflow],
  prepare: () => {
    putSession();
    mkdirSync(archives, { recursive: true });
    for (const name of readdirSync(archives)) if (!others.has(name)) rmSync(join(archives, name));
  },
};

console.log(
  `Bun ${Bun.version}, ${process.platform} ${process.arch}, ${navigator.hardwareConcurrency} processors; ${pairs} pairs\n`,
);
const ratios = compare("the installed copy", jobs);
compare("the same by other means", otherMeans);

const sizes = [1, 10, 100, 1000, 10_000];
measureGrowth("get --all, sessions", { name: "get --all", command: [...script("get"), "--all"] }, sizes, (size) =>
  filler((index) => writeFileSync(join(sessions, `workflow:${index}.json`), JSON.stringify(session)))(size - 1),
);
measureGrowth("set, steps so far", { name: "set", command: [...script("set"), workflow, "next"] }, sizes.slice(1), (size) =>
  putSession(Array.from({ length: size }, (_, index) => `step ${index}`)),
);
const counts = [0, ...sizes.slice(1)];
measureGrowth(
  "save, archives of other names",
  saveAgain,
  counts,
  filler((index) => putArchive(`2025-01-28-workflow-${index}.md`)),
);
measureGrowth(
  "save, archives of the same name",
  saveAgain,
  counts,
  filler((index) => putArchive(`2025-01-29-workflow-pr-feat-workflow-start${index === 0 ? "" : `-${index + 1}`}.md`)),
);

const verdicts = Object.entries(floors).map(([name, floor]) => {
  const ratio = ratios[name] ?? Number.POSITIVE_INFINITY;
  return { holds: ratio <= floor, text: `${name} ${ratio.toFixed(2)} (at most ${floor.toFixed(1)})` };
});
const isKept = verdicts.every(({ holds }) => holds);
console.log(`The floors of the contract ${isKept ? "hold" : "do NOT hold"}: ${verdicts.map(({ text }) => text).join(", ")}.`);
