/**
 * Figures computed from the raw durations.
 *
 * @module
 */
import { bootstrapMedianRatio, fewestForBootstrap } from "../statistics/bootstrap.ts";
import { mean, median, quantile } from "../statistics/summary.ts";
import type { SubjectRecord } from "../../record/mod.ts";

/** How many times one subject's step another's takes. */
export interface Ratio {
  /** Rounds that both ran. */
  n: number;
  /** The median over the rounds. */
  median: number;
  /** The 95 % bootstrap interval's, or with too few rounds for one the smallest ratio. */
  low: number;
  /** As `low`, the interval's or the largest ratio. */
  high: number;
  /** Whether `low` and `high` are an interval's. */
  isInterval: boolean;
}

/** A subject's steps, in ms. */
interface StepTimes {
  median: number;
  /** A quarter of the steps is faster. */
  lowerQuartile: number;
  /** A quarter of the steps is slower. */
  upperQuartile: number;
}

/**
 * How long a subject's steps take.
 *
 * @throws {RangeError} if no step was timed
 */
export function stepTimes({ blocks }: SubjectRecord): StepTimes {
  const durations = blocks.flatMap(({ durationsMs }) => durationsMs);
  return {
    median: median(durations),
    lowerQuartile: quantile(durations, 0.25),
    upperQuartile: quantile(durations, 0.75),
  };
}

/**
 * Of the forms in which a framework ran the same step, the one with the smallest median:
 * a comparison with another would flatter.
 *
 * @param plainName the name of the step in its plain form, also where that was not timed
 * @returns the fastest that was timed; nothing where none was
 */
export function fastestForm(
  subjects: readonly SubjectRecord[],
  plainName: string,
): SubjectRecord | undefined {
  const isForm = ({ name, form }: SubjectRecord) =>
    name === (form === undefined ? plainName : `${plainName}-${form}`);
  return subjects.filter((subject) => subject.blocks.length > 0 && isForm(subject))
    .map((subject) => ({ subject, ms: stepTimes(subject).median }))
    .sort((one, other) => one.ms - other.ms)[0]?.subject;
}

/**
 * How much longer one subject's steps take than another's: the median of the rounds' ratios, where
 * a round is the mean of the steps there and back, so that a steady drift cancels out.
 *
 * @returns nothing where they have no round in common
 */
export function ratioOf(record: SubjectRecord, over: SubjectRecord): Ratio | undefined {
  return ratioOfRounds(roundMeans(record), roundMeans(over));
}

/**
 * The median of the rounds' ratios, with its interval where there are rounds enough.
 *
 * @param numerators values by round
 * @param denominators values by round
 * @returns nothing where they have no round in common
 */
export function ratioOfRounds(
  numerators: ReadonlyMap<number, number>,
  denominators: ReadonlyMap<number, number>,
): Ratio | undefined {
  const rounds = [...numerators.keys()].filter((round) => denominators.has(round));
  if (rounds.length === 0) return undefined;
  const above = rounds.map((round) => numerators.get(round)!);
  const below = rounds.map((round) => denominators.get(round)!);
  const n = rounds.length;
  if (n >= fewestForBootstrap) {
    const { median, interval } = bootstrapMedianRatio(above, below);
    return { n, median, low: interval.low, high: interval.high, isInterval: true };
  }
  const ratios = above.map((value, i) => value / below[i]!);
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  return { n, median: median(ratios), low, high, isInterval: false };
}

/** Mean step by round; rounds that lack a leg are not comparable and left out. */
function roundMeans({ blocks }: SubjectRecord): Map<number, number> {
  const rounds = Map.groupBy(blocks, ({ round }) => round);
  const whole = [...rounds].filter(([, legs]) => legs.length === 2);
  return new Map(
    whole.map(([round, legs]) => [round, mean(legs.flatMap(({ durationsMs }) => durationsMs))]),
  );
}
