/**
 * A disk that ignores case and keeps it, as macOS and Windows have by default: a FUSE file system of our own over a
 * folder. Needs root, `/dev/fuse`, Python 3 and fusepy (Debian: python3-fusepy; elsewhere the module `fusepy`).
 *
 * It does not show: composed and decomposed letters, which are one name to APFS; the names that Windows refuses.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtIn, findPython, type Mounted, mounted, type Probe } from "./rig.ts";

/** `source` is the folder below, on which case counts: what is done there goes past the disk. */
export type CaseFoldingDisk = Mounted & { source: string };

const imports = "try: import fusepy\nexcept ImportError: import fuse";

export function caseFoldingDisk(): CaseFoldingDisk {
  return builtIn((folder, parts) => {
    const source = join(folder, "source");
    const path = join(folder, "disk");
    mkdirSync(source);
    mkdirSync(path);
    parts.use(mounted([findPython(imports), join(import.meta.dir, "case-folding.py"), source, path], path));
    return { path, source };
  });
}

export const caseFoldingProbe: Probe = {
  about: "disk that ignores case (root, /dev/fuse, python3-fusepy)",
  try: () => {
    using disk = caseFoldingDisk();
    writeFileSync(join(disk.path, "Name"), "text");
    return readFileSync(join(disk.path, "nAME"), "utf8") === "text" && readdirSync(disk.path).join() === "Name";
  },
};
