import type { ScalingRecord } from "../../record/mod.ts";
import { csvText } from "../csv_text.ts";

/** `scaling.csv`: every duration of every worker, one a row, in full precision. */
export function scalingCsv({ rows }: ScalingRecord): string {
  const columns = ["depth", "workers", "group", "work", "bytes", "round", "leg", "step", "rank"];
  const durations = rows.flatMap(({ values: { depth, workers }, groups }) =>
    groups.flatMap(({ name, blocks, transfers }) => [
      ...blocks.flatMap(({ work, round, leg, workersMs }) =>
        byStep(workersMs).map((place) => [depth, workers, name, work, "", round, leg, ...place])
      ),
      ...transfers.flatMap(({ bytes, workersMs }) =>
        byStep(workersMs).map((
          place,
        ) => [depth, workers, name, "transfer", bytes, "", "", ...place])
      ),
    ])
  );
  return csvText([...columns, "durationMs"], durations);
}

function byStep(workersMs: readonly (readonly number[])[]): [number, number, number][] {
  return workersMs.flatMap((durations, rank) =>
    durations.map((ms, step): [number, number, number] => [step, rank, ms])
  );
}
