/**
 * The published claims, as data. Contrasts and margins are fixed here, before any run.
 *
 * @module
 */
import type { Json } from "../result.ts";
import { seedsForVerdict } from "../statistics/paired_t.ts";

/** What the published number was measured with; a run that differs is a proxy, and says so. */
export interface Protocol {
  data: string;
  classes: number;
  trainingCount: number;
  validationCount: number;
  model: string;
  parameterCount: number;
  batchSize: number;
  steps: number;
  /** Convolutions that the arm `ws` leaves as they are. */
  ignored: number;
  /** Further values, compared where the run's config has the key. */
  config: Record<string, Json>;
}

interface Contrast {
  /** The suites that can test the claim. */
  suites: string[];
  /** The arm whose value is taken, … */
  arm: string;
  /** … minus that of this arm. */
  minus: string;
}

interface SeedContrast extends Contrast {
  /** The metric of a cell. */
  metric: string;
  /** The metric at the end of training, or its difference at a quarter minus that at the end. */
  window: "end" | "quarter-minus-end";
  /** Fewer pairs yield no verdict. */
  seedsNeeded: number;
  protocol: Protocol;
}

/** A difference of a certain sign was published. */
export interface DifferenceTest extends SeedContrast {
  kind: "difference";
  /** The sign. */
  direction: 1 | -1;
  /** The difference, where a number was published. */
  published?: number;
}

/** No difference was published: the interval must lie within ± margin. */
export interface EquivalenceTest extends SeedContrast {
  kind: "equivalence";
  margin: number;
}

/** A small cost was published: the interval of added step time must lie within ± margin. */
export interface OverheadTest extends Contrast {
  kind: "overhead";
  /** In percent of the step. */
  margin: number;
  /** By suite. */
  protocols: Record<string, Protocol>;
}

/** One published claim. */
export interface Claim {
  id: string;
  statement: string;
  source: string;
  /** What was published, in words. */
  published: string;
  /** What a test of it takes. */
  needs: string;
  /** How it is judged; none where no suite tests it. */
  test?: DifferenceTest | EquivalenceTest | OverheadTest;
}

const composer = "mosaicml/composer, weight_standardization/README.md";
const pullRequest = "mosaicml/composer, PR 1562";

const ade20k: Protocol = {
  data: "ADE20k",
  classes: 150,
  trainingCount: 20_206,
  validationCount: 2_000,
  model: "DeepLabv3+ ResNet-101",
  parameterCount: 60_265_286,
  batchSize: 128,
  steps: 20_096,
  ignored: 15,
  config: {
    imageSize: 512,
    outputStride: 8,
    headChannels: 512,
    dropout: 0.1,
    minScale: 0.5,
    maxScale: 2,
    photometric: true,
    learningRate: 0.08,
    momentum: 0.9,
    weightDecay: 5e-5,
    warmupSteps: 0,
    crossEntropyWeight: 0.375,
    diceWeight: 1.125,
  },
};

const imagenet: Protocol = {
  data: "ImageNet",
  classes: 1_000,
  trainingCount: 1_281_167,
  validationCount: 50_000,
  model: "ResNet-50",
  parameterCount: 25_557_032,
  batchSize: 2_048,
  steps: 56_250,
  ignored: 0,
  config: { imageSize: 224, learningRate: 2.048, momentum: 0.875, weightDecay: 5e-4 },
};

const segmentation = {
  suites: ["ade20k"],
  metric: "mIoU",
  seedsNeeded: seedsForVerdict,
  protocol: ade20k,
} as const;

/** The claims C1 to C10. Each has a row in every table of claims. */
export const claims: readonly Claim[] = [
  {
    id: "C1",
    statement: "ResNet-50 on ImageNet: similar accuracy with WS",
    source: composer,
    published: "similar; margin of ±0.3 points is ours",
    needs: "ResNet-50 on ImageNet",
    test: {
      kind: "equivalence",
      suites: ["imagenet"],
      arm: "ws",
      minus: "baseline",
      metric: "top1",
      window: "end",
      margin: 0.3,
      seedsNeeded: seedsForVerdict,
      protocol: imagenet,
    },
  },
  {
    id: "C2",
    statement: "DeepLabv3+ ResNet-101 on ADE20k from scratch, 15 last convolutions ignored: better",
    source: composer,
    published: "+0.7 mIoU",
    needs: "segmentation with and without WS",
    test: {
      ...segmentation,
      suites: [...segmentation.suites],
      kind: "difference",
      arm: "ws",
      minus: "baseline",
      window: "end",
      direction: 1,
      published: 0.7,
    },
  },
  {
    id: "C3",
    statement: "Standardizing the last 15 convolutions of DeepLabv3+ too is harmful",
    source: pullRequest,
    published: "harmful; no number",
    needs: "segmentation with WS on all convolutions",
    test: {
      ...segmentation,
      suites: [...segmentation.suites],
      kind: "difference",
      arm: "ws-all",
      minus: "ws",
      window: "end",
      direction: -1,
    },
  },
  {
    id: "C4",
    statement: "The improvement is larger early in training",
    source: composer,
    published: "larger early; no number",
    needs: "an evaluation at a quarter of training",
    test: {
      ...segmentation,
      suites: [...segmentation.suites],
      kind: "difference",
      arm: "ws",
      minus: "baseline",
      window: "quarter-minus-end",
      direction: 1,
    },
  },
  {
    id: "C5",
    statement: "LN or GN with WS on ResNet-50: half the throughput, worse convergence, loss spikes",
    source: `${pullRequest} and README.md`,
    published: "about half the throughput",
    needs: "ResNet-50 with layer and group norm",
  },
  {
    id: "C6",
    statement: "WS costs a small throughput degradation",
    source: composer,
    published: "small, no number; margin of 10 % of a step is ours",
    needs: "steps of both arms timed in turn",
    test: {
      kind: "overhead",
      suites: ["ade20k", "imagenet"],
      arm: "ws",
      minus: "baseline",
      margin: 10,
      protocols: { ade20k, imagenet },
    },
  },
  {
    id: "C7",
    statement: "WS is unlikely to work with weights pretrained without it",
    source: composer,
    published: "unlikely; no number",
    needs: "weights pretrained without WS",
  },
  {
    id: "C8",
    statement: "WS improves group norm at small batch",
    source: "joe-siyuan-qiao/pytorch-classification, README.md",
    published: "top-1 error of GN+WS: ResNet-50 23.72, ResNet-101 22.10",
    needs: "group norm at small batch on ImageNet",
  },
  {
    id: "C9",
    statement: "DeepLabv3 ResNet-101 on PASCAL VOC: WS improves over batch norm",
    source: "joe-siyuan-qiao/Batch-Channel-Normalization",
    published: "mIoU: BN 76.49, GN+WS 77.20, BCN+WS 78.10",
    needs: "PASCAL VOC with batch, group and batch-channel norm",
  },
  {
    id: "C10",
    statement: "WS models can take more regularization",
    source: composer,
    published: "a suggestion drawn from C4",
    needs: "a sweep of the regularization",
  },
];
