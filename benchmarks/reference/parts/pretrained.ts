/**
 * DeepLabv3+ on CamVid from weights that were trained without WS: claim C7. A backbone of a block a
 * stage is trained on CIFAR-10's images, at twice their size and with the stem for large images, as
 * segmentation has it.
 *
 * @module
 */
import type { ReferencePart } from "../part.ts";
import { normPilots } from "./classification.ts";
import { type Grid, pilotOf } from "./grids.ts";
import { besideOthers, same, set } from "./words.ts";

const backbone = set({ ...besideOthers, depth: 0, blocks: "1,1,1,1" });

const pretraining: ReferencePart = {
  name: "imagenet-pretraining-cifar10",
  question: "weights without WS to begin segmentation from",
  stage: "main",
  suite: "imagenet",
  data: "cifar10",
  words: [
    ...["--profile", "proxy", ...backbone, "--arms", "baseline", "--seeds", "0"],
    ...set({ stem: "imagenet", imageSize: 64, resizeTo: 64, batchSize: 64 }),
    ...set({ duration: "8ep", warmup: "1ep", evaluations: 4 }),
  ],
  rates: [{ pilots: normPilots, shared: "bn" }],
};

const arms = ["pretrained", "pretrained-ws", "pretrained-ws-preserved"];

const segmentation = [
  ...["--profile", "proxy", ...backbone],
  ...set({ outputStride: 16, panelImages: 0 }),
];

const grids: readonly Grid[] = [
  {
    name: "ade20k-pretrained-pilot-camvid",
    question: "the learning rate of each arm that begins from trained weights",
    arms,
    learningRates: "0.1,0.2,0.4,0.8",
    evaluations: 1,
  },
  {
    name: "ade20k-pretrained-pilot-camvid-higher",
    question: "the same at two rates above",
    arms,
    learningRates: "1.6,3.2",
    evaluations: 1,
  },
];

const common = {
  suite: "ade20k",
  data: "camvid",
  startsFrom: { part: pretraining.name, arm: "baseline", seed: 0 },
} as const;

const pilots = {
  ...common,
  words: [...segmentation, ...set({ duration: "15ep" })],
};

export const pretrainedParts: readonly ReferencePart[] = [
  pretraining,
  ...grids.map((grid) => pilotOf(grid, pilots)),
  {
    ...common,
    name: "ade20k-pretrained-camvid",
    question: "WS in segmentation from weights that were trained without it",
    stage: "main",
    words: [
      ...segmentation,
      ...["--arms", arms.join(","), "--seeds", "0,1,2,3,4,5"],
      ...set({ duration: "30ep", evaluations: 8 }),
    ],
    rates: [{ pilots: grids.map(({ name }) => name), own: same(arms) }],
  },
];
