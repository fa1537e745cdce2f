/** `list-often.ts SOURCES ROOT ANSWERS`: lists the sessions of a project that often in one process; prints how many each answer had. */
import { join } from "node:path";

const [sources = "", root = "", answers = ""] = process.argv.slice(2);
const { listSessions } = await import(join(sources, "lib/store/reading.ts"));
const counts: number[] = [];
for (let answer = 0; answer < Number(answers); answer += 1) {
  counts.push(listSessions({ root, sessions: join(root, "ia/state/sessions") }).length);
}
console.log(JSON.stringify(counts));
