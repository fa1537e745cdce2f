/**
 * What the committed copy costs, `bun run bench`: each script as a ratio to an empty Bun script, the same job by other
 * means, and how the cost grows with what it touches. Runs alternate, so that a busy machine slows all alike. The limits
 * are those of the contract. Nothing is asserted: the last lines say what holds.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryProject } from "../support/project.ts";
import { cleanEnvironment, repository } from "../support/run-script.ts";
import { session } from "../support/sample.ts";

const limits: Record<string, { atMost: number; toBeat: number }> = {
  get: { atMost: 2.7, toBeat: 2.2 },
  set: { atMost: 3.4, toBeat: 2.7 },
  save: { atMost: 4.3, toBeat: 3.3 },
};
const pairs = 40;
const workflow = "workflow:pr";

using project = temporaryProject();
cpSync(join(repository, "skills/session"), join(project.path, ".claude/skills/session"), { recursive: true });

const file = project.file(`${workflow}.json`);
const script = (name: string, ...args: string[]) => ["bun", "run", `.claude/skills/session/scripts/${name}.ts`, ...args];

/** What a script costs that does the job and cares for nothing: no lock, no check, no sync. */
const plainScripts = {
  "empty.ts": "",
  "plain-get.ts": `
    import { readFileSync, writeSync } from "node:fs";
    writeSync(1, JSON.stringify(JSON.parse(readFileSync(process.argv[2], "utf8"))) + "\\n");`,
  "plain-set.ts": `
    import { readFileSync, writeFileSync, writeSync } from "node:fs";
    const [file, step] = process.argv.slice(2);
    const session = JSON.parse(readFileSync(file, "utf8"));
    session.updated_at = new Date().toISOString();
    session.steps.push((session.step = step));
    writeFileSync(file, JSON.stringify(session, null, 2) + "\\n");
    writeSync(1, JSON.stringify(session) + "\\n");`,
  "plain-all.ts": `
    import { readdirSync, readFileSync } from "node:fs";
    const [folder] = process.argv.slice(2);
    const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
    const all = names.map((name) => ({ workflow: name.slice(0, -5), ...JSON.parse(readFileSync(folder + "/" + name, "utf8")) }));
    await Bun.write(Bun.stdout, JSON.stringify(all) + "\\n");`,
};
for (const [name, text] of Object.entries(plainScripts)) writeFileSync(join(project.path, name), text);
const jqSet =
  'temporary=$(mktemp "$1.XXXXXX") && jq --arg step "$2" \'.updated_at = (now | todate) | .step = $step | .steps += [$step]\' "$1" > "$temporary" && mv "$temporary" "$1" && jq -c . "$1"';

type Job = { name: string; command: string[] };

const empty: Job = { name: "an empty Bun script", command: ["bun", "run", "empty.ts"] };
const jobs: Job[] = [
  { name: "get", command: script("get", workflow) },
  { name: "get --all", command: script("get", "--all") },
  { name: "set", command: script("set", workflow, "next", "pr_number=8") },
  { name: "reset", command: script("reset", workflow) },
  { name: "save", command: script("save", workflow) },
  { name: "a Bun script that reads and prints the file", command: ["bun", "run", "plain-get.ts", file] },
  { name: "a Bun script that updates it: no lock, check, sync", command: ["bun", "run", "plain-set.ts", file, "next"] },
  { name: "jq that prints it", command: ["jq", "-c", ".", file] },
  { name: "jq, mktemp and mv that update it", command: ["sh", "-c", jqSet, "sh", file, "next"] },
].filter(({ command }) => Bun.which(command[0] ?? "") !== null);

/** A project in which the scripts have been used before: the lock file is there, and the folder of archives, empty. */
function putSession(steps = session.steps): void {
  rmSync(project.file("archives"), { recursive: true, force: true });
  mkdirSync(project.file("archives"), { recursive: true });
  writeFileSync(project.file(".lock"), "");
  writeFileSync(file, `${JSON.stringify({ ...session, steps }, null, 2)}\n`);
}

/** Runs a job; returns what it printed, and the milliseconds from the start of its process to its end. */
function run({ name, command }: Job): { ms: number; text: string } {
  const start = Bun.nanoseconds();
  const options = { cwd: project.path, env: cleanEnvironment(), stdin: "ignore", stdout: "pipe", stderr: "pipe" } as const;
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, options);
  const ms = (Bun.nanoseconds() - start) / 1e6;
  if (exitCode !== 0) throw new Error(`${name} exited with ${exitCode}: ${stderr}`);
  return { ms, text: stdout.toString() };
}

const time = (job: Job) => run(job).ms;

/**
 * The most memory that a job takes, in MB. The kernel counts to a process what its parent held when it was started, so a
 * small one in between starts it.
 */
function megabytes({ name, command }: Job): number {
  const starter = `
    const { exitCode, resourceUsage } = Bun.spawnSync(${JSON.stringify(command)});
    console.log(resourceUsage.maxRSS / 1e6);
    process.exitCode = exitCode;`;
  return Number(run({ name, command: ["bun", "--eval", starter] }).text);
}

