/** What a proof may need of the machine, each found out by trying it, and what is not proved where it is missing. */
import { temporaryFolder } from "../support/project.ts";
import { ext4Disk, mountTmpfs } from "./mount.ts";

export type Need = "strace" | "root" | "tmpfs" | "loop" | "setpriv" | "prlimit";

const probes: Record<Need, { about: string; try: () => boolean | Promise<boolean> }> = {
  strace: {
    about: "strace that may trace and inject",
    try: () => succeeds(["strace", "-o", "/dev/null", "-e", "inject=fsync:error=EIO:when=1", "true"]),
  },
  root: { about: "root", try: () => process.getuid?.() === 0 },
  tmpfs: {
    about: "leave to mount a tmpfs",
    try: () => {
      using folder = temporaryFolder();
      using _disk = mountTmpfs(folder.path, "size=96k");
      return true;
    },
  },
  loop: {
    about: "an ext4 image on a loop device (mkfs.ext4, mount -o loop)",
    try: () => {
      using _disk = ext4Disk();
      return true;
    },
  },
  setpriv: {
    about: "setpriv to another user who may run Bun and read this folder",
    try: () => succeeds([...asNobody, process.execPath, "-e", `require(${JSON.stringify(import.meta.path)})`]),
  },
  prlimit: { about: "prlimit", try: () => succeeds(["prlimit", "--fsize=4096", "true"]) },
};

/** The start of a command that runs as nobody. */
export const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

const found = new Map<Need, Promise<boolean>>();

/** Which of the needs this machine does not meet, in words. */
export async function missing(needs: readonly Need[]): Promise<string[]> {
  const unmet: string[] = [];
  for (const need of needs) {
    if (!found.has(need)) found.set(need, attempt(probes[need].try));
    if (!(await found.get(need))) unmet.push(probes[need].about);
  }
  return unmet;
}

async function attempt(probe: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await probe();
  } catch {
    return false; // missing is what this is to find out
  }
}

function succeeds(command: string[]): boolean {
  return Bun.spawnSync(command, { stdout: "ignore", stderr: "ignore" }).success;
}
