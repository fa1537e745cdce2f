/** All cases. What each installer is told is what its documentation says for an installation without questions. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Bench, type Case, checkInstallation, control, documented, type Installation, installation } from "./case.ts";
import { owner, type RepositoryName } from "./origin.ts";

const skills = (name: string, flags: readonly string[], more: Partial<Installation> = {}): Installation => ({
  name: `skills, ${name}`,
  tool: "skills",
  command: ({ tool }, repository) => [...tool, "add", `${owner}/${repository}`, "--yes", ...flags],
  ...more,
});
const agents = ["claude-code", "codex", "cursor", "opencode", "gemini-cli"];
const shared = ".agents/skills/session"; // of all agents that have no folder of their own

const skillsCopy = skills("one agent, copied", ["--agent", "claude-code", "--copy"]);
const openskills: Installation = {
  name: "openskills",
  tool: "openskills",
  command: ({ tool }, repository) => [...tool, "install", `${owner}/${repository}`, "--yes"],
  adds: [".openskills.json"],
};

const installations: readonly Installation[] = [
  skillsCopy,
  skills("three agents, linked", ["--agent", ...agents.slice(0, 3)], { copies: [documented, shared], links: [documented] }),
  skills("five agents, copied", ["--agent", ...agents, "--copy"], { copies: [documented, shared] }),
  skills("Codex alone", ["--agent", "codex"], { copies: [shared] }),
  openskills,
  {
    name: "skillkit",
    tool: "skillkit",
    command: ({ tool }, repository) => [...tool, "install", `${owner}/${repository}`, "--yes", "--agent", "claude-code"],
    adds: [".skillkit.json"],
  },
  {
    name: "agent-skills-cli",
    tool: "agent-skills-cli",
    command: ({ tool }, repository) => [...tool, "install", `${owner}/${repository}`, "--agent", "claude", "--yes"],
  },
  { name: "skillman", tool: "skillman", command: ({ tool }, repository) => [...tool, "add", `${owner}/${repository}`] },
  {
    name: "degit",
    tool: "degit",
    command: ({ tool }, repository) => [...tool, `${owner}/${repository}/skills/session`, documented, "--mode=git"],
  },
  {
    name: "gitpick",
    tool: "gitpick",
    command: ({ tool }, repository) => [...tool, folderOnGitHub(repository), documented],
  },
  {
    name: "cp -r",
    command: ({ origin }, repository) => {
      const source = join(origin.checkouts[repository], "skills/session");
      return ["sh", "-c", 'mkdir -p "$(dirname "$2")" && cp -r "$1" "$2"', "sh", source, documented];
    },
  },
];

const plugin: Case = {
  name: "Claude Code, plugin",
  tool: "@anthropic-ai/claude-code",
  run: async (bench) => {
    const { host, origin, tool } = bench;
    const { name, plugins } = readMarketplace(origin.checkouts["session-skill"]);
    await host.runOrThrow([...tool, "plugin", "marketplace", "add", `${owner}/session-skill`]);
    await host.runOrThrow([...tool, "plugin", "install", `${plugins[0]?.name}@${name}`]);
    const versions = join(host.home, ".claude/plugins/cache", name, `${plugins[0]?.name}`);
    return checkInstallation(bench, { name, copies: readdirSync(versions).map((version) => join(versions, version)) });
  },
};

const validations: readonly Case[] = (["session-skill", "root-layout"] as const).flatMap((repository) => [
  validation("Claude Code, plugin validate --strict", repository, {
    tool: "@anthropic-ai/claude-code",
    command: ({ tool, origin }) => [...tool, "plugin", "validate", "--strict", origin.checkouts[repository]],
    mustFail: /No manifest found/,
  }),
  validation("skills-ref, validate", repository, {
    tool: "skills-ref",
    command: ({ tool, origin }) => {
      const folder = repository === "session-skill" ? "skills/session" : "";
      return [...tool, "validate", join(origin.checkouts[repository], folder)];
    },
    mustFail: /must match skill name/,
  }),
]);

export const cases: readonly Case[] = [
  ...installations.map((each) => installation(each)),
  plugin,
  ...validations,
  control(skillsCopy),
  control(openskills),
];

interface Validation extends Required<Pick<Case, "tool" | "mustFail">> {
  readonly command: (bench: Bench) => readonly string[];
}

/** A case of a validator that says nothing but yes or no; of the control's repository it must say no. */
function validation(name: string, repository: RepositoryName, { tool, command, mustFail }: Validation): Case {
  const run = async (bench: Bench) => {
    await bench.host.runOrThrow(command(bench));
    return "valid";
  };
  if (repository === "session-skill") return { name, tool, run };
  return { name: `control: ${name}, SKILL.md at the root`, tool, run, mustFail };
}

function readMarketplace(repository: string): { name: string; plugins: { name: string }[] } {
  return JSON.parse(readFileSync(join(repository, ".claude-plugin/marketplace.json"), "utf8"));
}

function folderOnGitHub(repository: RepositoryName): string {
  return `https://github.com/${owner}/${repository}/tree/main/skills/session`;
}
