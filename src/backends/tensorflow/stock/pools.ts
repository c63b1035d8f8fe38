/**
 * TensorFlow.js's pools and their gradients with a number or a list as their padding, which
 * tfjs-node's kernels refuse: the map is padded first.
 *
 * @module
 */
import * as tf from "../../../tf.ts";
import type { Padding2D } from "../../../gradients/arguments.ts";
import { type Border, frame } from "../../../gradients/frame.ts";
import { LOWEST_FLOAT32 } from "../../../gradients/max_pool_gradient.ts";
import { BACKEND_NAME } from "../kernels.ts";
import type { StockKernel } from "./kernel.ts";

type Maps = Readonly<Record<string, tf.Tensor4D>>;
/** tfjs-node's kernel of a name, with the padding `valid`. */
type Pool = (name: PoolName, inputs: Maps) => tf.Tensor4D;
type Borders = readonly [height: Border, width: Border];

const uncover = (dx: tf.Tensor4D, [height, width]: Borders) =>
  frame(dx, [-height[0], -height[1]], [-width[0], -width[1]]);

/** For each output, the share of its window that is not padding: `[1, outHeight, outWidth, 1]`. */
function shares({ shape: [, height, width] }: tf.Tensor4D, borders: Borders, pool: Pool) {
  return pool("AvgPool", { x: frame(tf.ones([1, height, width, 1]), ...borders) });
}

/** Each kernel with borders, by the kernels without. */
const pools = {
  MaxPool: ({ x }: Maps, borders: Borders, pool: Pool) =>
    pool("MaxPool", { x: frame(x!, ...borders, LOWEST_FLOAT32) }),
  MaxPoolGrad({ dy, input, output }: Maps, borders: Borders, pool: Pool) {
    const framed = frame(input!, ...borders, LOWEST_FLOAT32);
    return uncover(pool("MaxPoolGrad", { dy: dy!, input: framed, output: output! }), borders);
  },
  // An average is of what is there: the padding does not count.
  AvgPool: ({ x }: Maps, borders: Borders, pool: Pool) =>
    tf.divNoNan(
      pool("AvgPool", { x: frame(x!, ...borders) }),
      shares(x!, borders, pool),
    ) as tf.Tensor4D,
  AvgPoolGrad({ dy, input }: Maps, borders: Borders, pool: Pool) {
    const each = tf.divNoNan(dy!, shares(input!, borders, pool)) as tf.Tensor4D;
    return uncover(pool("AvgPoolGrad", { dy: each, input: frame(input!, ...borders) }), borders);
  },
};
type PoolName = keyof typeof pools;

/** The kernels of the pools, over tfjs-node's, which must be registered. */
export function poolKernels(): StockKernel[] {
  const names = Object.keys(pools) as PoolName[];
  const stock = Object.fromEntries(
    names.map((name) => [name, tf.getKernel(name, BACKEND_NAME)!.kernelFunc]),
  ) as Record<PoolName, tf.KernelFunc>;
  return names.map((name) => ({
    name,
    compute(backend, inputs, attributes) {
      const { pad } = attributes as { pad: Padding2D };
      const run = (of: PoolName, inputs: tf.NamedTensorMap, how: object = {}) =>
        stock[of]({ inputs, backend, attrs: { ...attributes, ...how } as tf.NamedAttrMap });
      if (typeof pad === "string") return run(name, inputs as tf.NamedTensorMap) as tf.Tensor;
      const pool: Pool = (of, inputs) => run(of, inputs, { pad: "valid" }) as tf.Tensor4D;
      const borders: Borders = typeof pad === "number"
        ? [[pad, pad], [pad, pad]]
        : [pad[1], pad[2]];
      return pools[name](inputs as Maps, borders, pool);
    },
  }));
}
