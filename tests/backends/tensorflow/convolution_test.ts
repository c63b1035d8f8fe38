/** Convolutions over whatever TensorFlow's operations can do, against the cpu backend's. */
import * as fc from "fast-check";
import assert from "node:assert/strict";
import * as tf from "../../../src/tf.ts";
import type { TensorFlowBackend } from "../../../src/backends/tensorflow/backend.ts";
import {
  type Convolution,
  type Dilates,
  makeConvolution,
} from "../../../src/backends/tensorflow/fused/convolution.ts";
import type { Kind } from "../../../src/backends/tensorflow/fused/native_convolution.ts";
import { probeDilations } from "../../../src/backends/tensorflow/fused/probe.ts";
import { convolve, convolveDepthwise, toWindow } from "../../../src/gradients/convolve.ts";
import {
  conv2dInputGradient,
  conv2dKernelGradient,
} from "../../../src/gradients/conv2d_gradients.ts";
import {
  depthwiseInputGradient,
  depthwiseKernelGradient,
} from "../../../src/gradients/depthwise_conv2d_gradients.ts";
import { type Geometry, toAxis } from "../../../src/gradients/geometry.ts";
import { assertClose } from "../../backends.ts";
import { noise } from "../../gradients/convolutions.ts";
import { testOnTensorFlow } from "./harness.ts";

/** An axis with any stride and dilation, its padding often not that of `same`. */
const axes = fc.record({
  input: fc.integer({ min: 1, max: 12 }),
  taps: fc.integer({ min: 1, max: 3 }),
  step: fc.integer({ min: 1, max: 4 }),
  before: fc.integer({ min: 0, max: 5 }),
  after: fc.integer({ min: 0, max: 5 }),
});

/** Geometries that stride, or dilate. */
const geometries = fc.record({ height: axes, width: axes, isDilated: fc.boolean() }).filter(
  ({ isDilated, ...sides }) =>
    Object.values(sides).every(({ input, taps, step, before, after }) =>
      input + before + after >= (taps - 1) * (isDilated ? step : 1) + 1
    ),
).map(({ height, width, isDilated }) =>
  [height, width].map(({ step, before, after, ...axis }) => {
    const steps = isDilated ? { stride: 1, dilation: step } : { stride: step, dilation: 1 };
    return toAxis({ ...axis, ...steps }, [before, after]);
  }) as Geometry
);

const CHANNELS = 3, LAST = 2;

type Operations = Omit<Convolution, "kind" | "dilates">;

/** The library's own, which on cpu are its compositions of cpu's kernels. */
const references: Record<Kind, Operations> = {
  Conv2D: {
    forward: (_, x, kernel, geometry) => convolve(x, kernel, toWindow(geometry)),
    inputGradient: (_, dy, kernel, geometry) => conv2dInputGradient(dy, kernel, geometry),
    kernelGradient: (_, dy, x, geometry) => conv2dKernelGradient(dy, x, geometry),
  },
  DepthwiseConv2dNative: {
    forward: (_, x, kernel, geometry) => convolveDepthwise(x, kernel, toWindow(geometry)),
    inputGradient: (_, dy, kernel, geometry) => depthwiseInputGradient(dy, kernel, geometry),
    kernelGradient: (_, dy, x, geometry) => depthwiseKernelGradient(dy, x, geometry),
  },
};

/** Outputs and gradients, as plain values. */
function evaluate(
  convolution: Operations,
  backend: TensorFlowBackend,
  kind: Kind,
  geometry: Geometry,
): Float32Array[] {
  const [height, width] = geometry;
  return tf.tidy(() => {
    const x = noise([2, height.input, width.input, CHANNELS], 1);
    const kernel = noise([height.taps, width.taps, CHANNELS, LAST], 2);
    const last = kind === "Conv2D" ? LAST : CHANNELS * LAST;
    const dy = noise([2, height.output, width.output, last], 3);
    return [
      convolution.forward(backend, x, kernel, geometry),
      convolution.inputGradient(backend, dy, kernel, geometry),
      convolution.kernelGradient(backend, dy, x, geometry),
    ].map((tensor) => tensor.dataSync<"float32">().slice());
  });
}

const none: Dilates = { forward: false, inputGradient: false, kernelGradient: false };

for (const kind of ["Conv2D", "DepthwiseConv2dNative"] as const) {
  testOnTensorFlow(
    `makeConvolution() is cpu's, whether TensorFlow dilates or not: ${kind}`,
    async (backend) => {
      const variants = { probed: probeDilations(backend.eager, kind), none };
      const property = fc.asyncProperty(geometries, async (geometry) => {
        await tf.setBackend("cpu");
        const expected = evaluate(references[kind], backend, kind, geometry);
        await tf.setBackend("tensorflow");
        for (const [name, dilates] of Object.entries(variants)) {
          const convolution = makeConvolution(kind, dilates);
          const actual = evaluate(convolution, backend, kind, geometry);
          const parts = ["forward", "input gradient", "kernel gradient"];
          parts.forEach((part, i) =>
            assertClose(actual[i]!, expected[i]!, 1e-4, `${part}, dilations: ${name}`)
          );
        }
      });
      await fc.assert(property, { numRuns: 60, seed: 1 });
    },
  );
}

testOnTensorFlow("makeConvolution() gives an empty batch its outputs' shape", (backend) => {
  const axis = toAxis({ input: 5, taps: 3, stride: 1, dilation: 2 }, "same");
  const x: tf.Tensor4D = tf.zeros([0, 5, 5, 3]), kernel: tf.Tensor4D = tf.zeros([3, 3, 3, 2]);
  const y = makeConvolution("DepthwiseConv2dNative", none).forward(backend, x, kernel, [
    axis,
    axis,
  ]);
  assert.deepEqual(y.shape, [0, 5, 5, 6]);
  tf.dispose([x, kernel, y]);
});

testOnTensorFlow(
  "the kernel's gradient of a strided 1 × 1 convolution, of few channels",
  (backend) => {
    const convolution = makeConvolution("Conv2D", probeDilations(backend.eager, "Conv2D"));
    const axis = toAxis({ input: 8, taps: 1, stride: 2, dilation: 1 }, "same");
    for (const channels of [1, 2, 3, 4, 5, 7, 8, 9, 12, 16]) {
      tf.tidy(() => {
        const [x, dy] = [noise([2, 8, 8, channels], 1), noise([2, 4, 4, 8], 2)];
        const seen = tf.reshape(tf.stridedSlice(x, [0, 0, 0, 0], x.shape, [1, 2, 2, 1]), [
          32,
          channels,
        ]);
        const expected = tf.matMul(seen, tf.reshape(dy, [32, 8]), true);
        const actual = convolution.kernelGradient(backend, dy, x, [axis, axis]);
        assertClose(actual, expected.dataSync(), 1e-4, `${channels} channels`);
      });
    }
  },
);
