import * as tf from "../tf.ts";
import {
  hasValuesAtHand,
  leavesValuesOut,
  mistakesPooledPlaces,
  poolsWithBorder,
} from "./backend_traits.ts";
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
 * @param pad the op's padding
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
  if (typeof pad === "string" && poolsWithBorder(volume)) {
    return native({ dy, input: x, output: y }, windowsOf(volume), pad);
  }
  return tf.tidy(() => {
    const input = frameVolume(x, volume, LOWEST_FLOAT32);
    const [depth, height, width] = volume;
    const isMistaken = depth.taps > 1 && height.taps !== width.taps && mistakesPooledPlaces();
    const gradient = isMistaken ? inTwoSteps : native;
    const windows = windowsOf(volume);
    // Where windows are apart, not every backend's output is that of the right ones.
    const output = volume.some(leavesValuesOut)
      ? tf.maxPool3d(input, windows.filterSize, windows.strides, "valid")
      : y;
    return cutBorder(gradient({ dy, input, output }, windows), volume);
  });
}

type Maps = Record<"dy" | "input" | "output", tf.Tensor5D>;
type Triple = [depth: number, height: number, width: number];

/** The kernels' attributes of the windows. */
interface Windows {
  filterSize: Triple;
  strides: Triple;
}

function windowsOf([depth, height, width]: Volume): Windows {
  return {
    filterSize: [depth.taps, height.taps, width.taps],
    strides: [depth.stride, height.stride, width.stride],
  };
}

/** By the backend's kernel. */
function native(maps: Maps, windows: Windows, pad = "valid"): tf.Tensor5D {
  return tf.engine().runKernel("MaxPool3DGrad", maps, { ...windows, pad }) as tf.Tensor5D;
}

/** A pool within each frame, and one over the frames. */
function inTwoSteps({ dy, input, output }: Maps, { filterSize, strides }: Windows): tf.Tensor5D {
  const within: Windows = {
    filterSize: [1, filterSize[1], filterSize[2]],
    strides: [1, strides[1], strides[2]],
  };
  const across: Windows = { filterSize: [filterSize[0], 1, 1], strides: [strides[0], 1, 1] };
  const pooled = tf.maxPool3d(input, within.filterSize, within.strides, "valid");
  const upstream = native({ dy, input: pooled, output }, across);
  return native({ dy: upstream, input, output: pooled }, within);
}
