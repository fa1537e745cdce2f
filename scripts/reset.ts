#!/usr/bin/env bun
import { run } from "../lib/cli.ts";
import { reset } from "../lib/commands.ts";
import { removeSession } from "../lib/store.ts";

void run(reset, ({ workflow }, { project }) => {
  const { session, damage } = removeSession(project, workflow);
  return { json: session, ...(damage !== undefined && { warning: `threw away a damaged session: ${damage}` }) };
});
