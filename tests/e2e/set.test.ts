/** `set`: starts a session or moves it on, merges its context, and guards it against other agents. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { JsonObject, JsonValue } from "../../lib/session/json.ts";
import { copies } from "../support/copies.ts";
import { holdLock } from "../support/hold-lock.ts";
import { masked, noted, now, printed, refused, shown } from "../support/outcome.ts";
import { temporaryFolder, temporaryProject, withMode } from "../support/project.ts";
import { runJson, runScript, type ScriptName } from "../support/run-script.ts";
import {
  canFreezeClock,
  frozenTime,
  runShell,
  throughPipe,
  unwritable,
  withFrozenClock,
  withoutPrivileges,
} from "../support/run-shell.ts";
import { conditions, damage, damages, fileText, nested, place, session } from "../support/sample.ts";
import {
  checkOwner,
  damaged,
  forms,
  nameRule,
  oneForm,
  pipeIt,
  removeLock,
  stepRule,
  storeLess,
  unmet,
  unprinted,
  usage,
  writeUtf8,
} from "../support/words.ts";

setDefaultTimeout(120_000);

if (process.getuid?.() !== 0) console.warn("SKIPPED: folders of somebody else: they need root");

const pairRule = "expected key=value, the key a letter or _, then letters, digits, _, . and -";

const goodNames = [
  "a",
  "7",
  "workflow:pr",
  "workflow:release-v1.2",
  "A_b-C.d:e",
  "a:-b._c",
  "a-",
  "a_",
  "constructor",
  "x".repeat(120),
  `${"a:".repeat(59)}aa`,
];

const badNames: { name: string; quoted?: string }[] = [
  { name: "" },
  { name: " " },
  { name: "a b" },
  { name: " a" },
  { name: "a\n", quoted: "a\\n" },
  { name: "a/b" },
  { name: "/etc/passwd" },
  { name: "../a" },
  { name: "." },
  { name: ".." },
  { name: ".a" },
  { name: "_a" },
  { name: ":a" },
  { name: "a:" },
  { name: "a." },
  { name: "a::b" },
  { name: "a..b" },
  { name: "a:.b" },
  { name: "a\\b", quoted: "a\\\\b" },
  { name: "a%2fb" },
  { name: "a*" },
  { name: "é" },
  { name: "ａ" }, // a full-width letter
  { name: "a٣" }, // an Arabic digit
  { name: "a\u001b[31m", quoted: "a\\u001b[31m" },
  { name: "a\u202eb", quoted: "a\\u202eb" },
  { name: "x".repeat(121), quoted: `${"x".repeat(79)}…` },
];

const goodSteps = [
  "1",
  "git:pr:find",
  "a step of several words, with (anything) else: ünïcode 日本 🎉",
  'quotes "and" \\backslashes\\ and `more` $HOME #',
  "x".repeat(200),
  "🎉".repeat(200),
  "null",
];

const badSteps: { step: string; quoted?: string }[] = [
  { step: "" },
  { step: " " },
  { step: " a" },
  { step: "a " },
  { step: "\u00a0a" },
  { step: "a\u3000" },
  { step: "a\nb", quoted: "a\\nb" },
  { step: "a\r", quoted: "a\\r" },
  { step: "a\tb", quoted: "a\\tb" },
  { step: "a\u2028b", quoted: "a\\u2028b" },
  { step: "a\u2029b", quoted: "a\\u2029b" },
  { step: "a\u0085b", quoted: "a\\u0085b" },
  { step: "a\u007fb", quoted: "a\\u007fb" },
  { step: "\u001b]0;owned\u0007", quoted: "\\u001b]0;owned\\u0007" },
  { step: "x".repeat(201), quoted: `${"x".repeat(79)}…` },
  { step: "🎉".repeat(201), quoted: `${"🎉".repeat(79)}…` },
];

/** A context that no session can keep, as words of the command line, what is said about it, and what to do. */
const badContexts: { words: string[]; error: string; help?: string }[] = [
  { words: [""], error: '"": not JSON: expected a value, found the end at line 1, column 1' },
  { words: ["text"], error: '"text": not JSON: expected a value, found "t" at line 1, column 1' },
  { words: ["null"], error: '"null": expected a JSON object' },
  { words: ["8"], error: '"8": expected a JSON object' },
  { words: ["[1]"], error: '"[1]": expected a JSON object' },
  { words: ['"a=b"'], error: '"\\"a=b\\"": expected a JSON object' },
  {
    words: ["{'a':1}"],
    error: `"{'a':1}": not JSON: expected a key in double quotes or the closing bracket, found "'" at line 1, column 2; JSON has double quotes only`,
  },
  { words: ['{"a":1} x'], error: '"{\\"a\\":1} x": not JSON: expected nothing more, found "x" at line 1, column 9' },
  { words: ['{"a":NaN}'], error: '"{\\"a\\":NaN}": not JSON: expected a value, found "N" at line 1, column 6; JSON has no NaN' },
  { words: ['{"__proto__":{"x":1}}'], error: '"{\\"__proto__\\":{\\"x\\":1}}": key "__proto__" is refused; choose another name' },
  {
    words: ['{"a":[{"__proto__":1}]}'],
    error: '"{\\"a\\":[{\\"__proto__\\":1}]}": key "__proto__" at "a[0]" is refused; choose another name',
  },
  {
    words: ['{"id":9007199254740992}'],
    error: '"{\\"id\\":9007199254740992}": integer beyond ±(2^53−1) at "id" would be rounded; put it in quotes',
  },
  {
    words: ['{"id":[-9007199254740992]}'],
    error: '"{\\"id\\":[-9007199254740992]}": integer beyond ±(2^53−1) at "id[0]" would be rounded; put it in quotes',
  },
  { words: ['{"n":1e400}'], error: '"{\\"n\\":1e400}": number too large at "n"; put it in quotes' },
  {
    words: ['{"s":"\\ud83c"}'],
    error: '"{\\"s\\":\\"\\\\ud83c\\"}": lone surrogate in the text at "s"; no UTF-8 file can hold it',
  },
  { words: ['{"\\udf89":1}'], error: '"{\\"\\\\udf89\\":1}": lone surrogate in the key "�"' },
  {
    words: [nested(65)],
    error: `${JSON.stringify(nested(65).slice(0, 79)).slice(0, -1)}…": nested too deep at "${"a.".repeat(20)}"; the limit is 64 levels`,
  },
  { words: ["__proto__=x"], error: 'key "__proto__" is refused; choose another name' },
  { words: ["a=1", "b=2", "a=1"], error: 'the key "a" is given twice' },
  { words: ["=1"], error: `"=1": ${pairRule}` },
  { words: ["1a=1"], error: `"1a=1": ${pairRule}` },
  { words: [".a=1"], error: `".a=1": ${pairRule}` },
  { words: ["a b=1"], error: `"a b=1": ${pairRule}` },
  { words: ["a/b=1"], error: `"a/b=1": ${pairRule}` },
  { words: ["a:b=1"], error: `"a:b=1": ${pairRule}` },
  { words: ["é=1"], error: `"é=1": ${pairRule}` },
  { words: [" a=1"], error: `" a=1": ${pairRule}` },
  { words: ["a=1", "b"], error: `"b": ${pairRule}` },
  { words: ["a=1", "-"], error: '"-" and key=value pairs cannot be combined', help: oneForm },
  { words: ["-", "a=1"], error: '"-" and key=value pairs cannot be combined', help: oneForm },
  { words: ["-", "-"], error: '"-" and another word cannot be combined', help: oneForm },
  { words: ['{"a":1}', "b=1"], error: '"{\\"a\\":1}" and key=value pairs cannot be combined', help: oneForm },
  { words: ["a=1", '{"b":1}'], error: '"{\\"b\\":1}" and key=value pairs cannot be combined', help: oneForm },
  { words: ['{"a":1}', '{"b":1}'], error: '"{\\"a\\":1}" and another word cannot be combined', help: oneForm },
];

