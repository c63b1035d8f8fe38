import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import { KaimingNormal } from "../../src/layers/kaiming_normal.ts";
import { forEachBackend } from "../backends.ts";
import { modelOf, saveAndLoad } from "./roundtrip.ts";

function valuesOf(initializer: KaimingNormal, shape: number[]): Float32Array {
  return tf.tidy(() => initializer.apply(shape).dataSync() as Float32Array);
}

/** Mean, standard deviation, kurtosis and the share beyond two standard deviations. */
function describe(values: Float32Array) {
  const moment = (power: number, mean: number) =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
  const mean = moment(1, 0);
  const deviation = Math.sqrt(moment(2, mean));
  const beyond = values.filter((value) => Math.abs(value - mean) > 2 * deviation).length;
  return {
    mean,
    deviation,
    kurtosis: moment(4, mean) / deviation ** 4,
    beyond: beyond / values.length,
  };
}

forEachBackend("KaimingNormal has PyTorch's deviation, and is not truncated, when it fills", () => {
  const cases: [number[], boolean, number][] = [
    [[3, 3, 64, 256], false, 576],
    [[200, 701], false, 200],
    [[3, 3, 20_000, 1], true, 9],
    [[3, 3, 5_000, 2], true, 9],
  ];
  for (const [shape, depthwise, fanIn] of cases) {
    const { mean, deviation, kurtosis, beyond } = describe(
      valuesOf(new KaimingNormal({ seed: 3, depthwise }), shape),
    );
    const expected = Math.sqrt(2 / fanIn);
    // Each bound is at least five standard errors at 90,000 values.
    assert.ok(Math.abs(mean) < 0.02 * expected, `mean ${mean}`);
    assert.ok(
      Math.abs(deviation / expected - 1) < 0.015,
      `deviation ${deviation}, not ${expected}`,
    );
    assert.ok(Math.abs(kurtosis - 3) < 0.1, `kurtosis ${kurtosis}`);
    assert.ok(Math.abs(beyond - 0.0455) < 0.005, `beyond ${beyond}`);
  }
});

forEachBackend("KaimingNormal repeats itself only when the seed is the same", () => {
  const shape = [3, 3, 2, 5];
  const first = valuesOf(new KaimingNormal({ seed: 17 }), shape);
  assert.deepEqual(valuesOf(new KaimingNormal({ seed: 17 }), shape), first);
  assert.notDeepEqual(valuesOf(new KaimingNormal({ seed: 18 }), shape), first);
  assert.notDeepEqual(valuesOf(new KaimingNormal(), shape), valuesOf(new KaimingNormal(), shape));
});

Deno.test("KaimingNormal draws independent values when seeds are neighbours", async () => {
  await tf.setBackend("cpu");
  const shape = [1, 1, 1, 20_000];
  for (const [a, b] of [[0, 1], [17, 18], [-1, 2 ** 31]] as const) {
    const x = valuesOf(new KaimingNormal({ seed: a }), shape);
    const y = valuesOf(new KaimingNormal({ seed: b }), shape);
    const correlation = x.reduce((sum, value, i) => sum + value * y[i]!, 0) / (2 * x.length);
    assert.ok(Math.abs(correlation) < 0.036, `seeds ${a}, ${b}: ${correlation}`); // five standard errors
  }
});

forEachBackend("KaimingNormal survives saving in a stock layer", async () => {
  const kernelInitializer = new KaimingNormal({ seed: 5 });
  const model = modelOf(tf.layers.dense({ units: 2, kernelInitializer }), [3]);
  const loaded = await saveAndLoad(model);
  assert.deepEqual(loaded.layers[1]!.getConfig()["kernelInitializer"], {
    className: "KaimingNormal",
    config: { seed: 5, depthwise: false },
  });
  model.dispose();
  loaded.dispose();
});
