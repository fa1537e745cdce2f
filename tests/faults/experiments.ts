/** All proofs, then all controls, in the order in which they run: where time is limited, what takes longest comes last. */
import { cases } from "./case.ts";
import { clocks } from "./clocks.ts";
import { crowds } from "./crowds.ts";
import { errors } from "./errors.ts";
import type { Experiment } from "./experiment.ts";
import { fullDisks } from "./full-disk.ts";
import { handEdits } from "./hand-edit.ts";
import { identities } from "./identity.ts";
import { kills } from "./kill.ts";
import { links } from "./links.ts";
import { listings } from "./listing.ts";
import { locks } from "./lock.ts";
import { mounts } from "./mounts.ts";
import { names } from "./names.ts";
import { owners } from "./owners.ts";
import { powerCuts } from "./power-cut.ts";
import { restored } from "./restored.ts";
import { strangeLocks } from "./strange-locks.ts";
import { views } from "./views.ts";
import { waiting } from "./waiting.ts";

export const allExperiments: Experiment[] = [
  [identities, views, clocks, restored, strangeLocks, links, owners],
  [mounts, listings, waiting, handEdits, cases, names],
  [fullDisks, crowds, powerCuts, errors, kills, locks],
]
  .flat(2)
  .sort((a, b) => Number(a.edits !== undefined) - Number(b.edits !== undefined));
