import { stringify } from "csv-stringify/sync";
import type { OverheadResult } from "./record.ts";

/**
 * `overhead.csv`: every step that was timed, one a row, in full precision.
 *
 * @param result the measurement
 */
export function overheadCsv({ subjects }: OverheadResult): string {
  const rows = subjects.flatMap(({ name, engine, mode, work, kernels, blocks }) =>
    blocks.flatMap(({ round, leg, durationsMs }) =>
      durationsMs.map((ms, step) => [name, engine, mode, work, kernels, round, leg, step, ms])
    )
  );
  const columns = ["subject", "engine", "mode", "work", "kernels", "round", "leg", "step"];
  return stringify([[...columns, "durationMs"], ...rows]);
}
