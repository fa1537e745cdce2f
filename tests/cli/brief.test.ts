/** The short list for hooks: what is in it, what is left out, and that it never grows beyond its limit. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { abridge } from "../../lib/cli/brief.ts";
import { type JsonValue, renderJson } from "../../lib/session/json.ts";
import type { DamagedSession, ListedSession } from "../../lib/session/session.ts";
import { invisible, jsonObject, text } from "../support/nasty-texts.ts";
import { session } from "../support/sample.ts";

type Item = ListedSession | DamagedSession;

const limit = 9000;
const listed = (workflow: string, fields: Partial<ListedSession> = {}): ListedSession => ({ workflow, ...session, ...fields });
const many = (count: number, make: (index: number) => Item) => Array.from({ length: count }, (_, index) => make(index));
const omittedOf = (items: ReturnType<typeof abridge>) => items.flatMap((item) => ("omitted" in item ? [item.omitted] : []));

/** Names and values of the greatest length in characters that are escaped, so that each takes six. */
const longName = (index: number) => `w${String(index).padStart(5, "0")}${"x".repeat(114)}`;
const hostile = invisible.filter((character) => !/[\p{Cc}\u2028\u2029]/u.test(character)).join("");
const hostileText = (length: number) => hostile.repeat(Math.ceil(length / hostile.length)).slice(0, length);
const hostileContext = Object.fromEntries(["branch", "next", "blocked", "by"].map((key) => [key, hostileText(1000)]));
const hostileSession = (index: number) => listed(longName(index), { step: hostileText(200), context: hostileContext });
const hostileDamage = (index: number) => ({ workflow: longName(index), error: hostileText(1000) });

test("each session comes with its place, and what its context says of branch, next, blocked and by", () => {
  const context = { blocked: "by CI", by: "ada", next: 7, branch: "feat/x", other: "y", pr_number: 8 };
  const { step, updated_at } = session;
  expect(abridge([listed("a"), listed("b", { context }), { workflow: "bad", error: "is damaged" }])).toEqual([
    { workflow: "a", step, updated_at, branch: session.context.branch },
    { workflow: "b", step, updated_at, branch: "feat/x", next: 7, blocked: "by CI", by: "ada" },
    { workflow: "bad", error: "is damaged" },
  ]);
  expect(Object.keys(abridge([listed("b", { context })])[0] ?? {})).toEqual([
    "workflow",
    "step",
    "updated_at",
    "branch",
    "next",
    "blocked",
    "by",
  ]);
});

test.each<[JsonValue]>([[true], [null], [["a"]], [{ a: 1 }]])(
  "of the context only texts and numbers are shown, not %j",
  (value) => {
    expect(abridge([listed("a", { context: { branch: value, next: "" } })])).toEqual([
      { workflow: "a", step: session.step, updated_at: session.updated_at, next: "" },
    ]);
  },
);

test("a session that has a field called error is none that is damaged", () => {
  const [item] = abridge([listed("a", { error: "x" })]);
  expect(item).toEqual({ workflow: "a", step: session.step, updated_at: session.updated_at, branch: session.context.branch });
});

test("of no sessions there is nothing to say", () => {
  expect(abridge([])).toEqual([]);
});

test("texts are cut to 100 characters, with … for the rest; a step and a name are whole", () => {
  const step = "s".repeat(200);
  const context = { branch: "b".repeat(101), next: "🎉".repeat(100), by: "🎉".repeat(101), blocked: "c".repeat(100) };
  const shown = abridge([listed(longName(1), { step, context }), { workflow: longName(2), error: "e".repeat(1000) }]);
  expect(shown).toEqual([
    {
      ...{ workflow: longName(1), step, updated_at: session.updated_at },
      ...{ branch: `${"b".repeat(99)}…`, next: context.next, by: `${"🎉".repeat(99)}…`, blocked: context.blocked },
    },
    { workflow: longName(2), error: `${"e".repeat(99)}…` },
  ]);
});

test("a time with a fraction of very many digits is shown as the same time in few", () => {
  const updated_at = `2025-01-29T16:05:00.5${"0".repeat(10_000)}+01:00`;
  expect(abridge([listed("a", { updated_at, context: {} }), listed("b", { context: {} })])).toEqual([
    { workflow: "a", step: session.step, updated_at: "2025-01-29T15:05:00.500Z" },
    { workflow: "b", step: session.step, updated_at: session.updated_at },
  ]);
});