/** What standard input may not be, and what is said about it. */
const badInputs: { what: string; stdin: string | Uint8Array; error: string; help?: string }[] = [
  { what: "empty", stdin: "", error: "standard input is empty", help: pipeIt("context") },
  { what: "an empty line", stdin: "\n", error: '"\\n": not JSON: expected a value, found the end at line 2, column 1' },
  { what: "pairs", stdin: "a=1\n", error: '"a=1\\n": not JSON: expected a value, found "a" at line 1, column 1' },
  { what: "a list", stdin: "[]\n", error: '"[]\\n": expected a JSON object' },
  {
    what: "two objects",
    stdin: "{}\n{}\n",
    error: '"{}\\n{}\\n": not JSON: expected nothing more, found "{" at line 2, column 1',
  },
  {
    what: "not UTF-8",
    stdin: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    error: "standard input is not UTF-8 text",
    help: writeUtf8,
  },
  {
    what: "one byte more than 1 MiB",
    stdin: "{}".padEnd(1024 * 1024 + 1),
    error: "standard input has more than 1048576 bytes, the limit",
    help: storeLess,
  },
  {
    what: "much more than 1 MiB",
    stdin: "x".repeat(5 * 1024 * 1024),
    error: "standard input has more than 1048576 bytes, the limit",
    help: storeLess,
  },
  {
    what: "of 65 levels",
    stdin: nested(65),
    error: `${JSON.stringify(nested(65).slice(0, 79)).slice(0, -1)}…": nested too deep at "${"a.".repeat(20)}"; the limit is 64 levels`,
  },
  {
    what: "of half a million levels",
    stdin: `{"a":${"[".repeat(500_000)}${"]".repeat(500_000)}}`,
    error: `"{\\"a\\":${"[".repeat(74)}…": nested too deep; the limit is 64 levels`,
  },
];

/** Values of `key=value`, what they become, and what is said about one that may have been meant otherwise. */
const values: { text: string; value: JsonValue; note?: string }[] = [
  { text: "8", value: 8 },
  { text: "0", value: 0 },
  { text: "-5", value: -5 },
  { text: "9007199254740991", value: 9007199254740991 },
  { text: "-9007199254740991", value: -9007199254740991 },
  { text: "9007199254740992", value: "9007199254740992" },
  { text: "-9007199254740992", value: "-9007199254740992" },
  { text: "99999999999999999999999", value: "99999999999999999999999" },
  { text: "007", value: "007" },
  { text: "-07", value: "-07" },
  { text: "00", value: "00" },
  { text: "+8", value: "+8" },
  { text: "1.10", value: "1.10" },
  { text: "1.0", value: "1.0" },
  { text: "12e5", value: "12e5" },
  { text: "0x10", value: "0x10" },
  { text: "1_000", value: "1_000" },
  { text: "٣", value: "٣" },
  { text: "8 ", value: "8 " },
  { text: " 8", value: " 8" },
  { text: "8\n", value: "8\n" },
  { text: "-", value: "-", note: 'key is the text "-"; standard input is read only if the whole context is -' },
  { text: "Infinity", value: "Infinity" },
  { text: "NaN", value: "NaN" },
  { text: "true", value: true },
  { text: "false", value: false },
  { text: "True", value: "True", note: 'key is the text "True"; for the JSON value write key=true' },
  { text: "yes", value: "yes" },
  { text: "Null", value: "Null" },
  { text: "undefined", value: "undefined" },
  { text: "", value: "" },
  { text: "feat/x", value: "feat/x" },
  { text: "a=b=c", value: "a=b=c" },
  { text: "two words", value: "two words" },
  { text: "two\nlines", value: "two\nlines" },
  { text: '{"a":1}', value: '{"a":1}', note: `key is the text "{\\"a\\":1}"; as JSON: key:='{"a":1}'` },
  { text: "[1]", value: "[1]", note: `key is the text "[1]"; as JSON: key:='[1]'` },
  { text: '"text"', value: '"text"', note: 'key is the text "\\"text\\""; the quotes are part of it' },
  { text: "日本 🎉", value: "日本 🎉" },
];

/** Values of `key:=JSON`. */
const jsonValues = [
  ...["8", "-0.25", "99.5", "1e-7", "true", "false", '""', '"1234567"', '"null"', '["bug","ui"]', "[]", "{}"],
  ...['{"a":{"b":[null,{}]}}', ' [ 1 ,\n"é=1" ] ', "[9007199254740991,-9007199254740991]"],
];

