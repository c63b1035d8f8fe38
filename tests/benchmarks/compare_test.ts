import assert from "node:assert/strict";
import { compare, type ModelContext } from "../../benchmarks/mod.ts";
import { readResult } from "../../benchmarks/result.ts";
import { tf, WeightStandardization } from "../../mod.ts";

const arms = [
  { name: "plain", algorithms: [] },
  { name: "standardized", algorithms: [new WeightStandardization()] },
];

function classifier({ classes, inputShape, seed }: ModelContext): tf.LayersModel {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: seed + 1 });
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, inputShape, kernelInitializer }),
      tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
      tf.layers.dense({ units: classes, kernelInitializer }),
    ],
  });
}

Deno.test("compare() compares classifiers as bench:imagenet does", async () => {
  const out = await Deno.makeTempDir();
  try {
    const result = await compare({
      suite: "imagenet",
      model: classifier,
      arms,
      seeds: [3],
      settings: { duration: "2ba", evaluations: 1, timingRounds: 1 },
      backend: "wasm",
      out,
    });
    assert.deepEqual(result, await readResult(`${out}/result.json`));
    assert.equal(result.suite, "compare");
    assert.equal(result.mainMetric, "top1");
    assert.deepEqual(
      result.cells.map(({ arm, seed, standardizedCount }) => [arm, seed, standardizedCount]),
      [
        ["plain", 3, 0],
        ["standardized", 3, 1],
      ],
    );
    assert.ok(result.cells.every(({ metrics }) => Number.isFinite(metrics.top1)));
    assert.equal(result.overhead?.[0]?.pairs.length, 1);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("compare() throws where arms have one name, or the model's output does not fit", async () => {
  const options = { model: classifier, arms, settings: { imageSize: 32 }, backend: "wasm" };
  const out = await Deno.makeTempDir();
  try {
    const twice = { ...options, out, arms: [arms[0]!, arms[0]!] };
    await assert.rejects(compare(twice), { name: "UsageError", message: /"plain" stands twice/ });
    await assert.rejects(compare({ ...options, out }), {
      name: "UsageError",
      message: /output must be logits \[batch, 32, 32, \d+\]/,
    });
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
