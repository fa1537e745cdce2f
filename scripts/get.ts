#!/usr/bin/env bun
import "../lib/cli/runtime.ts";
import { answer } from "../lib/cli/answer.ts";
import { abridge } from "../lib/cli/brief.ts";
import { get } from "../lib/cli/commands.ts";
import { viewArchives, viewBrief, viewList } from "../lib/cli/lists.ts";
import { noteOfAbsence } from "../lib/cli/remarks.ts";
import { run } from "../lib/cli/run.ts";
import { viewSession } from "../lib/cli/views.ts";
import { archivedWorkflows, listArchives } from "../lib/store/archives.ts";
import { activeWorkflows, listSessions, readSession } from "../lib/store/reading.ts";

run(get, ({ workflow, archived, brief }, { findProject }) => {
  const project = findProject();
  if (archived) {
    const known = () => [...activeWorkflows(project), ...archivedWorkflows(project)];
    const note = workflow === undefined ? undefined : noteOfAbsence(workflow, known, "archive");
    return answer(listArchives(project, workflow), (listed, options) => viewArchives(listed, options, workflow), note);
  }
  if (brief) return answer(abridge(listSessions(project)), viewBrief);
  if (workflow === undefined) return answer(listSessions(project), viewList);
  const note = noteOfAbsence(workflow, () => activeWorkflows(project));
  return answer(readSession(project, workflow), viewSession(workflow), note);
});
