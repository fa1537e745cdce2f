#!/usr/bin/env bun
import { renderArchive } from "../lib/archive.ts";
import { run } from "../lib/cli.ts";
import { save } from "../lib/commands.ts";
import { archiveSession, previewArchive } from "../lib/save.ts";
import type { Session } from "../lib/schema.ts";

void run(save, ({ workflow, status = "completed", notes, "dry-run": dryRun }, { project, now }) => {
  const render = (session: Session) => renderArchive(session, { workflow, status, notes, now: now() });
  return dryRun
    ? { text: previewArchive(project, workflow, render) }
    : { json: { workflow, status, archive: archiveSession(project, workflow, render) } };
});
