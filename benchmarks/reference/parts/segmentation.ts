/**
 * DeepLabv3+ on CamVid: claims C2, C3 and C4, and C9's setting.
 *
 * @module
 */
import type { ReferencePart } from "../part.ts";
import { besideOthers, pilot, ratesOf, set } from "./words.ts";

/** On ResNet-18 at a quarter of its width. */
const network = ["--profile", "proxy", ...set({ ...besideOthers, outputStride: 16 })];

const arms = ["baseline", "ws", "ws-all", "gn", "gn-ws"];

/** By the pilot. */
const ownRates = { baseline: 0.8, ws: 0.4, "ws-all": 0.4, gn: 0.4, "gn-ws": 0.8 };

/** Twice the pilot's epochs. */
const reported = set({ duration: "30ep", evaluations: 8 });

const common = { suite: "ade20k", data: "camvid" } as const;

export const segmentationParts: readonly ReferencePart[] = [
  {
    ...common,
    name: "ade20k-pilot-camvid",
    question: "the learning rate of each arm of segmentation",
    stage: "pilot",
    words: [
      ...network,
      ...["--arms", arms.join(","), ...pilot],
      ...set({ learningRates: "0.2,0.4,0.8,1.6,3.2" }),
      ...set({ duration: "15ep", evaluations: 4, panelImages: 0 }),
    ],
  },
  {
    ...common,
    name: "ade20k-proxy-camvid",
    question: "WS in segmentation, each arm at its own learning rate",
    stage: "main",
    words: [
      ...network,
      ...["--arms", arms.join(","), "--seeds", "0,1,2,3,4,5,6,7"],
      ...reported,
      ...ratesOf(ownRates),
    ],
  },
  {
    ...common,
    name: "ade20k-proxy-camvid-shared-rate",
    question: "the same at the baseline's rate; that is GN + WS's own, too",
    stage: "main",
    words: [
      ...network,
      ...["--arms", "baseline,ws,ws-all,gn", "--seeds", "0,1,2,3,4,5", "--keep", "none"],
      ...reported,
      ...set({ learningRate: ownRates.baseline, panelImages: 0 }),
    ],
  },
];
