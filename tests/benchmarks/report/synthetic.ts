/** Small results made up for tests: no training behind them. */
import { encode } from "fast-png";
import type { CellRecord, Panel, Result } from "../../../benchmarks/record/mod.ts";

/** A cell of 40 steps; its mIoU at a quarter and at the end are given. */
export function cell(
  arm: string,
  seed: number,
  { mIoU = 40, early = mIoU - 10, ...fields }: Partial<CellRecord> & {
    mIoU?: number;
    early?: number;
  } = {},
): CellRecord {
  const steps = 40;
  return {
    arm,
    seed,
    status: "done",
    algorithms: arm === "baseline" ? [] : ["WeightStandardization"],
    standardizedCount: arm === "baseline" ? 0 : arm === "ws" ? 5 : 20,
    convolutionCount: 20,
    parameterCount: 12_345,
    steps,
    metrics: { mIoU, pixelAccuracy: mIoU + 30, finalLoss: 1 / mIoU },
    classIou: [mIoU, null],
    curve: Array.from({ length: steps }, (_, i) => ({
      step: i + 1,
      epoch: (i + 1) / 8,
      loss: 3 / Math.sqrt(i + 1 + seed) - (arm === "baseline" ? 0 : 0.1),
      learningRate: 0.08 * (1 - i / steps),
    })),
    evaluations: [10, 20, 30, 40].map((step) => ({
      step,
      epoch: step / 8,
      metrics: { mIoU: early + (mIoU - early) * (step - 10) / 30 },
    })),
    stepDurationsMs: [100, 102, 98 + seed],
    warmupSteps: 3,
    batchSize: 8,
    imagesPerSecond: 80,
    peakBytes: 5e8,
    durationMs: 12_000,
    startedAt: "2026-01-02T03:04:05.000Z",
    warnings: [],
    ...fields,
  };
}

/** Three arms by six seeds on real data: `ws` is 1 above `baseline`, `ws-all` 2 below it. */
export function result(fields: Partial<Result> = {}): Result {
  const seeds = fields.seeds ?? [0, 1, 2, 3, 4, 5];
  const mIoU = (seed: number) => 40 + Math.sin(seed);
  return {
    schemaVersion: 1,
    suite: "ade20k",
    profile: "proxy",
    title: "DeepLabv3+ with and without weight standardization",
    config: { imageSize: 128, learningRate: 0.08, dilations: [1, 2] },
    arms: [
      { name: "baseline", label: "baseline", algorithms: [], description: "as it is" },
      { name: "ws", label: "WS, 15 ignored", algorithms: ["WS(15)"], description: "most" },
      { name: "ws-all", label: "WS on all", algorithms: ["WS(0)"], description: "all" },
    ],
    seeds,
    data: {
      name: "streets",
      classes: 2,
      classNames: ["road", 'a, "quoted" | name'],
      generated: false,
      trainingCount: 1367,
      validationCount: 101,
      identity: "ab12",
    },
    environment: {
      deno: "2.9.6",
      v8: "14.0",
      typescript: "5.9",
      tensorflowjs: "4.22.0",
      backend: "wasm",
      backendVersion: "4.22.0",
      os: "linux",
      arch: "x86_64",
      cpu: "a processor",
      cores: 2,
      memoryBytes: 16e9,
    },
    command: "deno task bench:ade20k --profile proxy --seeds 0,1",
    createdAt: "2026-01-02T03:04:05.000Z",
    cells: seeds.flatMap((seed) => [
      cell("baseline", seed, { mIoU: mIoU(seed) }),
      cell("ws", seed, { mIoU: mIoU(seed) + 1 + 0.1 * Math.cos(seed), early: mIoU(seed) - 7 }),
      cell("ws-all", seed, { mIoU: mIoU(seed) - 2 + 0.1 * Math.cos(3 * seed) }),
    ]),
    panels: [],
    warnings: [],
    ...fields,
  };
}

/** Timings where the arm takes `percent` more, with some scatter. */
export function overhead(pairs: number, percent: number): NonNullable<Result["overhead"]> {
  const rows = Array.from({ length: pairs }, (_, i) => {
    const baselineMs = 100 + 5 * Math.sin(i);
    return { baselineMs, armMs: baselineMs * (1 + (percent + Math.cos(2 * i)) / 100) };
  });
  return [{ arm: "ws", baseline: "baseline", pairs: rows }];
}

/** Base64 of a gray (labels) or RGB PNG whose values are those of `value`. */
export function png(
  width: number,
  height: number,
  channels: 1 | 3,
  value: (i: number) => number,
): string {
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => value(i));
  return encode({ width, height, data, channels, depth: 8 }).toBase64();
}

/** A panel whose truth is 0, 1, 2, 0, 1, 2, … */
export function panel(name: string, width: number, height: number): Panel {
  return {
    name,
    width,
    height,
    image: png(width, height, 3, (i) => i % 256),
    truth: png(width, height, 1, (i) => i % 3),
  };
}
