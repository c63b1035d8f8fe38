/**
 * Batch normalization as one operation of TensorFlow each way, where the library composes it of a
 * dozen; and weight standardization, which is batch normalization of a kernel's filters. Small maps
 * and kernels are composed here, too: see {@linkcode isSmall}.
 *
 * @module
 */
import { composedBatchNorm, composedBatchNormGradient } from "../../../gradients/batch_norm.ts";
import {
  composedStandardize,
  composedStandardizeGradient,
  type Standardization,
} from "../../../standardization/standardize_weights.ts";
import * as tf from "../../../tf.ts";
import type { Attributes } from "../attributes.ts";
import type { FusedKernel, Runner } from "./kernel.ts";

const NHWC = { data_format: "NHWC", T: { type: "float32" }, U: { type: "float32" } } as const;

/** Up to this many values, on a CPU, a dozen small operations are faster than a fused one. */
const SMALL = 48 * 1024;

/**
 * Whether the library's composition is faster. TensorFlow's fused operations share their work among
 * threads however little it is, and with oneDNN hand all of it over: a kernel of 128 values takes
 * them 180 µs both ways, composed 28. They are level at about 50,000 values.
 */
function isSmall({ onGpu }: Runner, x: tf.Tensor): boolean {
  return !onGpu && x.size <= SMALL;
}

/** `[..., channels]` as TensorFlow wants it: four axes, the channels last. */
function toMap(x: tf.Tensor): tf.Tensor4D {
  const channels = x.shape.at(-1)!;
  if (x.rank === 4) return x as tf.Tensor4D;
  return tf.reshape(x, [x.size / Math.max(channels, 1), 1, 1, channels]);
}

/** The normalized map, and the batch's mean and biased variance. */
function normalize(
  runner: Runner,
  x: tf.Tensor,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
): [y: tf.Tensor, mean: tf.Tensor1D, variance: tf.Tensor1D] {
  const none = tf.tensor1d([], "float32");
  const attributes: Attributes = {
    ...NHWC,
    epsilon: { float: epsilon },
    exponential_avg_factor: { float: 1 },
    is_training: true,
  };
  const inputs = [toMap(x), scale, offset, none, none];
  const [y, mean, unbiased] = runner.run("FusedBatchNormV3", attributes, inputs, 6);
  // The operation divides by n - 1, but by n where n = 1; what it saves for the gradient differs
  // between CPU and GPU, so the biased variance is taken from here.
  const count = x.size / scale.size;
  const variance = tf.mul(unbiased!, count > 1 ? (count - 1) / count : 1);
  return [tf.reshape(y!, x.shape), mean as tf.Tensor1D, variance as tf.Tensor1D];
}

/** The gradients with respect to the map, the scale and the offset. */
function normalizeGradient(
  runner: Runner,
  { dy, x, scale, mean, variance }: Record<"dy" | "x" | "scale" | "mean" | "variance", tf.Tensor>,
  epsilon: number,
): [dx: tf.Tensor, dscale: tf.Tensor, doffset: tf.Tensor] {
  // What the forward operation saves: on a CPU the variance, on a GPU 1 / sqrt(variance + ε).
  const saved = runner.onGpu ? tf.rsqrt(tf.add(variance, epsilon)) : variance;
  const attributes: Attributes = { ...NHWC, epsilon: { float: epsilon }, is_training: true };
  const inputs = [toMap(dy), toMap(x), scale, mean, saved, tf.tensor1d([], "float32")];
  const [dx, dscale, doffset] = runner.run("FusedBatchNormGradV3", attributes, inputs, 5);
  return [tf.reshape(dx!, x.shape), dscale!, doffset!];
}

const batchNorm: FusedKernel = {
  name: "weight-standardization/batch-norm",
  compute(runner, inputs, attributes) {
    const { x, gamma, beta } = inputs as Record<"x" | "gamma" | "beta", tf.Tensor>;
    const { epsilon } = attributes as { epsilon: number };
    if (isSmall(runner, x)) return composedBatchNorm({ x, gamma, beta }, epsilon);
    return normalize(runner, x, gamma as tf.Tensor1D, beta as tf.Tensor1D, epsilon);
  },
};

