/** Commands that run as another user, and files that are another's. Needs root and `setpriv` (Debian: util-linux). */
import { chmodSync, lchownSync, lstatSync } from "node:fs";
import { command, type Probe } from "./rig.ts";

export type User = {
  uid: number /** By default the same number. */;
  gid?: number /** Further groups; by default none. */;
  groups?: number[];
};

/** Put before a command, which then runs without any privilege. Neither the user nor the groups need to have a name. */
export function asUser({ uid, gid = uid, groups = [] }: User): string[] {
  const further = groups.length === 0 ? "--clear-groups" : `--groups=${groups.join(",")}`;
  return ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, further, "--inh-caps=-all"];
}

/** Gives a path to a user, with this mode, while a scope lasts, and puts back what is still there. A link is not followed. */
export function ownedBy(path: string, { uid, gid = uid }: User, mode?: number): Disposable {
  const before = lstatSync(path);
  own(path, uid, gid, mode ?? before.mode);
  return {
    [Symbol.dispose]: () => {
      if (lstatSync(path, { throwIfNoEntry: false })) own(path, before.uid, before.gid, before.mode);
    },
  };
}

function own(path: string, uid: number, gid: number, mode: number): void {
  lchownSync(path, uid, gid);
  if (!lstatSync(path).isSymbolicLink()) chmodSync(path, mode & 0o7777); // after the owner, which takes away set-id bits
}

export const otherUserProbe: Probe = {
  about: "other users who may run Bun and read this folder (root, setpriv)",
  try: () => {
    const read = `require(${JSON.stringify(import.meta.path)}); console.log(process.getuid(), process.getgid())`;
    return command([...asUser({ uid: 1001, gid: 1002, groups: [1003] }), process.execPath, "-e", read]) === "1001 1002\n";
  },
};
