/** The steps that are timed: each model and work, as small as they come. */
import assert from "node:assert/strict";
import { profiles } from "../../../benchmarks/experiments/profiles/overhead.ts";
import type { Subject } from "../../../benchmarks/timing/order.ts";
import { openWork } from "../../../benchmarks/timing/work.ts";

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
  const names = { name: "a", label: "a", comparedTo: [] };
  const subject: Subject = { ...names, engine: "wasm", mode: "eager", work, kernels };
  return openWork({ subject, profile: { ...profile, model }, threads: 1 });
}

for (const model of ["resnet", "deeplab"]) {
  Deno.test(`openWork() trains a ${model} on a class for each of its logits`, async () => {
    const { ready, step, tensorCount } = await open(model, "train", "plain");
    assert.ok(ready.parameterCount > 1000);
    const first = await step();
    // Untrained, no class is likelier than another by much.
    assert.ok(first > 0.3 * Math.log(classes) && first < 5 * Math.log(classes), `${first}`);
    const tensors = tensorCount!();
    let last = first;
    for (let i = 0; i < 8; i++) last = await step();
    assert.ok(last < first, `the loss falls from ${first}: ${last}`);
    assert.equal(tensorCount!(), tensors, "tensors left behind");
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
