#!/usr/bin/env bun
import { run } from "../lib/cli.ts";
import { get } from "../lib/commands.ts";
import { listSessions, readSession } from "../lib/store.ts";

void run(get, ({ workflow }, { project }) => ({
  json: workflow === undefined ? listSessions(project) : readSession(project, workflow),
}));
