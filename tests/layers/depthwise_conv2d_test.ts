import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import {
  callDepthwiseConv2d,
  type DepthwiseConv2DLike,
  RepairedDepthwiseConv2D,
  type RepairedDepthwiseConv2DArgs,
} from "../../src/layers/depthwise_conv2d.ts";
import { standardizeWeights } from "../../src/standardization/standardize_weights.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";
import { assertForwardAndGradient, built, modelOf, saveAndLoad } from "./roundtrip.ts";

const reference = pytorch.depthwiseConv2d;
const read = () => standardizeWeights(toTensor(reference.kernel), { depthwise: true });

forEachBackend("RepairedDepthwiseConv2D matches PyTorch when it dilates by 3", () => {
  const layer = new RepairedDepthwiseConv2D({
    kernelSize: 3,
    padding: reference.padding,
    dilationRate: [reference.dilation, reference.dilation],
    useBias: false,
  });
  built(layer, reference.x.shape);
  const raw = layer.depthwiseKernel;
  layer.depthwiseKernel = { read };
  assertForwardAndGradient((x) => layer.apply(x) as tf.Tensor, reference, 2e-5);
  assert.deepEqual(layer.computeOutputShape(reference.x.shape), reference.y.shape);
  layer.depthwiseKernel = raw;
  layer.dispose();
});

forEachBackend(
  "callDepthwiseConv2d() honours a stock layer's dilation, which its call ignores",
  () => {
    const stock = tf.layers.depthwiseConv2d({ kernelSize: 3, dilationRate: 3, useBias: false });
    built(stock, reference.x.shape);
    const fields = stock as unknown as DepthwiseConv2DLike; // private in the stock type
    const like = { ...fields, padding: reference.padding, depthwiseKernel: { read } };
    assertForwardAndGradient((x) => callDepthwiseConv2d(like, x), reference, 2e-5);
    stock.dispose();
  },
);

forEachBackend("RepairedDepthwiseConv2D takes a stock layer's config, and gives its output", () => {
  for (const dataFormat of ["channelsLast", "channelsFirst"] as const) {
    const stock = tf.layers.depthwiseConv2d({
      kernelSize: [3, 2],
      depthMultiplier: 2,
      padding: "same",
      dataFormat,
      activation: "sigmoid",
      biasInitializer: "randomNormal",
    });
    const args = stock.getConfig() as unknown as RepairedDepthwiseConv2DArgs; // a ConfigDict
    const repaired = new RepairedDepthwiseConv2D(args);
    tf.tidy(() => {
      const x = tf.randomNormal(dataFormat === "channelsLast" ? [2, 6, 5, 3] : [2, 3, 6, 5]);
      const expected = stock.apply(x) as tf.Tensor;
      built(repaired, x.shape);
      repaired.setWeights(stock.getWeights());
      assertClose(repaired.apply(x) as tf.Tensor, expected.dataSync(), 1e-5);
      assert.deepEqual(repaired.computeOutputShape(x.shape), expected.shape);
    });
    assert.deepEqual(repaired.getConfig(), stock.getConfig());
    stock.dispose();
    repaired.dispose();
  }
});

forEachBackend(
  "RepairedDepthwiseConv2D computes the same when it is saved and loaded",
  async () => {
    const model = modelOf(
      new RepairedDepthwiseConv2D({ kernelSize: 3, dilationRate: [2, 2], padding: 2 }),
      [6, 6, 3],
    );
    const loaded = await saveAndLoad(model);
    tf.tidy(() => {
      const x = tf.randomNormal([2, 6, 6, 3]);
      assertClose(loaded.predict(x) as tf.Tensor, (model.predict(x) as tf.Tensor).dataSync(), 0);
    });
    model.dispose();
    loaded.dispose();
  },
);

Deno.test("RepairedDepthwiseConv2D keeps a constraint apart when there is a regularizer too", () => {
  const layer = new RepairedDepthwiseConv2D({
    kernelSize: 3,
    depthwiseRegularizer: tf.regularizers.l2({ l2: 0.1 }),
    depthwiseConstraint: tf.constraints.nonNeg(),
  });
  const again = RepairedDepthwiseConv2D.fromConfig(RepairedDepthwiseConv2D, layer.getConfig());
  for (const each of [layer, again]) {
    const { depthwiseConstraint, depthwiseRegularizer } = each.getConfig();
    assert.equal((depthwiseConstraint as tf.serialization.ConfigDict)["className"], "NonNeg");
    assert.equal((depthwiseRegularizer as tf.serialization.ConfigDict)["className"], "L1L2");
  }
});