/** The value below which a share of the values lies. */
function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}

const median = (values: number[]) => quantile(values, 0.5);

function printTable(rows: string[][]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  const [titles = [], ...others] = rows;
  console.log([line(titles), rule, ...others.map(line), ""].join("\n"));
}

/** Compares jobs with an empty script; returns the median ratio of each. */
function compare(): Record<string, number> {
  const runs = new Map<Job, { ratio: number; ms: number }[]>(jobs.map((job) => [job, []]));
  for (let round = -2; round < pairs; round += 1) {
    for (const [job, found] of runs) {
      putSession();
      const base = time(empty);
      const ms = time(job);
      if (round >= 0) found.push({ ratio: ms / base, ms }); // the first rounds only warm up
    }
  }
  const rows = [...runs].map(([{ name }, found]) => {
    const ratios = found.map(({ ratio }) => ratio);
    const spread = `${quantile(ratios, 0.25).toFixed(2)}–${quantile(ratios, 0.75).toFixed(2)}`;
    return [name, median(ratios).toFixed(2), spread, median(found.map(({ ms }) => ms)).toFixed(1)];
  });
  printTable([["the committed copy, and other means", "× empty", "quartiles", "ms"], ...rows]);
  return Object.fromEntries([...runs].map(([{ name }, found]) => [name, median(found.map(({ ratio }) => ratio))]));
}

/**
 * How a job grows over sizes, beside another one if there is one: medians of alternating runs, and the most memory. Returns
 * the ratio of the two at the largest size.
 */
function grow(title: string, sizes: number[], prepare: (size: number, round: number) => void, [own, other]: [Job, Job?]): number {
  let ratio = Number.NaN;
  const rows = sizes.map((size) => {
    const found: { own: number; other: number }[] = [];
    const rounds = 15;
    for (let round = 0; round < rounds; round += 1) {
      prepare(size, round);
      found.push({ own: time(own), other: other ? time(other) : Number.NaN });
    }
    prepare(size, rounds);
    const memory = megabytes(own);
    const [ms, otherMs] = [median(found.map(({ own }) => own)), median(found.map(({ other }) => other))];
    ratio = ms / otherMs;
    const beside = other ? [otherMs.toFixed(1), ratio.toFixed(2)] : [];
    return [size.toLocaleString("en"), ms.toFixed(1), ...beside, memory.toFixed(0)];
  });
  printTable([[title, "ms", ...(other ? [`${other.name}, ms`, "ratio"] : []), "MB"], ...rows]);
  return ratio;
}

function putSessions(size: number, round: number): void {
  if (round > 0) return;
  putSession();
  for (let index = 1; index < size; index += 1) writeFileSync(project.file(`workflow:${index}.json`), JSON.stringify(session));
}

/** A session to save beside archives, which are made once for each size. */
function putArchives(name: (index: number) => string): (size: number, round: number) => void {
  return (size, round) => {
    if (round === 0) putSession();
    for (let index = 0; round === 0 && index < size; index += 1)
      writeFileSync(project.file(`archives/${name(index)}`), "---\n---\n");
    writeFileSync(file, `${JSON.stringify({ ...session, context: { branch: `b${round}` } }, null, 2)}\n`);
  };
}

console.log(
  `Bun ${Bun.version}, ${process.platform} ${process.arch}, ${navigator.hardwareConcurrency} processors; ${pairs} pairs\n`,
);
const ratios = compare();
const plainAll = { name: "a script that reads, parses, prints", command: ["bun", "run", "plain-all.ts", project.file("")] };
const listing = grow("get --all, sessions", [1, 100, 1000, 10_000], putSessions, [
  { name: "get --all", command: script("get", "--all") },
  plainAll,
]);
grow(
  "set, steps so far",
  [10, 1000, 10_000, 100_000],
  (size) => putSession(Array.from({ length: size }, (_, index) => `step ${index}`)),
  [{ name: "set", command: script("set", workflow, "next") }],
);
const save = { name: "save", command: script("save", workflow) };
grow(
  "save, archives of other names",
  [0, 1000, 10_000],
  putArchives((index) => `2025-01-28-workflow-${index}.md`),
  [save],
);

const verdict = (ratio: number, atMost: number) => (ratio <= atMost ? "within" : "MISSED");
const verdicts = Object.entries(limits).map(([name, { atMost, toBeat }]) => {
  const ratio = ratios[name] ?? Number.POSITIVE_INFINITY;
  return `${name} ${ratio.toFixed(2)} (at most ${atMost}, to beat ${toBeat}): ${ratio <= toBeat ? "beaten" : verdict(ratio, atMost)}`;
});
verdicts.push(`get --all, 10,000 sessions, ${listing.toFixed(2)} times the plain reader (at most 2): ${verdict(listing, 2)}`);
console.log(verdicts.join("\n"));
