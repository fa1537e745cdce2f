/** The name of an archive, and which texts are archives of which session. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import fc from "fast-check";
import { renderArchive } from "../../lib/archive/archive.ts";
import { archiveName, isArchiveName, isArchiveOf } from "../../lib/archive/identity.ts";
import type { Session } from "../../lib/session/schema.ts";
import { jsonObject, nastyTexts, proseTexts, text } from "../support/nasty-texts.ts";
import { session } from "../support/sample.ts";

setDefaultTimeout(60_000);

const withFields = (fields: Record<string, unknown>) => ({ ...session, ...fields }) as Session;
const withBranch = (branch: unknown) => withFields({ context: { branch } });

describe("the name of an archive", () => {
  test.each([
    ["workflow:pr", "feat/xxx", 0, "2025-01-29-workflow-pr-feat-xxx.md"],
    ["workflow:pr", "feat/xxx", 1, "2025-01-29-workflow-pr-feat-xxx-2.md"],
    ["workflow:pr", "feat/xxx", 2, "2025-01-29-workflow-pr-feat-xxx-3.md"],
    ["workflow:pr", null, 0, "2025-01-29-workflow-pr.md"],
    ["workflow:pr", null, 1, "2025-01-29-workflow-pr-2.md"],
    ["a.b_c--d", "", 0, "2025-01-29-a-b-c-d.md"],
    ["a--", "//..//", 0, "2025-01-29-a.md"],
    ["a", "../../etc/passwd", 0, "2025-01-29-a-etc-passwd.md"],
    ["a", "日本", 0, "2025-01-29-a.md"],
    ["a", "é-b\u0000\n", 0, "2025-01-29-a-b.md"],
    ["a", 8, 0, "2025-01-29-a-8.md"],
    ["a", -1.5, 0, "2025-01-29-a-1-5.md"],
    ["a", ["b"], 0, "2025-01-29-a.md"],
    ["a", true, 0, "2025-01-29-a.md"],
    ["a", "b".repeat(81), 0, `2025-01-29-a-${"b".repeat(80)}.md`],
    ["a", `${"b".repeat(79)}/c`, 0, `2025-01-29-a-${"b".repeat(79)}.md`],
  ])("of %j on %j, attempt %d, is %j", (workflow, branch, attempt, name) => {
    expect(archiveName(withBranch(branch), workflow, attempt)).toBe(name);
    expect(isArchiveName(name, workflow)).toBe(true);
    expect(isArchiveName(name)).toBe(true);
  });

  test("begins with the date of the start in UTC", () => {
    expect(archiveName(withFields({ started_at: "2025-01-29T23:30:00-05:00" }), "a", 0)).toStartWith("2025-01-30-a-");
    expect(archiveName(withFields({ started_at: "0000-01-01T00:00:00Z" }), "a", 0)).toStartWith("0000-01-01-a-");
  });

  test("is one file name of letters, digits and hyphens for any branch, and short enough for every file system", () => {
    fc.assert(
      fc.property(text, fc.nat(10_000), (branch, attempt) => {
        const name = archiveName(withBranch(branch), "w".repeat(120), attempt);
        expect(name).toMatch(/^2025-01-29-w{120}(?:-[A-Za-z0-9]+)*\.md$/);
        expect(name.length).toBeLessThan(255);
      }),
    );
  });

  test.each([
    ...[
      "a.md",
      "2025-01-29-b.md",
      "2025-01-29-ab.md",
      "2025-01-29-a.txt",
      "x2025-01-29-a.md",
      "2025-01-29-.md",
      "2025-1-29-a.md",
    ],
    ...[
      "2025-01-29-a.md.md",
      "2025-01-29-a-../b.md",
      "2025-01-29-a-\n.md",
      "2025-01-29-a-b.md\n",
      "2025-01-29-a-é.md",
      ".2025-01-29-a.md",
    ],
  ])("is never %j for the workflow a", (name) => {
    expect(isArchiveName(name, "a")).toBe(false);
  });

  test.each(["notes.md", "2025-01-29-.md", "2025-01-29-a.tmp", "2025-01-29-a b.md", "README.md", ""])(
    "is never %j for any",
    (name) => {
      expect(isArchiveName(name)).toBe(false);
    },
  );
});

describe("a text is an archive of a session", () => {
  const outcome = { workflow: "workflow:pr", status: "completed", notes: undefined, now: new Date(0) } as const;
  const { started_at } = session;
  const isOwn = (archive: string) => isArchiveOf(archive, "workflow:pr", { started_at });

  test.each([
    ["as it was rendered", renderArchive(session, outcome)],
    [
      "even if the session moved on since, and it ended otherwise",
      renderArchive(withFields({ updated_at: "2025-01-29T15:04:59.999Z", steps: ["x"] }), { ...outcome, status: "failed" }),
    ],
    [
      "even if the session was put back to a former state",
      renderArchive(withFields({ updated_at: "2025-01-30T00:00:00Z" }), outcome),
    ],
    ["even if another field comes first, as keys that are integers do", renderArchive(withFields({ "1": "x" }), outcome)],
    ["even if it was checked out with CRLF", renderArchive(session, { ...outcome, notes: "a\nb" }).replaceAll("\n", "\r\n")],
  ])("%s", (_, archive) => {
    expect(isOwn(archive)).toBe(true);
  });

  test.each([
    ["another start", renderArchive(withFields({ started_at: "2025-01-29T15:00:00.001Z" }), outcome)],
    ["the same start in other words", renderArchive(withFields({ started_at: "2025-01-29T16:00:00.000+01:00" }), outcome)],
    ["another workflow", renderArchive(session, { ...outcome, workflow: "workflow:pr2" })],
    ["a workflow whose name begins so", renderArchive(session, { ...outcome, workflow: "workflow:pr:x" })],
    ["an archive that is cut off", renderArchive(session, outcome).slice(0, 150)],
    ["a hand's notes", "# notes\n"],
    ["nothing", ""],
    ["front matter that does not begin at once", `\n${renderArchive(session, outcome)}`],
    ["its fields before any front matter", `x\n${renderArchive(session, outcome).slice("---\n".length)}`],
    ["the start in the body only", `---\nworkflow: workflow:pr\n---\n\nstarted_at: "${started_at}"\n---\n`],
    ["the start of something within", `---\nworkflow: workflow:pr\ncontext:\n  started_at: "${started_at}"\n---\n`],
  ])("but not with %s", (_, archive) => {
    expect(isOwn(archive)).toBe(false);
  });

  test("in one state, if that is asked for", () => {
    const states = [
      session,
      ...["2025-01-29T15:04:59.999Z", "2025-01-29T15:05:00Z"].map((updated_at) => withFields({ updated_at })),
    ];
    const archives = states.map((state) => renderArchive(state, outcome));
    expect(archives.map((archive) => isArchiveOf(archive, "workflow:pr", session))).toEqual([true, false, false]);
  });

  test("whatever its name, and whatever words another session holds", () => {
    const names = ["no", "1", "08", "true", "a.b", "workflow:pr"];
    const hostile = `---\nworkflow: workflow:pr\nstarted_at: "${started_at}"\n---\n`;
    for (const workflow of names) {
      const archive = renderArchive(session, { ...outcome, workflow });
      expect(names.filter((name) => isArchiveOf(archive, name, { started_at }))).toEqual([workflow]);
    }
    const other = withFields({ started_at: "2025-01-29T15:00:00.001Z" });
    for (const given of [hostile, `"\n${hostile}`, ...nastyTexts, ...proseTexts]) {
      const fields = { step: "a", context: { [given]: given, started_at }, later: { started_at, [given]: [given] } };
      const archive = renderArchive({ ...other, ...fields } as Session, { ...outcome, notes: `${hostile}${given}` });
      expect(isOwn(archive)).toBe(false);
    }
  });

  test("for every context and every notes", () => {
    fc.assert(
      fc.property(jsonObject, text, (context, notes) => {
        const archive = renderArchive(withFields({ context }), { ...outcome, notes });
        expect(isOwn(archive)).toBe(true);
        expect(isArchiveOf(archive, "workflow:pr", { started_at: "2025-01-29T15:00:00.001Z" })).toBe(false);
      }),
    );
  });
});
