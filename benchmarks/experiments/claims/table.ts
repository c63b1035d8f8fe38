/**
 * The published claims, as data. Contrasts and margins are fixed here, before any run.
 *
 * @module
 */
import type { Claim } from "./claim.ts";
import {
  moreAugmentation,
  moreDecay,
  normalizationSettings,
  regularizationContrast,
  standardizedStart,
} from "../arms/arm_settings.ts";
import { pair } from "../contrasts.ts";
import {
  ade20k,
  ade20kStep,
  classification,
  imagenet,
  imagenetStep,
  segmentation,
  voc,
} from "./protocols.ts";

const composer = "mosaicml/composer, weight_standardization/README.md";
const pullRequest = "mosaicml/composer, PR 1562";

/** What more regularization is. */
const regularized = { weightDecay: moreDecay, augmentation: moreAugmentation };

const atEnd = { kind: "difference", window: "end" } as const;

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
      protocols: { imagenet },
      contrast: pair("ws", "baseline"),
      window: "end",
      margin: 0.3,
    },
  },
  {
    id: "C2",
    statement: "DeepLabv3+ ResNet-101 on ADE20k from scratch, 15 last convolutions ignored: better",
    source: composer,
    published: "+0.7 mIoU",
    needs: "segmentation with and without WS",
    test: {
      ...atEnd,
      protocols: { ade20k },
      contrast: pair("ws", "baseline"),
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
    test: { ...atEnd, protocols: { ade20k }, contrast: pair("ws-all", "ws"), direction: -1 },
  },
  {
    id: "C4",
    statement: "The improvement is larger early in training",
    source: composer,
    published: "larger early, training loss sometimes lower; no number",
    needs: "an evaluation at a quarter of training",
    test: {
      ...atEnd,
      protocols: { ade20k, imagenet },
      contrast: pair("ws", "baseline"),
      window: "quarter-minus-end",
      direction: 1,
    },
  },
  {
    id: "C5",
    statement: "LN or GN with WS on ResNet-50: half the throughput, worse convergence, loss spikes",
    source: `${pullRequest} and README.md`,
    published: "about half the throughput; worse, no number",
    needs: "ResNet-50 with group norm",
    arms: "norms",
    settings: normalizationSettings,
    throughput: {
      statement: "LN or GN with WS on ResNet-50: about half the throughput of BN without",
      subjects: ["ln-ws", "gn-ws"],
      over: "plain",
      overArm: "bn",
      share: 0.5,
      margin: 0.1,
      protocol: imagenetStep,
    },
    test: {
      ...atEnd,
      protocols: { imagenet: classification, norms: classification },
      contrast: pair("gn-ws", "bn"),
      direction: -1,
    },
  },
  {
    id: "C6",
    statement: "WS costs a small throughput degradation",
    source: composer,
    published: "small, no number; margin of 10 % of a step is ours",
    needs: "steps of both arms timed in turn",
    test: {
      kind: "stepTime",
      protocols: { ade20k, imagenet },
      contrast: pair("ws", "baseline"),
      margin: 10,
      subject: "ws",
      over: "plain",
      steps: { resnet: imagenetStep, deeplab: ade20kStep },
    },
  },
  {
    id: "C7",
    statement: "WS is unlikely to work with weights pretrained without it",
    source: composer,
    published: "unlikely; no number",
    needs: "weights pretrained without WS",
    arms: "pretraining",
    given: "initialWeights",
    without: standardizedStart,
    test: {
      ...atEnd,
      protocols: { ade20k: segmentation, imagenet: classification },
      contrast: pair("pretrained-ws", "pretrained"),
      direction: -1,
    },
  },
  {
    id: "C8",
    statement: "WS improves group norm at small batch",
    source: "joe-siyuan-qiao/pytorch-classification, README.md",
    published: "top-1 error of GN+WS: ResNet-50 23.72, ResNet-101 22.10",
    needs: "group norm on ImageNet, where the batch's size changes nothing",
    arms: "norms",
    settings: normalizationSettings,
    test: {
      ...atEnd,
      protocols: {
        imagenet: classification,
        norms: classification,
        microbatch: { ...classification, contrast: pair("gn-ws-1", "gn-1") },
      },
      contrast: pair("gn-ws", "gn"),
      direction: 1,
    },
  },
  {
    id: "C9",
    statement: "DeepLabv3 ResNet-101 on PASCAL VOC: WS improves over batch norm",
    source: "joe-siyuan-qiao/Batch-Channel-Normalization",
    published: "mIoU: BN 76.49, GN+WS 77.20, BCN+WS 78.10",
    needs: "segmentation with batch and group norm",
    arms: "norms",
    settings: normalizationSettings,
    test: {
      ...atEnd,
      protocols: {
        ade20k: voc,
        "microbatch-segmentation": { ...voc, contrast: pair("gn-ws-16", "bn-16") },
      },
      contrast: pair("gn-ws", "bn"),
      direction: 1,
      published: 0.71,
    },
  },
  {
    id: "C10",
    statement: "WS models can take more regularization",
    source: composer,
    published: "a suggestion drawn from C4",
    needs: "both arms with more regularization, too",
    arms: "regularization",
    multiples: { "ws-regularized": regularized, "baseline-regularized": regularized },
    test: {
      ...atEnd,
      protocols: { ade20k: segmentation, imagenet: classification },
      contrast: regularizationContrast, // what it does to WS beyond the baseline
      direction: 1,
    },
  },
];
