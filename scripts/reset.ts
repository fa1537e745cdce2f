#!/usr/bin/env bun
import "../lib/cli/runtime.ts";
import { reset } from "../lib/cli/commands.ts";
import { noteOfAbsence, warningOf } from "../lib/cli/remarks.ts";
import { answer, run } from "../lib/cli/run.ts";
import { viewReset } from "../lib/cli/views.ts";
import { activeWorkflows } from "../lib/store/reading.ts";
import { removeSession } from "../lib/store/sessions.ts";

void run(reset, ({ workflow, ...condition }, { project }) => {
  const { session, damage } = removeSession(project, workflow, condition);
  const remark = damage ? () => warningOf(damage) : noteOfAbsence(workflow, () => activeWorkflows(project));
  return answer(session, viewReset(workflow), remark);
});
