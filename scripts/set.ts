#!/usr/bin/env bun
import "../lib/cli/runtime.ts";
import { answer } from "../lib/cli/answer.ts";
import { set } from "../lib/cli/commands.ts";
import { readContext } from "../lib/cli/context.ts";
import { noteOfSet } from "../lib/cli/remarks.ts";
import { run } from "../lib/cli/run.ts";
import { viewSet } from "../lib/cli/views.ts";
import type { Session } from "../lib/session/schema.ts";
import { advance } from "../lib/session/session.ts";
import { activeWorkflows } from "../lib/store/reading.ts";
import { updateSession } from "../lib/store/sessions.ts";

run(set, ({ workflow, step, context: given, ...condition }, { findProject, now, stdin }) => {
  const patch = readContext(given, stdin);
  const project = findProject();
  const change = (before: Session | null) => advance(before, { step, patch, now: now() });
  const { before, session } = updateSession(project, workflow, { condition, change });
  return answer(session, viewSet(workflow), noteOfSet({ workflow, given, before, active: () => activeWorkflows(project) }));
});
