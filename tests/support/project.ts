/** A temporary project for a test: a folder with `.git` in it, removed when the test's scope ends. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export type TemporaryProject = Disposable & {
  /** Its real path. */
  path: string;
  /** The path of a file of the sessions folder. */
  file: (name: string) => string;
  /** Writes a file of the sessions folder as a hand would: text, or a value as JSON. */
  write: (name: string, content: unknown) => void;
  read: (name: string) => string;
  /** Every file, folder and text below the sessions folder, for comparison; `null` if there is no such folder. */
  snapshot: () => Record<string, string> | null;
};

/** Makes a temporary folder that is removed when its scope ends. */
export function temporaryFolder(): Disposable & { path: string } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "session-test-")));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export function temporaryProject({ git = true } = {}): TemporaryProject {
  const folder = temporaryFolder();
  const file = (name: string) => join(folder.path, "ia/state/sessions", name);
  if (git) mkdirSync(join(folder.path, ".git"));
  return {
    ...folder,
    file,
    write: (name, content) => {
      mkdirSync(dirname(file(name)), { recursive: true });
      writeFileSync(
        file(name),
        typeof content === "string" || content instanceof Uint8Array ? content : `${JSON.stringify(content, null, 2)}\n`,
      );
    },
    read: (name) => readFileSync(file(name), "utf8"),
    snapshot: () => snapshot(file("")),
  };
}

function snapshot(folder: string): Record<string, string> | null {
  if (!statSync(folder, { throwIfNoEntry: false })) return null;
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    found[path.slice(folder.length + 1)] = entry.isFile()
      ? readFileSync(path, "latin1")
      : entry.isDirectory()
        ? "(folder)"
        : "(other)";
  }
  return found;
}

/** Takes the permissions of a file or folder away while a scope lasts. */
export function withMode(path: string, mode: number): Disposable {
  const before = statSync(path).mode;
  chmodSync(path, mode);
  return { [Symbol.dispose]: () => chmodSync(path, before) };
}
