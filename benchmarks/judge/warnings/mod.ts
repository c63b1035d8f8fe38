/**
 * What the reader of a measurement should know, as data: a code for programs, what was seen, and
 * what to do about it.
 *
 * @module
 */
import type { OverheadRecord, Warning } from "../../record/mod.ts";
import { type TimingSample, timingWarnings } from "./timing.ts";

export { type MachineState, machineState, machineWarnings } from "./machine.ts";
export {
  highSpread,
  type RatioSample,
  type TimingEvidence,
  type TimingSample,
  timingWarnings,
} from "./timing.ts";
export { warningLine } from "./warning_line.ts";

/**
 * Warnings about the interleaved timings of a suite's arms.
 *
 * @param records each arm's steps beside the baseline's
 */
export function overheadWarnings(records: readonly OverheadRecord[]): Warning[] {
  const [first] = records;
  if (first === undefined) return [];
  const samples: TimingSample[] = [
    { label: first.baseline, durationsMs: first.pairs.map(({ baselineMs }) => baselineMs) },
    ...records.map(({ arm, pairs }) => ({
      label: arm,
      durationsMs: pairs.map(({ armMs }) => armMs),
    })),
  ];
  const ratios = records.map(({ arm, baseline, pairs }) => ({
    label: `${arm} over ${baseline}`,
    ratios: pairs.map(({ armMs, baselineMs }) => armMs / baselineMs),
  }));
  return timingWarnings({ samples, ratios, blocks: first.pairs.length });
}
