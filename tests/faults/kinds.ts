/**
 * The kinds of faults: a line each.
 *
 * @module
 */
import type { Kind } from "./kind.ts";
import { kill } from "./kinds/kill.ts";
import { killInWrite } from "./kinds/kill_in_write.ts";
import { hangup } from "./kinds/hangup.ts";
import { diskFull } from "./kinds/disk_full.ts";
import { readOnly } from "./kinds/read_only.ts";
import { dataChanges } from "./kinds/data_changes.ts";
import { clock } from "./kinds/clock.ts";
import { records } from "./kinds/records.ts";
import { twoRuns } from "./kinds/two_runs.ts";
import { loaderWorker } from "./kinds/loader_worker.ts";
import { lostWorker } from "./kinds/lost_worker.ts";
import { memory } from "./kinds/memory.ts";
import { powerLoss } from "./kinds/power_loss.ts";

/** The kinds by their names. */
export const kinds: Readonly<Record<string, Kind>> = {
  kill,
  "kill-in-write": killInWrite,
  "power-loss": powerLoss,
  hangup,
  "disk-full": diskFull,
  "read-only": readOnly,
  "data-changes": dataChanges,
  clock,
  "two-runs": twoRuns,
  "loader-thread": loaderWorker,
  "lost-worker": lostWorker,
  memory,
  records,
};
