/** The gradients of stock ops, once registered, are the differences of their values. */
import assert from "node:assert/strict";
import { registerGradients } from "../../src/gradients/register.ts";
import * as tf from "../../src/tf.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import { noise } from "./convolutions.ts";
import { assertDifferences } from "./differences.ts";

registerGradients();

type Windows<T> = { taps: T; strides: T }[];
type Padding = "valid" | "same" | number;

/** Numbers of which none equals another, around `middle`, in an order without one. */
function distinct(shape: number[], middle: number): tf.Tensor {
  const size = tf.util.sizeFromShape(shape);
  const values = Float32Array.from(
    { length: size },
    (_, i) => (i * 7919) % size - size / 2 + middle,
  );
  return tf.tensor(values, shape);
}

/** Whether there is a forward pass: a number as padding is not for TensorFlow's averages. */
const hasForward = (pad: Padding) => typeof pad === "string" || tf.getBackend() !== "tensorflow";

const windows2d: Windows<[number, number]> = [
  { taps: [3, 3], strides: [2, 2] },
  { taps: [2, 2], strides: [3, 3] },
  { taps: [3, 2], strides: [1, 2] },
  { taps: [2, 4], strides: [2, 1] },
];

forEachBackend(
  "registerGradients() gives tf.avgPool and tf.maxPool the gradients of any window",
  () => {
    for (const { taps, strides } of windows2d) {
      const isSquare = taps[0] === taps[1] && strides[0] === strides[1];
      // TensorFlow.js takes a number as the padding of a square window only.
      const paddings: Padding[] = isSquare ? ["valid", "same", 1] : ["valid", "same"];
      for (const pad of paddings) {
        const what = `[${taps}], strides [${strides}], ${pad}`;
        tf.tidy(() => {
          const x = distinct([2, 5, 6, 2], 0);
          const max = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, taps, strides, pad);
          assertDifferences(max, [x], { what: `maxPool ${what}`, step: 0.25 });
          if (!hasForward(pad)) return;
          const average = (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, taps, strides, pad);
          assertDifferences(average, [noise([2, 5, 6, 2], 1)], { what: `avgPool ${what}` });
        });
      }
    }
  },
);

const windows3d: Windows<[number, number, number]> = [
  { taps: [3, 3, 3], strides: [2, 2, 2] },
  { taps: [2, 3, 2], strides: [1, 2, 1] },
  { taps: [3, 2, 3], strides: [2, 1, 3] },
];

forEachBackend("registerGradients() gives tf.avgPool3d and tf.maxPool3d theirs", () => {
  for (const { taps, strides } of windows3d) {
    for (const pad of ["valid", "same", 1] as const) {
      if (!hasForward(pad)) continue;
      const what = `[${taps}], strides [${strides}], ${pad}`;
      tf.tidy(() => {
        const x = distinct([1, 4, 5, 3, 2], 200); // wasm's values are right where these are positive
        const max = (x: tf.Tensor) => tf.maxPool3d(x as tf.Tensor5D, taps, strides, pad);
        assertDifferences(max, [x], { what: `maxPool3d ${what}`, step: 0.25, tolerance: 1e-3 });
        const average = (x: tf.Tensor) => tf.avgPool3d(x as tf.Tensor5D, taps, strides, pad);
        assertDifferences(average, [noise([2, 4, 5, 3, 1], 1)], { what: `avgPool3d ${what}` });
      });
    }
  }
});

forEachBackend("registerGradients() gives tf.conv3d its gradients", () => {
  const setups = [
    { taps: [3, 3, 3], strides: 2, dilation: 1 },
    { taps: [2, 3, 1], strides: [1, 2, 1], dilation: 1 },
    { taps: [2, 1, 2], strides: 1, dilation: 2 },
  ] as { taps: number[]; strides: number | [number, number, number]; dilation: number }[];
  for (const { taps, strides, dilation } of setups) {
    if (dilation > 1 && tf.getBackend() === "tensorflow") continue; // no forward pass on a CPU
    for (const pad of ["valid", "same"] as const) {
      tf.tidy(() => {
        const convolve = (x: tf.Tensor, kernel: tf.Tensor) => {
          const maps = [x as tf.Tensor5D, kernel as tf.Tensor5D] as const;
          return tf.conv3d(...maps, strides, pad, "NDHWC", dilation);
        };
        const inputs = [noise([2, 5, 4, 3, 2], 1), noise([...taps, 2, 2], 2)];
        assertDifferences(convolve, inputs, { what: `[${taps}], ${pad}` });
      });
    }
  }
});

