#!/usr/bin/env bun
import "../lib/cli/runtime.ts";
import { abridge } from "../lib/cli/brief.ts";
import { get } from "../lib/cli/commands.ts";
import { viewArchives, viewBrief, viewList } from "../lib/cli/lists.ts";
import { noteOfAbsence } from "../lib/cli/remarks.ts";
import { answer, run } from "../lib/cli/run.ts";
import { viewSession } from "../lib/cli/views.ts";
import { listArchives } from "../lib/store/archives.ts";
import { activeWorkflows, listSessions, readSession } from "../lib/store/reading.ts";

run(get, ({ workflow, archived, brief }, { project }) =>
  archived
    ? answer(listArchives(project, workflow), viewArchives)
    : workflow !== undefined
      ? answer(
          readSession(project, workflow),
          viewSession(workflow),
          noteOfAbsence(workflow, () => activeWorkflows(project)),
        )
      : brief
        ? answer(abridge(listSessions(project)), viewBrief)
        : answer(listSessions(project), viewList),
);
