/**
 * How a terminal of a coding agent is recognised: by the variables that agents set for the commands they run. The one
 * table of them, each with its source. It is consulted only if stdout is a terminal.
 */

const sources = {
  AI_AGENT: "any agent: npm @vercel/detect-agent; VS Code's since microsoft/vscode#320129",
  CLAUDECODE: "Claude Code: https://code.claude.com/docs/en/env-vars",
  CURSOR_AGENT: "Cursor: npm @vercel/detect-agent, microsoft/vscode#311734",
  GEMINI_CLI: "Gemini CLI: google-gemini/gemini-cli, docs/tools/shell.md",
  CODEX_SANDBOX: "Codex: https://developers.openai.com/codex/environment-variables",
  CODEX_THREAD_ID: "Codex: openai/codex#10096",
  CODEX_CI: "Codex: npm @vercel/detect-agent 1.1.1",
  COPILOT_CLI: "GitHub Copilot CLI: PyPI ai-agent-detector",
  COPILOT_AGENT: "GitHub Copilot in VS Code: microsoft/vscode#316267",
  OPENCODE: "OpenCode: anomalyco/opencode#34065, overengineeringstudio/effect-utils#79",
  OPENCODE_CLIENT: "OpenCode: npm @vercel/detect-agent 1.1.0",
  CLINE_ACTIVE: "Cline: cline/cline, VscodeTerminalRegistry.ts",
  AMP_CURRENT_THREAD_ID: "Amp: microsoft/vscode#311734",
  AUGMENT_AGENT: "Augment: npm @vercel/detect-agent 1.1.0",
  ANTIGRAVITY_AGENT: "Antigravity: npm @vercel/detect-agent 1.1.1",
};

/** The variables that tell of an agent. */
export const agentVariables = Object.keys(sources);

/** Whether a command runs for a coding agent: one of the variables is set, and not to nothing, `0` or `false`. */
export const isAgent = (environment: Readonly<Record<string, string | undefined>>): boolean =>
  agentVariables.some((name) => !["", "0", "false", undefined].includes(environment[name]));
