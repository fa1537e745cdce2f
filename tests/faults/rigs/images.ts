/**
 * Small disks of other file systems, each new and empty: btrfs on a loop device (Debian: btrfs-progs, and a kernel that
 * has it), and NTFS by FUSE with the names that Windows allows (Debian: ntfs-3g, and `/dev/fuse`). Need root.
 */
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtIn, command, fails, type Mounted, mounted, type Probe } from "./rig.ts";

const megabyte = 1024 * 1024;

/** btrfs: a listing of a folder may leave out a file that is replaced meanwhile. The image is sparse. */
export function btrfsDisk(): Mounted {
  return imageDisk(120 * megabyte, ["mkfs.btrfs", "--quiet"], ["mount", "-o", "loop"]);
}

/** Makes a subvolume of a btrfs disk: a folder into which nothing can be renamed (EXDEV), though no mount is to be seen. */
export function makeSubvolume(path: string): void {
  command(["btrfs", "subvolume", "create", path]);
}

/**
 * NTFS that refuses what Windows refuses in names, with EINVAL. Case counts on it. Every file is root's and has mode
 * 0777, and chmod does nothing, unless `permissions` is among the options.
 */
export function windowsNamesDisk(options = "windows_names"): Mounted {
  return imageDisk(8 * megabyte, ["mkntfs", "--quiet", "--fast", "--force"], ["ntfs-3g", "-o", options]);
}

function imageDisk(bytes: number, make: string[], mount: string[]): Mounted {
  return builtIn((folder, parts) => {
    const image = join(folder, "image");
    const path = join(folder, "disk");
    writeFileSync(image, "");
    truncateSync(image, bytes);
    mkdirSync(path);
    command([...make, image]);
    parts.use(mounted([...mount, image, path], path));
    return { path };
  });
}

export const btrfsProbe: Probe = {
  about: "btrfs image on a loop device (root, mkfs.btrfs, a kernel with btrfs)",
  try: () => {
    using _disk = btrfsDisk();
    return true;
  },
};

export const windowsNamesProbe: Probe = {
  about: "disk that refuses the names that Windows refuses (root, /dev/fuse, mkntfs, ntfs-3g)",
  try: () => {
    using disk = windowsNamesDisk();
    return fails("EINVAL", () => writeFileSync(join(disk.path, "a:b"), ""));
  },
};
