#!/usr/bin/env bun
import { renderArchive } from "../lib/archive/archive.ts";
import { save } from "../lib/cli/commands.ts";
import { run } from "../lib/cli/run.ts";
import type { Session } from "../lib/session/schema.ts";
import { archiveSession, previewArchive } from "../lib/store/save.ts";

void run(save, ({ workflow, status = "completed", notes, "dry-run": dryRun }, { project, now }) => {
  const render = (session: Session) => renderArchive(session, { workflow, status, notes, now: now() });
  return dryRun
    ? { text: previewArchive(project, workflow, render) }
    : { json: { workflow, status, archive: archiveSession(project, workflow, render) } };
});
