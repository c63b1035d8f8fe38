/**
 * Why WS lost on CamVid at 64 px, in a network of 8 channels, at a learning rate of 0.08: by that rate,
 * by the length of training, by the few values of a filter, or by chance. The network and the data are
 * those of `reports/ade20k-camvid-64px-tensorflow`, the seeds are others.
 *
 * @module
 */
import type { ReferencePart } from "../part.ts";
import { besideOthers, set } from "./words.ts";

const seeds = ["--seeds", "6,7,8,9,10,11", "--keep", "none"];
const common = { suite: "ade20k", data: "camvid", stage: "main" } as const;

/** Values that the kept report has, unless a part asks for them. */
const values = { ...besideOthers, evaluations: 4, panelImages: 0, duration: "8ep" };

export const narrowParts: readonly ReferencePart[] = [
  {
    ...common,
    name: "ade20k-quick-camvid-rates",
    question: "WS at 64 px and 8 channels, by the learning rate",
    words: [
      ...seeds,
      ...set({ ...values, learningRates: "0.02,0.04,0.08,0.16,0.32,0.64,1.28" }),
    ],
  },
  {
    ...common,
    name: "ade20k-quick-camvid-long",
    question: "the same, four times as long",
    words: [
      ...["--arms", "baseline,ws", ...seeds],
      ...set({ ...values, duration: "32ep", learningRates: "0.08,0.64" }),
    ],
  },
  {
    ...common,
    name: "ade20k-quick-camvid-wide",
    question: "the same, with four times the channels, and so four times the values of a filter",
    words: [
      ...["--arms", "baseline,ws", ...seeds],
      ...set({ ...values, width: 32, learningRates: "0.08,0.32,1.28" }),
    ],
  },
  {
    ...common,
    name: "ade20k-quick-camvid-fan-in",
    question: "WS of the kernels with many values a filter, and of those with few",
    words: [
      ...["--arms", "benchmarks/reference/arms/fan_in.ts", ...seeds],
      ...set({ ...values, learningRates: "0.08,0.32" }),
    ],
  },
];
