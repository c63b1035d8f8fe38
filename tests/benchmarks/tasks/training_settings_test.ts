import assert from "node:assert/strict";
import {
  plainTraining,
  trainingOptionsOf,
} from "../../../benchmarks/experiments/profiles/common.ts";
import { profiles } from "../../../benchmarks/experiments/profiles/imagenet.ts";
import { checkTraining } from "../../../benchmarks/tasks/training_settings.ts";
import { optimizerOf } from "../../../benchmarks/tasks/vision_model.ts";

const quick = profiles.quick!;

Deno.test("a profile asks a Trainer for nothing beside its steps, unless it says so", () => {
  assert.deepEqual(trainingOptionsOf(quick, "top1"), {});
  const asked = {
    maxGradientNorm: 1,
    averageHalfLife: "5ba",
    patience: "2ep",
    minDelta: 0.5,
  } as const;
  assert.deepEqual(trainingOptionsOf({ ...plainTraining, ...asked }, "top1"), {
    maxGradientNorm: 1,
    movingAverage: { halfLife: "5ba" },
    earlyStopping: { metric: "top1", mode: "max", patience: "2ep", minDelta: 0.5 },
  });
});

Deno.test("optimizerOf() makes each optimizer by its name, with momentum as Adam's first beta", () => {
  const names = { "decoupled-sgdw": "DecoupledSGDW", sgd: "TorchSGD", adamw: "TorchAdamW" };
  for (
    const [optimizer, name] of Object.entries({ ...names, "decoupled-adamw": "DecoupledAdamW" })
  ) {
    const made = optimizerOf({ ...quick, optimizer, momentum: 0.8, beta2: 0.95, epsilon: 1e-6 });
    assert.equal(made.getClassName(), name);
    const config = made.getConfig();
    assert.equal(config.momentum ?? config.beta1, 0.8);
    if ("beta1" in config) assert.deepEqual([config.beta2, config.epsilon], [0.95, 1e-6]);
  }
  assert.throws(() => optimizerOf({ ...quick, optimizer: "adam" }), {
    name: "UsageError",
    message: /adamw/,
  });
});

Deno.test("checkTraining() refuses what is no duration before anything is trained", () => {
  checkTraining(quick, 320);
  for (const key of ["averageHalfLife", "patience"]) {
    assert.throws(() => checkTraining({ ...quick, [key]: "soon" }, 320), {
      name: "RangeError",
      message: new RegExp(`${key} must be epochs or batches`),
    });
  }
});
