/** A measurement without a machine: every duration is known. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RowRecord, SubjectRecord, TimingsRecord } from "../../../benchmarks/record/mod.ts";
import type { Subject } from "../../../benchmarks/timing/protocol.ts";
import { subjectsOf } from "../../../benchmarks/timing/subjects.ts";
import { result } from "../report/synthetic.ts";
import { profiles } from "../../../benchmarks/experiments/profiles/overhead.ts";

/** All subjects that there are. */
export const subjects: Subject[] = subjectsOf(["tensorflow"], true);

/** Rounds in which a step takes `ms`, on a machine that slows from step to step by `drift`. */
export function blocksOf(rounds: number, ms: number, drift = 0): SubjectRecord["blocks"] {
  return Array.from({ length: rounds }, (_, round): SubjectRecord["blocks"] => [
    { round, leg: "there", durationsMs: [ms * (1 + drift * round)] },
    { round, leg: "back", durationsMs: [ms * (1 + drift * round)] },
  ]).flat();
}

/** The record of a subject. */
export function recordOf(name: string, blocks: SubjectRecord["blocks"]): SubjectRecord {
  const { program: _, ...facts } = subjects.find((subject) => subject.name === name)!;
  return {
    ...facts,
    status: "done",
    ready: { versions: { [facts.engine]: "1.2.3" }, parameterCount: 25_557_032, threads: 2 },
    warmupMs: [900, 100],
    blocks,
    value: 2.5,
    peakBytes: 1.5e9,
  };
}

const createdAt = "2026-01-02T03:04:05.678Z";

/** A measurement of those subjects. */
export function resultOf(records: SubjectRecord[]): TimingsRecord {
  const { quick } = profiles;
  return {
    schemaVersion: 2,
    kind: "timings",
    suite: "overhead",
    profile: "quick",
    title: "What a step costs",
    config: { ...quick!, blocks: [...quick!.blocks], dilations: [...quick!.dilations] },
    environment: { ...result().environment, dirty: false },
    command: "deno task bench:overhead",
    createdAt,
    complete: true,
    warnings: [],
    rows: [{ values: {}, createdAt, complete: true, subjects: records }],
  };
}

/** A sweep of two rows: weight standardization adds 20 % to little work and 0.2 % to much. */
export function sweptResult(): TimingsRecord {
  const row = (imageSize: number, plainMs: number, added: number) => ({
    values: { imageSize },
    createdAt: "2026-01-02T03:05:05.678Z",
    complete: true,
    subjects: [
      recordOf("plain", blocksOf(30, plainMs)),
      recordOf("plain-again", blocksOf(30, plainMs * 1.01)),
      recordOf("ws", blocksOf(30, plainMs * (1 + added))),
    ],
  });
  return {
    ...resultOf([]),
    sweep: { imageSize: [64, 16] },
    rows: [row(64, 400, 0.002), row(16, 100, 0.2)],
  };
}

/** The law that a sweep of {@linkcode lawfulSweep} obeys. */
export interface PlantedLaw {
  /** Added at no traffic, a share. */
  a: number;
  /** Added for each byte in a multiply-add. */
  b: number;
  /** The spread of what is added, as a share; none without one. */
  noise?: number;
  seed?: number;
  /** How many bytes of peak each byte of kernels adds, beside 3 MB. */
  bytesForEach?: number;
  /** Of each row; from 30 on there are intervals, which take their time. */
  rounds?: number;
}

/** A sweep of twelve rows over batch, image size and width, in which WS adds what a law says. */
export function lawfulSweep(law: PlantedLaw): TimingsRecord {
  const { a, b, noise = 0, seed = 1, bytesForEach = 2, rounds = 30 } = law;
  const normal = normalValues(seed);
  const row = (width: number, batchSize: number, imageSize: number): RowRecord => {
    const kernelBytes = 4 * 11_166_912 * (width / 64) ** 2;
    const multiplyAdds = batchSize * imageSize ** 2 * 36_000 * (width / 64) ** 2;
    const added = a + b * kernelBytes / multiplyAdds + noise * normal();
    const plainMs = 10 + multiplyAdds / 1e7;
    const records = [
      recordOf("plain", blocksOf(rounds, plainMs)),
      recordOf("plain-again", blocksOf(rounds, plainMs)),
      recordOf("ws", blocksOf(rounds, plainMs * (1 + added))),
    ];
    for (const { ready } of records) ready!.stepSize = { kernelBytes, multiplyAdds };
    records[2]!.peakBytes! += 3e6 + bytesForEach * kernelBytes;
    const values = { width, batchSize, imageSize };
    return { values, createdAt, complete: true, subjects: records };
  };
  const sweep = { width: [16, 64], batchSize: [2, 8], imageSize: [32, 64, 128] };
  const rows = sweep.width.flatMap((width) =>
    sweep.batchSize.flatMap((batch) => sweep.imageSize.map((image) => row(width, batch, image)))
  );
  return { ...resultOf([]), sweep, rows };
}

/** Standard normal values by Box and Muller. */
function normalValues(seed: number): () => number {
  const random = xoroshiro128plus(seed);
  const uniform = () => uniformInt(random, 1, 1_000_000) / 1_000_001;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
