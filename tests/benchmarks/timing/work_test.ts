/** The steps that are timed: each model and work, as small as they come. */
import assert from "node:assert/strict";
import { profiles } from "../../../benchmarks/experiments/profiles/overhead.ts";
import type { Subject, Work } from "../../../benchmarks/timing/protocol.ts";
import { openWork } from "../../../benchmarks/timing/work.ts";
import * as tf from "../../../src/tf.ts";
import { sgd } from "../../../src/training/optimizers.ts";
import { trainStep } from "../../../src/training/train_step.ts";

const classes = 5;
const profile = {
  ...profiles.backends!,
  classes,
  headChannels: 8,
  lowLevelChannels: 4,
  dilations: [1, 2, 3, 4],
  dropout: 0,
  batchSize: 3,
  imageSize: 32,
};

/** Opens a work of this library on wasm. */
function open(model: string, work: Subject["work"], kernels: Subject["kernels"]) {
  return openAs({ engine: "wasm", mode: "eager", work, kernels }, model);
}

function openAs(
  how: Pick<Subject, "engine" | "mode" | "work" | "kernels">,
  model = "resnet",
): Promise<Work> {
  const subject: Subject = { name: "a", label: "a", comparedTo: [], ...how };
  return openWork({ subject, profile: { ...profile, model }, threads: 1 });
}

/** A layer that reads values, so that a step with it cannot be recorded. */
class Reading extends tf.layers.Layer {
  static className = "Reading";
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [x] = [inputs].flat();
    x!.dataSync();
    return tf.clone(x!);
  }
}

// The first test: a work that is eager takes `capture` from its backend, in a process of its own.
Deno.test("openWork() times no step eagerly that is to be captured", async () => {
  const how = { mode: "captured", work: "train", kernels: "plain" } as const;
  await assert.rejects(openAs({ ...how, engine: "cpu" }), {
    name: "UnavailableError",
    message: "cpu runs no step as one function here",
  });
  await openAs({ ...how, engine: "wasm" });
  const dense = tf.layers.dense({ units: 1, inputShape: [2] });
  const model = tf.sequential({ layers: [dense, new Reading({})] });
  const step = trainStep(model, sgd({ learningRate: 0.1 }), (_, y) => tf.mean(y));
  const [x, y] = [tf.ones([1, 2]), tf.ones([1])];
  assert.throws(() => step(x, y, tf.scalar(0.1), tf.tensor1d([0], "int32")), {
    name: "CaptureError",
  });
});

for (const model of ["resnet", "deeplab"]) {
  Deno.test(`openWork() trains a ${model} on a class for each of its logits`, async () => {
    const { ready, step, memory } = await open(model, "train", "plain");
    assert.ok(ready.parameterCount > 1000);
    const first = await step();
    // Untrained, no class is likelier than another by much.
    assert.ok(first > 0.3 * Math.log(classes) && first < 5 * Math.log(classes), `${first}`);
    const { tensorCount } = memory();
    let last = first;
    for (let i = 0; i < 8; i++) last = await step();
    assert.ok(last < first, `the loss falls from ${first}: ${last}`);
    assert.equal(memory().tensorCount, tensorCount, "tensors left behind");
  });

  Deno.test(`openWork() infers the same with a ${model}'s kernels standardized anew, baked or by generic operations`, async () => {
    const mean = async (kernels: Subject["kernels"]) =>
      await (await open(model, "infer", kernels)).step();
    const ws = await mean("ws");
    for (const kernels of ["baked", "generic"] as const) {
      assert.ok(Math.abs(await mean(kernels) - ws) < 1e-4 * Math.max(1, Math.abs(ws)), kernels);
    }
    assert.ok(Math.abs(await mean("plain") - ws) > 1e-6, "plain kernels are others");
  });
}

Deno.test("openWork() names a model that is none", async () => {
  await assert.rejects(open("vgg", "train", "plain"), {
    name: "RangeError",
    message: /model must be "resnet" or "deeplab": current value is "vgg"/,
  });
});
