import type { Measurement, SubjectRecord, Warning } from "../../record/mod.ts";
import { timingWarnings } from "../warnings/timing.ts";
import { overheadsOf } from "./overheads.ts";

/**
 * What a measurement shows of itself that a reader should know: few rounds, steps that were
 * disturbed, a plain step that differs from itself, tensors that are not freed.
 *
 * @param rounds how many rounds there were to be
 */
export function measurementWarnings(measurement: Measurement, rounds: number): Warning[] {
  const timed = measurement.subjects.filter(({ blocks }) => blocks.length > 0);
  if (timed.length === 0) return [];
  const samples = timed.map(({ label, blocks }) => ({
    label,
    values: blocks.flatMap(({ durationsMs }) => durationsMs),
  }));
  const done = new Set(timed.flatMap(({ blocks }) => blocks.map(({ round }) => round))).size;
  return [
    ...timingWarnings({ samples, blocks: Math.min(done, rounds) }),
    ...noiseWarnings(measurement),
    ...leakWarning(measurement),
  ];
}

/** One for each pair of equals whose interval does not hold 1. */
function noiseWarnings(measurement: Measurement): Warning[] {
  return overheadsOf(measurement).flatMap(({ verdict, time, over }) => {
    if (verdict !== "noise floor" || !time.isInterval) return [];
    const sameOverSame = { low: time.low, high: time.high, level: 0.95 };
    return timingWarnings({ samples: [], sameOverSame }).map((warning) => ({
      ...warning,
      message: `${over.label}: ${warning.message}`,
    }));
  });
}

function leakWarning({ subjects }: Measurement): Warning[] {
  const gained = ({ tensors }: SubjectRecord) => (tensors?.after ?? NaN) - (tensors?.before ?? NaN);
  const leaking = subjects.filter((subject) => gained(subject) > 0);
  if (leaking.length === 0) return [];
  const list = leaking.map((subject) => `${subject.label} +${gained(subject)}`).join("; ");
  return [{
    code: "tensor-leak",
    message: `Some subjects hold more tensors after their steps than before: ${list}`,
    advice: "Find what is not disposed of: a longer run runs out of memory",
  }];
}
