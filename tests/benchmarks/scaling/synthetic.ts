/** Groups of workers without a machine: every duration is known. */
import type { GroupRecord, ScalingRecord, ScalingRow } from "../../../benchmarks/record/mod.ts";
import { profiles } from "../../../benchmarks/experiments/profiles/scaling.ts";
import { arms } from "../../../benchmarks/scaling/arms.ts";
import { result } from "../report/synthetic.ts";

/** What a group's works take, in ms. */
export interface Planted {
  step: number;
  compute: number;
  allReduce: number;
}

/** Latency, in ms, and bandwidth, in ms a byte, of planted transfers. */
export const link = { latencyMs: 0.25, msPerByte: 1e-6 };

/** Of every group: 40 MB of gradient in two buckets. */
export const bucketBytes = [8_000_000, 32_000_000];

const createdAt = "2026-01-02T03:04:05.678Z";

/** A group of so many workers, the last of which takes what is planted, the others less. */
export function groupOf(
  name: string,
  workers: number,
  { step, compute, allReduce }: Planted,
  rounds = 30,
): GroupRecord {
  const facts = arms.find((arm) => arm.name === name)!;
  const isGroup = workers > 1;
  const works = { step, ...(isGroup && { compute, "all-reduce": allReduce }) };
  const ofAll = (ms: number) =>
    Array.from({ length: workers }, (_, rank) => [rank === workers - 1 ? ms : 0.5 * ms]);
  return {
    ...facts,
    status: "done",
    ready: {
      versions: { [facts.engine]: "1.2.3" },
      parameterCount: 10_000_000,
      threads: 1,
      bucketBytes: isGroup ? bucketBytes : [],
    },
    blocks: Array.from(
      { length: rounds },
      (_, round) =>
        (["there", "back"] as const).flatMap((leg) =>
          Object.entries(works).map(([work, ms]) => ({
            work: work as "step",
            round,
            leg,
            workersMs: ofAll(ms),
            processorMs: ofAll(ms).map(([own]) => 0.8 * own!),
            ...(isGroup && { sentBytes: ofAll(1).map(() => work === "compute" ? 0 : 42e6) }),
          }))
        ),
    ).flat(),
    transfers: isGroup
      ? [4096, 1_000_000, 16_000_000].map((bytes) => ({
        bytes,
        workersMs: ofAll(2 * (workers - 1) * (link.latencyMs + bytes / workers * link.msPerByte)),
      }))
      : [],
    value: 2.5,
    peakBytes: ofAll(1).map(() => 1.5e9),
  };
}

/** A row of groups. */
export function rowOf(workers: number, groups: GroupRecord[], oversubscribed = false): ScalingRow {
  return {
    values: { depth: 50, workers },
    createdAt,
    complete: true,
    cores: Array.from({ length: workers }, (_, rank) => rank % 2),
    oversubscribed,
    groups,
    warnings: [],
  };
}

/** A measurement with those rows. */
export function scalingResult(rows: ScalingRow[]): ScalingRecord {
  const profile = profiles.resnet50!;
  return {
    schemaVersion: 2,
    kind: "scaling",
    suite: "scaling",
    profile: "resnet50",
    title: "What a step takes over workers",
    config: {
      ...profile,
      blocks: [],
      dilations: [1],
      workers: rows.map(({ values }) => values.workers),
      depths: [50],
      bucketCapsMb: [25],
      transferBytes: [],
    },
    environment: { ...result().environment, dirty: false },
    command: "deno task bench:scaling",
    createdAt,
    complete: true,
    warnings: [],
    rows,
  };
}

/** All-reduce of the two buckets by {@linkcode link}: 1 ms of latency, 40 ms of bytes. */
export const plantedAllReduce = 41;

/** One worker, two, and four on two cores; a quarter of the all-reduce is hidden. */
export function plantedResult(): ScalingRecord {
  const own = { step: 130.75, compute: 100, allReduce: plantedAllReduce };
  const peer = { step: 150, compute: 109, allReduce: plantedAllReduce };
  const four = { step: 400, compute: 200, allReduce: 300 };
  return scalingResult([
    rowOf(1, [
      groupOf("plain", 1, { ...own, step: 100 }),
      groupOf("ddp", 1, { ...peer, step: 109 }),
    ]),
    rowOf(2, [
      groupOf("plain", 2, own),
      groupOf("ws", 2, { ...own, step: 140 }),
      groupOf("ddp", 2, peer),
      groupOf("ddp-compiled", 2, { ...peer, step: 160 }),
    ]),
    rowOf(4, [groupOf("plain", 4, four)], true),
  ]);
}
