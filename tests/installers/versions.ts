/** Everything that is taken from the npm registry, pinned, and how it is started. Nothing else names a version. */
export interface Tool {
  readonly version: string;
  /** The program's file in the package. */
  readonly entry: string;
  readonly runtime: "bun" | "node";
  /** Whether its optional dependencies are left out: no command that is used here loads them. */
  readonly lean?: true;
}

export const tools = {
  "@anthropic-ai/claude-code": { version: "2.1.197", entry: "cli-wrapper.cjs", runtime: "node" },
  "agent-skills-cli": { version: "1.1.9", entry: "dist/cli/index.js", runtime: "node" },
  degit: { version: "3.10.0", entry: "degit", runtime: "node" },
  gitpick: { version: "6.1.1", entry: "dist/index.mjs", runtime: "node" },
  openskills: { version: "1.5.0", entry: "dist/cli.js", runtime: "node" },
  skillkit: { version: "1.24.0", entry: "dist/cli.js", runtime: "node", lean: true }, // 970 MB otherwise
  skillman: { version: "0.0.6", entry: "dist/cli.mjs", runtime: "node" },
  skills: { version: "1.7.4", entry: "bin/cli.mjs", runtime: "bun" }, // on Node it needs 22.20
  "skills-ref": { version: "0.1.5", entry: "dist/cli.js", runtime: "node" },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

/** What lies in the `node_modules` of the project that the skill is installed into: a zod that the skill cannot use. */
export const hostPackage = { name: "zod", version: "3.25.76" } as const;
