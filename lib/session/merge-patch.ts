/** JSON Merge Patch, RFC 7396: objects merge, every other value replaces, `null` removes the key. */
import { isObject, type JsonObject, type JsonValue } from "./json.ts";

/**
 * Applies a patch as RFC 7396, section 2, defines it. Neither argument is changed; keys keep their order, new ones
 * come last. `__proto__` is a key like others here; `findProblem` refuses it, before and after.
 */
export function mergePatch(target: JsonValue, patch: JsonObject): JsonObject;
export function mergePatch(target: JsonValue, patch: JsonValue): JsonValue;
export function mergePatch(target: JsonValue, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const merged: JsonObject = Object.create(null); // in which no key is inherited
  if (isObject(target)) Object.assign(merged, target);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key] ?? null, value);
  }
  return { ...merged };
}
