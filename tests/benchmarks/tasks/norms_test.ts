import assert from "node:assert/strict";
import { profiles } from "../../../benchmarks/experiments/profiles/norms.ts";
import { normsModel } from "../../../benchmarks/tasks/norms.ts";
import * as tf from "../../../src/tf.ts";

Deno.test("normsModel() gives each normalization that has groups those of the profile", async () => {
  await tf.setBackend("cpu");
  for (const normalization of ["group", "batchChannel", "estimatedBatchChannel"]) {
    const model = normsModel({ ...profiles.quick!, normalization, groups: 2 }, 3, 1, { name: "a" });
    const configs = model.layers.map((layer) => layer.getConfig()).filter((config) =>
      "groups" in config
    );
    assert.ok(configs.length > 8, normalization);
    for (const { groups, estimate = false } of configs) {
      assert.deepEqual([groups, estimate], [2, normalization === "estimatedBatchChannel"]);
    }
    model.dispose();
  }
});
