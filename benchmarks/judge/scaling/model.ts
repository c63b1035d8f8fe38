/**
 * A simple model of a step over N workers, each with a core of its own:
 *
 *     all-reduce(N) = Σ over buckets of 2 · (N − 1) · (latency + bytes / N / bandwidth)
 *     step(N)       = compute + exposed · all-reduce(N)
 *
 * A ring passes 2 · (N − 1) messages on, one after the other, each a part of a bucket. Latency and
 * bandwidth are fitted by least squares of relative errors to the all-reduces that were timed alone,
 * `exposed` to the steps. All of it was measured on one machine: what it says of more workers, or of
 * a network, is a projection.
 *
 * @module
 */
import type { GroupRecord, ScalingRow } from "../../record/mod.ts";
import { median } from "../statistics/summary.ts";
import { slowest, timesOf } from "./figures.ts";
import { fitLatency, type Link, relativeResidual, type Transfer } from "./fit.ts";

/** The model of one group's kind, such as `plain`. */
export interface ScalingModel {
  name: string;
  label: string;
  /** Latency and bandwidth of a message, on this machine. */
  link: Link;
  /** How many all-reduces they are fitted to, and the root mean square of the relative errors. */
  transfers: number;
  transferResidual: number;
  /** The share of the all-reduce that adds to the step. */
  exposed: number;
  /** How many steps it is fitted to, and as above. */
  steps: number;
  stepResidual: number;
}

/** What of a network the model has to know. */
export interface Network {
  computeMs: number;
  bucketBytes: readonly number[];
}

/** The models of a measurement: one for each group that was timed on two workers or more. */
export function modelsOf(rows: readonly ScalingRow[]): ScalingModel[] {
  const names = new Set(rows.flatMap(({ groups }) => groups.map(({ name }) => name)));
  return [...names].flatMap((name) => modelOf(rows, name) ?? []);
}

/** All that is fitted: rows in which workers wait for each other's turns say nothing of more cores. */
function modelOf(rows: readonly ScalingRow[], name: string): ScalingModel | undefined {
  const fitted = rows.filter(({ oversubscribed, values }) => !oversubscribed && values.workers > 1)
    .flatMap(({ groups, values: { workers } }) =>
      groups.filter((group) => group.name === name).map((group) => ({ group, workers }))
    );
  const transfers = fitted.flatMap(({ group, workers }) => transfersOf(group, workers));
  const link = fitLatency(transfers);
  const steps = fitted.flatMap(({ group }) => stepOf(group) ?? []);
  if (link === undefined || steps.length === 0) return undefined;
  const squares = steps.reduce((sum, { allReduceMs }) => sum + allReduceMs ** 2, 0);
  const products = steps.reduce((sum, s) => sum + (s.stepMs - s.computeMs) * s.allReduceMs, 0);
  const exposed = Math.max(0, products / squares);
  const model = { link, exposed };
  const errors = fitted.flatMap(({ group, workers }) => {
    const step = stepOf(group);
    if (step === undefined) return [];
    const network = { computeMs: step.computeMs, bucketBytes: group.ready!.bucketBytes };
    return [{ seen: step.stepMs, said: stepMs(model, network, workers) }];
  });
  return {
    ...model,
    name,
    label: fitted[0]!.group.label,
    transfers: transfers.length,
    transferResidual: relativeResidual(
      transfers.map((each) => ({
        seen: each.ms,
        said: allReduceMs(link, each.buckets, each.workers),
      })),
    ),
    steps: steps.length,
    stepResidual: relativeResidual(errors),
  };
}

/**
 * Up to how many times a step's largest bucket single sums count. What larger ones take, a step never
 * does: connections on loopback were seen to stall for fifths of a second on pieces of 8 MB.
 */
const BEYOND = 2;

function transfersOf({ transfers, ready, ...group }: GroupRecord, workers: number): Transfer[] {
  const whole = timesOf({ transfers, ...group }, "all-reduce");
  const buckets = ready?.bucketBytes ?? [];
  const most = buckets.length === 0 ? Infinity : BEYOND * Math.max(...buckets);
  const single = transfers.filter(({ bytes }) => bytes <= most).map(({ bytes, workersMs }) => ({
    workers,
    buckets: [bytes],
    ms: median(slowest(workersMs)),
  }));
  return whole === undefined || buckets.length === 0
    ? single
    : [...single, { workers, buckets, ms: whole.median }];
}

function stepOf(group: GroupRecord) {
  const [step, compute, allReduce] = (["step", "compute", "all-reduce"] as const)
    .map((work) => timesOf(group, work)?.median);
  if (step === undefined || compute === undefined || allReduce === undefined) return undefined;
  return { stepMs: step, computeMs: compute, allReduceMs: allReduce };
}

/** The all-reduces of some buckets alone, in ms. */
export function allReduceMs(link: Link, buckets: readonly number[], workers: number): number {
  const bytes = buckets.reduce((sum, size) => sum + size, 0);
  const hops = 2 * (workers - 1);
  return hops * (buckets.length * link.latencyMs + bytes / workers * link.msPerByte);
}

/** A step in ms. */
export function stepMs(
  { link, exposed }: Pick<ScalingModel, "link" | "exposed">,
  { computeMs, bucketBytes }: Network,
  workers: number,
): number {
  return computeMs + exposed * allReduceMs(link, bucketBytes, workers);
}

/**
 * The link of this machine with a network in the place of its loopback: the network's latency comes
 * on top, and no byte is faster than the slower of the two.
 */
export function through(link: Link, network: { latencyMs: number; gigabits: number }): Link {
  return {
    latencyMs: link.latencyMs + network.latencyMs,
    msPerByte: Math.max(link.msPerByte, 8 / (network.gigabits * 1e6)),
  };
}
