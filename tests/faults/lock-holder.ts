/** A process that takes the lock at a path and stops itself; when it is continued it prints whether it still holds it. */
import { acquireLock } from "../../lib/store/lock.ts";

const [path = ""] = process.argv.slice(2);
const lock = acquireLock(path);
process.kill(process.pid, "SIGSTOP");
await Bun.write(Bun.stdout, String(lock.isHeld()));
lock.release();
