/**
 * Small disks for the time of a scope: a tmpfs, and an ext4 image on a loop device. The image is mounted so that
 * nothing reaches it unless it is asked for: no commit for ten minutes, no flush that the kernel adds to a rename.
 * `image` holds what the disk would hold if the power went now.
 */
import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/project.ts";

export type Disk = Disposable & { path: string };
export type ImageDisk = Disk & { image: string };

/** Mounts a tmpfs with these options over an existing folder. */
export function mountTmpfs(path: string, options: string): Disk {
  return mount(["-t", "tmpfs", "-o", options, "tmpfs", path], path);
}

/** A new, empty ext4 disk. */
export function ext4Disk(): ImageDisk {
  return imageDisk((image) => {
    writeFileSync(image, "");
    truncateSync(image, 8 * 1024 * 1024);
    command(["mkfs.ext4", "-q", "-F", "-b", "1024", image]);
  });
}

/** What is found after a power cut: a copy of the image as it is now, with its journal replayed. */
export function afterPowerCut(disk: ImageDisk): ImageDisk {
  return imageDisk((image) => copyFileSync(disk.image, image));
}

function imageDisk(make: (image: string) => void): ImageDisk {
  const folder = temporaryFolder();
  const image = join(folder.path, "image");
  const path = join(folder.path, "disk");
  try {
    make(image);
    mkdirSync(path);
    const mounted = mount(["-o", "loop,commit=600,noauto_da_alloc", image, path], path);
    return {
      path,
      image,
      [Symbol.dispose]: () => {
        mounted[Symbol.dispose]();
        folder[Symbol.dispose]();
      },
    };
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }
}

function mount(words: string[], path: string): Disk {
  command(["mount", ...words]);
  return { path, [Symbol.dispose]: () => command(["umount", path]) };
}

/** Writes everything on the disk of a path to it. */
export function syncDisk(path: string): void {
  command(["sync", "-f", path]);
}

function command(words: string[]): void {
  const { success, stderr } = Bun.spawnSync(words, { stdout: "ignore", stderr: "pipe" });
  if (!success) throw new Error(`${words.join(" ")}: ${stderr}`);
}