const batchNormGradient: FusedKernel = {
  name: "weight-standardization/batch-norm-gradient",
  compute(runner, inputs, attributes) {
    const { gamma, ...others } = inputs as Parameters<typeof composedBatchNormGradient>[0];
    const { epsilon } = attributes as { epsilon: number };
    if (isSmall(runner, others.x)) return composedBatchNormGradient({ gamma, ...others }, epsilon);
    return normalizeGradient(runner, { scale: gamma, ...others }, epsilon);
  },
};

/**
 * `Ŵ` and `s`. With epsilon inside the root, `c / sqrt(n/m · var + ε)` is batch normalization with
 * the scale `sqrt(m/n)` and the epsilon `ε · m/n`, where n counts a filter's values and m is the
 * variance's divisor. With epsilon outside, or the mean left in, only mean and variance come from
 * there.
 */
const standardize: FusedKernel = {
  name: "weight-standardization/standardize",
  compute(runner, inputs, attributes) {
    const { filters } = inputs as { filters: tf.Tensor2D };
    // What this library calls the kernel with; TensorFlow.js types attributes loosely.
    const standardization = attributes as unknown as Standardization;
    const { formula: { centres, divides, epsilonOn, epsilon }, divisor } = standardization;
    const isComposed = !divides || isSmall(runner, filters);
    if (isComposed) return composedStandardize(filters, standardization);
    const [size, count] = filters.shape;
    const share = divisor / size;
    const scale = tf.fill([count], Math.sqrt(share)) as tf.Tensor1D;
    const [y, mean, biased] = normalize(
      runner,
      filters,
      scale,
      tf.zeros([count]) as tf.Tensor1D,
      epsilon * share,
    );
    const variance = tf.div(biased, share);
    const inRoot = epsilonOn === "variance";
    const deviation = inRoot
      ? tf.sqrt(tf.add(variance, epsilon))
      : tf.add(tf.sqrt(variance), epsilon);
    if (!centres) return [tf.div(filters, deviation), deviation];
    return [inRoot ? y : tf.div(tf.sub(filters, mean), deviation), deviation];
  },
};

/**
 * `dW = (g - mean(g) - Ŵ · r · Σ(g ⊙ Ŵ) / m) / s` is batch normalization's gradient at the point Ŵ,
 * for the mean 0, the variance `m / (n · r)` and the scale `sqrt(variance) / s`. That of a half of
 * standardization is not, and is composed.
 */
const standardizeGradient: FusedKernel = {
  name: "weight-standardization/standardize-gradient",
  compute(runner, given, attributes) {
    const saved = given as Parameters<typeof composedStandardizeGradient>[0];
    const { upstream, standardized, deviation } = saved;
    // What this library calls the kernel with; TensorFlow.js types attributes loosely.
    const standardization = attributes as unknown as Standardization;
    const { formula: { centres, divides, epsilonOn, epsilon }, divisor } = standardization;
    const isComposed = !centres || !divides || isSmall(runner, upstream);
    if (isComposed) return [composedStandardizeGradient(saved, standardization)];
    const [size, count] = upstream.shape as [number, number];
    const share = divisor / size;
    const s = tf.reshape(deviation, [count]);
    const variance = epsilonOn === "variance"
      ? tf.fill([count], share)
      : tf.mul(share, tf.div(tf.sub(s, epsilon), s));
    const scale = tf.div(tf.sqrt(tf.add(variance, TINY)), s);
    const mean = tf.zeros([count]);
    const inputs = { dy: upstream, x: standardized, scale, mean, variance };
    return [normalizeGradient(runner, inputs, TINY)[0]];
  },
};

/** Keeps the root of a constant filter's variance, 0, from dividing; there Ŵ is 0, too. */
const TINY = 1e-20;

/** Kernels by FusedBatchNormV3 and its gradient. */
export const batchNormKernels: readonly FusedKernel[] = [
  batchNorm,
  batchNormGradient,
  standardize,
  standardizeGradient,
];
