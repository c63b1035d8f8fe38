/**
 * The comparisons of a measurement, each with the noise that it was measured in. Tables and charts
 * are made of these.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import { fastestForm, type Ratio, ratioOf } from "./figures.ts";
import {
  type ConfiguredRow,
  measuredRows,
  type Measurement,
  type SubjectRecord,
  type TimingsRecord,
} from "../../record/mod.ts";

/**
 * How an overhead stands to the noise floor, the bound of the A/A interval that lies farther from 0:
 *
 * | verdict | when |
 * | --- | --- |
 * | `noise floor` | it is the A/A comparison itself |
 * | `within noise` | it is no larger than the floor, or its own interval holds 0 |
 * | `beyond noise` | it is larger than the floor, and its interval holds no 0 |
 * | `no interval` | it, or A/A, has too few rounds for an interval |
 * | `no A/A` | no A/A pair ran on the engine, in the mode and at the work that it is compared to |
 */
export type NoiseVerdict =
  | "noise floor"
  | "within noise"
  | "beyond noise"
  | "no interval"
  | "no A/A";

/** How much more one subject takes than another. */
export interface Overhead {
  subject: SubjectRecord;
  /** What it is compared to. */
  over: SubjectRecord;
  /** Of their steps' durations, paired by rounds. */
  time: Ratio;
  /** Of their processes' peaks, where both are known. */
  peak?: number;
  /** The A/A ratio that belongs to it. */
  noise?: Ratio;
  verdict: NoiseVerdict;
}

/** Each subject over what it is compared to, where both were timed. */
export function overheadsOf({ subjects }: Measurement): Overhead[] {
  const timed = pairsOf(subjects).flatMap(([subject, over]) => {
    const time = ratioOf(subject, over);
    return time === undefined ? [] : [{ subject, over, time }];
  });
  const floors = timed.filter(({ subject, over }) => areEqual(subject, over));
  return timed.map(({ subject, over, time }): Overhead => {
    const noise = floors.find((floor) => areAlike(floor.over, over))?.time;
    const peak = (subject.peakBytes ?? NaN) / (over.peakBytes ?? NaN);
    return {
      ...{ subject, over, time },
      ...(Number.isFinite(peak) && { peak }),
      ...(noise !== undefined && { noise }),
      verdict: areEqual(subject, over) ? "noise floor" : verdictOf(time, noise),
    };
  });
}

export interface ComparedRow extends ConfiguredRow {
  overheads: Overhead[];
}

/** The rows of a result, each with its comparisons; a measurement without a sweep is one row. */
export function comparedRows(result: TimingsRecord): ComparedRow[] {
  return measuredRows(result).map((row) => ({ ...row, overheads: overheadsOf(row) }));
}

/** What an overhead must exceed to be more than the noise of an A/A ratio: a share, such as 0.02. */
export function noiseFloor({ low, high }: Ratio): number {
  return Math.max(Math.abs(low - 1), Math.abs(high - 1));
}

function verdictOf(time: Ratio, noise: Ratio | undefined): NoiseVerdict {
  if (noise === undefined) return "no A/A";
  if (!time.isInterval || !noise.isInterval) return "no interval";
  const holdsNothing = time.low <= 1 && time.high >= 1;
  const isSmall = Math.abs(time.median - 1) <= noiseFloor(noise);
  return holdsNothing || isSmall ? "within noise" : "beyond noise";
}

/** Of one framework, like is compared with like; of another, with its fastest form. */
function pairsOf(subjects: readonly SubjectRecord[]): [SubjectRecord, SubjectRecord][] {
  return subjects.flatMap((subject) =>
    subject.comparedTo.flatMap((name): [SubjectRecord, SubjectRecord][] => {
      const isSame = (other: SubjectRecord) =>
        other.name === name && other.engine === subject.engine;
      const over = subjects.find(isSame) ?? fastestForm(subjects, name);
      return over === undefined ? [] : [[subject, over]];
    })
  );
}

/** A/A is a comparison of two that do the same. */
function areEqual(a: SubjectRecord, b: SubjectRecord): boolean {
  return areAlike(a, b) && a.kernels === b.kernels && a.oneDnn === b.oneDnn &&
    isDeepStrictEqual(a.settings, b.settings);
}

function areAlike(a: SubjectRecord, b: SubjectRecord): boolean {
  return a.engine === b.engine && a.mode === b.mode && a.work === b.work;
}
