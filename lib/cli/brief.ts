/** The list of sessions for hooks at the start of a conversation, whose output hosts cut at 10,000 characters. */
import { cutText, renderJson } from "../session/json.ts";
import type { DamagedSession, ListedSession } from "../session/session.ts";
import { parseTime, toUtc } from "../session/time.ts";

/** The most characters that the line may have, its newline included. */
const maxLength = 9000;
const maxValueLength = 100;

const keys = ["branch", "next", "blocked", "by"] as const;

type Facts = { [K in (typeof keys)[number]]?: string | number };
export type BriefSession = { workflow: string; step: string; updated_at: string } & Facts;
export type Brief = (BriefSession | DamagedSession | { omitted: number })[];

/** As many of the sessions as fit, in their order: damaged ones are left out last. What is left out is counted at the end. */
export function abridge(listed: readonly (ListedSession | DamagedSession)[]): Brief {
  const sound = listed.filter((item) => "steps" in item).map(shorten);
  const broken = listed.filter((item): item is DamagedSession => !("steps" in item));
  const damaged = broken.map(({ workflow, error }) => ({ workflow, error: cutText(error, maxValueLength) }));
  let left = maxLength - renderJson([{ omitted: listed.length }]).length;
  const fits = (item: object) => {
    if (left >= 0) left -= renderJson(item).length; // its newline stands for the comma
    return left >= 0;
  };
  const shownDamaged = damaged.filter(fits); // none after the first that does not fit: `left` only shrinks
  const shownSound = sound.filter(fits);
  const omitted = listed.length - shownSound.length - shownDamaged.length;
  return [...shownSound, ...shownDamaged, ...(omitted === 0 ? [] : [{ omitted }])];
}

function shorten({ workflow, step, updated_at, context }: ListedSession): BriefSession {
  const facts = keys.map((key) => {
    const value = context[key];
    return [key, typeof value === "string" ? cutText(value, maxValueLength) : typeof value === "number" ? value : undefined];
  });
  // a time with an overlong fraction is cut to milliseconds
  const updated = updated_at.length <= maxValueLength ? updated_at : toUtc(parseTime(updated_at));
  return { workflow, step, updated_at: updated, ...Object.fromEntries(facts.filter(([, value]) => value !== undefined)) };
}
