/**
 * What the reader of a measurement should know, as data: a code for programs, what was seen, and
 * what to do about it.
 *
 * @module
 */
import type { CellRecord, OverheadRecord, Result, Warning } from "../../record/mod.ts";
import { timingWarnings } from "./timing.ts";

/**
 * Warnings about the interleaved timings of a suite's arms.
 *
 * @param records each arm's steps beside the baseline's
 */
export function overheadWarnings(records: readonly OverheadRecord[]): Warning[] {
  const [first] = records;
  if (first === undefined) return [];
  const samples = [
    { label: first.baseline, values: first.pairs.map(({ baselineMs }) => baselineMs) },
    ...records.map(({ arm, pairs }) => ({ label: arm, values: pairs.map(({ armMs }) => armMs) })),
  ];
  const ratios = records.map(({ arm, baseline, pairs }) => ({
    label: `${arm} over ${baseline}`,
    values: pairs.map(({ armMs, baselineMs }) => armMs / baselineMs),
  }));
  return timingWarnings({ samples, ratios, blocks: first.pairs.length });
}

/**
 * The arms that are said to standardize and did not: their model has no convolutions, or no more
 * than are left alone. Such an arm is the baseline under another name.
 */
export function idleArms({ arms, cells }: Pick<Result, "arms" | "cells">): string[] {
  return arms.map(({ name }) => name)
    .filter((name) => cells.some((cell) => cell.arm === name && isIdle(cell)));
}

function isIdle({ algorithms, standardizedCount }: CellRecord): boolean {
  return standardizedCount === 0 &&
    algorithms.some((algorithm) => algorithm.startsWith("WeightStandardization("));
}

/** A warning as a line for the console. */
export function warningLine({ message, advice }: Warning): string {
  return `warning: ${message}. ${advice}`;
}
