/**
 * What the published numbers were measured with, as data.
 *
 * @module
 */
import type { Protocol, StepProtocol } from "./claim.ts";

/** Composer's run on ADE20k. */
export const ade20k: Protocol = {
  metric: "mIoU",
  data: "ADE20k",
  model: "DeepLabv3+ ResNet-101",
  details: {
    classes: 150,
    trainingCount: 20_206,
    validationCount: 2_000,
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
      normalization: "batch",
      initialWeights: "",
      optimizer: "decoupled-sgdw",
      warmup: "0ba",
      crossEntropyWeight: 0.375,
      diceWeight: 1.125,
    },
  },
};

/** Composer's run on ImageNet. */
export const imagenet: Protocol = {
  metric: "top1",
  data: "ImageNet",
  model: "ResNet-50",
  details: {
    classes: 1_000,
    trainingCount: 1_281_167,
    validationCount: 50_000,
    parameterCount: 25_557_032,
    batchSize: 2_048,
    steps: 56_250,
    ignored: 0,
    config: {
      imageSize: 224,
      normalization: "batch",
      initialWeights: "",
      optimizer: "decoupled-sgdw",
      learningRate: 2.048,
      momentum: 0.875,
      weightDecay: 5e-4,
    },
  },
};

/** A step of that run. */
export const imagenetStep: StepProtocol = {
  model: imagenet.model,
  parameterCount: 25_557_032,
  config: { classes: 1_000, batchSize: 2_048, imageSize: 224, normalization: "batch" },
};

/** A step of the run on ADE20k. */
export const ade20kStep: StepProtocol = {
  model: ade20k.model,
  parameterCount: 60_265_286,
  config: { classes: 150, batchSize: 128, imageSize: 512, normalization: "batch" },
};

/** Segmentation of which only data set and model are known. */
export const segmentation: Protocol = { metric: "mIoU", data: ade20k.data, model: ade20k.model };

/** The authors' run on PASCAL VOC, of which only data set and model are known. */
export const voc: Protocol = {
  metric: "mIoU",
  data: "PASCAL VOC",
  model: "DeepLabv3 ResNet-101",
};

/** Classification of which only data set and model are known. */
export const classification: Protocol = {
  metric: "top1",
  data: imagenet.data,
  model: imagenet.model,
};
