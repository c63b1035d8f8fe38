import assert from "node:assert/strict";
import { profiles } from "../../../benchmarks/experiments/profiles/overhead.ts";
import { profiles as scalingProfiles } from "../../../benchmarks/experiments/profiles/scaling.ts";
import { stepText } from "../../../benchmarks/report/timed_step.ts";

const recipe = "float32, SGD with momentum, cross entropy";

Deno.test("stepText() tells of the values that ran, not of the profile's", () => {
  const { resnet50, deeplab, backends } = profiles;
  assert.equal(
    stepText({ ...resnet50, batchSize: 4, imageSize: 64 }),
    `ResNet-50, batch 4, 64 × 64 pixels; ${recipe}`,
  );
  assert.equal(
    stepText({ ...deeplab, depth: 18, normalization: "group" }),
    `DeepLabv3+ on ResNet-18, group normalization, batch 2, 256 × 256 pixels; ${recipe}`,
  );
  assert.equal(
    stepText({ ...backends }),
    `ResNet of 1, 1, 1, 1 blocks, width 8, batch 4, 16 × 16 pixels; ${recipe}`,
  );
});

Deno.test("stepText() leaves out what is swept, and names the networks of rows", () => {
  const { growth, deeplab } = profiles;
  assert.equal(
    stepText({ ...growth }, ["batchSize", "imageSize"]),
    `ResNet-50; ${recipe}`,
  );
  assert.equal(
    stepText({ ...growth, width: 8 }, ["depth", "batchSize"]),
    `ResNets, width 8, 128 × 128 pixels; ${recipe}`,
  );
  assert.equal(
    stepText({ ...deeplab }, ["depth"]),
    `DeepLabv3+ on ResNets, batch 2, 256 × 256 pixels; ${recipe}`,
  );
  assert.equal(
    stepText({ ...scalingProfiles.resnet18, depths: [18, 34] }, [], " a worker"),
    `ResNet-18 and ResNet-34, batch 16 a worker, 64 × 64 pixels; ${recipe}`,
  );
});
