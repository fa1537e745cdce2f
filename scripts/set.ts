#!/usr/bin/env bun
import { set } from "../lib/cli/commands.ts";
import { readContext } from "../lib/cli/context.ts";
import { run } from "../lib/cli/run.ts";
import { advance, requireCondition } from "../lib/session/session.ts";
import { updateSession } from "../lib/store/sessions.ts";

void run(set, async ({ workflow, step, context, "if-new": ifNew, "if-step": ifStep }, { project, now, stdin }) => {
  const patch = await readContext(context, stdin);
  return {
    json: updateSession(project, workflow, (session) => {
      requireCondition(session, { ifNew, ifStep });
      return advance(session, { step, patch, now: now().toISOString() });
    }),
  };
});
