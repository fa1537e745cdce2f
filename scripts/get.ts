#!/usr/bin/env bun
import { get } from "../lib/cli/commands.ts";
import { run } from "../lib/cli/run.ts";
import { listSessions, readSession } from "../lib/store/sessions.ts";

void run(get, ({ workflow }, { project }) => ({
  json: workflow === undefined ? listSessions(project) : readSession(project, workflow),
}));
