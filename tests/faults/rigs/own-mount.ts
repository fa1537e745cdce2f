/** A folder, or a file, that is a mount of its own, so that nothing can be renamed into or over it. Needs root. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../support/project.ts";
import { fails, type Mounted, mounted, type Probe } from "./rig.ts";

/**
 * What is mounted over the path: `bind` is the path itself, whose content stays and which has the same device number as
 * before; `tmpfs` is another, empty disk, over a folder only. A rename into either fails with EXDEV, over a file with EBUSY.
 */
export type OwnMount = "bind" | "tmpfs";

/** Makes an existing path a mount of its own. Its folder cannot be removed before the scope ends. */
export function ownMount(path: string, kind: OwnMount): Mounted {
  const words = { bind: ["--bind", path], tmpfs: ["-t", "tmpfs", "-o", "size=16m", "tmpfs"] }[kind];
  return mounted(["mount", ...words, path], path);
}

export const ownMountProbe: Probe = {
  about: "leave to mount something over a folder (root)",
  try: () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, "inner"));
    writeFileSync(join(folder.path, "file"), "");
    using inner = ownMount(join(folder.path, "inner"), "bind");
    return fails("EXDEV", () => renameSync(join(folder.path, "file"), join(inner.path, "file")));
  },
};
