/** A sound session, and everything that a session file can be instead of one. */
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Outcome } from "../../lib/archive/archive.ts";
import type { JsonValue } from "../../lib/session/json.ts";
import type { TemporaryProject } from "./project.ts";

export const session = {
  started_at: "2025-01-29T15:00:00.000Z",
  updated_at: "2025-01-29T15:05:00.000Z",
  step: "git:pr:monitor",
  steps: ["init", "git:pr:find", "git:pr:monitor"],
  context: { branch: "feat/workflow-start", pr_number: 8 },
};

/** How it ends. */
export const outcome: Outcome = {
  workflow: "workflow:pr",
  status: "completed",
  notes: undefined,
  now: new Date("2025-01-29T16:05:00.000Z"),
};

/** Where it stands, as the message of a condition says it. */
export const place = 'step "git:pr:monitor", updated_at 2025-01-29T15:05:00.000Z';

/** Conditions that hold for it, and such that do not. */
export const conditions = [
  { condition: "--if-step=git:pr:monitor", others: ["--if-step=init", "--if-step=Git:pr:monitor"] },
  {
    condition: "--if-updated=2025-01-29T15:05:00.000Z",
    others: ["--if-updated=2025-01-29T15:05:00Z", "--if-updated=2025-01-29T16:05:00.000+01:00", "--if-updated=now"],
  },
];

/** The text of a session file, as the format has it. */
export function fileText(value: JsonValue): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A JSON text of objects within one another, the innermost empty. */
export function nested(levels: number): string {
  return `${'{"a":'.repeat(levels - 1)}{}${"}".repeat(levels - 1)}`;
}

export type Damage = {
  what: string;
  /** What the file holds, or how it is made at its path. */
  content: string | Uint8Array | JsonValue | ((path: string) => void);
  problem: string;
};

function withFields(fields: Record<string, JsonValue | undefined>) {
  return JSON.stringify({ ...session, ...fields });
}

const timeRule = "an ISO 8601 time like 2025-01-29T15:00:00.000Z";
const stepRule = "1 to 200 characters on one line, no control characters, no space at either end";

/** Every way in which a session file can be damaged, and what is said about it. */
export const damages: Damage[] = [
  { what: "empty", content: "", problem: "not JSON: expected a value, found the end at line 1, column 1" },
  {
    what: "cut off",
    content: '{\n  "started_at": "2025',
    problem: "not JSON: expected the closing double quote, found the end at line 2, column 22",
  },
  { what: "not UTF-8", content: new Uint8Array([0x22, 0xff, 0x22]), problem: "not UTF-8 text" },
  {
    what: "null",
    content: "null",
    problem: "not a session: expected an object with started_at, updated_at, step and steps, found null",
  },
  {
    what: "a list",
    content: "[]",
    problem: "not a session: expected an object with started_at, updated_at, step and steps, found a list",
  },
  {
    what: "without started_at",
    content: withFields({ started_at: undefined }),
    problem: `started_at: expected ${timeRule}, found nothing`,
  },
  {
    what: "without updated_at",
    content: withFields({ updated_at: undefined }),
    problem: `updated_at: expected ${timeRule}, found nothing`,
  },
  { what: "without step", content: withFields({ step: undefined }), problem: `step: expected ${stepRule}, found nothing` },
  { what: "without steps", content: withFields({ steps: undefined }), problem: "steps: expected a list of steps, found nothing" },
  {
    what: "with a time that is a number",
    content: withFields({ started_at: 1738162800000 }),
    problem: `started_at: expected ${timeRule}, found the number 1738162800000`,
  },
  {
    what: "with a time without an offset",
    content: withFields({ started_at: "2025-01-29T15:00:00" }),
    problem: `started_at: expected ${timeRule}, found "2025-01-29T15:00:00"`,
  },
  {
    what: "with a day that does not exist",
    content: withFields({ updated_at: "2025-02-29T15:00:00Z" }),
    problem: `updated_at: expected ${timeRule}, found "2025-02-29T15:00:00Z"`,
  },
  {
    what: "with a step on two lines",
    content: withFields({ step: "a\nb" }),
    problem: `step: expected ${stepRule}, found "a\\nb"`,
  },
  {
    what: "with an empty step among the steps",
    content: withFields({ steps: ["init", ""] }),
    problem: `steps[1]: expected ${stepRule}, found ""`,
  },
  {
    what: "with steps that are a text",
    content: withFields({ steps: "init" }),
    problem: 'steps: expected a list of steps, found "init"',
  },
  {
    what: "with a context that is a list",
    content: withFields({ context: [] }),
    problem: "context: expected an object, found a list",
  },
  {
    what: "with a context that is null",
    content: withFields({ context: null }),
    problem: "context: expected an object, found null",
  },
  {
    what: "with a key __proto__",
    content: '{"context":{"__proto__":{"polluted":true}}}',
    problem: 'key "__proto__" at "context" is refused; choose another name',
  },
  {
    what: "with two contexts, as a merge of two versions can leave it",
    content: `${JSON.stringify(session).slice(0, -1)},"context":{}}`,
    problem: 'the key "context" is given twice in one object',
  },
  {
    what: "with an integer that would be rounded",
    content: '{"context":{"id":9007199254740993}}',
    problem: 'integer beyond ±(2^53−1) at "context.id" would be rounded; put it in quotes',
  },
  {
    what: "with a number that overflows",
    content: '{"context":{"n":1e999}}',
    problem: 'number too large at "context.n"; put it in quotes',
  },
  {
    what: "with a lone surrogate",
    content: '{"context":{"text":"\\ud800"}}',
    problem: 'lone surrogate in the text at "context.text"; no UTF-8 file can hold it',
  },
  {
    what: "with a context of 65 levels",
    content: `{"context":${nested(65)}}`,
    problem: `nested too deep at "context${".a".repeat(16)}."; the limit is 64 levels`,
  },
  {
    what: "with a context of more than 1 MiB",
    content: withFields({ context: { text: "x".repeat(1024 * 1024) } }),
    problem: "context: expected at most 1048576 bytes of JSON, found 1048587",
  },
  {
    what: "too large",
    content: (path) => {
      writeFileSync(path, "");
      truncateSync(path, 8 * 1024 * 1024 + 1);
    },
    problem: "too large: 8388609 bytes, the limit is 8388608",
  },
  { what: "a folder", content: (path) => mkdirSync(path), problem: "not a regular file" },
  {
    what: "a symlink",
    content: (path) => {
      writeFileSync(`${path}.target`, fileText(session));
      symlinkSync(`${path}.target`, path);
    },
    problem: "not a regular file",
  },
  {
    what: "a FIFO",
    content: (path) => {
      execFileSync("mkfifo", [path]);
    },
    problem: "not a regular file",
  },
];

/** Writes a session file that is damaged. */
export function damage(project: TemporaryProject, workflow: string, { content }: Damage): void {
  const path = project.file(`${workflow}.json`);
  mkdirSync(dirname(path), { recursive: true });
  if (typeof content === "function") content(path);
  else project.write(`${workflow}.json`, content);
}
