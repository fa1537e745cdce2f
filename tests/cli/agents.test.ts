/** How a terminal of a coding agent is recognised. Real terminals with each of the variables are in `e2e/terminal.test.ts`. */
import { describe, expect, test } from "bun:test";
import { agentVariables, isAgent } from "../../lib/cli/agents.ts";

const terminal = {
  TERM: "xterm-256color",
  PATH: "/bin",
  USER: "ada",
  EDITOR: "vi",
  CI: "true",
  TERM_PROGRAM: "vscode",
  CLAUDE: "1",
};

test("a terminal of a person is none", () => {
  expect(isAgent(terminal)).toBe(false);
});

const known = `AI_AGENT CLAUDECODE CURSOR_AGENT GEMINI_CLI CODEX_SANDBOX CODEX_THREAD_ID CODEX_CI COPILOT_CLI COPILOT_AGENT OPENCODE
  OPENCODE_CLIENT CLINE_ACTIVE AMP_CURRENT_THREAD_ID AUGMENT_AGENT ANTIGRAVITY_AGENT`;

describe.each(known.split(/\s+/))("%s", (name) => {
  test("tells of an agent, whatever its value", () => {
    for (const value of ["1", "true", "seatbelt", "0199-a", " "]) expect(isAgent({ ...terminal, [name]: value })).toBe(true);
  });

  test("that is set to nothing, 0 or false tells of none", () => {
    for (const value of ["", "0", "false", undefined]) expect(isAgent({ ...terminal, [name]: value })).toBe(false);
  });

  test("stands in the table", () => {
    expect(agentVariables).toContain(name);
  });
});

test("every variable of the table counts by itself, and beside others that are off", () => {
  const off = Object.fromEntries(agentVariables.map((name) => [name, "0"]));
  expect(agentVariables.filter((name) => !isAgent({ ...off, [name]: "1" }))).toEqual([]);
  expect(isAgent(off)).toBe(false);
});
