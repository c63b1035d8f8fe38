/**
 * The reference runs, as `reports/protocol.md` lays them down.
 *
 * @module
 */
import type { ReferencePart } from "./part.ts";

/** `--set key=value` for each. */
function set(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
}

/** Nothing is timed beside others, and each cell computes on one core. */
const besideOthers = { timingRounds: 0, intraOpThreads: 1, checkpointInterval: "0ba" };

/** A pilot chooses by its last metric: neither weights nor pictures of it are kept. */
const pilot = ["--pilot-share", "0.2", "--seeds", "100,101", "--keep", "none"];

/** DeepLabv3+ on ResNet-18 at a quarter of its width. */
const segmentation = ["--profile", "proxy", ...set({ ...besideOthers, outputStride: 16 })];

/** A ResNet of a block a stage, with the norms that claims are about. */
const classification = [
  ...["--profile", "proxy"],
  ...set({ ...besideOthers, depth: 0, blocks: "1,1,1,1", batchSize: 64 }),
];
const norms = "bn,bn-ws,gn,gn-ws,ln,ln-ws,bcn,bcn-ws";

/** In the order in which they are run. */
export const parts: readonly ReferencePart[] = [
  {
    name: "ade20k-pilot-camvid",
    question: "the learning rate of each arm of segmentation",
    stage: "pilot",
    suite: "ade20k",
    data: "camvid",
    words: [
      ...segmentation,
      ...["--arms", "baseline,ws,ws-all,gn,gn-ws", ...pilot],
      ...set({
        learningRates: "0.2,0.4,0.8,1.6,3.2",
        duration: "15ep",
        evaluations: 4,
        panelImages: 0,
      }),
    ],
  },
  {
    name: "norms-pilot-cifar10",
    question: "the learning rate of each arm of classification",
    stage: "pilot",
    suite: "norms",
    data: "cifar10",
    words: [
      ...classification,
      ...["--arms", norms, ...pilot],
      ...set({
        learningRates: "0.2,0.4,0.8,1.6",
        duration: "2ep",
        warmup: "45ba",
        evaluations: 4,
      }),
    ],
  },
];
