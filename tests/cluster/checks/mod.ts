/** What is checked on a Slurm, with the files of docs/cluster as they are. */
import { arrays } from "./arrays.ts";
import type { Check } from "./check.ts";
import { interruptions, interruptionsByExit } from "./interruptions.ts";
import { workers } from "./workers.ts";

/** All checks, in their order: the last ones change Slurm's configuration. */
export const checks: readonly Check[] = [
  ...arrays,
  ...interruptions,
  ...workers,
  ...interruptionsByExit,
];
