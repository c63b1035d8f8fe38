import assert from "node:assert/strict";
import { ade20k, imagenet } from "../../../benchmarks/experiments/claims/protocols.ts";

/** mosaicml/examples, `examples/benchmarks/deeplab`, less the four gray training images. */
Deno.test("the protocol of ADE20k is the published run", () => {
  const { details } = ade20k;
  assert.equal(ade20k.metric, "mIoU");
  assert.ok(details !== undefined);
  const { config, ...rest } = details;
  assert.deepEqual(rest, {
    classes: 150,
    trainingCount: 20_210 - 4,
    validationCount: 2_000,
    parameterCount: 42_500_160 + 17_765_126, // ResNet-101 and DeepLabv3+'s head
    batchSize: 128,
    steps: 128 * Math.floor((20_210 - 4) / 128),
    ignored: 15,
  });
  assert.equal(config.learningRate, 0.08);
});

/** mosaicml/examples, `examples/benchmarks/resnet_imagenet`. */
Deno.test("the protocol of ImageNet is the published run", () => {
  assert.equal(imagenet.metric, "top1");
  assert.deepEqual(imagenet.details, {
    classes: 1_000,
    trainingCount: 1_281_167,
    validationCount: 50_000,
    parameterCount: 25_557_032, // torchvision's ResNet-50
    batchSize: 2_048,
    steps: 90 * Math.floor(1_281_167 / 2_048),
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
  });
});
