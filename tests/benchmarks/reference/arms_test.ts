/** The arms of `benchmarks/reference/arms/`: each standardizes what it says, and no more. */
import assert from "node:assert/strict";
import fanIn from "../../../benchmarks/reference/arms/fan_in.ts";
import head from "../../../benchmarks/reference/arms/head.ts";
import { models, tf } from "../../../mod.ts";
import type { OwnArm } from "../../../benchmarks/experiments/arm.ts";
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

/** By arm, the names of the layers that it standardizes; it must count them for the record. */
async function standardizedBy(
  arms: readonly OwnArm[],
  make: () => tf.LayersModel,
): Promise<Record<string, string[]>> {
  await tf.setBackend("cpu");
  return Object.fromEntries(arms.map(({ name, algorithms = [] }) => {
    const made = make();
    const told: unknown[] = [];
    const log = {
      logHyperparameters: (values: object) => void told.push(...Object.values(values)),
      logMetrics() {},
    };
    for (const each of algorithms) each.apply("init", { model: made } as State, log);
    const names = made.layers.filter((layer) => layer.getClassName().startsWith("Standardized"))
      .map((layer) => layer.name);
    made.dispose();
    assert.deepEqual(told, algorithms.map(() => names.length));
    return [name, names];
  }));
}

Deno.test("fan_in.ts: the kernels with many values a filter, with few, or both", async () => {
  assert.deepEqual(await standardizedBy(fanIn, model), {
    "baseline": [],
    "ws": ["many", "few"],
    "ws-many": ["many"],
    "ws-few": ["few"],
  });
});

Deno.test("head.ts: the backbone, and of DeepLabv3+'s head all of one kind", async () => {
  const network = () =>
    models.deeplabv3plus({
      classes: 3,
      inputShape: [32, 32, 3],
      backbone: { depth: 18, width: 4 },
      headChannels: 4,
      lowLevelChannels: 4,
    });
  const by = await standardizedBy(head, network);
  const inHead = by["ws-all"]!.filter((name) => !by["ws"]!.includes(name));
  assert.equal(inHead.length, 15);
  const added = (arm: string) => by[arm]!.filter((name) => !by["ws"]!.includes(name));
  for (const arm of ["ws-depthwise", "ws-classifier", "ws-other"]) {
    assert.equal(by[arm]!.length, by["ws"]!.length + added(arm).length, `${arm}: the backbone`);
  }
  const kinds = [added("ws-depthwise"), added("ws-classifier"), added("ws-other")];
  assert.deepEqual(kinds.map(({ length }) => length), [5, 1, 9]);
  assert.deepEqual(kinds.flat().toSorted(), inHead.toSorted());
  for (const name of added("ws-depthwise")) assert.match(name, /depthwise/);
  assert.match(added("ws-classifier")[0]!, /conv_seg$/);
});
