/**
 * The one schema of a session, in zod: types come from it, and all that is read or written is checked with it, from
 * source and in the installed copy alike. A value is checked and kept as it is, so fields that the schema does not name
 * stay. It is built of as few classes of zod's core as will do: what `zod/mini` puts around them costs each start a third
 * more. `$ZodObject` is the class that interprets; zod's default compiles with `new Function`.
 */
import * as z from "zod/v4/core";
import { isObject, type JsonObject } from "./json.ts";
import { isStep, stepRule, timeRule } from "./rules.ts";
import { hasUtcYear } from "./time.ts";

/** A rule beyond the type of a value: `find` says what is expected instead, and where in the value. */
function rule<T>(find: (value: T) => Issue | undefined): z.$ZodCheck<T> {
  const check = new z.$ZodCheck({ check: "custom" });
  check._zod.check = ({ value, issues }) => {
    const found = find(value as T);
    if (found !== undefined) issues.push({ code: "custom", path: found.path, message: found.expected, input: value });
  };
  return check;
}

const ruleOf = <T>(isValid: (value: T) => boolean, expected: string) =>
  rule<T>((value) => (isValid(value) ? undefined : { path: [], expected }));

/** A time in ISO 8601 with an offset, with or without a fraction. */
export const time = new z.$ZodISODateTime({
  ...{ type: "string", check: "string_format", format: "datetime", offset: true, local: false, precision: null },
  error: () => timeRule,
  checks: [ruleOf(hasUtcYear, timeRule)],
});

/** Text by a rule. */
export const textBy = (isValid: (text: string) => boolean, expected: string) =>
  new z.$ZodString({ type: "string", error: () => expected, checks: [ruleOf(isValid, expected)] });

/** An object with at least these fields. */
export const looseObject = <S extends z.$ZodShape>(shape: S, expected: string) =>
  new z.$ZodObject({ type: "object", shape, error: () => expected }) as z.$ZodObject<S, z.$loose>;

/** A value that only a rule checks: zod's own list would make an object of each item, and an issue for each wrong one, and there may be four million. */
const valueBy = <T>(check: z.$ZodCheck<unknown>) => new z.$ZodUnknown({ type: "unknown", checks: [check] }) as z.$ZodType<T>;

const listOfSteps = rule((value) => {
  if (!Array.isArray(value)) return { path: [], expected: "a list of steps" };
  for (let at = 0; at < value.length; at += 1) if (!isStep(value[at])) return { path: [at], expected: stepRule };
  return undefined;
});

export const shape = {
  started_at: time,
  updated_at: time,
  step: textBy(isStep, stepRule),
  steps: valueBy<string[]>(listOfSteps),
  context: valueBy<JsonObject>(ruleOf(isObject, "an object")),
};

const sessionSchema = looseObject(shape, "an object with started_at, updated_at, step and steps");

/** The names of its fields, in the order in which they are written. */
export const fields = Object.keys(shape);

export type Session = z.output<typeof sessionSchema>;

/** Where a value is not what the schema wants, and what it wants there. */
type Issue = { path: PropertyKey[]; expected: string };

/** The place of an issue as messages show it, `steps[1]`; the empty text for the value as a whole. */
export const placeOf = ({ path }: Issue): string =>
  path.map((key) => (typeof key === "number" ? `[${key}]` : String(key))).join("");

/** The first issue of a value, `undefined` if it is a session, or what another schema wants. */
export function findIssue(value: unknown, schema: z.$ZodType = sessionSchema): Issue | undefined {
  const issue = z.safeParse(schema, value).error?.issues[0];
  return issue && { path: issue.path, expected: issue.message };
}
