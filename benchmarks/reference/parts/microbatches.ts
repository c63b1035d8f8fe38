/**
 * The same network with statistics over few images: claim C8. Group norm has none over images, so that
 * its arms differ by rounding alone: one image and all are enough.
 *
 * @module
 */
import type { ReferencePart } from "../part.ts";
import { network, normPilots } from "./classification.ts";
import { type Grid, pilotOf } from "./grids.ts";
import { same, set } from "./words.ts";

const common = { suite: "microbatch", data: "cifar10" } as const;

const sizes = set({ microbatchSizes: "1,2,8,64" });

/** The norms of the other pilot, at its batch. */
const atItsBatch = {
  "bn-64": "bn",
  "gn-64": "gn",
  "gn-1": "gn",
  "gn-ws-64": "gn-ws",
  "gn-ws-1": "gn-ws",
};

/** Those that may want another rate; batch-channel norm has estimated statistics here. */
const ofFew = ["bn-8", "bn-2", "bn-1", "bcn-ws-64", "bcn-ws-8", "bcn-ws-2", "bcn-ws-1"];

const grids: readonly Grid[] = [
  {
    name: "microbatch-pilot-cifar10",
    question: "the learning rate of each arm whose statistics are over few images",
    arms: ofFew,
    learningRates: "0.05,0.1,0.2,0.4",
    evaluations: 1,
  },
  {
    name: "microbatch-pilot-cifar10-higher",
    question: "the same at three rates above, of arms whose best rate was the highest",
    arms: ["bn-2", "bn-1", "bcn-ws-64"],
    learningRates: "0.8,1.6,3.2",
    evaluations: 1,
  },
];

const pilots = {
  ...common,
  words: [...network, ...sizes, ...set({ duration: "156ba", warmup: "16ba" })],
};

export const microbatchParts: readonly ReferencePart[] = [
  ...grids.map((grid) => pilotOf(grid, pilots)),
  {
    ...common,
    name: "microbatch-proxy-cifar10",
    question: "batch, group and batch-channel norm with statistics over 1, 2, 8 and 64 images",
    stage: "main",
    words: [
      ...network,
      ...sizes,
      ...["--arms", [...Object.keys(atItsBatch), ...ofFew].join(","), "--seeds", "0,1,2,3,4,5"],
      ...set({ duration: "312ba", warmup: "31ba", evaluations: 4 }),
    ],
    rates: [
      { pilots: normPilots, own: atItsBatch },
      { pilots: grids.map(({ name }) => name), own: same(ofFew) },
    ],
  },
];