forEachBackend("registerGradients() gives tf.image.resizeNearestNeighbor its gradient", () => {
  const sizes: [number, number][] = [[10, 6], [5, 3], [3, 2], [7, 4], [4, 9], [1, 1], [15, 1]];
  const rules = [[false, false], [true, false], [false, true]] as const;
  for (const size of sizes) {
    for (const [alignCorners, halfPixels] of rules) {
      tf.tidy(() => {
        const resize = (x: tf.Tensor) =>
          tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size, alignCorners, halfPixels);
        const what = `to [${size}], ${alignCorners}, ${halfPixels}`;
        assertDifferences(resize, [noise([3, 5, 3, 2], 1)], { what });
      });
    }
  }
});

forEachBackend("registerGradients() gives tf.mirrorPad its gradient, and that one another", () => {
  const paddings: [number, number][][] = [
    [[0, 0], [2, 3], [1, 0], [0, 0]],
    [[0, 1], [2, 0], [1, 2], [1, 1]],
  ];
  for (const mode of ["reflect", "symmetric"] as const) {
    for (const borders of paddings) {
      tf.tidy(() => {
        const pad = (x: tf.Tensor) => tf.mirrorPad(x, borders as [number, number][], mode);
        assertDifferences(pad, [noise([2, 4, 3, 2], 1)], { what: mode });
        const slope = (x: tf.Tensor) => tf.grad((x: tf.Tensor) => tf.square(pad(x)))(x);
        assertDifferences(slope, [noise([2, 4, 3, 2], 1)], {
          what: `${mode}, twice`,
          tolerance: 1e-3,
        });
      });
    }
  }
});

forEachBackend("registerGradients() gives tf.cumsum its gradient along each axis", () => {
  for (const axis of [0, 1, 2]) {
    for (const [exclusive, reverse] of [[false, false], [true, false], [false, true]] as const) {
      tf.tidy(() => {
        const x = tf.randomNormal([2, 3, 4], 0, 1, "float32", 1);
        const sum = (x: tf.Tensor) => tf.cumsum(x, axis, exclusive, reverse);
        assertDifferences(sum, [x], { what: `axis ${axis}` });
      });
    }
  }
});

forEachBackend(
  "registerGradients() gives tf.matMul the gradients of batches that are broadcast",
  () => {
    const transposed = (shape: number[], isSwapped: boolean) =>
      isSwapped ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape;
    const shapes = [
      [[2, 3, 4], [1, 4, 5]],
      [[3, 4], [2, 4, 5]],
      [[2, 2, 3, 4], [4, 2]],
      [[2, 3, 4], [2, 4, 5]],
    ] as const;
    for (const [a, b] of shapes) {
      for (
        const [transposeA, transposeB] of [[false, false], [true, false], [false, true], [
          true,
          true,
        ]]
      ) {
        tf.tidy(() => {
          const multiply = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, transposeA, transposeB);
          const inputs = [
            noise(transposed([...a], transposeA!), 1),
            noise(transposed([...b], transposeB!), 2),
          ];
          assertDifferences(multiply, inputs, { what: `[${a}] x [${b}]` });
        });
      }
    }
  },
);

forEachBackend("registerGradients() leaves the root of 0 its infinite gradient", () => {
  const slope = tf.tidy(() => tf.grad((x: tf.Tensor) => tf.sqrt(x))(tf.tensor1d([0, 4])));
  assert.deepEqual(Array.from(slope.dataSync()), [Infinity, 0.25]);
  slope.dispose();
});

forEachBackend("registerGradients() leaves sigmoidCrossEntropy its gradient at 0", () => {
  const slope = tf.tidy(() => {
    const labels = tf.tensor1d([1, 0]);
    const loss = (logits: tf.Tensor) => tf.losses.sigmoidCrossEntropy(labels, logits);
    return tf.grad(loss)(tf.zeros([2]));
  });
  assert.deepEqual(Array.from(slope.dataSync()), [-0.25, 0.25]);
  slope.dispose();
});

