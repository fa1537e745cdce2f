/**
 * The one schema of a session, in zod: types come from it, and all that is read or written is checked with it.
 *
 * In the built copy these checks stand as plain code that `build.ts` compiles from the schema, and zod stays at home: to
 * load it would cost each start more than everything else that a script does.
 */
import * as z from "zod/mini";
import { isObject, type JsonObject } from "./json.ts";
import { isStep, isTime, stepRule, timeRule } from "./rules.ts";

const time = z.custom<string>(isTime, timeRule);
const step = z.custom<string>(isStep, stepRule);

export const sessionSchema = z.looseObject(
  {
    started_at: time,
    updated_at: time,
    step,
    steps: z.array(step, "a list of steps"),
    context: z.custom<JsonObject>(isObject, "an object"),
  },
  "an object with started_at, updated_at, step and steps",
);

/** The names of its fields, in the order in which they are written. */
export const fields = Object.keys(sessionSchema.shape);

export type Session = z.infer<typeof sessionSchema>;

/** Where a value is not what the schema wants, and what it wants there. */
export type Issue = { path: PropertyKey[]; expected: string };

/** The first issue of a value, `undefined` where it is a session. */
export function findIssue(value: unknown): Issue | undefined {
  const issue = sessionSchema.safeParse(value).error?.issues[0];
  return issue && { path: issue.path, expected: issue.message };
}
