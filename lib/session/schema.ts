/**
 * The one schema of a session, in zod: types come from it, and all that is read or written is checked with it.
 *
 * In the built copy `build.ts` puts another module in the place of this one: the same exports (a new one must be added
 * there), the checks as plain code that it compiles from the schema. To load zod would cost each start more than all else
 * that a script does.
 */
import * as z from "zod/mini";
import { isObject, type JsonObject } from "./json.ts";
import { isStep, stepRule } from "./rules.ts";
import { isTime, timeRule } from "./time.ts";

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
