/**
 * Disks by bindfs, which shows a folder a second time through FUSE (Debian: bindfs). Needs root and `/dev/fuse`. Two
 * mounts of bindfs know nothing of each other: neither record locks nor what the kernel has cached is shared.
 */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtIn, fails, type Mounted, mounted, type Probe } from "./rig.ts";

/** A new, empty disk that refuses every chmod with EPERM, as some shared folders and removable disks do. `source` is below it. */
export function chmodDenyingDisk(): Mounted & { source: string } {
  return builtIn((folder, parts) => {
    const [source, path] = folders(folder, ["source", "disk"]);
    parts.use(bindfs(source, path, ["--chmod-deny"]));
    return { path, source };
  });
}

/** How a folder is seen a second time: `bind` shares the locks and the cache with it, `bindfs` does not. */
export type View = "bind" | "bindfs";

/** Two mounts of one new, empty folder, as a host and its container have it, and that folder itself. */
export function twoViews(view: View): Disposable & { paths: [string, string]; source: string } {
  return builtIn((folder, parts) => {
    const [source, first, second] = folders(folder, ["source", "first", "second"]);
    for (const path of [first, second]) {
      parts.use(view === "bind" ? mounted(["mount", "--bind", source, path], path) : bindfs(source, path, []));
    }
    return { paths: [first, second], source };
  });
}

function bindfs(source: string, path: string, options: string[]): Mounted {
  return mounted(["bindfs", ...options, source, path], path);
}

function folders<const Names extends readonly string[]>(folder: string, names: Names): { [Name in keyof Names]: string } {
  const paths = names.map((name) => join(folder, name));
  for (const path of paths) mkdirSync(path);
  return paths as { [Name in keyof Names]: string };
}

export const chmodDenyingProbe: Probe = {
  about: "disk that refuses chmod (root, /dev/fuse, bindfs)",
  try: () => {
    using disk = chmodDenyingDisk();
    const path = join(disk.path, "file");
    writeFileSync(path, "");
    return fails("EPERM", () => chmodSync(path, 0o600));
  },
};

export const twoViewsProbe: Probe = {
  about: "two mounts of one folder (root, /dev/fuse, bindfs)",
  try: () => {
    for (const view of ["bind", "bindfs"] as const) {
      using views = twoViews(view);
      writeFileSync(join(views.paths[0], "file"), "");
      if (!existsSync(join(views.paths[1], "file"))) return false;
    }
    return true;
  },
};
