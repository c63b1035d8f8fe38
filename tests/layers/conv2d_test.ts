import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { conv2d } from "../../src/gradients/conv2d.ts";
import { RepairedReLU } from "../../src/layers/relu.ts";
import { callConv2d, type Conv2DLike, RepairedConv2D } from "../../src/layers/conv2d.ts";
import { standardizeWeights } from "../../src/standardization/standardize_weights.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";
import { assertForwardAndGradient, built, modelOf, saveAndLoad } from "./roundtrip.ts";

forEachBackend("RepairedConv2D matches PyTorch when its kernel is read standardized", () => {
  for (const reference of pytorch.conv2d) {
    const { stride, padding, dilation, kernel, x, upstream } = reference;
    const [kernelSize = 0, , , filters = 0] = kernel.shape;
    const windows = { kernelSize, strides: stride, padding, dilationRate: dilation };
    const layer = built(new RepairedConv2D({ filters, ...windows, useBias: false }), x.shape);
    const raw = layer.kernel;
    tf.tidy(() => {
      layer.kernel = { read: () => standardizeWeights(toTensor(kernel)) };
      const call = (x: tf.Tensor) => layer.apply(x) as tf.Tensor;
      assertForwardAndGradient(call, reference, 2e-5);
      const dkernel = tf.grad((kernel) => {
        layer.kernel = { read: () => standardizeWeights(kernel) };
        return tf.sum(tf.mul(call(toTensor(x)), toTensor(upstream)));
      })(toTensor(kernel));
      assertClose(dkernel, reference.dkernel.values, 5e-5, "dkernel");
    });
    layer.kernel = raw;
    layer.dispose();
  }
});

