/** Paths as text: with `/` everywhere, and upwards on every system. Nothing here looks at a disk. */

/** The folder above another one, or `null` for the topmost: `/`, `C:/`, `//server/share`. */
export function parentOf(folder: string): string | null {
  if (/^(?:\/|[A-Za-z]:\/?|\/\/[^/]+\/[^/]+\/?)$/.test(folder)) return null;
  const parent = folder.slice(0, folder.lastIndexOf("/"));
  return parent === "" || /^[A-Za-z]:$/.test(parent) ? `${parent}/` : parent;
}

/** A path in the form that is used here: with `/` on Windows too. */
export function withSlashes(path: string): string {
  return process.platform === "win32" ? path.replaceAll("\\", "/") : path;
}

/** A path in a folder, which may be the topmost. */
export function join(folder: string, path: string): string {
  return folder.endsWith("/") ? `${folder}${path}` : `${folder}/${path}`;
}
