/**
 * The picture in the README, from a real run in a real pseudo-terminal: `bun tests/tools/screenshot.ts` draws it anew into
 * `tests/fixtures/terminal.svg`.
 */
import { join } from "node:path";
import { renderArchive } from "../../lib/archive/archive.ts";
import type { JsonObject } from "../../lib/session/json.ts";
import type { Status } from "../../lib/session/rules.ts";
import { temporaryProject } from "../support/project.ts";
import { bun, repository, scriptPath } from "../support/run-script.ts";
import { runInTerminal } from "../support/terminal.ts";

const columns = 104;
const cell = { width: 8.4, height: 19 };
const margin = 16;
const colours: Record<string, string> = { "1": "#ffffff", "2": "#8b949e", "31": "#ff7b72", "36": "#56d4dd" };

/** Runs the views of `get.ts` on sessions and archives of some ages and draws the screen as SVG. */
export async function drawScreenshot(): Promise<string> {
  using project = temporaryProject();
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000 - 1000).toISOString();
  const session = (started: number, steps: [string, ...string[]], context: JsonObject) => ({
    ...{ started_at: ago(started), updated_at: ago(started % 60), step: steps.at(-1) ?? "", steps, context },
  });
  const archive = (workflow: string, status: Status, minutes: number) => {
    const now = new Date(ago(minutes));
    const text = renderArchive(session(minutes + 90, ["init", "ship"], {}), { workflow, status, notes: undefined, now });
    project.write(`archives/${ago(minutes + 90).slice(0, 10)}-${workflow.replace(":", "-")}.md`, text);
  };
  const next = "wait for the checks, then ask Ada for a review;\nmerge with a squash";
  const context = { branch: "feat/workflow-start", pr_number: 8, checks: { ci: "red", lint: "green" }, next };
  project.write("workflow:pr.json", session(125, ["init", "git:pr:find", "git:pr:monitor"], context));
  project.write("workflow:release.json", { ...session(4400, ["init", "tag"], { branch: "main" }), updated_at: ago(4330) });
  project.write("workflow:docs.json", "{");
  archive("workflow:hotfix", "completed", 190);
  archive("workflow:cleanup", "cancelled", 4400);

  let screen = "";
  for (const words of ["--all", "workflow:pr", "--archived"]) {
    screen += `\u001b[2m$\u001b[0m bun run .claude/skills/session/scripts/get.ts ${words}\n`;
    screen += (await runInTerminal([bun, "run", scriptPath("get"), words], { cwd: project.path, columns })).screen;
    screen += "\n";
  }
  return drawSvg(screen.trimEnd().split("\n"));
}

function drawSvg(rows: string[]): string {
  const width = Math.round(columns * cell.width + 2 * margin);
  const height = rows.length * cell.height + 2 * margin;
  const texts = rows.map((row, index) => `<text x="${margin}" y="${margin + 14 + index * cell.height}">${drawRow(row)}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3" xml:space="preserve">
${texts.join("\n")}
</g>
</svg>
`;
}

/** One row of the screen: each run of a style where its column is, so that the columns line up in any font. */
function drawRow(row: string): string {
  let column = 0;
  let colour = "";
  return row
    .split(/\u001b\[(\d+)m/)
    .map((part, index) => {
      if (index % 2 === 1) {
        colour = colours[part] ?? "";
        return "";
      }
      const x = margin + column * cell.width;
      column += Bun.stringWidth(part);
      return part === "" ? "" : `<tspan x="${x.toFixed(1)}"${colour && ` fill="${colour}"`}>${Bun.escapeHTML(part)}</tspan>`;
    })
    .join("");
}

if (import.meta.main) await Bun.write(join(repository, "tests/fixtures/terminal.svg"), await drawScreenshot());
