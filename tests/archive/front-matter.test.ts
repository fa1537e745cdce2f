/** The front matter of an archive, as lists read it: whatever another hand has made of it. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { type Outcome, renderArchive } from "../../lib/archive/archive.ts";
import { type Archive, parseArchive, summarizeArchive } from "../../lib/archive/front-matter.ts";
import type { Session } from "../../lib/session/schema.ts";
import { jsonObject, text } from "../support/nasty-texts.ts";
import { outcome, session } from "../support/sample.ts";

setDefaultTimeout(60_000);

const render = (fields: Record<string, unknown> = {}, changes: Partial<Outcome> = {}) =>
  renderArchive({ ...session, ...fields } as Session, { ...outcome, ...changes });

describe("parseArchive", () => {
  const sound: Archive = { workflow: "workflow:pr", status: "completed", archived_at: "2025-01-29T16:05:00.000Z", ...session };
  const yamlOf = (fields: Record<string, unknown>) => `---\n${JSON.stringify({ ...sound, ...fields })}\n---\n`;
  const timeRule = "an ISO 8601 time like 2025-01-29T15:00:00.000Z";

  test("returns the fields of an archive, whatever else is in it, and with lines that end in CRLF too", () => {
    const archive = render({ later: ["x"] }, { notes: "a\nb" });
    const fields = { ...sound, notes: "a\nb", later: ["x"] };
    expect(parseArchive(archive)).toEqual(fields);
    expect(parseArchive(archive)).toEqual(fields);
    expect(parseArchive(archive.replaceAll("\n", "\r\n"))).toEqual(fields);
  });

  test("reads the front matter alone, and as another hand may have formatted it", () => {
    expect(parseArchive(`---\n${render().split("---\n")[1]}---\n`)).toEqual(sound);
    expect(parseArchive(yamlOf({}))).toEqual(sound);
  });

  test.each([
    ["as it was written", '"status"', (text: string) => text.replace("status: completed\n", "$&status: failed\n")],
    ["to the end", '"workflow"', (text: string) => text.replace(/\n---\n\n/, "\nworkflow:\n---\n\n")],
    ["with lines that end in CRLF", '"step"', (text: string) => text.replace("step: ", "step: x\n$&").replaceAll("\n", "\r\n")],
    [
      "with lines that end in CRLF, and values below them",
      '"context"',
      (text: string) => text.replace("context:\n", "context:\n  a: 1\n$&").replaceAll("\n", "\r\n"),
    ],
    ["once in quotes", '"status"', (text: string) => text.replace("status: completed\n", '$&"status" : failed\n')],
    ["that begins with a capital", '"Mine"', (text: string) => text.replace("workflow: ", "Mine: 1\nMine: 2\n$&")],
    ["once in single quotes", '"status"', (text: string) => text.replace("status: completed\n", "$&'status': failed\n")],
    ["in quotes", '"a: b"', (text: string) => text.replace("workflow: ", '"a: b": 1\n"a: b": 2\n$&')],
  ])("refuses a key that is given twice, %s", (_, key, repeat) => {
    expect(() => parseArchive(repeat(render()))).toThrow(`the key ${key} is given twice`);
  });

  test.each(["\n", "\r\n"])("takes front matter with which the file ends, without a last line break: %j", (lineBreak) => {
    const text = render();
    const whole = text.slice(0, text.indexOf("\n---\n") + "\n---".length).replaceAll("\n", lineBreak);
    expect(parseArchive(whole)).toEqual(sound);
  });

  test("takes keys for what they are: of other mappings, of lists, within text, and with a colon", () => {
    const fields = { "a: b": 1, "a: c": 2, "a:b": { status: 3 }, "status: x": "status: y", later: [{ step: 1 }, { step: 2 }] };
    const notes = "a\nstatus: failed\nstatus: done";
    expect(parseArchive(render(fields, { notes }))).toEqual({ ...sound, ...fields, notes });
    const byHand = render().replace("workflow: ", "later:\n- step: 1\n- step: 2\n- |\n  workflow: x\n  workflow: y\n$&");
    expect(parseArchive(byHand)).toEqual({ ...sound, later: [{ step: 1 }, { step: 2 }, "workflow: x\nworkflow: y\n"] });
  });

  test.each([
    ["no front matter", "# hello\n"],
    ["nothing in it", ""],
    ["front matter that does not begin at once", `\n${render()}`],
    ["a byte order mark", `\ufeff${render()}`],
    ["YAML that is broken", '---\na: "\n---\n'],
    ["front matter that is empty", "---\n---\n"],
    ["a language", "---json\n{}\n---\n"],
  ])("says that a text with %s has no front matter that can be read", (_, given) => {
    for (const _time of ["the first time", "and again"])
      expect(() => parseArchive(given)).toThrow(new Error("no front matter that can be read"));
  });

  test.each<[string, string, string]>([
    ["that is a list", "---\n- a\n---\n", "front matter: expected the fields of an archive"],
    ["that is a text", "---\nhello\n---\n", "front matter: expected the fields of an archive"],
    ["with another status", yamlOf({ status: "done" }), "status: expected one of completed, failed, cancelled"],
    [
      "without a workflow",
      yamlOf({ workflow: undefined }),
      "workflow: expected 1 to 120 letters, digits, _ and -, starting with a letter or digit, in parts joined by : or ., like workflow:pr",
    ],
    [
      "with a workflow that is no name",
      yamlOf({ workflow: "../x" }),
      "workflow: expected 1 to 120 letters, digits, _ and -, starting with a letter or digit, in parts joined by : or ., like workflow:pr",
    ],
    ["with a time that is none", yamlOf({ archived_at: "yesterday" }), `archived_at: expected ${timeRule}`],
    ["with notes that are no text", yamlOf({ notes: 1 }), "notes: expected a text"],
    ["with notes that are null", yamlOf({ notes: null }), "notes: expected a text"],
    ["without a context", yamlOf({ context: undefined }), "context: expected an object"],
    [
      "with a bad step among the steps",
      yamlOf({ steps: ["a", ""] }),
      "steps[1]: expected 1 to 200 characters on one line, no control characters, no space at either end",
    ],
  ])("says what is wrong with front matter %s", (_, given, message) => {
    expect(() => parseArchive(given)).toThrow(new Error(message));
  });

  test.each(["---js", "---javascript", "--- js", "---coffee"])("executes nothing after %s", (first) => {
    const given = `${first}\nglobalThis.executed = true\n---\n`;
    expect(() => parseArchive(given)).toThrow("no front matter that can be read");
    expect(parseArchive(render({}, { notes: given })).notes).toBe(given);
    expect("executed" in globalThis).toBe(false);
  });

  test("returns every session that was archived", () => {
    fc.assert(
      fc.property(jsonObject, text, (context, notes) => {
        expect(parseArchive(render({ context }, { notes }))).toEqual({ ...sound, notes, context });
      }),
    );
  });
});

describe("summarizeArchive", () => {
  const summary = (fields: Record<string, unknown>, notes?: string) => summarizeArchive(parseArchive(render(fields, { notes })));
  const always = {
    workflow: "workflow:pr",
    status: "completed",
    started_at: "2025-01-29T15:00:00.000Z",
    archived_at: "2025-01-29T16:05:00.000Z",
    step: "git:pr:monitor",
  } as const;

  test("holds what a list says, in its order, and nothing else", () => {
    const whole = { ...always, branch: "feat/workflow-start", notes: "done" };
    expect(JSON.stringify(summary({ later: 1, updated_at: "2025-01-29T15:30:00.000Z" }, "done"))).toBe(JSON.stringify(whole));
  });

  test.each<[string, unknown, string | undefined]>([
    ["a number, as text", 8, "8"],
    ["nothing, if it is null", null, undefined],
    ["nothing, if it is an empty text", "", undefined],
    ["nothing, if it is a list", ["x"], undefined],
  ])("takes for its branch %s", (_, given, branch) => {
    expect(summary({ context: { branch: given } })).toEqual(branch === undefined ? always : { ...always, branch });
  });

  test.each<[string, string, string]>([
    ["as they are", "a\n b ", "a\n b "],
    ["even if they are empty", "", ""],
    ["up to 200 characters", "x".repeat(201), "x".repeat(200)],
    ["up to 200 characters of any plane", `x${"😀".repeat(250)}`, `x${"😀".repeat(199)}`],
    ["without half a character", `${"x".repeat(199)}😀😀`, `${"x".repeat(199)}😀`],
  ])("takes the notes %s", (_, given, notes) => {
    expect(summary({ context: {} }, given)).toEqual({ ...always, notes });
  });
});
