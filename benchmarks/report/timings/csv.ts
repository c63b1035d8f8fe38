import { csvText } from "../csv_text.ts";
import { type ConfiguredRow, measuredRows, type TimingsRecord } from "../../record/mod.ts";

/**
 * `overhead.csv`: every step that was timed, one a row, in full precision; in a sweep with its
 * values before it.
 */
export function overheadCsv(result: TimingsRecord): string {
  const swept = Object.keys(result.sweep ?? {});
  const columns = ["subject", "engine", "mode", "work", "kernels", "round", "leg", "step"];
  const steps = measuredRows(result).flatMap((row) => {
    const values = swept.map((key) => row.values[key] ?? "");
    return stepsOf(row).map((step) => [...values, ...step]);
  });
  return csvText([...swept, ...columns, "durationMs"], steps);
}

function stepsOf({ subjects }: ConfiguredRow): (string | number)[][] {
  return subjects.flatMap(({ name, engine, mode, work, kernels, blocks }) =>
    blocks.flatMap(({ round, leg, durationsMs }) =>
      durationsMs.map((ms, step) => [name, engine, mode, work, kernels, round, leg, step, ms])
    )
  );
}
