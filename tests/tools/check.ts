/** The gate, `bun run check`: format and lint, types, tests with coverage. It ends with `N passed, N failed`. */
const steps = {
  "format and lint": ["node_modules/.bin/biome", "check", "--error-on-warnings", "."],
  types: [process.execPath, "node_modules/typescript/bin/tsc", "--noEmit"],
  tests: [process.execPath, "test", "--coverage"],
};

/** The line coverage of all files together, in percent, from the table that `bun test` prints. */
function coverage(text: string): number {
  return Number(/^All files *\| *[\d.]+ *\| *([\d.]+)/m.exec(text)?.[1] ?? 0);
}

let passed = 0;
let failed = 0;
for (const [name, command] of Object.entries(steps)) {
  console.log(`\n== ${name}: ${command.slice(-3).join(" ")}`);
  const child = Bun.spawn(command, { cwd: `${import.meta.dir}/../..`, stdout: "inherit", stderr: "pipe" });
  let text = "";
  for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
    process.stderr.write(chunk);
    text += chunk;
  }
  const ok = (await child.exited) === 0;
  const count = (word: string) => Number(new RegExp(`^ *(\\d+) ${word}$`, "m").exec(text)?.[1] ?? 0);
  passed += name === "tests" ? count("pass") : Number(ok);
  failed += name === "tests" ? count("fail") : 0;
  if (!ok && (name !== "tests" || count("fail") === 0)) {
    failed += 1;
    console.log(`\n${name} ended with ${child.exitCode}${name === "tests" ? ": a file is covered by less than 80 %" : ""}`);
  }
  if (name === "tests" && coverage(text) < 95) {
    console.log(`\nlib/ has a line coverage of ${coverage(text)} %, at least 95 % are wanted`);
    failed += 1;
  }
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
