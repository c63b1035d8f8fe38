import * as tf from "../tf.ts";
import { hasValuesAtHand, poolsWithBorder } from "./backend_traits.ts";
import { cutBorder, framedShape, hasBorder } from "./frame_volume.ts";
import { type Axis, type Geometry, placeOf } from "./geometry.ts";
import { defineOperation } from "./operation.ts";
import { shareAmongPixels } from "./share_among_pixels.ts";
import type { Volume } from "./volume.ts";

/** The windows. (A type and not an interface: only that passes for the attributes of a kernel.) */
type Windows = {
  axes: Geometry | Volume;
  /** The op's own padding. */
  pad: unknown;
};

const run = defineOperation<"dy" | "x", Windows>({
  name: "weight-standardization/avg-pool-gradient",
  forward: ({ dy, x }, windows) => [compose(dy as tf.Tensor4D, x as tf.Tensor4D, windows)],
  inputsToSave: ["x"],
  outputsToSave: [false],
  // It is linear in `dy`: its own gradient is the pool.
  gradient: (upstream, [x], windows) => ({
    dy: () => pool(upstream, windows),
    x: () => tf.zerosLike(x!),
  }),
});

function pool(x: tf.Tensor, { axes, pad }: Windows): tf.Tensor {
  const attributes = { ...sizesOf(axes), pad } as tf.NamedAttrMap; // as the op was called
  return tf.engine().runKernel(axes.length === 3 ? "AvgPool3D" : "AvgPool", { x }, attributes);
}

const sizesOf = (axes: Geometry | Volume) => ({
  filterSize: axes.map(({ taps }) => taps),
  strides: axes.map(({ stride }) => stride),
});

/**
 * The gradient of an average pool: each output's goes in equal parts to the values that it is the
 * average of. Padding is not among them, so that at a border the parts are larger.
 *
 * The kernels of backends other than TensorFlow's divide by the whole window: `dy` is multiplied by
 * what that lacks, and they get an input that has its border inside. On cpu and wasm, a loop in
 * JavaScript takes less time than these kernels do.
 *
 * @param dy the gradient with respect to the output, `[batch, …, channels]`
 * @param x the input, of which only the shape matters
 * @param axes the windows, along two axes or three
 * @param pad the op's padding
 * @returns the gradient with respect to `x`
 */
export function avgPoolGradient<T extends tf.Tensor4D | tf.Tensor5D>(
  dy: T,
  x: T,
  axes: Geometry | Volume,
  pad: unknown,
): T {
  return run({ dy, x }, { axes, pad })[0] as T;
}

function compose<T extends tf.Tensor4D | tf.Tensor5D>(dy: T, x: T, { axes, pad }: Windows): T {
  if (hasValuesAtHand()) return shareAmongPixels(dy, x.shape, axes) as T;
  const name = axes.length === 3 ? "AvgPool3DGrad" : "AvgPoolGrad";
  const run = (dy: tf.Tensor, input: tf.Tensor, pad: string) =>
    tf.engine().runKernel(name, { dy, input }, { ...sizesOf(axes), pad }) as T;
  if (typeof pad === "string" && poolsWithBorder(axes)) return run(dy, x, pad);
  return tf.tidy(() => {
    const input = hasBorder(axes) ? tf.fill(framedShape(x.shape, axes), 0) : x;
    return cutBorder(run(withWholeWindows(dy, axes), input, "valid"), axes);
  });
}

/** Multiplied by the window's size over the number of values that the window holds. */
function withWholeWindows<T extends tf.Tensor>(dy: T, axes: readonly Axis[]): T {
  return axes.reduce<T>((scaled, axis, i) => {
    const factors = Array.from({ length: axis.output }, (_, output) => {
      const taps = Array.from({ length: axis.taps }, (_, tap) => placeOf(axis, output, tap));
      const held = taps.filter((place) => place >= 0 && place < axis.input).length;
      return axis.taps / Math.max(held, 1); // of a window without a value, any number will do
    });
    if (factors.every((factor) => factor === 1)) return scaled;
    const shape = dy.shape.map((_, k) => k === i + 1 ? axis.output : 1);
    return tf.mul(scaled, tf.tensor(factors, shape));
  }, dy);
}