describe("what does not fit is counted at the end", () => {
  test("the first sessions stay, without a gap", () => {
    const all = many(10_000, (index) => listed(`workflow:${index}`));
    const shown = abridge(all);
    const [omitted = 0] = omittedOf(shown);
    const names = shown.flatMap((item) => ("workflow" in item ? [item.workflow] : []));
    expect(names.length).toBeGreaterThan(50);
    expect(names).toEqual(all.slice(0, names.length).map(({ workflow }) => workflow));
    expect(shown.at(-1)).toEqual({ omitted });
    expect(names.length + omitted).toBe(10_000);
  });

  test("no damaged one is left out before a sound one is", () => {
    const few = abridge([
      ...many(500, (index) => listed(`w:${index}`)),
      ...many(20, (index) => ({ workflow: `bad:${index}`, error: "e" })),
    ]);
    expect(few.filter((item) => "error" in item)).toHaveLength(20);
    expect(few.filter((item) => "step" in item).length).toBeGreaterThan(10);
    for (let length = 1; length <= 100; length += 1) {
      const damaged = many(500, (index) => ({ workflow: `bad:${index}`, error: "e".repeat(length) }));
      const tooMany = abridge([listed("s", { step: "s", context: {} }), ...damaged]);
      const errors = tooMany.filter((item) => "error" in item).length;
      expect(errors).toBeGreaterThan(40);
      expect(tooMany).toEqual([...damaged.slice(0, errors), { omitted: 501 - errors }]);
    }
  });

  test("nothing is counted if all fit", () => {
    expect(omittedOf(abridge(many(20, (index) => listed(`w:${index}`))))).toEqual([]);
  });
});

describe("the line has at most 9,000 characters, its newline included", () => {
  test.each<[string, Item[], least: number]>([
    ["10,000 sessions of the longest names", many(10_000, (index) => listed(longName(index))), 25],
    ["10,000 of them damaged", many(10_000, (index) => ({ workflow: longName(index), error: "e".repeat(1000) })), 30],
    ["10,000 sessions of bidirectional controls, in every value", many(10_000, hostileSession), 2],
    ["10,000 damaged ones with such errors", many(10_000, hostileDamage), 11],
    ["some of each", [...many(5000, hostileSession), ...many(5000, hostileDamage)], 11],
    [
      "quotation marks and backslashes",
      many(1000, (index) => listed(`w${index}`, { step: '"\\'.repeat(100), context: { by: '"\\'.repeat(99) } })),
      10,
    ],
    ["lone C0 controls in errors", many(1000, (index) => ({ workflow: `w${index}`, error: "\u001b".repeat(100) })), 10],
    [
      "the largest numbers",
      many(1000, (index) => listed(`w${index}`, { context: { branch: -1.234567890123456e-300, next: 1e300 } })),
      40,
    ],
  ])("%s", (_, all, least) => {
    const shown = abridge(all);
    const line = renderJson(shown);
    expect(line.length).toBeLessThanOrEqual(limit);
    expect(JSON.parse(line)).toEqual(shown);
    expect(shown.length - 1).toBeGreaterThanOrEqual(least);
    expect(line.length).toBeGreaterThan(limit - 5000); // the room is used
  });

  test("and not one less at the very edge", () => {
    for (const make of [listed, (workflow: string) => ({ workflow, error: "e" })]) {
      const rest = many(500, (index) => make(`w${index}`));
      const lengths = Array.from({ length: 120 }, (_, more) => {
        const first = ["x".repeat(120), "x".repeat(more + 1)].map((workflow) => make(workflow));
        return renderJson(abridge([...first, ...rest])).length;
      });
      expect(Math.max(...lengths)).toBe(limit);
    }
  });

  test("for sessions with any values", () => {
    const sound = fc.record({ step: text, context: jsonObject }).map((fields) => listed("workflow:any", fields));
    const damaged = text.map((error) => ({ workflow: "workflow:bad", error }));
    fc.assert(
      fc.property(fc.array(sound, { maxLength: 60 }), fc.array(damaged, { maxLength: 60 }), (some, others) => {
        const all = [...some, ...others];
        const shown = abridge(all);
        expect(renderJson(shown).length).toBeLessThanOrEqual(limit);
        const [omitted = 0] = omittedOf(shown);
        expect(shown.length - omittedOf(shown).length + omitted).toBe(all.length);
      }),
    );
  });
});
