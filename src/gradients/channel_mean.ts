import * as tf from "../tf.ts";
import { runKernelOr } from "./operation.ts";

/**
 * The mean over all axes but the last.
 *
 * @param x float32 `[..., channels]`
 * @returns `[channels]`
 */
export function channelMean(x: tf.Tensor): tf.Tensor1D {
  const channels = x.shape.at(-1) as number;
  return tf.tidy(() => {
    const rows = tf.reshape(x, [1, x.size / channels, channels]);
    return tf.reshape(pixelMean(rows), [channels]);
  });
}

/** So many terms are summed in one stage. */
const FEW = 1024;

/**
 * The mean over the pixels. Kernel `weight-standardization/pixel-mean`: input `rows`, one output.
 *
 * @param rows float32 `[batch, pixels, channels]`
 * @returns `[batch, 1, channels]`
 */
export function pixelMean(rows: tf.Tensor): tf.Tensor {
  const name = "weight-standardization/pixel-mean";
  return runKernelOr(name, { rows }, {}, () => [meanInStages(rows)])[0]!;
}

/** What a backend's own kernel needs so that a gradient with means in it can be differentiated. */
tf.registerGradient({
  kernelName: "weight-standardization/pixel-mean",
  inputsToSave: ["rows"],
  gradFunc: (upstream, [rows]) => ({
    rows: () => tf.mul(upstream as tf.Tensor, tf.fill(rows!.shape, 1 / rows!.shape[1]!)),
  }),
});

/**
 * Many pixels are summed in two stages where their number has divisors: a float32 sum of fewer
 * terms is a better one.
 */
function meanInStages(rows: tf.Tensor): tf.Tensor {
  const [batch, pixels, channels] = rows.shape as [number, number, number];
  if (pixels <= FEW) return middleMean(rows);
  const height = divisorNearRoot(pixels);
  const width = pixels / height;
  const lines = middleMean(tf.reshape(rows, [batch * height, width, channels]));
  return middleMean(tf.reshape(lines, [batch, height, channels]));
}

/**
 * As many channels the average pool of wasm takes: it keeps a float of each on a stack of 64 KiB,
 * and from about 16,350 on it writes over other memory, without an error.
 */
const MOST_POOLED_CHANNELS = 8192;

/**
 * The mean over the second of three axes, which keeps its place. On wasm it is an average pool,
 * which is 10 to 20 times faster than the mean there. (So is a product with a row of ones, but `x`
 * may be in other products too: see `keepsPackedOperands`.)
 */
function middleMean(x: tf.Tensor): tf.Tensor {
  const [outer, length, inner] = x.shape as [number, number, number];
  if (length === 1) return x; // a pool of one has no kernel on wasm
  if (tf.getBackend() !== "wasm" || inner > MOST_POOLED_CHANNELS) return tf.mean(x, 1, true);
  const column: tf.Tensor4D = tf.reshape(x, [outer, length, 1, inner]);
  return tf.reshape(tf.avgPool(column, [length, 1], 1, "valid"), [outer, 1, inner]);
}

/** The largest divisor that is at most the square root. */
function divisorNearRoot(count: number): number {
  let divisor = Math.floor(Math.sqrt(count));
  while (divisor > 1 && count % divisor !== 0) divisor--;
  return Math.max(1, divisor);
}
