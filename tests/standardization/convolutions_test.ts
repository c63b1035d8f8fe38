import assert from "node:assert/strict";
import * as tf from "../../src/tf.ts";
import {
  standardizedConv1d,
  standardizedConv2d,
  standardizedConv2dTranspose,
  standardizedConv3d,
  standardizedDepthwiseConv2d,
  standardizedSeparableConv2d,
} from "../../mod.ts";
import { assertClose, forEachBackend } from "../backends.ts";
import {
  cases,
  type ConvolutionCase,
  describe,
  toTensor,
  valuesOf,
} from "./fixtures/convolutions.ts";

const layouts = {
  3: ["NWC", "NCW"],
  4: ["NHWC", "NCHW"],
  5: ["NDHWC", "NCDHW"],
} as const;

/** The tensor with its last axis moved to the second place. */
function toChannelsFirst(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis).slice(1, -1);
  return tf.transpose(x, [0, x.rank - 1, ...axes]);
}

const functions: Record<ConvolutionCase["form"], unknown> = {
  conv1d: standardizedConv1d,
  conv2d: standardizedConv2d,
  conv3d: standardizedConv3d,
  depthwiseConv2d: standardizedDepthwiseConv2d,
  separableConv2d: standardizedSeparableConv2d,
  conv2dTranspose: standardizedConv2dTranspose,
};

/** Runs a case's function, in one layout or the other. */
function run(
  { form, strides, pad, dilations, variant, outputShape }: ConvolutionCase,
  isChannelsFirst: boolean,
  x: tf.Tensor,
  kernels: tf.Tensor[],
): tf.Tensor {
  const dataFormat = layouts[x.rank as 3 | 4 | 5][isChannelsFirst ? 1 : 0];
  const [, height, width, channels] = outputShape ?? [];
  const [batch] = x.shape;
  const shape = isChannelsFirst
    ? [batch, channels, height, width]
    : [batch, height, width, channels];
  const shapes = outputShape === undefined ? [] : [shape];
  // Six signatures, and each case has the arguments of its own.
  const call = functions[form] as (...args: unknown[]) => tf.Tensor;
  return call(x, ...kernels, ...shapes, strides, pad, { dilations, dataFormat, variant });
}

for (const expected of cases) {
  for (const isChannelsFirst of [false, true]) {
    const layout = isChannelsFirst ? "channels first" : "channels last";
    forEachBackend(`standardized ${describe(expected)}, ${layout}, matches PyTorch`, () => {
      tf.tidy(() => {
        const arrange = isChannelsFirst ? toChannelsFirst : (x: tf.Tensor) => x;
        const inputs = [arrange(toTensor(expected.x)), ...expected.kernels.map(toTensor)];
        const upstream = arrange(toTensor(expected.upstream));
        const forward = (x: tf.Tensor, ...kernels: tf.Tensor[]) =>
          run(expected, isChannelsFirst, x, kernels);
        const y = forward(...inputs as [tf.Tensor]);
        const [dx, ...dkernels] = tf.grads(forward)(inputs, upstream);
        const compare = (actual: tf.Tensor, values: ArrayLike<number>, what: string) => {
          const largest = Math.max(1, ...Array.from(values, Math.abs));
          assertClose(actual, values, 2e-6 * largest, what);
        };
        assert.deepEqual(y.shape, upstream.shape);
        compare(y, arrange(toTensor(expected.y)).dataSync(), "y");
        compare(dx!, arrange(toTensor(expected.dx)).dataSync(), "dx");
        dkernels.forEach((dkernel, i) =>
          compare(dkernel, valuesOf(expected.dkernels[i]!), `dkernels[${i}]`)
        );
      });
    });
  }
}

forEachBackend("standardizedConv1d() and its kin leave one tensor when not in a tidy", () => {
  for (const form of new Set(cases.map(({ form }) => form))) {
    const expected = cases.find((each) => each.form === form)!;
    const inputs = [toTensor(expected.x), ...expected.kernels.map(toTensor)];
    const [x, ...kernels] = inputs as [tf.Tensor];
    const before = tf.memory().numTensors;
    const y = run(expected, false, x, kernels);
    assert.equal(tf.memory().numTensors, before + 1, form);
    tf.dispose([y, ...inputs]);
  }
});

forEachBackend("standardizedConv1d() and its kin have gradient 0 for no batch", () => {
  for (const expected of cases) {
    tf.tidy(() => {
      const x = tf.zeros([0, ...expected.x.shape.slice(1)]);
      const inputs = [x, ...expected.kernels.map(toTensor)];
      const forward = (x: tf.Tensor, ...kernels: tf.Tensor[]) => run(expected, false, x, kernels);
      const y = forward(...inputs as [tf.Tensor]);
      assert.deepEqual(y.shape, [0, ...expected.y.shape.slice(1)]);
      tf.grads(forward)(inputs, y).forEach((gradient, i) => {
        assert.deepEqual(gradient.shape, inputs[i]!.shape);
        assert.ok(gradient.dataSync().every((value) => value === 0), describe(expected));
      });
    });
  }
});
