import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import {
  applyWeightStandardization,
  bakeWeightStandardization,
  foldBatchNormalization,
  layers,
  removeWeightStandardization,
  type Variant,
} from "../../mod.ts";
import { affineOf, applyAffine } from "../../src/standardization/affine.ts";
import { standardizeWeights } from "../../src/standardization/standardize_weights.ts";
import { variants } from "../../src/standardization/variants.ts";
import { assertClose, forEachBackend } from "../backends.ts";

/** Each kind of kernel once. */
function mixed(): tf.LayersModel {
  const bias = { biasInitializer: tf.initializers.randomNormal({ seed: 2 }) };
  const { conv2d, depthwiseConv2d, separableConv2d } = tf.layers;
  return tf.sequential({
    layers: [
      conv2d({ filters: 6, kernelSize: 3, inputShape: [9, 9, 3], activation: "relu", ...bias }),
      depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
      separableConv2d({ filters: 4, kernelSize: 3 }),
    ],
  });
}

const input = () => tf.randomNormal([2, 9, 9, 3], 0, 1, "float32", 5);

function predictions(model: tf.LayersModel): Float32Array {
  return tf.tidy(() => (model.predict(input()) as tf.Tensor).dataSync<"float32">().slice());
}

/** Changes every kernel a little, as training does. */
async function train(model: tf.LayersModel): Promise<void> {
  const optimizer = tf.train.sgd(0.01);
  model.compile({ optimizer, loss: "meanSquaredError" });
  const [x, y] = [input(), tf.ones([2, 3, 3, 4])];
  await model.fit(x, y, { epochs: 2, verbose: 0 });
  tf.dispose([x, y]);
  optimizer.dispose();
}

forEachBackend("bakeWeightStandardization() keeps the outputs of a trained model", async () => {
  const model = mixed();
  const { standardized } = applyWeightStandardization(model);
  await train(model);
  const before = predictions(model);
  const scale = Math.max(...before.map(Math.abs));
  assert.deepEqual(bakeWeightStandardization(model), standardized);
  assertClose(predictions(model), before, 1e-6 * scale);
  const classes = model.layers.map((layer) => layer.getClassName());
  assert.deepEqual(classes, ["Conv2D", "DepthwiseConv2D", "SeparableConv2D"]);
  assert.deepEqual(bakeWeightStandardization(model), []);
  model.dispose();
});

forEachBackend("bakeWeightStandardization() keeps the outputs of constrained kernels", () => {
  for (const kernelConstraint of ["nonNeg", "maxNorm"] as const) {
    const layer = { filters: 4, kernelSize: 3, inputShape: [9, 9, 3], kernelConstraint };
    const model = tf.sequential({ layers: [tf.layers.conv2d(layer)] });
    applyWeightStandardization(model);
    const before = predictions(model);
    bakeWeightStandardization(model);
    assertClose(predictions(model), before, 1e-6 * Math.max(...before.map(Math.abs)));
    model.dispose();
  }
});

for (const variant of Object.keys(variants) as Variant[]) {
  forEachBackend(`preserveOutputs keeps the outputs of a plain model with ${variant}`, () => {
    const model = mixed();
    const before = predictions(model);
    const scale = Math.max(...before.map(Math.abs));
    // A separable layer's pointwise kernel has one value a filter only where that is all there is.
    applyWeightStandardization(model, { preserveOutputs: true, variant });
    assertClose(predictions(model), before, 3e-6 * scale);
    removeWeightStandardization(model);
    assertClose(predictions(model), before, 0);
    model.dispose();
  });
}

