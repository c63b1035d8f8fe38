import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { checkRank, type Padding2D, type Size2D, toPadding, toPair } from "./arguments.ts";
import { subsample, withBorder } from "./frame.ts";
import { checkOutput, type Geometry, toAxis } from "./geometry.ts";
import { LOWEST_FLOAT32, maxPoolGradient } from "./max_pool_gradient.ts";
import { defineOperation } from "./operation.ts";
import { withNaN } from "./window_nan.ts";

const run = defineOperation<"x", { geometry: Geometry }>({
  name: "weight-standardization/max-pool",
  forward: ({ x }, { geometry }) => [pool(x as tf.Tensor4D, geometry)],
  inputsToSave: ["x"],
  outputsToSave: [true],
  gradient(dy, saved, { geometry }) {
    const [x, y] = saved as [tf.Tensor4D, tf.Tensor4D];
    return { x: () => maxPoolGradient(dy as tf.Tensor4D, x, y, geometry) };
  },
});

/**
 * The largest value in each window, NaN where it holds one. Padding never wins, as in PyTorch. Of
 * equal values, the first in the window gets the gradient.
 *
 * @param x float32 `[batch, height, width, channels]`
 * @param filterSize the window
 * @param strides distance between windows
 * @param pad padding, smaller than the window
 * @returns `[batch, outHeight, outWidth, channels]`
 * @throws {TypeError} if `x` has another rank, or `pad` another form
 * @throws {RangeError} if a size is not whole and >= 1, padding not whole, below 0 or as large as
 *     the window, or the window larger than the padded input
 */
export function maxPool(
  x: tf.Tensor4D,
  filterSize: Size2D,
  strides: Size2D,
  pad: Padding2D,
): tf.Tensor4D {
  checkRank("maxPool", "x", x, ["batch", "height", "width", "channels"]);
  const taps = toPair("maxPool", "filterSize", filterSize);
  const steps = toPair("maxPool", "strides", strides);
  const padding = toPadding("maxPool", pad);
  const axis = (i: 0 | 1) =>
    toAxis(
      { input: x.shape[i === 0 ? 1 : 2], taps: taps[i], stride: steps[i], dilation: 1 },
      padding === "same" ? padding : padding[i],
    );
  const geometry: Geometry = [axis(0), axis(1)];
  checkPadding(geometry);
  checkOutput("maxPool", geometry);
  return run({ x }, { geometry })[0] as tf.Tensor4D;
}

/** Throws where a window could hold nothing but padding. */
function checkPadding(geometry: Geometry): void {
  for (const { before, after, taps } of geometry) {
    const pad = Math.max(before, after);
    const requirement = `compute maxPool as pad must be smaller than the window (${taps})`;
    check(pad < taps, RangeError, requirement, pad);
  }
}

function pool(x: tf.Tensor4D, [height, width]: Geometry): tf.Tensor4D {
  const strides: [number, number] = [height.stride, width.stride];
  const taps: [number, number] = [height.taps, width.taps];
  // A window of one is no pool to wasm, which then returns zeros; nor can it have padding.
  if (taps[0] === 1 && taps[1] === 1) return tf.clone(subsample(x, strides));
  const borders = [[height.before, height.after], [width.before, width.after]] as const;
  return withBorder(x, ...borders, LOWEST_FLOAT32, (x, pad) => {
    const y = tf.maxPool(x, taps, strides, pad);
    return withNaN(
      x,
      y,
      (x, kind) =>
        kind === "max" ? tf.maxPool(x, taps, strides, pad) : tf.avgPool(x, taps, strides, pad),
    );
  });
}
