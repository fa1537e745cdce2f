#!/usr/bin/env bun
import { reset } from "../lib/cli/commands.ts";
import { run } from "../lib/cli/run.ts";
import { removeSession } from "../lib/store/sessions.ts";

void run(reset, ({ workflow }, { project }) => {
  const { session, damage } = removeSession(project, workflow);
  return { json: session, ...(damage !== undefined && { warning: `threw away a damaged session: ${damage}` }) };
});