forEachBackend("preserveOutputs survives training, save, load and baking", async () => {
  const model = mixed();
  applyWeightStandardization(model, { preserveOutputs: true });
  const before = predictions(model);
  await train(model);
  const trained = predictions(model);
  assert.ok(trained.some((value, i) => Math.abs(value - before[i]!) > 1e-4), "it trains");
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(tf.io.withSaveHandler((artifacts) => {
    saved = artifacts;
    return Promise.resolve({
      modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" },
    });
  }));
  const json = JSON.parse(JSON.stringify(saved!.modelTopology));
  const loaded = await tf.loadLayersModel(tf.io.fromMemory({ ...saved!, modelTopology: json }));
  assertClose(predictions(loaded), trained, 0);
  assert.equal(bakeWeightStandardization(loaded).length, 3);
  assertClose(predictions(loaded), trained, 1e-6 * Math.max(...trained.map(Math.abs)));
  [model, loaded].forEach((made) => made.dispose());
});

Deno.test("preserveOutputs and baking want a model that is built", async () => {
  await tf.setBackend("cpu");
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [4, 4, 1], name: "built" }));
  const unbuilt = tf.layers.conv2d({ filters: 1, kernelSize: 1, name: "unbuilt" });
  const holder = { layers: [unbuilt], getClassName: () => "Sequential" } as unknown;
  assert.throws(
    () => applyWeightStandardization(holder as tf.LayersModel, { preserveOutputs: true }),
    { name: "TypeError", message: /layer unbuilt as it has no kernel yet: build the model first/ },
  );
  applyWeightStandardization(holder as tf.LayersModel);
  assert.throws(() => bakeWeightStandardization(holder as tf.LayersModel), {
    name: "TypeError",
    message: /Cannot bake layer unbuilt as it has no kernel yet: build the model first/,
  });
  model.dispose();
});

forEachBackend("preserveOutputs begins with the plain gradient, less what WS takes away", () => {
  tf.tidy(() => {
    const kernel = tf.randomNormal([3, 3, 4, 5], 0.3, 0.5, "float32", 1);
    const upstream = tf.randomNormal(kernel.shape, 0.2, 1, "float32", 2);
    const affine = affineOf(kernel, false, variants.composer);
    const axes = [0, 1, 2];
    const centre = (x: tf.Tensor) => tf.sub(x, tf.mean(x, axes, true));
    const objective = (w: tf.Tensor) =>
      tf.sum(tf.mul(upstream, applyAffine(standardizeWeights(w), affine)));
    const unit = standardizeWeights(kernel);
    const along = tf.mul(unit, tf.mean(tf.mul(upstream, unit), axes, true));
    assertClose(tf.grad(objective)(kernel), tf.sub(centre(upstream), along).dataSync(), 1e-5);
  });
});

// TensorFlow.js writes words in snake case, and reads them in camel case.
for (
  const [variant, written] of [["meanOnly", "mean_only"], [
    "varianceOnly",
    "variance_only",
  ]] as const
) {
  forEachBackend(`${variant} survives save, load, baking and folding`, async () => {
    const model = tf.sequential({
      layers: [
        layers.standardizedConv2d({ filters: 4, kernelSize: 3, inputShape: [9, 9, 3], variant }),
        tf.layers.batchNormalization(),
        tf.layers.reLU(),
        layers.standardizedConv2dTranspose({ filters: 3, kernelSize: 3, variant }),
      ],
    });
    const before = predictions(model);
    const tolerance = 3e-6 * Math.max(...before.map(Math.abs));
    let saved: tf.io.ModelArtifacts | undefined;
    await model.save(tf.io.withSaveHandler((artifacts) => {
      saved = artifacts;
      return Promise.resolve({
        modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" },
      });
    }));
    const topology = JSON.stringify(saved!.modelTopology);
    assert.ok(topology.includes(`"variant":"${written}"`), topology);
    const modelTopology = JSON.parse(topology);
    const loaded = await tf.loadLayersModel(tf.io.fromMemory({ ...saved!, modelTopology }));
    assertClose(predictions(loaded), before, 0);
    assert.equal(bakeWeightStandardization(loaded).length, 2);
    assertClose(predictions(loaded), before, tolerance);
    assert.equal(foldBatchNormalization(loaded).length, 1);
    assertClose(predictions(loaded), before, tolerance);
    [model, loaded].forEach((made) => made.dispose());
  });
}
