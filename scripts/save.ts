#!/usr/bin/env bun
import "../lib/cli/runtime.ts";
import { answer } from "../lib/cli/answer.ts";
import { save } from "../lib/cli/commands.ts";
import { noteOfSave } from "../lib/cli/remarks.ts";
import { run } from "../lib/cli/run.ts";
import { readNotes } from "../lib/cli/standard-input.ts";
import { viewSave } from "../lib/cli/views.ts";
import { archiveSession, previewArchive } from "../lib/store/save.ts";

run(save, ({ workflow, status = "completed", notes: given, "dry-run": isDryRun, ...condition }, { findProject, now, stdin }) => {
  const options = { status, notes: readNotes(given, stdin), condition, now };
  const project = findProject();
  if (isDryRun) return { text: previewArchive(project, workflow, options) };
  const { archive, kept } = archiveSession(project, workflow, options);
  return answer({ workflow, status, archive }, viewSave, () => noteOfSave(options.notes, kept));
});
