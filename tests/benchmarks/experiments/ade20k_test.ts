import assert from "node:assert/strict";
import { claims } from "../../../benchmarks/experiments/claims/table.ts";
import {
  profiles,
  type SegmentationProfile,
} from "../../../benchmarks/experiments/profiles/ade20k.ts";
import { durationInSteps } from "../../../src/training/duration.ts";

const { paper, proxy, quick } = profiles as Record<string, SegmentationProfile>;
/** Images of ADE20k's training set without the four gray ones. */
const ade20kImages = 20_206;

/** mosaicml/examples, `examples/benchmarks/deeplab`, and mmsegmentation 0.22.0's head. */
const published: Partial<SegmentationProfile> = {
  depth: 101,
  width: 64,
  outputStride: 8,
  headChannels: 512,
  lowLevelChannels: 48,
  dilations: [1, 12, 24, 36],
  dropout: 0.1,
  imageSize: 512,
  minScale: 0.5,
  maxScale: 2,
  photometric: true,
  batchSize: 128,
  duration: "128ep",
  learningRate: 0.08,
  momentum: 0.9,
  weightDecay: 5e-5,
  warmup: "0ba",
  crossEntropyWeight: 0.375,
  diceWeight: 1.125,
};

Deno.test("paper is the published recipe, value by value", () => {
  for (const [key, value] of Object.entries(published)) {
    assert.deepEqual(paper![key as keyof SegmentationProfile], value, key);
  }
});

Deno.test("paper has 20,096 steps", () => {
  const stepsPerEpoch = Math.floor(ade20kImages / paper!.batchSize);
  assert.equal(durationInSteps(paper!.duration, stepsPerEpoch, "duration"), 20_096);
  assert.equal(paper!.batchSize % paper!.microbatchSize, 0);
});

Deno.test("paper differs in nothing from the protocol of claim C2", () => {
  const test = claims.find(({ id }) => id === "C2")?.test;
  assert.ok(test !== undefined && "protocols" in test);
  const { config, batchSize, steps } = test.protocols.ade20k!.details!;
  assert.deepEqual([batchSize, steps], [paper!.batchSize, 20_096]);
  assert.ok(Object.keys(config).length > 0);
  for (const [key, value] of Object.entries(config)) {
    assert.deepEqual(paper![key as keyof SegmentationProfile], value, key);
  }
});

Deno.test("proxy keeps the recipe but for the network, the images and their number", () => {
  const smaller = [
    "depth",
    "width",
    "headChannels",
    "lowLevelChannels",
    "dilations",
    "imageSize",
    "batchSize",
    "duration",
  ];
  const kept = Object.entries(published).filter(([key]) => !smaller.includes(key));
  for (const [key, value] of kept) {
    assert.deepEqual(proxy![key as keyof SegmentationProfile], value, key);
  }
});

Deno.test("profiles that claim a verdict have six seeds, and no generated scenes", () => {
  for (const profile of [paper!, proxy!]) {
    assert.equal(new Set(profile.seeds).size, 6);
    assert.equal(profile.generatedTraining, 0);
  }
  assert.ok(quick!.generatedTraining > 0);
  for (const { evaluations } of [paper!, proxy!, quick!]) {
    assert.equal(evaluations % 4, 0, "evaluated at a quarter of training");
  }
});
