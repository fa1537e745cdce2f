/**
 * How a save that was killed is recognised. A save makes an archive before it deletes the session; so that there is one
 * archive in the end, it first notes, durably, in the workflow's marker, the names of the archive and of its temp file.
 * The next save of the workflow, once its own archive is durable, removes those of the named archives that are of this
 * very session and say nothing else. Nobody else touches an archive; `save` and `reset` name those that they leave behind.
 *
 * The marker holds names, one a line, and nothing else: nothing in it says whether its writer lives. A marker without a
 * session is left over from a save that was done, and is swept.
 */
import { isArchiveName, isArchiveOf } from "../archive/identity.ts";
import { SessionError, systemCode, tryTo } from "../errors.ts";
import { maxArchiveBytes } from "../session/rules.ts";
import type { Session } from "../session/schema.ts";
import { discard, removeFile, writeAtomically } from "./atomic-write.ts";
import { archivesFolder, type Folder, hasArchivesFolder, isTemporary, listNames, markerFile, temporaryFile } from "./folder.ts";
import { readFile, readVersion } from "./read-file.ts";
import { syncFolder } from "./sync.ts";

const maxMarkerBytes = 1024 * 1024;

/** The names that earlier saves of a workflow noted and that it could have; anything else in a marker is ignored. */
export function readMarker(folder: Folder, workflow: string): string[] {
  const lines = readFile(markerFile(folder, workflow), maxMarkerBytes)?.value?.split("\n");
  return [...new Set(lines)].filter((name) => isTemporary(name) || isArchiveName(name, workflow));
}

/** Notes names; durable on return. `lastLook` is called before the old marker is replaced; what it throws stops the write. */
export function writeMarker(folder: Folder, workflow: string, names: string[], lastLook: () => void): void {
  writeAtomically(markerFile(folder, workflow), `${names.join("\n")}\n`, { temporary: temporaryFile(folder.path), lastLook });
  syncFolder(folder.path);
}

/**
 * Removes a marker, and the temp files that it names; if one cannot be removed, neither is the marker, for later writes.
 * Does nothing once the lock is lost: then it may be that of somebody else.
 */
export function sweepMarker(folder: Folder, workflow: string, isHeld: () => boolean): void {
  let temporaries: string[] | undefined;
  try {
    temporaries = readMarker(folder, workflow).filter(isTemporary);
    if (temporaries.length > 0 && hasArchivesFolder(folder)) {
      if (!isHeld()) return;
      const archives = archivesFolder(folder);
      const paths = temporaries.map((name) => `${archives}/${name}`).filter((path) => readVersion(path)?.isFile());
      removeArchives(folder, paths); // anything else is not ours
    }
  } catch (error) {
    const code = error instanceof SessionError ? systemCode(error.cause) : undefined;
    // A marker that we may not read is not ours. And if archives is no folder, an error of ours without a system's code, it holds nothing.
    const isForeign = temporaries === undefined ? ["EACCES", "EPERM"].includes(code ?? "") : code === "";
    if (!isForeign) return;
  }
  if (isHeld()) discard(markerFile(folder, workflow));
}

/** Whether a file is an archive of a session with these times: without `updated_at`, of any state of it. */
export const isArchiveFileOf = (path: string, workflow: string, times: Partial<Session>): boolean =>
  isArchiveOf(readFile(path, maxArchiveBytes)?.value ?? "", workflow, times);

/** The paths of those of the named archives that are of a session, of any state of it. */
export function findArchives(folder: Folder, names: string[], workflow: string, { started_at }: Session): string[] {
  if (names.length === 0 || !hasArchivesFolder(folder)) return [];
  const present = listNames(archivesFolder(folder)); // where case is ignored, a noted name can lead to the archive of another
  const found = names.filter((name) => !isTemporary(name) && present.includes(name));
  const paths = found.map((name) => `${archivesFolder(folder)}/${name}`);
  return paths.filter((path) => isArchiveFileOf(path, workflow, { started_at }));
}

/** Removes files of the folder for archives; durable on return: if a power cut brought them back, nothing would know their names. */
export function removeArchives(folder: Folder, paths: string[]): void {
  const archives = archivesFolder(folder);
  tryTo(`remove what an interrupted save left in ${archives}`, () => {
    for (const path of paths) removeFile(path);
    if (paths.length > 0) syncFolder(archives);
  });
}
