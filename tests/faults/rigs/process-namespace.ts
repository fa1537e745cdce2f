/**
 * Process numbers of its own, as a container has them. Needs root and `unshare` (Debian: util-linux). Put the words before
 * a command: it is process 1 there, and process numbers of outside mean nothing or another process to it. A `kill` of the
 * process that is started reaches only `unshare`, whose end then kills the command. Its exit code is the command's.
 */
import { command, type Probe } from "./rig.ts";

export const inOwnProcessNamespace = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];

export const processNamespaceProbe: Probe = {
  about: "process numbers of its own (root, unshare)",
  try: () => command([...inOwnProcessNamespace, process.execPath, "-e", "console.log(process.pid)"]) === "1\n",
};
