/**
 * How what weight standardization adds depends on the step. It reads and writes each standardized
 * kernel a fixed number of times, whatever the images; the rest of the step grows with them:
 *
 *     traffic = bytes of the standardized kernels / multiply-adds of a forward pass
 *     added time / plain time ≈ a + b · traffic
 *     added peak bytes        ≈ a + b · bytes of the standardized kernels
 *
 * `a` is what is added however large the step is. Bytes and multiply-adds are counted by
 * `timing/step_size.ts`.
 *
 * @module
 */
import type { Measurement, StepSize, SubjectRecord } from "../../record/mod.ts";
import { fitLine, type Line } from "../statistics/line.ts";
import type { Ratio } from "./figures.ts";
import { type ComparedRow, isAddedByKernels, type Overhead } from "./overheads.ts";

/** What was added in one row of a sweep. */
export interface LawPoint {
  row: ComparedRow;
  /** Bytes of standardized kernels for each multiply-add of a forward pass. */
  traffic: number;
  /** Added time over plain time: 0.1 is 10 %. */
  added: number;
  /** The ratio that it is of, with its interval where there is one. */
  time: Ratio;
  kernelBytes: number;
  /** Added to the peak of the plain step's process, where both are known. */
  addedBytes?: number;
}

/** The laws of one way to standardize, on one engine. */
export interface OverheadLaw {
  subject: SubjectRecord;
  /** The least traffic first. */
  points: LawPoint[];
  /** `added` over `traffic`; none where there are too few points, or all have the same traffic. */
  time?: Line;
  /** `addedBytes` over `kernelBytes`, likewise. */
  memory?: Line;
}

/** The laws of a sweep: one for each subject that is timed beside its plain step. */
export function lawsOf(rows: readonly ComparedRow[]): OverheadLaw[] {
  const pairs = rows.flatMap((row) =>
    row.overheads.filter(isStandardized).map((overhead) => ({ row, overhead }))
  );
  const series = Map.groupBy(pairs, ({ overhead }) => overhead.subject.name);
  return [...series.values()].flatMap((ofOne) => {
    const points = ofOne.flatMap(({ row, overhead }) => pointOf(row, overhead) ?? [])
      .sort((one, other) => one.traffic - other.traffic);
    return points.length === 0 ? [] : [lawOf(ofOne[0]!.overhead.subject, points)];
  });
}

function lawOf(subject: SubjectRecord, points: LawPoint[]): OverheadLaw {
  const time = fitLine(points.map((point) => point.traffic), points.map((point) => point.added));
  const sized = points.filter(({ addedBytes }) => addedBytes !== undefined);
  const memory = fitLine(
    sized.map((point) => point.kernelBytes),
    sized.map((point) => point.addedBytes!),
  );
  return { subject, points, ...(time && { time }), ...(memory && { memory }) };
}

/** Baked kernels are standardized no more, and the noise floor has none. */
function isStandardized(overhead: Overhead): boolean {
  const { kernels } = overhead.subject;
  return kernels !== "plain" && kernels !== "baked" && isAddedByKernels(overhead);
}

function pointOf(row: ComparedRow, { subject, over, time }: Overhead): LawPoint | undefined {
  const size = sizeOfStep(row);
  if (size === undefined || size.multiplyAdds === 0) return undefined;
  const addedBytes = (subject.peakBytes ?? NaN) - (over.peakBytes ?? NaN);
  return {
    row,
    traffic: trafficOf(size),
    added: time.median - 1,
    time,
    kernelBytes: size.kernelBytes,
    ...(Number.isFinite(addedBytes) && { addedBytes }),
  };
}

/** Every subject of a row runs the same network: peers do not count, this library does. */
function sizeOfStep({ subjects }: Measurement): StepSize | undefined {
  return subjects.map(({ ready }) => ready?.stepSize).find((size) => size !== undefined);
}

/** Bytes of standardized kernels for each multiply-add. */
export function trafficOf({ kernelBytes, multiplyAdds }: StepSize): number {
  return kernelBytes / multiplyAdds;
}
