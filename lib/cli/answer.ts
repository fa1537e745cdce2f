/** What a script answers: a value in the forms in which it can be printed. */
import { renderJson } from "../session/json.ts";
import type { Screen } from "./layout.ts";
import type { ViewOptions } from "./views.ts";

/** A value as JSON and as people see it, with a remark for stderr; or a text to be printed as it is. */
export type Answer =
  | { json: (indent?: number) => string; view: (options: ViewOptions) => string; remark: () => string | undefined }
  | { text: string; remark?: undefined };

type View<T> = (value: T, options: ViewOptions) => string;

/** An answer whose view, and the remark on it, fit its value. */
export const answer = <T>(value: T, view: View<T>, remark?: (value: T) => string | undefined): Answer => ({
  json: (indent) => renderJson(value, indent),
  view: (options) => view(value, options),
  remark: () => remark?.(value),
});

type Call = { args: { json?: true | undefined }; now: () => Date; findProject: () => { sessions: string } };

/** JSON for programs; for people at a terminal the view of the command. */
export function render(result: Answer, { args, now, findProject }: Call, screen: Screen | null): string {
  if ("text" in result) return result.text;
  if (screen === null) return result.json();
  return args.json ? result.json(2) : result.view({ ...screen, now: now(), sessions: findProject().sessions });
}
