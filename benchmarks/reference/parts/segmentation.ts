/**
 * DeepLabv3+ on CamVid: claims C2, C3 and C4, and C9's setting.
 *
 * @module
 */
import type { ReferencePart } from "../part.ts";
import { pilotOf } from "./grids.ts";
import { besideOthers, same, set } from "./words.ts";

/** On ResNet-18 at a quarter of its width. */
const network = ["--profile", "proxy", ...set({ ...besideOthers, outputStride: 16 })];

const arms = ["baseline", "ws", "ws-all", "gn", "gn-ws"];

const pilotName = "ade20k-pilot-camvid";

/** Twice the pilot's epochs. */
const reported = set({ duration: "30ep", evaluations: 8 });

const common = { suite: "ade20k", data: "camvid" } as const;

export const segmentationParts: readonly ReferencePart[] = [
  pilotOf({
    name: pilotName,
    question: "the learning rate of each arm of segmentation",
    arms,
    learningRates: "0.2,0.4,0.8,1.6,3.2",
    evaluations: 4,
  }, { ...common, words: [...network, ...set({ duration: "15ep", panelImages: 0 })] }),
  {
    ...common,
    name: "ade20k-proxy-camvid",
    question: "WS in segmentation, each arm at its own learning rate",
    stage: "main",
    words: [
      ...network,
      ...["--arms", arms.join(","), "--seeds", "0,1,2,3,4,5,6,7"],
      ...reported,
    ],
    rates: [{ pilots: [pilotName], own: same(arms) }],
  },
  {
    ...common,
    name: "ade20k-proxy-camvid-shared-rate",
    question: "the same at the rate that is the own one of WS, WS on all layers and GN",
    stage: "main",
    words: [
      ...network,
      ...["--arms", "baseline,ws,gn-ws", "--seeds", "0,1,2,3,4,5", "--keep", "none"],
      ...reported,
      ...set({ panelImages: 0 }),
    ],
    rates: [{ pilots: [pilotName], shared: "ws" }],
  },
  {
    ...common,
    name: "ade20k-head-camvid",
    question:
      "which of the head's convolutions WS does harm to, at the rate that is best with and without",
    stage: "main",
    words: [
      ...network,
      ...["--arms", "benchmarks/reference/arms/head.ts", "--seeds", "0,1,2,3,4,5"],
      ...["--keep", "none", ...reported, ...set({ panelImages: 0 })],
    ],
    rates: [{ pilots: [pilotName], shared: "ws" }],
  },
];
