/**
 * A ResNet on the JPEG subset of CIFAR-10: claims C1, C4, C5, C8 and C10.
 *
 * @module
 */
import type { ReferencePart } from "../part.ts";
import { type Grid, pilotOf } from "./grids.ts";
import { besideOthers, same, set } from "./words.ts";

/** Of a block a stage. */
export const network = [
  ...["--profile", "proxy"],
  ...set({ ...besideOthers, depth: 0, blocks: "1,1,1,1", batchSize: 64 }),
];

const plain = ["bn", "gn", "ln", "bcn"];

const withWs = plain.map((norm) => `${norm}-ws`);

const norms = [...plain, ...withWs];

const grids: readonly Grid[] = [
  {
    name: "norms-pilot-cifar10",
    question: "the learning rate of each arm of classification without WS",
    arms: plain,
    learningRates: "0.025,0.05,0.1,0.2",
    evaluations: 4,
  },
  {
    name: "norms-pilot-cifar10-ws",
    question: "the same of each arm with WS, at higher rates",
    arms: withWs,
    learningRates: "0.1,0.2,0.4,0.8",
    evaluations: 1,
  },
  {
    name: "norms-pilot-cifar10-higher",
    question: "the same of the arms that rose up to the highest rate",
    arms: ["bn", "bcn"],
    learningRates: "0.4,0.8",
    evaluations: 1,
  },
  {
    name: "norms-pilot-cifar10-lower",
    question: "the same of the arm that rose down to the lowest rate",
    arms: ["ln"],
    learningRates: "0.00625,0.0125",
    evaluations: 1,
  },
  {
    name: "norms-pilot-cifar10-ws-lower",
    question: "the same of the arm with WS that rose down to the lowest rate",
    arms: ["ln-ws"],
    learningRates: "0.025,0.05",
    evaluations: 1,
  },
];

/** The names of the pilots. */
export const normPilots: readonly string[] = grids.map(({ name }) => name);

const common = { data: "cifar10", stage: "main" } as const;

const pilots = {
  suite: "norms",
  data: "cifar10",
  words: [...network, ...set({ duration: "2ep", warmup: "45ba" })],
} as const;

/** One and a half times the pilot's epochs. */
const reported = set({ duration: "3ep", warmup: "70ba", evaluations: 4 });

const six = ["--seeds", "0,1,2,3,4,5"];

export const classificationParts: readonly ReferencePart[] = [
  ...grids.map((grid) => pilotOf(grid, pilots)),
  {
    ...common,
    name: "norms-proxy-cifar10",
    question: "four normalizations without WS and with it, each at its own learning rate",
    suite: "norms",
    words: [...network, "--arms", norms.join(","), ...six, ...reported],
    rates: [{ pilots: normPilots, own: same(norms) }],
  },
  {
    ...common,
    name: "imagenet-proxy-cifar10",
    question: "WS with batch norm, also with more regularization, on seeds of its own",
    suite: "imagenet",
    words: [
      ...network,
      ...["--arms", "baseline,ws,baseline-regularized,ws-regularized"],
      ...["--seeds", "6,7,8,9,10,11", ...reported],
    ],
    rates: [{
      pilots: normPilots,
      own: {
        baseline: "bn",
        ws: "bn-ws",
        "baseline-regularized": "bn",
        "ws-regularized": "bn-ws",
      },
    }],
  },
  {
    ...common,
    name: "norms-proxy-cifar10-shared-rate",
    question: "batch norm and group norm, without WS and with it, at batch norm's rate",
    suite: "norms",
    words: [...network, "--arms", "bn,gn,gn-ws", ...six, "--keep", "none", ...reported],
    rates: [{ pilots: normPilots, shared: "bn" }],
  },
];
