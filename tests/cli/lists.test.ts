/** The lists for people; how each looks in each window is in the golden files of `views.test.ts`. */
import { describe, expect, test } from "bun:test";
import { viewArchives, viewBrief, viewList } from "../../lib/cli/lists.ts";
import type { Session } from "../../lib/session/schema.ts";
import { session } from "../support/sample.ts";

const options = { width: 80, colour: false, now: new Date("2025-01-29T15:10:00.000Z"), sessions: "/p/ia/state/sessions" };
const damaged = { workflow: "workflow:bad", error: "not JSON" };
const rowsOf = (text: string) => text.trimEnd().split("\n");

describe("a list", () => {
  test("names damaged sessions last, with what is wrong and how to delete them", () => {
    const rows = rowsOf(viewList([{ workflow: "workflow:pr", ...(session as Session) }, damaged], options));
    expect(rows.slice(1)).toEqual([
      "workflow:pr  git:pr:monitor      3  feat/workflow-start  5m ago",
      "workflow:bad  damaged",
      "  not JSON",
      "  fix it by hand, or delete it: bun run .claude/skills/session/scripts/reset.ts workflow:bad",
    ]);
  });

  test("mistakes no sound session that has a field called error for a damaged one", () => {
    const [, row] = rowsOf(viewList([{ workflow: "workflow:pr", ...(session as Session), error: "x" }], options));
    expect(row).toStartWith("workflow:pr  git:pr:monitor");
  });

  test("of a brief list counts what was left out", () => {
    expect(rowsOf(viewBrief([damaged, { omitted: 37 }], options)).at(-1)).toBe("… and 37 more");
  });

  test("of no archives of a workflow does not say that there are none", () => {
    expect(viewArchives([], options, "workflow:pr")).toBe(`No archives of workflow:pr in ${options.sessions}/archives\n`);
    expect(viewArchives([], options)).toBe(`No archives in ${options.sessions}/archives\n`);
  });

  test("of archives names those that cannot be read, without an advice to delete them", () => {
    const rows = rowsOf(viewArchives([{ archive: "ia/state/sessions/archives/x.md", error: "no front matter" }], options));
    expect(rows).toEqual(["ia/state/sessions/archives/x.md  damaged", "  no front matter"]);
  });
});
