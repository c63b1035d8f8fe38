/**
 * A ResNet on the JPEG subset of CIFAR-10: claims C1, C4, C5, C8 and C10.
 *
 * @module
 */
import type { ReferencePart } from "../part.ts";
import { besideOthers, pilot, set } from "./words.ts";

/** Of a block a stage. */
const network = [
  ...["--profile", "proxy"],
  ...set({ ...besideOthers, depth: 0, blocks: "1,1,1,1", batchSize: 64 }),
];

const norms = ["bn", "bn-ws", "gn", "gn-ws", "ln", "ln-ws", "bcn", "bcn-ws"];

export const classificationParts: readonly ReferencePart[] = [
  {
    name: "norms-pilot-cifar10",
    question: "the learning rate of each arm of classification",
    stage: "pilot",
    suite: "norms",
    data: "cifar10",
    words: [
      ...network,
      ...["--arms", norms.join(","), ...pilot],
      ...set({ learningRates: "0.025,0.05,0.1,0.2,0.4" }),
      ...set({ duration: "2ep", warmup: "45ba", evaluations: 4 }),
    ],
  },
];
