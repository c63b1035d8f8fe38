/** Arms by the number of values a filter: each standardizes its share of the backbone, and no more. */
import assert from "node:assert/strict";
import arms from "../../../benchmarks/reference/arms/fan_in.ts";
import { tf } from "../../../mod.ts";
import type { State } from "../../../src/training/engine.ts";

/** Two kernels of 72 and 8 values a filter, and the 15 convolutions that are left alone. */
function model(): tf.LayersModel {
  const head = Array.from(
    { length: 15 },
    (_, i) => tf.layers.conv2d({ filters: 8, kernelSize: 3, padding: "same", name: `head${i}` }),
  );
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 8, kernelSize: 3, inputShape: [8, 8, 8], name: "many" }),
      tf.layers.conv2d({ filters: 8, kernelSize: 1, name: "few" }),
      ...head,
    ],
  });
}

Deno.test("an arm standardizes the kernels with many values a filter, with few, or both", async () => {
  await tf.setBackend("cpu");
  const standardized = Object.fromEntries(arms.map(({ name, algorithms = [] }) => {
    const made = model();
    const told: unknown[] = [];
    const log = {
      logHyperparameters: (values: object) => void told.push(...Object.values(values)),
      logMetrics() {},
    };
    for (const each of algorithms) each.apply("init", { model: made } as State, log);
    const names = made.layers.filter((layer) => layer.getClassName() === "StandardizedConv2D")
      .map((layer) => layer.name);
    made.dispose();
    assert.deepEqual(told, algorithms.map(() => names.length), "the count that records keep");
    return [name, names];
  }));
  assert.deepEqual(standardized, {
    "baseline": [],
    "ws": ["many", "few"],
    "ws-many": ["many"],
    "ws-few": ["few"],
  });
});