/** Calls of `set` that may have been meant otherwise, and the note on them; last those that are plainly meant. */
const slips: { what: string; workflow?: string; step?: string; pairs?: string[]; note?: string }[] = [
  {
    what: "a new session has another one's name but for the prefix",
    workflow: "pr",
    note: "this started a new session of pr; did you mean workflow:pr?",
  },
  {
    what: "a new session has another one's name in another spelling",
    workflow: "Workflow-PR",
    note: "this started a new session of Workflow-PR; did you mean workflow:pr?",
  },
  {
    what: "a value is Python's False",
    pairs: ["draft=False"],
    note: 'draft is the text "False"; for the JSON value write draft=false',
  },
  { what: "a list is text", pairs: ["labels=[12,15]"], note: `labels is the text "[12,15]"; as JSON: labels:='[12,15]'` },
  { what: "a number becomes text", pairs: ["percent=99.5"], note: 'percent is the text "99.5"; as JSON: percent:=99.5' },
  { what: "a hash is a number", pairs: ["sha=1234567"], note: `sha is the number 1234567; as text: sha:='"1234567"'` },
  {
    what: "a key with a dot stands beside an object",
    pairs: ["checks.ci=green"],
    note: `"checks.ci" is a key beside the object checks; to change the key in the object: checks.ci=null checks:='{"ci":"green"}'`,
  },
  {
    what: "two values may be meant otherwise",
    pairs: ["percent=1.0", "draft=None"],
    note: 'percent is the text "1.0"; as JSON: percent:=1.0; draft is the text "None"; draft=null removes the key',
  },
  { what: "nothing: another workflow", workflow: "workflow:release" },
  { what: "nothing: another run of a workflow", workflow: "workflow:pr.2" },
  { what: "nothing: plain values", pairs: ["percent=91", "title=1.10", "version=2.0", "sha=a1b2c3d", "a.b=c", "t=[x"] },
];

const keys = ["a", "Z", "_", "_1", "pr_number", "a-b.c_d", "a.", "a-", "constructor", "toString", "x".repeat(500)];

/** RFC 7396, as far as both sides are objects: its examples (appendix A) and what they leave open. */
const patches: { old: JsonObject; patch: JsonObject; result: JsonObject }[] = [
  { old: { a: "b" }, patch: { a: "c" }, result: { a: "c" } },
  { old: { a: "b" }, patch: { b: "c" }, result: { a: "b", b: "c" } },
  { old: { a: "b" }, patch: { a: null }, result: {} },
  { old: { a: "b", b: "c" }, patch: { a: null }, result: { b: "c" } },
  { old: { a: ["b"] }, patch: { a: "c" }, result: { a: "c" } },
  { old: { a: "c" }, patch: { a: ["b"] }, result: { a: ["b"] } },
  { old: { a: { b: "c" } }, patch: { a: { b: "d", c: null } }, result: { a: { b: "d" } } },
  { old: { a: [{ b: "c" }] }, patch: { a: [1] }, result: { a: [1] } },
  { old: { e: null }, patch: { a: 1 }, result: { e: null, a: 1 } },
  { old: {}, patch: { a: { bb: { ccc: null } } }, result: { a: { bb: {} } } },
  { old: { a: { b: 1 } }, patch: { a: { c: 2 } }, result: { a: { b: 1, c: 2 } } },
  { old: { a: { b: 1 } }, patch: { a: 1 }, result: { a: 1 } },
  { old: { a: 1 }, patch: { a: { b: null, c: 1 } }, result: { a: { c: 1 } } },
  { old: { a: [1, 2, 3] }, patch: { a: [null, 1] }, result: { a: [null, 1] } },
  { old: { a: 1, b: 2, c: 3 }, patch: { b: 4, d: 5, a: 6 }, result: { a: 6, b: 4, c: 3, d: 5 } },
  { old: { a: 1 }, patch: {}, result: { a: 1 } },
  { old: { "a.b": 1, a: { b: 2 } }, patch: { "a.b": 3 }, result: { "a.b": 3, a: { b: 2 } } },
  { old: {}, patch: { constructor: { prototype: { x: 1 } } }, result: { constructor: { prototype: { x: 1 } } } },
];

const started = (step: string, context: JsonObject = {}) => ({
  started_at: now,
  updated_at: now,
  step,
  steps: [step],
  context,
});

