/** Golden files: what people see, kept as files that can be read. `UPDATE_GOLDEN=1 bun test` writes them anew. */
import { expect } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { repository } from "./run-script.ts";

/** Compares text with a file of `tests/fixtures/`; escape sequences stand there as `\e[…m`. */
export function expectGolden(name: string, text: string): void {
  const path = join(repository, "tests/fixtures", name);
  const shown = text.replaceAll("\u001b", "\\e");
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, shown);
  }
  expect(shown).toBe(readFileSync(path, "utf8"));
}
