/**
 * Replaces the files that it is given, over and over and in turn, until its standard input ends: each by a new file with
 * the same content that is renamed over it. Prints a line when all have been replaced once, and at the end how many
 * renames there were.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const files = process.argv.slice(2).map((path) => ({ path, content: readFileSync(path) }));
let goesOn = true;
process.stdin
  .on("data", () => {})
  .on("end", () => {
    goesOn = false;
  });

let renames = 0;
for (let round = 0; goesOn; round += 1) {
  for (const { path, content } of files) {
    const temporary = join(dirname(path), `.${crypto.randomUUID()}.tmp`);
    writeFileSync(temporary, content);
    renameSync(temporary, path);
    renames += 1;
    if (renames % 64 === 0) await Bun.sleep(0); // so that the end of standard input is noticed
  }
  if (round === 0) console.log("going");
  await Bun.sleep(0);
}
console.log(renames);
