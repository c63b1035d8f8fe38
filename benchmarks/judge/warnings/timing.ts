/**
 * What makes timings doubtful, as data. Pure functions of the timings: nothing is asked of the
 * machine, nothing is dropped.
 *
 * @module
 */
import { counted, fixed, signed } from "../../ground/format.ts";
import type { Interval, Warning } from "../../record/mod.ts";
import { fewestForBootstrap } from "../statistics/bootstrap.ts";
import { outliers } from "../statistics/outliers.ts";
import { median, quantile } from "../statistics/summary.ts";
import { autocorrelation, trend } from "../statistics/trend.ts";

/** One thing that was measured over and over. */
export interface Sample {
  /** What it is, for the reader. */
  label: string;
  /** In the order in which they were taken. */
  values: readonly number[];
}

/** What a measurement shows of itself. */
export interface TimingEvidence {
  /** Durations in ms. */
  samples: readonly Sample[];
  /** Ratios of two things timed in turn, which an interval is made of. */
  ratios?: readonly Sample[];
  /** How many blocks the ratios rest on. */
  blocks?: number;
  /** The interval of the ratio of a thing to itself, near 1. */
  sameOverSame?: Interval;
}

/** Above this ratio of its quartiles a sample was disturbed: alone on a machine it is near 1. */
const highSpread = 1.25;

/** A larger share of values beyond Tukey's fences is more than rare events. */
const highOutlierShare = 0.1;

/** A change between the first and the last third, as a share, that can bias what is not interleaved. */
const notableDrift = 0.05;

/** Trends are looked for in every sample of a run: a smaller p-value is not met by chance. */
const driftAlpha = 0.001;

/** Above it ratios that are resampled as independent hold less than they seem to; chance gives ±0.36. */
const highAutocorrelation = 0.5;

/** Fewer values show neither spread nor trend. */
const fewest = 10;

/**
 * Warnings about timings: few blocks, a ratio of a thing to itself that is not 1, high spread,
 * drift, outliers, ratios that hang together.
 *
 * @returns one warning for each code at most, naming all samples that it holds for
 */
export function timingWarnings(evidence: TimingEvidence): Warning[] {
  const { samples, ratios = [], blocks, sameOverSame } = evidence;
  const isEnough = ({ values }: Sample) => values.length >= fewest;
  const [enough, related] = [samples.filter(isEnough), ratios.filter(isEnough)];
  return [
    ...fewBlocks(blocks),
    ...noiseFloor(sameOverSame),
    ...gathered("high-spread", enough, spreadText, {
      what: "The quartiles of steps lie far apart",
      advice: "Repeat the run while nothing else uses the machine",
    }),
    ...gathered("drift", enough, driftText, {
      what: "Steps became slower or faster during the run",
      advice: "Let the machine cool down and settle, and fix its clock where that is possible; " +
        "only ratios of what was timed in turn hold",
    }),
    ...gathered("outliers", enough, outlierText, {
      what: "Many steps lie beyond Tukey's fences; all of them count",
      advice: "Look for what else ran at that time; take medians, not means",
    }),
    ...gathered("autocorrelation", related, autocorrelationText, {
      what: "Ratios resemble those before them",
      advice: "Take more rounds, or more processes: the intervals may be too narrow",
    }),
  ];
}

function fewBlocks(blocks: number | undefined): Warning[] {
  if (blocks === undefined || blocks >= fewestForBootstrap) return [];
  return [{
    code: "few-blocks",
    message: `${counted(blocks, "block")} of the ${fewestForBootstrap} that an interval wants`,
    advice: "Take more rounds",
  }];
}

function noiseFloor(interval: Interval | undefined): Warning[] {
  if (interval === undefined || (interval.low <= 1 && interval.high >= 1)) return [];
  const percent = ({ low, high }: Interval) =>
    `[${signed((low - 1) * 100, 1)}, ${signed((high - 1) * 100, 1)}] %`;
  return [{
    code: "noise-floor",
    message: `The same step timed twice differs from itself by ${percent(interval)}`,
    advice: "Take differences of that size for noise; repeat the run on a quiet machine",
  }];
}

function gathered(
  code: string,
  samples: readonly Sample[],
  textOf: (values: readonly number[]) => string | undefined,
  { what, advice }: { what: string; advice: string },
): Warning[] {
  const found = samples.flatMap(({ label, values }) => {
    const text = textOf(values);
    return text === undefined ? [] : [`${label} ${text}`];
  });
  return found.length === 0 ? [] : [{ code, message: `${what}: ${found.join("; ")}`, advice }];
}

function spreadText(durationsMs: readonly number[]): string | undefined {
  const [low, high] = [quantile(durationsMs, 0.25), quantile(durationsMs, 0.75)];
  if (high <= highSpread * low) return undefined;
  return `${fixed(low, 1)}–${fixed(high, 1)} ms`;
}

function driftText(durationsMs: readonly number[]): string | undefined {
  const third = Math.floor(durationsMs.length / 3);
  const [first, last] = [durationsMs.slice(0, third), durationsMs.slice(-third)];
  const change = median(last) / median(first) - 1;
  const found = trend(durationsMs);
  if (found === undefined || found.pValue >= driftAlpha) return undefined;
  if (!(Math.abs(change) > notableDrift)) return undefined;
  return `${signed(change * 100, 0)} % from the first third to the last`;
}

function outlierText(durationsMs: readonly number[]): string | undefined {
  const found = Object.entries(outliers(durationsMs)).filter(([, count]) => count > 0);
  const count = found.reduce((sum, [, count]) => sum + count, 0);
  if (count <= highOutlierShare * durationsMs.length) return undefined;
  const kinds = found.map(([kind, count]) => `${count} ${kind}`).join(", ");
  return `${count} of ${durationsMs.length} (${kinds})`;
}

function autocorrelationText(ratios: readonly number[]): string | undefined {
  const r = autocorrelation(ratios);
  return r === undefined || r < highAutocorrelation ? undefined : `(correlation ${fixed(r, 2)})`;
}
