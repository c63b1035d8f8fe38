import assert from "node:assert/strict";
import { claims } from "../../../benchmarks/experiments/claims/table.ts";
import {
  type ClassificationProfile,
  profiles,
} from "../../../benchmarks/experiments/profiles/imagenet.ts";
import { durationInSteps } from "../../../src/training/duration.ts";
import { cosine } from "../../../src/training/schedules.ts";

const { paper, proxy, quick } = profiles as Record<string, ClassificationProfile>;
/** Images of ImageNet's training set. */
const imagenetImages = 1_281_167;

Deno.test("paper is the published recipe, its rates made by formulas", () => {
  const { batchSize, learningRate, momentum, weightDecay } = paper!;
  assert.deepEqual({ batchSize, learningRate, momentum, weightDecay }, {
    batchSize: 2048,
    learningRate: 2.048,
    momentum: 0.875,
    weightDecay: 5e-4,
  });
  assert.equal(weightDecay, 2.048 * 2 ** -15 / (1 - 0.875));
});

Deno.test("paper has 56,250 steps, 5,000 of them warm-up", () => {
  const stepsPerEpoch = Math.floor(imagenetImages / paper!.batchSize);
  assert.equal(stepsPerEpoch, 625);
  const steps = durationInSteps(paper!.duration, stepsPerEpoch, "duration");
  const warmupSteps = durationInSteps(paper!.warmup, stepsPerEpoch, "warmup");
  assert.deepEqual([steps, warmupSteps], [56_250, 5_000]);
  const schedule = cosine({ warmupSteps });
  assert.equal(schedule(0, steps), 0);
  assert.equal(schedule(2_500, steps), 0.5);
  assert.equal(schedule(5_000, steps), 1);
  assert.ok(schedule(steps - 1, steps) < 1e-8, "down to 0");
});

Deno.test("paper differs in nothing from the protocol of claim C1", () => {
  const test = claims.find(({ id }) => id === "C1")?.test;
  assert.ok(test?.kind === "equivalence");
  const { config, batchSize, steps } = test.protocols.imagenet!.details!;
  assert.equal(batchSize, paper!.batchSize);
  assert.equal(steps, 56_250);
  assert.ok(Object.keys(config).length > 0);
  for (const [key, value] of Object.entries(config)) {
    assert.deepEqual(paper![key as keyof ClassificationProfile], value, key);
  }
});

Deno.test("each profile keeps the recipe's ratios and suits claim C4", () => {
  for (const [name, profile] of Object.entries(profiles)) {
    const { batchSize, learningRate, momentum, weightDecay, evaluations, microbatchSize } = profile;
    const coupled = weightDecay * (1 - momentum) / learningRate;
    assert.ok(Math.abs(coupled - 2 ** -15) < 1e-18, name);
    assert.equal(learningRate, 0.001 * batchSize, name);
    assert.equal(evaluations % 4, 0, `${name} is evaluated at a quarter of training`);
    assert.ok(microbatchSize === 0 || batchSize % microbatchSize === 0, name);
  }
});

Deno.test("profiles that claim a verdict have six seeds, and no generated pictures", () => {
  for (const profile of [paper!, proxy!]) {
    assert.equal(new Set(profile.seeds).size, 6);
    assert.equal(profile.generatedTraining, 0);
  }
  assert.equal(quick!.seeds.length, 2);
  assert.ok(quick!.generatedTraining > 0);
});
