/**
 * What a group of workers did, from its raw durations. A group is as slow as its slowest worker: that
 * one's duration counts, step by step.
 *
 * @module
 */
import type { GroupRecord, GroupWork, ScalingRow } from "../../record/mod.ts";
import { mean, median, quantile } from "../statistics/summary.ts";
import { type Ratio, ratioOfRounds } from "../timings/figures.ts";

/** Durations in ms. */
export interface Times {
  median: number;
  /** A quarter is faster. */
  lowerQuartile: number;
  /** A quarter is slower. */
  upperQuartile: number;
}

/** The slowest worker's duration of each step, from a list a worker. */
export function slowest(workersMs: readonly (readonly number[])[]): number[] {
  const [first = []] = workersMs;
  return first.map((_, step) => Math.max(...workersMs.map((durations) => durations[step]!)));
}

/** How long a group took for what it was asked for; nothing where it was not. */
export function timesOf({ blocks }: GroupRecord, work: GroupWork): Times | undefined {
  const durations = blocks.filter((block) => block.work === work)
    .flatMap(({ workersMs }) => slowest(workersMs));
  if (durations.length === 0) return undefined;
  return {
    median: median(durations),
    lowerQuartile: quantile(durations, 0.25),
    upperQuartile: quantile(durations, 0.75),
  };
}

/**
 * The share of the all-reduce that a step shows: (step − compute) / all-reduce alone. What is left to
 * 1 is hidden behind the computation. The median over the rounds.
 *
 * @returns nothing of one worker, who reduces nothing
 */
export function exposedShare(group: GroupRecord): Ratio | undefined {
  const [step, compute] = [roundMeans(group, "step"), roundMeans(group, "compute")];
  const exposed = [...step].flatMap(([round, ms]): [number, number][] => {
    const alone = compute.get(round);
    return alone === undefined ? [] : [[round, ms - alone]];
  });
  return ratioOfRounds(new Map(exposed), roundMeans(group, "all-reduce"));
}

/** How many times one group's step another's takes: the median of the rounds' ratios. */
export function stepRatio(group: GroupRecord, over: GroupRecord): Ratio | undefined {
  return ratioOfRounds(roundMeans(group, "step"), roundMeans(over, "step"));
}

/**
 * The group of PyTorch that a group is set in relation to: the faster of its forms that were timed.
 * Weight standardization is set against timm's where that was timed, else against none.
 */
export function peerOf(
  { groups }: ScalingRow,
  { engine, kernels }: GroupRecord,
): GroupRecord | undefined {
  if (engine === "pytorch") return undefined;
  const forms = (wanted: GroupRecord["kernels"]) =>
    groups.filter((group) => group.engine === "pytorch" && group.kernels === wanted)
      .map((group) => ({ group, ms: timesOf(group, "step")?.median ?? Infinity }))
      .filter(({ ms }) => ms < Infinity)
      .sort((one, other) => one.ms - other.ms)[0]?.group;
  return (kernels === "plain" ? undefined : forms("timm")) ?? forms("plain");
}

/** Bytes of a gradient in float32; nothing where the group never began. */
export function gradientBytes({ ready }: GroupRecord): number | undefined {
  return ready && 4 * ready.parameterCount;
}

/**
 * What a worker has to send in a step at least, by a ring: 2 · (N − 1) / N of the gradient, of N
 * workers, each of whom passes on all parts but one, twice.
 */
export function leastBytes(group: GroupRecord, workers: number): number | undefined {
  const bytes = gradientBytes(group);
  return bytes && 2 * (workers - 1) / workers * bytes;
}

/** Bytes that a worker sent in a step, of the one that sent most; nothing where it was not counted. */
export function sentBytes({ blocks }: GroupRecord): number | undefined {
  const counted = blocks.filter(({ work, sentBytes }) => work === "step" && sentBytes?.length);
  const steps = counted.reduce((sum, { workersMs: [durations = []] }) => sum + durations.length, 0);
  if (steps === 0) return undefined;
  const totals = counted[0]!.sentBytes!.map((_, rank) =>
    counted.reduce((sum, block) => sum + (block.sentBytes![rank] ?? 0), 0)
  );
  return Math.max(...totals) / steps;
}

/**
 * The share of a group's all-reduce alone in which its workers' processors work, 1 for all of it.
 * With one core a worker no more than the rest can be hidden: what takes the processor's time takes
 * it from the computation. Nothing where no all-reduce was timed.
 */
export function busyShare({ blocks }: GroupRecord): number | undefined {
  const own = blocks.filter(({ work }) => work === "all-reduce");
  if (own.length === 0) return undefined;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const busy = sum(own.flatMap(({ processorMs }) => processorMs));
  return Math.min(1, busy / sum(own.flatMap(({ workersMs }) => workersMs.flat())));
}

/**
 * The processor's time of a worker for one run of what its group was asked for, in ms: of the worker
 * that took most, the median over the blocks. Other programs on the machine hardly change it, where
 * they do change durations. Nothing where the group was not asked.
 */
export function processorTime({ blocks }: GroupRecord, work: GroupWork): number | undefined {
  const times = blocks.filter((block) => block.work === work && block.workersMs[0]?.length)
    .map(({ processorMs, workersMs }) => Math.max(...processorMs) / workersMs[0]!.length);
  return times.length === 0 ? undefined : median(times);
}

/** Mean duration by round; rounds that lack a leg are not comparable and left out. */
function roundMeans({ blocks }: GroupRecord, work: GroupWork): Map<number, number> {
  const rounds = Map.groupBy(
    blocks.filter((block) => block.work === work),
    ({ round }) => round,
  );
  const whole = [...rounds].filter(([, legs]) => legs.length === 2);
  return new Map(
    whole.map(([round, legs]) => [round, mean(legs.flatMap((leg) => slowest(leg.workersMs)))]),
  );
}