Deno.test("RepairedConv2D computes the shape that the op gives when anything changes", async () => {
  await tf.setBackend("cpu");
  const size = fc.integer({ min: 1, max: 3 });
  const pad = fc.integer({ min: 0, max: 2 });
  const padding = fc.oneof(
    fc.constantFrom<"valid" | "same">("valid", "same"),
    pad,
    fc.tuple(
      fc.constant<[0, 0]>([0, 0]),
      fc.tuple(pad, pad),
      fc.tuple(pad, pad),
      fc.constant<[0, 0]>([0, 0]),
    ),
  );
  const dataFormat = fc.constantFrom("channelsFirst" as const, "channelsLast" as const);
  fc.assert(
    fc.property(
      size,
      size,
      size,
      fc.boolean(),
      padding,
      dataFormat,
      (h, w, step, dilated, padding, dataFormat) => {
        const steps = { strides: dilated ? 1 : step, dilationRate: dilated ? step : 1 };
        const shape = dataFormat === "channelsLast" ? [2, 9, 8, 3] : [2, 3, 9, 8];
        const args = { filters: 4, kernelSize: [h, w], ...steps, padding, dataFormat };
        const layer = built(new RepairedConv2D(args), shape);
        const y = tf.tidy(() => (layer.apply(tf.zeros(shape)) as tf.Tensor).shape);
        assert.deepEqual(layer.computeOutputShape(shape), y);
        layer.dispose();
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

forEachBackend(
  "RepairedConv2D takes a stock layer's config and weights, and gives its output",
  () => {
    for (const dataFormat of ["channelsLast", "channelsFirst"] as const) {
      for (const padding of ["valid", "same"] as const) {
        const stock = tf.layers.conv2d({
          filters: 4,
          kernelSize: 3,
          strides: 2,
          padding,
          dataFormat,
          activation: "relu",
          biasInitializer: "randomNormal",
          kernelRegularizer: "l1l2",
        });
        const repaired = new RepairedConv2D(
          stock.getConfig() as unknown as ConstructorParameters<typeof RepairedConv2D>[0], // a ConfigDict
        );
        tf.tidy(() => {
          const x = tf.randomNormal(dataFormat === "channelsLast" ? [2, 9, 8, 3] : [2, 3, 9, 8]);
          const expected = stock.apply(x) as tf.Tensor;
          built(repaired, x.shape);
          repaired.setWeights(stock.getWeights());
          const y = repaired.apply(x) as tf.Tensor;
          assert.deepEqual(y.shape, expected.shape);
          assert.deepEqual(repaired.computeOutputShape(x.shape), stock.computeOutputShape(x.shape));
          assertClose(y, expected.dataSync(), 1e-5);
        });
        assert.deepEqual(repaired.getConfig(), stock.getConfig());
        assert.equal(repaired.losses.length, 1);
        stock.dispose();
        repaired.dispose();
      }
    }
  },
);

forEachBackend("callConv2d() gives a stock layer the right gradient when it dilates", () => {
  for (const reference of pytorch.conv2d.filter(({ dilation }) => dilation > 1)) {
    const { dilation: dilationRate, padding } = reference;
    const stock = tf.layers.conv2d({ filters: 3, kernelSize: 3, dilationRate, useBias: false });
    built(stock, reference.x.shape);
    const fields = stock as unknown as Conv2DLike; // protected in the stock type
    const read = () => standardizeWeights(toTensor(reference.kernel));
    const like = { ...fields, padding, kernel: { read } };
    assertForwardAndGradient((x) => callConv2d(like, x), reference, 2e-5);
    stock.dispose();
  }
});

forEachBackend("RepairedConv2D computes the same when it is saved and loaded", async () => {
  for (const padding of ["same", 2, [[0, 0], [1, 0], [0, 2], [0, 0]]] as const) {
    const layer = new RepairedConv2D({
      name: "layer1.0.conv1",
      filters: 4,
      kernelSize: [3, 2],
      dilationRate: [2, 1],
      padding: padding as 2,
      activation: "tanh",
    });
    const model = modelOf(layer, [8, 8, 3]);
    const loaded = await saveAndLoad(model);
    assert.equal(loaded.getLayer("layer1.0.conv1").getClassName(), "RepairedConv2D");
    assert.deepEqual(
      loaded.weights.map((weight) => weight.originalName),
      ["layer1.0.conv1/kernel", "layer1.0.conv1/bias"],
    );
    tf.tidy(() => {
      const x = tf.randomNormal([2, 8, 8, 3]);
      const expected = model.predict(x) as tf.Tensor;
      assertClose(loaded.predict(x) as tf.Tensor, expected.dataSync(), 0);
    });
    model.dispose();
    loaded.dispose();
  }
});

Deno.test("RepairedConv2D throws RangeError when the padding is unknown", () => {
  const short = [[0, 0], [1, 1]];
  const ofChannels = [[0, 0], [1, 1], [1, 1], [1, 0]];
  const ragged = [[0, 0], [1], [1, 1], [0, 0]];
  for (const padding of ["causal", -1, 0.5, short, ofChannels, ragged]) {
    assert.throws(
      () => new RepairedConv2D({ filters: 1, kernelSize: 3, padding: padding as 1 }),
      { name: "RangeError", message: /^Cannot make RepairedConv2D as padding must be "valid"/ },
    );
  }
});

forEachBackend("a convolution layer adds its bias, with a gradient and without", () => {
  for (const dataFormat of ["channelsLast", "channelsFirst"] as const) {
    for (const [padding, dilationRate] of [["valid", 1], [2, 1], [2, 2]] as const) {
      const shared = { filters: 3, kernelSize: 3, padding, dilationRate, dataFormat };
      const layer = new RepairedConv2D({
        ...shared,
        biasInitializer: tf.initializers.randomNormal({ seed: 2 }),
      });
      tf.tidy(() => {
        const shape = dataFormat === "channelsLast" ? [2, 7, 7, 3] : [2, 3, 7, 7];
        const x = tf.randomNormal<tf.Rank.R4>(shape as [number, number, number, number], 0, 1);
        const y = layer.apply(x) as tf.Tensor;
        const [kernel, bias] = layer.getWeights() as [tf.Tensor4D, tf.Tensor];
        const format = dataFormat === "channelsLast" ? "NHWC" : "NCHW";
        const options = { dilations: dilationRate, dataFormat: format } as const;
        const channels = format === "NHWC" ? [3] : [3, 1, 1];
        const plain = conv2d(x, kernel, 1, padding, options);
        assertClose(y, tf.add(plain, tf.reshape(bias, channels)).dataSync(), 1e-5);
        const { value, grad } = tf.valueAndGrad((x) => layer.apply(x) as tf.Tensor)(x);
        assertClose(value, y.dataSync(), 1e-5, "taped");
        const dx = tf.grad((x) => conv2d(x as tf.Tensor4D, kernel, 1, padding, options))(x);
        assertClose(grad, dx.dataSync(), 1e-5, "gradient");
      });
      layer.dispose();
    }
  }
});

Deno.test("on wasm a bias costs no pass of its own in inference, and NaN stays NaN", async () => {
  await tf.setBackend("wasm");
  const layer = new RepairedConv2D({ filters: 3, kernelSize: 3, inputShape: [7, 7, 2] });
  const model = tf.sequential({ layers: [layer, new RepairedReLU({})] });
  const x = tf.fill([1, 7, 7, 2], 1), nan = tf.fill([1, 7, 7, 2], NaN);
  const { kernelNames } = await tf.profile(() => tf.tidy(() => void model.apply(x)));
  assert.ok(kernelNames.includes("FusedConv2D"), `${kernelNames}`);
  assert.ok(!kernelNames.includes("Add"), `${kernelNames}`);
  const values = tf.tidy(() => (model.predict(nan) as tf.Tensor).dataSync());
  assert.ok(values.every(Number.isNaN), `${values}`);
  [model, x, nan].forEach((made) => made.dispose());
});
