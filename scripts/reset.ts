#!/usr/bin/env bun
import "../lib/cli/runtime.ts";
import { answer } from "../lib/cli/answer.ts";
import { reset } from "../lib/cli/commands.ts";
import { noteOfAbsence, noteOfArchives, warningOf } from "../lib/cli/remarks.ts";
import { run } from "../lib/cli/run.ts";
import { viewReset } from "../lib/cli/views.ts";
import { activeWorkflows } from "../lib/store/reading.ts";
import { removeSession } from "../lib/store/sessions.ts";

run(reset, ({ workflow, ...condition }, { findProject }) => {
  const project = findProject();
  const { session, archives, damage } = removeSession(project, workflow, condition);
  const found = archives.length > 0 ? () => noteOfArchives(archives) : noteOfAbsence(workflow, () => activeWorkflows(project));
  return answer(session, viewReset(workflow, archives.length > 0), damage ? () => warningOf(damage) : found);
});
