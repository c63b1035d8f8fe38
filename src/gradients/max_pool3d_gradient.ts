import * as tf from "../tf.ts";
import { hasValuesAtHand, poolsWithBorder } from "./backend_traits.ts";
import { cutBorder, frameVolume } from "./frame_volume.ts";
import { LOWEST_FLOAT32 } from "./max_pool_gradient.ts";
import { routeToMaxima } from "./route_to_maxima.ts";
import type { Volume } from "./volume.ts";

/**
 * The gradient of a max-pool over volumes: each output's goes to the largest value in its window.
 *
 * @param dy the gradient with respect to `y`
 * @param x the input `[batch, depth, height, width, channels]`
 * @param y the output `[batch, outDepth, outHeight, outWidth, channels]`
 * @param volume the windows
 * @param pad the padding, as the op was told
 * @returns the gradient with respect to `x`
 */
export function maxPool3dGradient(
  dy: tf.Tensor5D,
  x: tf.Tensor5D,
  y: tf.Tensor5D,
  volume: Volume,
  pad: unknown,
): tf.Tensor5D {
  // This is not for speed: cpu's kernel takes a window's height for its width, and wasm's loses the
  // gradient of every window without a positive value.
  if (hasValuesAtHand()) return routeToMaxima(dy, x, volume);
  const windows = {
    filterSize: volume.map(({ taps }) => taps),
    strides: volume.map(({ stride }) => stride),
  };
  const run = (input: tf.Tensor5D, pad: string) => {
    const inputs = { dy, input, output: y };
    return tf.engine().runKernel("MaxPool3DGrad", inputs, { ...windows, pad }) as tf.Tensor5D;
  };
  if (typeof pad === "string" && poolsWithBorder()) return run(x, pad);
  return tf.tidy(() => cutBorder(run(frameVolume(x, volume, LOWEST_FLOAT32), "valid"), volume));
}
