import assert from "node:assert/strict";
import fc from "fast-check";
import * as tf from "../../src/tf.ts";
import { conv2d } from "../../src/gradients/conv2d.ts";
import { registerGradients } from "../../src/gradients/register.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { pytorch, toTensor } from "../fixtures/pytorch.ts";
import {
  assertAdjoint,
  assertMatchesPytorch,
  type Convolution,
  gradientsOf,
  noise,
  setups,
} from "./convolutions.ts";

registerGradients();
const registered = tf.getGradient("Conv2D");
registerGradients();

type StockPadding = Parameters<typeof tf.conv2d>[3];
type Options = Parameters<Convolution>[4];

/** A list of paddings is in the layout's order in TensorFlow.js. */
function toStock(pad: Parameters<Convolution>[3], { dataFormat = "NHWC" }: Options = {}) {
  if (dataFormat === "NHWC" || !Array.isArray(pad)) return pad as StockPadding;
  return [pad[0], pad[3], pad[1], pad[2]] as StockPadding;
}

/** A number takes windows and strides for square, and makes wasm write astray where it is not repaired. */
const stockSetups = setups.map((setup): typeof setup => {
  const { pad } = setup;
  if (typeof pad !== "number") return setup;
  return { ...setup, pad: [[0, 0], [pad, pad], [pad, pad], [0, 0]] };
});

const stockConv2d: Convolution = (x, kernel, strides, pad, options = {}) => {
  const { dataFormat = "NHWC", dilations = 1 } = options;
  return tf.conv2d(x, kernel, strides, toStock(pad, options), dataFormat, dilations);
};

const stockDepthwiseConv2d: Convolution = (x, kernel, strides, pad, { dilations = 1 } = {}) =>
  tf.depthwiseConv2d(x, kernel, strides, toStock(pad), "NHWC", dilations);

Deno.test("registerGradients() registers the same gradients when called again", () => {
  assert.equal(tf.getGradient("Conv2D"), registered);
});

Deno.test("registerGradients() takes over what no registry reaches once", () => {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const parts = () => [
    tf.engine().customGrad,
    ...["BatchNormalization", "LayerNormalization"].map((name) =>
      (classNameMap[name]![0].prototype as tf.layers.Layer).call
    ),
  ];
  const before = parts();
  registerGradients();
  parts().forEach((part, i) => assert.equal(part, before[i]));
});

for (const [i, expected] of pytorch.conv2d.entries()) {
  forEachBackend(`registerGradients() makes tf.conv2d match PyTorch (case ${i})`, () => {
    assertMatchesPytorch(stockConv2d, [0, 1, 2], expected);
  });
}

forEachBackend("registerGradients() makes tf.depthwiseConv2d match PyTorch", () => {
  assertMatchesPytorch(stockDepthwiseConv2d, [0, 1], pytorch.depthwiseConv2d);
});

forEachBackend("registerGradients() gives tf.conv2d an adjoint gradient", () => {
  const property = fc.property(stockSetups, (setup) => assertAdjoint(stockConv2d, setup));
  fc.assert(property, { numRuns: 40, seed: 6 });
});

Deno.test("registerGradients() counts the outputs of dimRoundingMode ceil", async () => {
  await tf.setBackend("cpu");
  tf.tidy(() => {
    const maps: [tf.Tensor4D, tf.Tensor4D] = [noise([1, 6, 6, 1], 1), noise([3, 3, 1, 1], 2)];
    const rounded = (x: tf.Tensor4D, kernel: tf.Tensor4D) =>
      tf.conv2d(x, kernel, 2, 0, "NHWC", 1, "ceil");
    const y = rounded(...maps);
    assert.deepEqual(y.shape, [1, 3, 3, 1]);
    const expected = tf.sum(tf.square(y)).dataSync();
    const [dx, dkernel] = gradientsOf(rounded, maps, y);
    assertClose(tf.sum(tf.mul(dx, maps[0])), expected, 1e-4);
    assertClose(tf.sum(tf.mul(dkernel, maps[1])), expected, 1e-4);
  });
});

for (const activation of ["relu", "linear"] as const) {
  forEachBackend(`registerGradients() lets tf.layers.conv2d learn when ${activation}`, () => {
    tf.tidy(() => {
      const layer = tf.layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, activation });
      const x = noise([2, 7, 7, 2], 1);
      const output = (x: tf.Tensor) => tf.mean(tf.square(layer.apply(x) as tf.Tensor)).asScalar();
      output(x);
      const [kernel] = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
      const { grads } = tf.variableGrads(() => output(x), [kernel as tf.Variable]);
      const ours = tf.grad((kernel: tf.Tensor) => {
        const y = conv2d(x, kernel as tf.Tensor4D, 2, 0);
        return tf.mean(tf.square(activation === "relu" ? tf.relu(y) : y));
      });
      const expected = ours(kernel as tf.Tensor).dataSync();
      assertClose(grads[(kernel as tf.Variable).name] as tf.Tensor, expected, 1e-6);
      layer.dispose();
    });
  });
}

forEachBackend("registerGradients() makes tf.maxPool match PyTorch", () => {
  const { size, stride, padding, x, upstream, dx } = pytorch.maxPool;
  tf.tidy(() => {
    const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, size, stride, padding);
    assertClose(tf.grad(pool)(toTensor(x), toTensor(upstream)), dx.values, 1e-6);
  });
});

forEachBackend("registerGradients() makes tf.image.resizeBilinear match PyTorch", () => {
  for (const { size, x, upstream, dx } of pytorch.resizeBilinear) {
    tf.tidy(() => {
      const resize = (x: tf.Tensor) => tf.image.resizeBilinear(x as tf.Tensor4D, size, false, true);
      assertClose(tf.grad(resize)(toTensor(x), toTensor(upstream)), dx.values, 2e-6);
    });
  }
});

forEachBackend("registerGradients() keeps the other resizes' gradients adjoint", () => {
  const sizes = fc.integer({ min: 1, max: 7 });
  fc.assert(
    fc.property(sizes, sizes, sizes, sizes, fc.boolean(), (height, width, rows, columns, align) => {
      tf.tidy(() => {
        const x = noise([1, height, width, 2], 1), dy = noise([1, rows, columns, 2], 2);
        const resize = (x: tf.Tensor) =>
          tf.image.resizeBilinear(x as tf.Tensor4D, [rows, columns], align);
        const expected = tf.sum(tf.mul(dy, resize(x))).dataSync();
        assertClose(tf.sum(tf.mul(tf.grad(resize)(x, dy), x)), expected, 5e-5);
      });
    }),
    { numRuns: 40, seed: 7 },
  );
});
