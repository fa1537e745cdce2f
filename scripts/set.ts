#!/usr/bin/env bun
import { run } from "../lib/cli.ts";
import { set } from "../lib/commands.ts";
import { readContext } from "../lib/context.ts";
import { advance, requireCondition } from "../lib/session.ts";
import { updateSession } from "../lib/store.ts";

void run(set, async ({ workflow, step, context, "if-new": ifNew, "if-step": ifStep }, { project, now, stdin }) => {
  const patch = await readContext(context, stdin);
  return {
    json: updateSession(project, workflow, (session) => {
      requireCondition(session, { ifNew, ifStep });
      return advance(session, { step, patch, now: now().toISOString() });
    }),
  };
});