describe.each(copies)("set from $name", ({ scripts }) => {
  test.concurrent("starts a session, prints it, and makes its folder, its file and the lock file", async () => {
    using project = temporaryProject();
    const run = await runScript("set", ["workflow:pr", "init", "pr_number=8"], { cwd: project.path, scripts });
    expect(masked(run)).toEqual(printed(started("init", { pr_number: 8 })));
    expect(masked(project.snapshot() ?? {})).toEqual({
      ".lock": "",
      "workflow:pr.json":
        '{\n  "started_at": "<now>",\n  "updated_at": "<now>",\n  "step": "init",\n  "steps": [\n    "init"\n  ],\n  "context": {\n    "pr_number": 8\n  }\n}\n',
    });
    const times = JSON.parse(run.stdout);
    expect(times.started_at).toBe(times.updated_at);
    expect(readdirSync(project.path).sort()).toEqual([".git", "ia"]);
  });

  test.concurrent("moves a session on: its start stays, the step is added, the time is now", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    project.write("workflow:other.json", session);
    const state = { ...session, updated_at: now, step: "review", steps: [...session.steps, "review"] };
    expect(masked(await runScript("set", ["workflow:pr", "review"], { cwd: project.path, scripts }))).toEqual(printed(state));
    expect(masked(project.snapshot() ?? {})).toEqual({
      ".lock": "",
      "workflow:pr.json": fileText(state),
      "workflow:other.json": fileText(session),
    });
  });

  test.concurrent("adds a step that is not the last one, whether it was there before or not", async () => {
    using project = temporaryProject();
    const steps: string[][] = [];
    for (const step of ["a", "a", "b", "a", "a", "b"])
      steps.push((await runJson<typeof session>("set", ["loop", step], { cwd: project.path, scripts })).steps);
    expect(steps).toEqual([["a"], ["a"], ["a", "b"], ["a", "b", "a"], ["a", "b", "a"], ["a", "b", "a", "b"]]);
  });

  test.concurrent("makes step the last of steps again if a hand has put them apart", async () => {
    using project = temporaryProject();
    const apart = { ...session, step: "init" };
    project.write("last.json", apart);
    project.write("none.json", { ...session, steps: [] });
    const runs = ["last", "none"].map((workflow) =>
      runScript("set", [workflow, "git:pr:monitor"], { cwd: project.path, scripts }),
    );
    expect((await Promise.all(runs)).map(masked)).toEqual([
      printed({ ...session, updated_at: now }),
      printed({ ...session, updated_at: now, steps: ["git:pr:monitor"] }),
    ]);
  });

  test.concurrent("keeps the start of a session as it is written, in any form that is a time", async () => {
    using project = temporaryProject();
    const state = { ...session, started_at: "2025-01-29T17:00:00.123456+02:00", updated_at: "2025-01-29T17:00:01+02:00" };
    project.write("workflow:pr.json", state);
    const run = await runScript("set", ["workflow:pr", session.step], { cwd: project.path, scripts });
    expect(masked(run)).toEqual(printed({ ...state, updated_at: now }));
  });

  test.concurrent("keeps fields that it does not know where they stand, byte for byte", async () => {
    using project = temporaryProject();
    const text = (updated_at: string, step: string, steps: string) => `{
  "$schema": "https://example.org/session.json",
  "started_at": "2025-01-29T15:00:00.000Z",
  "owner": {
    "name": "Åsa \\"x\\" \\\\",
    "roles": [
      1.5,
      -0.25,
      1e-7,
      null,
      true,
      {},
      []
    ]
  },
  "updated_at": "${updated_at}",
  "step": "${step}",
  "steps": [
${steps}
  ],
  "": "an empty name",
  "context": {
    "b": 1,
    "a": 2
  },
  "constructor": "a later version",
  "toString": "",
  "last": null
}
`;
    project.write("workflow:pr.json", text("2025-01-29T15:05:00.000Z", "init", '    "init"'));
    const run = await runScript("set", ["workflow:pr", "next"], { cwd: project.path, scripts });
    const expected = text(now, "next", '    "init",\n    "next"');
    expect(masked(run)).toEqual(printed(JSON.parse(expected)));
    expect(masked(project.snapshot() ?? {})["workflow:pr.json"]).toBe(Buffer.from(expected).toString("latin1"));
  });

  test.concurrent("puts the fields that it knows into their order and adds a context that was missing", async () => {
    using project = temporaryProject();
    const { started_at, updated_at, step, steps } = session;
    project.write("workflow:pr.json", { mine: 1, steps, step, updated_at, yours: 2, started_at, ours: 3 });
    await runJson("set", ["workflow:pr", step], { cwd: project.path, scripts });
    expect(masked(project.snapshot() ?? {})["workflow:pr.json"]).toBe(
      fileText({ mine: 1, started_at, updated_at: now, step, yours: 2, steps, ours: 3, context: {} }),
    );
  });

  test.concurrent.each(["600", "640", "664", "444"])("keeps the mode %s of a file", async (digits) => {
    const mode = Number.parseInt(digits, 8);
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    chmodSync(project.file("workflow:pr.json"), mode);
    await runJson("set", ["workflow:pr", "next"], { cwd: project.path, scripts });
    expect(statSync(project.file("workflow:pr.json")).mode & 0o7777).toBe(mode);
  });

  test.concurrent("clears away its own temporary files that are older than a minute, and no others", async () => {
    using project = temporaryProject();
    const past = new Date(Date.now() - 61_000);
    const uuid = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
    const [own, fresh] = [`.${uuid}.tmp`, `.${uuid.replace("0", "1")}.tmp`];
    const others = [".notes", ".old.tmp", "mine.tmp", `${uuid}.tmp`, `.${uuid}.tmp.bak`, `.${uuid.toUpperCase()}.tmp`];
    for (const name of [own, fresh, ...others]) {
      project.write(name, name);
      if (name !== fresh) utimesSync(project.file(name), past, past);
    }
    await runJson("set", ["workflow:pr", "init"], { cwd: project.path, scripts });
    expect(readdirSync(project.file("")).sort()).toEqual([".lock", fresh, ...others, "workflow:pr.json"].sort());
  });

  test.concurrent("accepts every name that the rule allows", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    const runs = await Promise.all(goodNames.map((name) => runScript("set", [name, "init"], options)));
    // Some are spelled nearly as others, and are told so on stderr.
    expect(runs.map(masked)).toEqual(goodNames.map(() => ({ ...printed(started("init")), stderr: expect.any(String) })));
    expect(readdirSync(project.file("")).sort()).toEqual([".lock", ...goodNames.map((name) => `${name}.json`)].sort());
    const listed = await runJson<{ workflow: string }[]>("get", ["--all"], options);
    expect(listed.map(({ workflow }) => workflow).sort()).toEqual([...goodNames].sort());
  });

  test.concurrent.each(badNames.map((row) => ({ ...row, title: row.quoted ?? row.name })))(
    'refuses the workflow name "$title"',
    async ({ name, title }) => {
      using project = temporaryProject();
      expect(await runScript("set", [name, "init"], { cwd: project.path, scripts })).toEqual(
        refused(2, `error: bad workflow name "${title}": ${nameRule}\n${usage.set}`),
      );
      expect(readdirSync(project.path)).toEqual([".git"]);
    },
  );

  test.concurrent("accepts every step that the rule allows", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    const runs = await Promise.all(goodSteps.map((step, index) => runScript("set", [`w${index}`, step], options)));
    expect(runs.map(masked)).toEqual(goodSteps.map((step) => printed(started(step))));
    const again = await Promise.all(goodSteps.map((_, index) => runScript("get", [`w${index}`], options)));
    expect(again.map(masked)).toEqual(goodSteps.map((step) => printed(started(step))));
  });

  test.concurrent.each(badSteps.map((row) => ({ ...row, title: row.quoted ?? row.step })))(
    'refuses the step "$title"',
    async ({ step, title }) => {
      using project = temporaryProject();
      expect(await runScript("set", ["workflow:pr", step], { cwd: project.path, scripts })).toEqual(
        refused(2, `error: bad step "${title}": ${stepRule}\n${usage.set}`),
      );
      expect(readdirSync(project.path)).toEqual([".git"]);
    },
  );

  test.concurrent.each(values.map(({ text, value, note }): [string, JsonValue, string] => [text, value, note ?? ""]))(
    "reads the value of key=%j as %j",
    async (text, value, note) => {
      using project = temporaryProject();
      const run = await runScript("set", ["workflow:pr", "init", `key=${text}`], { cwd: project.path, scripts });
      expect(masked(run)).toEqual(noted(printed(started("init", { key: value })), note));
    },
  );

  test.concurrent.each(jsonValues)("reads the value of key:=%j as JSON", async (text) => {
    using project = temporaryProject();
    const run = await runScript("set", ["workflow:pr", "init", `key:=${text}`], { cwd: project.path, scripts });
    expect(masked(run)).toEqual(printed(started("init", { key: JSON.parse(text) })));
  });

  test.concurrent("merges key:=JSON like a JSON object, beside key=value: objects merge, null removes", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", { ...session, context: { checks: { ci: "red", lint: "green" }, draft: true, n: 1 } });
    const pairs = ['checks:={"ci":"green"}', "draft:=null", "n=2", "n.a:=[]"];
    const run = await runScript("set", ["workflow:pr", session.step, ...pairs], { cwd: project.path, scripts });
    const context = { checks: { ci: "green", lint: "green" }, n: 2, "n.a": [] };
    expect(masked(run)).toEqual(printed({ ...session, updated_at: now, context }));
  });

  test.concurrent("takes a step that looks like a context behind --, and leaves one in a file alone", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    for (const step of ["pr_number=8", "a:=1", '{"a":1}', "[1]"]) {
      const run = await runScript("set", ["--if-new", "--", `w-${step.length}`, step, "b=2"], options);
      expect(masked(run)).toEqual(printed(started(step, { b: 2 })));
    }
    project.write("workflow:pr.json", { ...session, step: "a=1", steps: ["a=1"] });
    expect(masked(await runScript("set", ["workflow:pr", "next", "--if-step=a=1"], options))).toEqual(
      printed({ ...session, updated_at: now, step: "next", steps: ["a=1", "next"] }),
    );
  });

  test.concurrent.each(slips)("says in a note, and changes nothing else, that $what", async ({ workflow, step, pairs, note }) => {
    using project = temporaryProject();
    const context = { percent: 90, checks: { ci: "red" }, title: "x" };
    project.write("workflow:pr.json", { ...session, context });
    project.write("qa.json", session);
    const args = [workflow ?? "workflow:pr", step ?? session.step, ...(pairs ?? [])];
    const run = await runScript("set", args, { cwd: project.path, scripts });
    expect(run).toMatchObject({ exitCode: 0, stderr: note === undefined ? "" : `note: ${note}\n` });
    // stdout is what a later `get` prints, as of every other `set`
    expect(await runScript("get", args.slice(0, 1), { cwd: project.path, scripts })).toEqual(shown(run.stdout));
  });

  test.concurrent("says that it goes back to the first step of a session that had moved on, and does it", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const options = { cwd: project.path, scripts };
    const back = { ...session, updated_at: now, step: "init", steps: [...session.steps, "init"] };
    expect(masked(await runScript("set", ["workflow:pr", "init"], options))).toEqual(
      noted(
        printed(back),
        'workflow:pr had been running since 2025-01-29T15:00:00.000Z and was at "git:pr:monitor"; this goes on in that session, with its context; --if-new refuses such a start',
      ),
    );
    // Nobody goes back who stays, moves on, or returns to a step in between.
    for (const step of ["init", "git:pr:find", "git:pr:monitor", "git:pr:find"])
      expect((await runScript("set", ["workflow:pr", step], options)).stderr).toBe("");
  });

  test.concurrent("lets updated_at grow with every write, even if a hand or a clock has put it into the future", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", { ...session, updated_at: "2999-12-31T23:59:59.998+01:00" });
    const times: string[] = [];
    for (const step of ["a", "a", "b"])
      times.push((await runJson<typeof session>("set", ["workflow:pr", step], { cwd: project.path, scripts })).updated_at);
    expect(times).toEqual(["2999-12-31T22:59:59.999Z", "2999-12-31T23:00:00.000Z", "2999-12-31T23:00:00.001Z"]);
  });

  test.concurrent.skipIf(!canFreezeClock)("lets updated_at grow by a millisecond if the clock stands still", async () => {
    using project = temporaryProject();
    const run = () => runShell(withFrozenClock, "set", ["workflow:pr", "init"], { cwd: project.path, scripts });
    const times = [await run(), await run(), await run()].map(({ stdout }) => JSON.parse(stdout));
    expect(times).toMatchObject(
      ["000", "001", "002"].map((ms) => ({ started_at: frozenTime, updated_at: frozenTime.replace("000", ms) })),
    );
  });

  test.concurrent("takes key=null as the removal of the key", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const run = await runScript("set", ["workflow:pr", session.step, "branch=null", "none=null"], { cwd: project.path, scripts });
    expect(masked(run)).toEqual(printed({ ...session, updated_at: now, context: { pr_number: 8 } }));
  });

  test.concurrent("takes any number of pairs, with every key that the rule allows, a dot being just a character", async () => {
    using project = temporaryProject();
    const pairs = keys.map((key, index) => `${key}=${index}`);
    const run = await runScript("set", ["workflow:pr", "init", ...pairs], { cwd: project.path, scripts });
    expect(masked(run)).toEqual(printed(started("init", Object.fromEntries(keys.map((key, index) => [key, index])))));
  });

  test.concurrent.each([
    ['{"pr_number":8,"list":[1,{"a":null}],"text":"é"}'],
    [' \n{ "pr_number" : 8.0 , "list" : [ 1 , { "a" : null } ] , "text" : "\\u00e9" } \n'],
  ])("takes the JSON object %j, on the command line and on standard input", async (text) => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    const runs = [
      runScript("set", ["words", "init", text], options),
      runScript("set", ["stdin", "init", "-"], { ...options, stdin: text }),
    ];
    const expected = printed(started("init", { pr_number: 8, list: [1, { a: null }], text: "é" }));
    expect((await Promise.all(runs)).map(masked)).toEqual([expected, expected]);
  });

  test.concurrent.each(patches.map(({ old, patch, result }): [JsonObject, JsonObject, JsonObject] => [patch, old, result]))(
    "merges the context %j into %j",
    async (patch, old, result) => {
      using project = temporaryProject();
      project.write("workflow:pr.json", { ...session, context: old });
      const args = ["workflow:pr", session.step, JSON.stringify(patch)];
      expect(masked(await runScript("set", args, { cwd: project.path, scripts }))).toEqual(
        printed({ ...session, updated_at: now, context: result }),
      );
    },
  );

  test.concurrent("accepts a context of 1 MiB and of 64 levels", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    const text = "x".repeat(1024 * 1024 - '{"text":""}'.length);
    const runs = [
      runScript("set", ["large", "init", "-"], { ...options, stdin: JSON.stringify({ text }) }),
      runScript("set", ["deep", "init", "-"], { ...options, stdin: nested(64) }),
      runScript("set", ["deep:word", "init", nested(64)], options),
    ];
    expect((await Promise.all(runs)).map(masked)).toEqual([
      printed(started("init", { text })),
      printed(started("init", JSON.parse(nested(64)))),
      printed(started("init", JSON.parse(nested(64)))),
    ]);
  });

  test.concurrent("refuses to let a context grow beyond 1 MiB by merging, and keeps the old one", async () => {
    using project = temporaryProject();
    const half = "x".repeat(600_000);
    project.write("workflow:pr.json", { ...session, context: { half } });
    project.write(".lock", "");
    const before = project.snapshot();
    const options = { cwd: project.path, scripts, stdin: JSON.stringify({ other: half }) };
    expect(await runScript("set", ["workflow:pr", "next", "-"], options)).toEqual(
      refused(
        2,
        `error: the session cannot be stored: context: expected at most 1048576 bytes of JSON, found 1200022\n${storeLess}`,
      ),
    );
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("reads standard input if the context is -, and leaves it alone in every other case", async () => {
    using project = temporaryProject();
    const options = { cwd: project.path, scripts };
    const lines: [args: string[], rest: string][] = [
      [["dash", "init", "-"], ""],
      [["none", "init"], '{"from":"stdin"}'],
      [["pair", "init", "key=-"], '{"from":"stdin"}'],
      [["json", "init", "{}"], '{"from":"stdin"}'],
      [["help", "init", "-", "--help"], '{"from":"stdin"}'],
      [["bad name", "init", "-"], '{"from":"stdin"}'],
      [["wrong", "init", "-", "--unknown"], '{"from":"stdin"}'],
    ];
    const line = `printf '{"from":"stdin"}' | { "$@" > /dev/null 2>&1; cat; }`;
    const runs = await Promise.all(lines.map(([args]) => runShell(line, "set", args, options)));
    expect(runs).toEqual(lines.map(([, rest]) => shown(rest)));
    expect(masked(await runScript("get", ["dash"], options))).toEqual(printed(started("init", { from: "stdin" })));
  });

  test.concurrent.each(badInputs)("refuses standard input that is $what", async ({ stdin, error, help = forms }) => {
    using project = temporaryProject();
    const run = await runScript("set", ["workflow:pr", "init", "-"], { cwd: project.path, scripts, stdin });
    expect(run).toEqual(refused(2, `error: bad context: ${error}\n${help}`));
    expect(readdirSync(project.path)).toEqual([".git"]);
  });

  test.concurrent.each(badContexts.map(({ words, error, help = forms }): [string[], string] => [words, `${error}\n${help}`]))(
    "refuses the context %j",
    async (words, told) => {
      using project = temporaryProject();
      expect(await runScript("set", ["workflow:pr", "init", ...words], { cwd: project.path, scripts })).toEqual(
        refused(2, `error: bad context: ${told}`),
      );
      expect(readdirSync(project.path)).toEqual([".git"]);
    },
  );

  test.concurrent("takes options anywhere, with = or as the next word, and after -- nothing as an option", async () => {
    using project = temporaryProject();
    for (const workflow of ["a", "b", "c", "d"]) project.write(`${workflow}.json`, session);
    const options = { cwd: project.path, scripts };
    const moved = (step: string) => printed({ ...session, updated_at: now, step, steps: [...session.steps, step] });
    const runs = [
      runScript("set", ["a", "next", "--if-step=git:pr:monitor"], options),
      runScript("set", ["--if-step", "git:pr:monitor", "b", "next"], options),
      runScript("set", ["c", "--json", "next", "--if-step", "git:pr:monitor"], options),
      runScript("set", ["d", "--", "--if-new"], options),
      runScript("set", ["e", "--if-new", "--", "-h"], options),
    ];
    expect((await Promise.all(runs)).map(masked)).toEqual([
      moved("next"),
      moved("next"),
      moved("next"),
      moved("--if-new"),
      printed(started("-h")),
    ]);
  });

  test.concurrent("takes an option's value that holds an = or begins with a dash", async () => {
    using project = temporaryProject();
    project.write("a.json", { ...session, step: "x=y" });
    project.write("b.json", { ...session, step: "-x" });
    const options = { cwd: project.path, scripts };
    const runs = [
      runScript("set", ["a", session.step, "--if-step=x=y"], options),
      runScript("set", ["b", session.step, "--if-step=-x"], options),
    ];
    const expected = printed({ ...session, updated_at: now });
    expect((await Promise.all(runs)).map(masked)).toEqual([expected, expected]);
  });

  test.concurrent("starts a session with --if-new if there is none, and writes nothing if there is one", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    project.write(".lock", "");
    const before = project.snapshot();
    const options = { cwd: project.path, scripts };
    expect(await runScript("set", ["workflow:pr", "init", "--if-new"], options)).toEqual(
      refused(6, unmet.new("workflow:pr", place)),
    );
    expect(project.snapshot()).toEqual(before);
    expect(masked(await runScript("set", ["workflow:new", "init", "--if-new"], options))).toEqual(printed(started("init")));
  });

  test.concurrent.each(conditions)(
    "moves a session on if $condition holds, and writes nothing if it does not",
    async ({ condition, others }) => {
      using project = temporaryProject();
      project.write("workflow:pr.json", session);
      project.write(".lock", "");
      const before = project.snapshot();
      const options = { cwd: project.path, scripts };
      const move = (workflow: string, condition: string) => runScript("set", [workflow, "next", condition], options);
      expect(await Promise.all(others.map((other) => move("workflow:pr", other)))).toEqual(
        others.map((other) => refused(6, unmet.moved(other, "workflow:pr", place))),
      );
      expect(await move("workflow:none", condition)).toEqual(refused(6, unmet.none(condition, "workflow:none")));
      expect(project.snapshot()).toEqual(before);
      const moved = { ...session, updated_at: now, step: "next", steps: [...session.steps, "next"] };
      expect(masked(await move("workflow:pr", condition))).toEqual(printed(moved));
      expect((await move("workflow:pr", condition)).exitCode).toBe(6); // it held once
    },
  );

  test.concurrent.each(["--if-step=init", "--if-updated=2025-01-29T15:05:00.000Z"])(
    "makes no folder if %s does not hold",
    async (condition) => {
      using project = temporaryProject();
      expect(await runScript("set", ["workflow:pr", "next", condition], { cwd: project.path, scripts })).toEqual(
        refused(6, unmet.none(condition, "workflow:pr")),
      );
      expect(readdirSync(project.path)).toEqual([".git"]);
    },
  );

  test.concurrent.each(damages)("never overwrites a session file that is $what", async (bad) => {
    using project = temporaryProject();
    damage(project, "workflow:bad", bad);
    project.write(".lock", "");
    const before = project.snapshot();
    const options = { cwd: project.path, scripts };
    const expected = refused(4, damaged("workflow:bad", bad.problem));
    const runs = [[], ["--if-new"], ["--if-updated=now"]].map((more) =>
      runScript("set", ["workflow:bad", "init", ...more], options),
    );
    expect(await Promise.all(runs)).toEqual([expected, expected, expected]);
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("prints more than a pipe holds, whole", async () => {
    using project = temporaryProject();
    const text = "0123456789abcdef".repeat(60_000);
    project.write("workflow:pr.json", { ...session, context: { text } });
    const run = await runShell(throughPipe, "set", ["workflow:pr", session.step], { cwd: project.path, scripts });
    expect(masked(run)).toEqual(printed({ ...session, updated_at: now, context: { text } }));
  });

  test.concurrent.each(unwritable)("fails if stdout is $stdout, and says that the work is done", async ({ line, reason }) => {
    using project = temporaryProject();
    expect(await runShell(line, "set", ["workflow:pr", "init"], { cwd: project.path, scripts })).toEqual(
      refused(1, unprinted(reason)),
    );
    expect(masked(project.snapshot() ?? {})).toEqual({ ".lock": "", "workflow:pr.json": fileText(started("init")) });
  });

  test.concurrent("fails in a folder that may only be read, and changes nothing", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const before = project.snapshot();
    using _mode = withMode(project.file(""), 0o555);
    expect(await runShell(withoutPrivileges, "set", ["workflow:pr", "next"], { cwd: project.path, scripts })).toEqual(
      refused(1, `error: cannot lock ${project.file(".lock")}: EACCES: permission denied\n${checkOwner}`),
    );
    expect(project.snapshot()).toEqual(before);
  });

  test.concurrent("fails if a file of somebody else may not be locked or its folder not be made", async () => {
    using locked = temporaryProject();
    using bare = temporaryProject();
    locked.write("workflow:pr.json", session);
    locked.write(".lock", "");
    const before = locked.snapshot();
    using _lock = withMode(locked.file(".lock"), 0o444);
    using _root = withMode(bare.path, 0o555);
    const [one, other] = [locked, bare].map(({ path }) =>
      runShell(withoutPrivileges, "set", ["workflow:pr", "next"], { cwd: path, scripts }),
    );
    expect(await one).toEqual(refused(1, `error: cannot lock ${locked.file(".lock")}: EACCES: permission denied\n${checkOwner}`));
    const folder = join(bare.path, "ia/state/sessions");
    expect(await other).toEqual(refused(1, `error: cannot make the folder ${folder}: EACCES: permission denied\n${checkOwner}`));
    expect(locked.snapshot()).toEqual(before);
  });

  test.concurrent("refuses a lock file that is a symlink or a folder, and touches nothing behind it", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    const outside = join(project.path, "outside");
    writeFileSync(outside, "precious");
    symlinkSync(outside, project.file(".lock"));
    const options = { cwd: project.path, scripts };
    expect(await runScript("set", ["workflow:pr", "next"], options)).toEqual(
      refused(1, `error: cannot lock ${project.file(".lock")}: ELOOP: too many symbolic links encountered\n${removeLock}`),
    );
    rmSync(project.file(".lock"));
    mkdirSync(project.file(".lock"));
    expect(await runScript("set", ["workflow:pr", "next"], options)).toEqual(
      refused(1, `error: cannot lock ${project.file(".lock")}: EISDIR: illegal operation on a directory\n${removeLock}`),
    );
    expect(project.read("workflow:pr.json")).toBe(fileText(session));
    expect(await Bun.file(outside).text()).toBe("precious");
  });

  test.concurrent("gives up if another process holds the lock for 30 seconds, and changes nothing", async () => {
    using project = temporaryProject();
    project.write("workflow:pr.json", session);
    await using _lock = await holdLock(project);
    const before = project.snapshot();
    expect(await runScript("set", ["workflow:pr", "next"], { cwd: project.path, scripts })).toEqual(
      refused(
        5,
        `error: could not get the lock ${project.file(".lock")} within 30 seconds: other processes hold it\nhelp: run the same command again; if that fails too, find the process that keeps the file open, and continue or end it\n`,
      ),
    );
    expect(project.snapshot()).toEqual(before);
  });

  describe("finds the root of the project", () => {
    /** Where the session of a `set` in a folder goes to, as the folder that holds `ia`, relative to the project; `get` must find it there. */
    async function rootOf(top: string, from: string, env: Record<string, string> = {}): Promise<string[]> {
      const options = { cwd: join(top, from), scripts, env };
      const state = await runJson("set", ["root:test", "init"], options);
      expect(await runJson("get", ["root:test"], options)).toEqual(state);
      const files = readdirSync(top, { recursive: true, encoding: "utf8" });
      return files
        .filter((file) => file.endsWith("root:test.json"))
        .map((file) => file.replace("ia/state/sessions/root:test.json", ""));
    }

    test.concurrent.each([
      { what: ".git, from a folder far below it", folders: ["a/.git", "a/b/c/d"], from: "a/b/c/d", root: "a/" },
      { what: "the nearest .git", folders: [".git", "a/.git", "a/b"], from: "a/b", root: "a/" },
      {
        what: "the nearest sessions folder before a .git above it",
        folders: [".git", "a/ia/state/sessions", "a/b"],
        from: "a/b",
        root: "a/",
      },
      {
        what: "the nearest .git before a sessions folder above it",
        folders: ["ia/state/sessions", "a/.git", "a/b"],
        from: "a/b",
        root: "a/",
      },
      {
        what: "a sessions folder if there is no .git at all",
        folders: ["a/ia/state/sessions", "a/b"],
        from: "a/b",
        root: "a/",
      },
      { what: "the current folder if there is neither", folders: ["a/b"], from: "a/b", root: "a/b/" },
      {
        what: "the project from inside its sessions folder",
        folders: ["a/ia/state/sessions/archives"],
        from: "a/ia/state/sessions/archives",
        root: "a/",
      },
      {
        what: "the nearest package that has the skill, before a .git above it",
        folders: [".git", "packages/a/.claude/skills/session", "packages/a/src"],
        from: "packages/a/src",
        root: "packages/a/",
      },
      {
        what: "the nearest .git before a package above it that has the skill",
        folders: [".claude/skills/session", "a/.git", "a/b"],
        from: "a/b",
        root: "a/",
      },
      {
        what: "the project from inside the skill",
        folders: ["a/.claude/skills/session/scripts"],
        from: "a/.claude/skills/session/scripts",
        root: "a/",
      },
      { what: "no project in a folder with other skills", folders: ["a/.claude/skills/other", "a/b"], from: "a/b", root: "a/b/" },
      { what: "no project in a folder ia/state alone", folders: [".git", "a/ia/state", "a/b"], from: "a/b", root: "" },
    ])("$what", async ({ folders, from, root }) => {
      using folder = temporaryFolder();
      for (const path of folders) mkdirSync(join(folder.path, path), { recursive: true });
      expect(await rootOf(folder.path, from)).toEqual([root]);
    });

    test.concurrent("where .git is a file, as in a worktree", async () => {
      using folder = temporaryFolder();
      for (const path of [".git", "worktree/src/ia/state"]) mkdirSync(join(folder.path, path), { recursive: true });
      writeFileSync(join(folder.path, "worktree/.git"), "gitdir: ../.git/worktrees/worktree\n");
      expect(await rootOf(folder.path, "worktree/src")).toEqual(["worktree/"]);
    });

    test.concurrent("so that two packages of one repository that have the skill each keep their own sessions", async () => {
      using folder = temporaryFolder();
      const packages = ["a", "b"].map((name) => join(folder.path, "packages", name));
      mkdirSync(join(folder.path, ".git"));
      for (const path of packages) mkdirSync(join(path, ".claude/skills/session"), { recursive: true });
      for (const cwd of packages) {
        const state = await runJson<JsonObject>("set", ["workflow:pr", "init", "--if-new", `at=${cwd}`], { cwd, scripts });
        expect(await runJson("get", ["--all"], { cwd, scripts })).toEqual([{ workflow: "workflow:pr", ...state }]);
      }
      expect(await runScript("get", ["--all"], { cwd: folder.path, scripts })).toEqual(printed([]));
    });

    test.concurrent("but not for the personal skill in the home folder, unless something else is there", async () => {
      using home = temporaryFolder();
      for (const path of [".claude/skills/session", "a/b"]) mkdirSync(join(home.path, path), { recursive: true });
      expect(await rootOf(home.path, "a/b", { HOME: home.path })).toEqual(["a/b/"]);
      rmSync(join(home.path, "a/b/ia"), { recursive: true });
      expect(await rootOf(home.path, "a/b", { HOME: join(home.path, "a") })).toEqual([""]); // the control: another home
      expect(await rootOf(home.path, "a/b", { HOME: home.path })).toEqual([""]); // by the sessions that are there now
    });

    test.concurrent.skipIf(process.getuid?.() !== 0)("but not in a folder that belongs to somebody else", async () => {
      using folder = temporaryFolder();
      for (const path of ["ia/state/sessions", "a/b"]) mkdirSync(join(folder.path, path), { recursive: true });
      chownSync(folder.path, 65534, 65534);
      expect(await rootOf(folder.path, "a/b")).toEqual(["a/b/"]);
      rmSync(join(folder.path, "a/b/ia"), { recursive: true });
      chownSync(join(folder.path, "a/b"), 65534, 65534); // the control: the owner of the current folder
      expect(await rootOf(folder.path, "a/b")).toEqual([""]);
    });

    test.concurrent.each<{ what: string; path: string; put: (path: string) => void }>([
      ...["ia", "ia/state", "ia/state/sessions"].map((path) => ({
        what: `${path} is a symbolic link that leads nowhere`,
        path,
        put: (place: string) => symlinkSync("/nowhere", place),
      })),
      {
        what: "ia/state/sessions is not a folder",
        path: "ia/state/sessions",
        put: (place: string) => writeFileSync(place, "kept"),
      },
    ])("or fails, and takes nobody else's sessions, if $what", async ({ what, path, put }) => {
      using outer = temporaryProject();
      outer.write("workflow:pr.json", session);
      for (const folder of ["inner/.git", "inner/src"]) mkdirSync(join(outer.path, folder), { recursive: true });
      const inner = join(outer.path, "inner");
      mkdirSync(dirname(join(inner, path)), { recursive: true });
      put(join(inner, path));
      const before = readdirSync(outer.path, { recursive: true });
      const expected = refused(
        1,
        `error: cannot reach the sessions: ${join(inner, what.split(" ")[0] ?? "")} ${what.split(" ").slice(1).join(" ")}\nhelp: restore the folder, or move away what is in its place\n`,
      );
      const calls: [ScriptName, string[]][] = [
        ["get", ["workflow:pr"]],
        ["get", ["--all"]],
        ["get", ["--archived"]],
        ["set", ["workflow:pr", "next"]],
        ["reset", ["workflow:pr"]],
        ["save", ["workflow:pr"]],
      ];
      const runs = [inner, join(inner, "src")].flatMap((cwd) =>
        calls.map(([script, args]) => runScript(script, args, { cwd, scripts })),
      );
      expect(await Promise.all(runs)).toEqual(runs.map(() => expected));
      expect(readdirSync(outer.path, { recursive: true })).toEqual(before);
      expect(outer.read("workflow:pr.json")).toBe(fileText(session));
    });

    test.concurrent("whatever the environment and an .env file say", async () => {
      using folder = temporaryFolder();
      for (const path of ["a/.git", "a/b", "elsewhere/.git"]) mkdirSync(join(folder.path, path), { recursive: true });
      const elsewhere = join(folder.path, "elsewhere");
      const names = [
        ...["PWD", "OLDPWD", "INIT_CWD", "HOME", "TMPDIR", "XDG_STATE_HOME"],
        ...["GIT_DIR", "GIT_WORK_TREE", "GIT_CEILING_DIRECTORIES", "CLAUDE_PROJECT_DIR"],
        ...["ROOT", "PROJECT_ROOT", "SESSION_ROOT", "SESSION_DIR", "SESSIONS_DIR"],
      ];
      const env = Object.fromEntries(names.map((name) => [name, elsewhere]));
      const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
      for (const name of [".env", ".env.local"]) writeFileSync(join(folder.path, "a/b", name), lines.join(""));
      expect(await rootOf(folder.path, "a/b", env)).toEqual(["a/"]);
      expect(await rootOf(folder.path, "a/b")).toEqual(["a/"]);
    });

    test.concurrent("from the current folder, and not from where the scripts are", async () => {
      using folder = temporaryFolder();
      mkdirSync(join(folder.path, "skill/.git"), { recursive: true });
      mkdirSync(join(folder.path, "project/.git"), { recursive: true });
      symlinkSync(scripts, join(folder.path, "skill/scripts"));
      const options = { cwd: join(folder.path, "project"), scripts: join(folder.path, "skill/scripts") };
      await runJson("set", ["workflow:pr", "init"], options);
      expect(readdirSync(join(folder.path, "project")).sort()).toEqual([".git", "ia"]);
      expect(readdirSync(join(folder.path, "skill")).sort()).toEqual([".git", "scripts"]);
    });
  });
});