for (const kind of ["batchNormalization", "layerNormalization"] as const) {
  forEachBackend(`registerGradients() lets tf.layers.${kind} train without scale or centre`, () => {
    for (const [scale, center] of [[false, true], [true, false], [false, false]] as const) {
      tf.tidy(() => {
        const layer = tf.layers[kind]({ scale, center });
        const x = tf.randomNormal([3, 4, 2, 6], 0, 1, "float32", 1);
        layer.apply(x);
        const settings = layer.getConfig(), weights = layer.weights.length;
        const normalize = (x: tf.Tensor) => layer.apply(x, { training: true }) as tf.Tensor;
        const how = { step: 0.02, tolerance: 1e-2, what: `scale ${scale}, center ${center}` };
        assertDifferences(normalize, [x], how);
        const infer = (x: tf.Tensor) => layer.apply(x, { training: false }) as tf.Tensor;
        assertDifferences(infer, [x], how);
        assert.deepEqual(layer.getConfig(), settings);
        assert.equal(layer.weights.length, weights);
        assert.equal(layer.trainableWeights.length, Number(scale) + Number(center));
        layer.dispose();
      });
    }
  });
}

forEachBackend("registerGradients() gives fused convolutions their gradients", () => {
  for (const pad of ["valid", "same"] as const) {
    for (const op of [tf.fused.conv2d, tf.fused.depthwiseConv2d]) {
      tf.tidy(() => {
        const convolve = (x: tf.Tensor, filter: tf.Tensor, bias: tf.Tensor) =>
          op({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 2, pad, bias });
        const outputs = op === tf.fused.conv2d ? 2 : 4;
        const inputs = [noise([2, 5, 6, 2], 1), noise([3, 3, 2, 2], 2), noise([outputs], 3)];
        assertDifferences(convolve, inputs, { what: pad });
      });
    }
  }
});

forEachBackend("registerGradients() gives tf.stridedSlice a gradient", () => {
  const slices: ((x: tf.Tensor) => tf.Tensor)[] = [
    (x) => tf.stridedSlice(x, [0, 0, 1], [2, 5, 4], [1, 2, 3]),
    (x) => tf.stridedSlice(x, [1, 4], [2, 0], [1, -2]),
    (x) => tf.stridedSlice(x, [0, 1], [0, 4], [1, 3], 1, 1, 0, 0, 0),
    (x) => tf.stridedSlice(x, [0, 1], [0, 3], [1, 2], 0, 0, 1),
  ];
  for (const [i, slice] of slices.entries()) {
    tf.tidy(() => assertDifferences(slice, [noise([2, 5, 4], 1)], { what: `slice ${i}` }));
  }
});

forEachBackend("registerGradients() gives tf.conv2dTranspose its gradients", () => {
  for (const pad of ["valid", "same"] as const) {
    for (const stride of [1, 2, 3]) {
      tf.tidy(() => {
        const filter = noise([2, 3, 2, 3], 2);
        const shape: [number, number, number, number] = [2, 7, 6, 2];
        const { shape: inputs } = tf.conv2d(noise(shape, 3), filter, stride, pad);
        const transpose = (x: tf.Tensor, filter: tf.Tensor) =>
          tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, shape, stride, pad);
        assertDifferences(transpose, [noise(inputs, 1), filter], { what: `${stride}, ${pad}` });
      });
    }
  }
});

forEachBackend("registerGradients() lets tf.layers.embedding learn", () => {
  tf.tidy(() => {
    const layer = tf.layers.embedding({ inputDim: 4, outputDim: 2 });
    const ids = tf.tensor2d([0, 2, 2, 3], [2, 2]);
    const loss = () => tf.sum(tf.square(layer.apply(ids) as tf.Tensor)).asScalar();
    loss();
    const table = layer.trainableWeights[0]!.read() as tf.Variable;
    const { grads } = tf.variableGrads(loss, [table]);
    const counts = tf.tensor2d([1, 0, 2, 1], [4, 1]); // how often each row is looked up
    assertClose(grads[table.name]!, tf.mul(tf.mul(table, counts), 2).dataSync(), 1e-6);
    layer.dispose();
  });
});
