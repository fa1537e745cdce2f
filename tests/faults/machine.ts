/** What a proof may need of the machine, each found out by trying it, and what is not proved where it is missing. */
import { temporaryFolder } from "../support/project.ts";
import { ext4Disk, mountTmpfs } from "./mount.ts";
import { chmodDenyingProbe, twoViewsProbe } from "./rigs/bindfs.ts";
import { busyFolderProbe } from "./rigs/busy-folder.ts";
import { caseFoldingProbe } from "./rigs/case-folding.ts";
import { frozenClockProbe } from "./rigs/frozen-clock.ts";
import { btrfsProbe, windowsNamesProbe } from "./rigs/images.ts";
import { noRecordLocksProbe } from "./rigs/no-record-locks.ts";
import { otherUserProbe } from "./rigs/other-user.ts";
import { ownMountProbe } from "./rigs/own-mount.ts";
import { processNamespaceProbe } from "./rigs/process-namespace.ts";
import { findLack, type Probe } from "./rigs/rig.ts";
import { slowSyncProbe } from "./rigs/slow-sync.ts";

const probes = {
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
  git: { about: "git", try: () => succeeds(["git", "--version"]) },
  "busy folder": busyFolderProbe,
  btrfs: btrfsProbe,
  "case folding": caseFoldingProbe,
  "chmod denied": chmodDenyingProbe,
  "frozen clock": frozenClockProbe,
  "no record locks": noRecordLocksProbe,
  "other user": otherUserProbe,
  "own mount": ownMountProbe,
  "process namespace": processNamespaceProbe,
  "slow syncs": slowSyncProbe,
  "two views": twoViewsProbe,
  "windows names": windowsNamesProbe,
} satisfies Record<string, Probe>;

export type Need = keyof typeof probes;

/** The start of a command that runs as nobody. */
export const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

const found = new Map<Need, Promise<string | null>>();

/** Which of the needs this machine does not meet, in words. */
export async function missing(needs: readonly Need[]): Promise<string[]> {
  const unmet: string[] = [];
  for (const need of needs) {
    if (!found.has(need)) found.set(need, findLack(probes[need]));
    const lack = await found.get(need);
    if (lack) unmet.push(lack);
  }
  return unmet;
}

function succeeds(command: string[]): boolean {
  return Bun.spawnSync(command, { stdout: "ignore", stderr: "ignore" }).success;
}
