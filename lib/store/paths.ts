/** Paths as text: with `/` everywhere, and upwards on every system. Nothing here looks at a disk. */

/** The folder above another one, or `null` for the topmost: `/`, `C:/`, `//server/share`. */
export function parentOf(folder: string): string | null {
  if (/^(?:\/|[A-Za-z]:\/?|\/\/[^/]+\/[^/]+\/?)$/.test(folder)) return null;
  const parent = folder.slice(0, folder.lastIndexOf("/"));
  return parent === "" || /^[A-Za-z]:$/.test(parent) ? `${parent}/` : parent;
}

/** The way from a folder to the same one or one above it: the empty text, or `../` as often as it takes. */
export function wayUp(folder: string, above: string): string {
  const names = folder.slice(above.length).split("/");
  return names.map((name) => (name === "" ? "" : "../")).join("");
}

/** A path in the form that is used here: with `/` on Windows too. */
export function withSlashes(path: string): string {
  return process.platform === "win32" ? path.replaceAll("\\", "/") : path;
}

/** A path in a folder, which may be the topmost. */
export function join(folder: string, path: string): string {
  return folder.endsWith("/") ? `${folder}${path}` : `${folder}/${path}`;
}
