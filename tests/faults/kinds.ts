/**
 * The kinds of faults: a line each.
 *
 * @module
 */
import type { Kind } from "./kind.ts";
import { kill } from "./kinds/kill.ts";
import { killInWrite } from "./kinds/kill_in_write.ts";
import { powerLoss } from "./kinds/power_loss.ts";

/** The kinds by their names. */
export const kinds: Readonly<Record<string, Kind>> = {
  kill,
  "kill-in-write": killInWrite,
  "power-loss": powerLoss,
};
