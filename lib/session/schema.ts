/**
 * The one schema of a session, in zod: types come from it, and all that is read or written is checked with it, from
 * source and in the installed copy alike. It is built of the classes of zod's core: what `zod/mini` puts around them
 * costs each start a third more. `$ZodObject` is the class that interprets; zod's default compiles with `new Function`.
 */
import * as z from "zod/v4/core";
import { isObject, type JsonObject } from "./json.ts";
import { isStep, stepRule, timeRule } from "./rules.ts";
import { hasUtcYear } from "./time.ts";

const rule = (isValid: (value: string) => boolean, expected: string) => z._refine(z.$ZodCustom, isValid, expected);

/** A time in ISO 8601 with an offset, with or without a fraction. */
export const time = new z.$ZodISODateTime({
  ...{ type: "string", check: "string_format", format: "datetime", offset: true, local: false, precision: null },
  error: () => timeRule,
  checks: [rule(hasUtcYear, timeRule)],
});

/** Text by a rule. */
export const textBy = (isValid: (value: string) => boolean, expected: string) =>
  z._string(z.$ZodString, { error: expected, checks: [rule(isValid, expected)] });

const step = textBy(isStep, stepRule);

/** The steps are checked up to the first that is wrong: zod would make an issue for each of four million. */
const steps = new z.$ZodArray({
  type: "array",
  element: z._unknown(z.$ZodUnknown),
  error: () => "a list of steps",
  checks: [
    z._check<unknown[]>(({ value, issues }) => {
      const wrong = value.findIndex((item) => !isStep(item));
      if (wrong !== -1) issues.push({ code: "custom", path: [wrong], message: stepRule, input: value[wrong] });
    }),
  ],
}) as z.$ZodArray<typeof step>;

/** An object with at least these fields. */
export const looseObject = <S extends z.$ZodShape>(shape: S, expected: string) =>
  new z.$ZodObject({ type: "object", shape, catchall: z._unknown(z.$ZodUnknown), error: () => expected }) as z.$ZodObject<
    S,
    z.$loose
  >;

export const shape = {
  started_at: time,
  updated_at: time,
  step,
  steps,
  context: z._custom<JsonObject>(z.$ZodCustom, isObject, "an object"),
};

const sessionSchema = looseObject(shape, "an object with started_at, updated_at, step and steps");

/** The names of its fields, in the order in which they are written. */
export const fields = Object.keys(shape);

export type Session = z.output<typeof sessionSchema>;

/** Where a value is not what the schema wants, and what it wants there. */
export type Issue = { path: PropertyKey[]; expected: string };

/** The place of an issue as messages show it, `steps[1]`; the empty text for the value as a whole. */
export function placeOf({ path }: Issue): string {
  return path.map((key) => (typeof key === "number" ? `[${key}]` : String(key))).join("");
}

/** The first issue of a value, `undefined` if it is a session, or what another schema wants. */
export function findIssue(value: unknown, schema: z.$ZodType = sessionSchema): Issue | undefined {
  const issue = z.safeParse(schema, value).error?.issues[0];
  return issue && { path: issue.path, expected: issue.message };
}
