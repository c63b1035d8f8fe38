import type { KernelRepair } from "../kernels/repair.ts";
import { repairKernels } from "../kernels/repair_kernels.ts";
import * as tf from "../tf.ts";
import { avgPool } from "./repairs/avg_pool.ts";
import { batchNorm } from "./repairs/batch_norm.ts";
import { broadcasting } from "./repairs/broadcasting.ts";
import { conv2dTranspose } from "./repairs/conv2d_transpose.ts";
import { conv3d } from "./repairs/conv3d.ts";
import { conv3dTranspose } from "./repairs/conv3d_transpose.ts";
import { conv3dTransposeKernel } from "./repairs/conv3d_transpose_kernel.ts";
import { convolutionKernels, convolutions } from "./repairs/convolutions.ts";
import { cumsum } from "./repairs/cumsum.ts";
import { depthToSpace } from "./repairs/depth_to_space.ts";
import { gather } from "./repairs/gather.ts";
import { matMul } from "./repairs/mat_mul.ts";
import { maxPool } from "./repairs/max_pool.ts";
import { maxPool3d } from "./repairs/max_pool3d.ts";
import { mirrorPad } from "./repairs/mirror_pad.ts";
import { norm } from "./repairs/norm.ts";
import { repairNormalizationLayers } from "./repairs/normalization_layers.ts";
import { piecewiseConstant } from "./repairs/piecewise_constant.ts";
import { pow } from "./repairs/pow.ts";
import { resizeBilinear } from "./repairs/resize_bilinear.ts";
import { resizeNearestNeighbor } from "./repairs/resize_nearest_neighbor.ts";
import { repairSavedOutputs } from "./repairs/saved_outputs.ts";
import { secondGradients } from "./repairs/second_gradients.ts";
import { repairSoftmaxCrossEntropy } from "./repairs/softmax_cross_entropy.ts";
import { stridedSlice } from "./repairs/strided_slice.ts";
import { tile } from "./repairs/tile.ts";
import { unsortedSegmentSum } from "./repairs/unsorted_segment_sum.ts";

/** The gradients that replace TensorFlow.js's, for every backend: a line for each repair. */
const gradients: readonly tf.GradConfig[] = [
  ...avgPool,
  ...batchNorm,
  ...broadcasting,
  ...conv2dTranspose,
  ...conv3d,
  ...conv3dTranspose,
  ...convolutions,
  ...cumsum,
  ...depthToSpace,
  ...gather,
  ...matMul,
  ...maxPool,
  ...maxPool3d,
  ...mirrorPad,
  ...norm,
  ...piecewiseConstant,
  ...pow,
  ...resizeBilinear,
  ...resizeNearestNeighbor,
  ...secondGradients,
  ...stridedSlice,
  ...tile,
];

/** The kernels that a backend lacks. If it has one of that name, that one stays. */
const missingKernels: readonly tf.KernelConfig[] = [
  ...convolutionKernels,
  ...unsortedSegmentSum,
];

/** The kernels whose repair takes a gradient of this folder. */
const kernels: readonly KernelRepair[] = conv3dTransposeKernel;

/** What no registry reaches. Each may be called again. */
const others: readonly (() => void)[] = [
  repairNormalizationLayers,
  repairSavedOutputs,
  repairSoftmaxCrossEntropy,
];

/**
 * Replaces TensorFlow.js's own gradients by the repaired ones, for everything in the program that
 * uses these ops, stock layers too. Correct gradients remain. What changes (docs/faq.md says what
 * was wrong, and where):
 *
 * - Convolutions: `tf.conv2d`, `tf.depthwiseConv2d` and `tf.conv3d` have the right gradient with
 *   dilations above 1, with explicit padding, and on wasm. `tf.conv2dTranspose` has it on wasm,
 *   `tf.conv3dTranspose` has one.
 * - Pools: `tf.maxPool` and `tf.maxPool3d` where a window holds no positive value or is not as high
 *   as wide; `tf.avgPool` and `tf.avgPool3d` at a border.
 * - Sizes and borders: `tf.image.resizeBilinear` and `tf.image.resizeNearestNeighbor`, which is
 *   `tf.layers.upSampling2d`; `tf.mirrorPad`; `tf.depthToSpace`, `tf.stridedSlice` and, beyond rank
 *   4, `tf.tile` have one.
 * - Operands that are broadcast: `tf.maximum`, `tf.minimum`, `tf.squaredDifference`, `tf.matMul`.
 * - At 0: `tf.norm` and `tf.pow(x, 0)` have the gradient 0, `tf.floorDiv` has it everywhere, and so
 *   have comparisons and `tf.logicalAnd`, `tf.logicalOr` and `tf.logicalNot`, which had none.
 * - `tf.cumsum` along any axis, `tf.gather` in several batch dimensions, and on wasm at all, with
 *   `tf.layers.embedding`; `tf.losses.softmaxCrossEntropy` with any labels.
 * - `tf.layers.batchNormalization` trains along any axis, and with `scale: false` or
 *   `center: false`; the latter goes for `tf.layers.layerNormalization`, too.
 * - `tf.fused.conv2d`, which `tf.layers.conv2d` uses when it has no activation, and
 *   `tf.fused.depthwiseConv2d` have their own gradients, outside of the registry. They need kernels
 *   that wasm lacks: these are added. The input's gradient of a dense one stays slow there, and
 *   with a dilation above 1 both throw, as before: this library's own layers have neither problem.
 *
 * Gradients that read the output of their op, such as those of `tf.exp` and `tf.tanh`, can be
 * differentiated: that output counted as a constant, which made gradients of gradients wrong.
 *
 * Kernels whose values are wrong are repaired with them, such as that of `tf.conv3d` with "same"
 * and a window smaller than the stride, on each backend when it starts; docs/faq.md lists them all.
 *
 * Called again it changes nothing, unless another copy of TensorFlow.js was imported in between:
 * that copy registers its own gradients, for the whole program, and this puts the repaired ones
 * back.
 */
export function registerGradients(): void {
  for (const gradient of gradients) {
    const isThere = tf.getGradient(gradient.kernelName) !== undefined;
    if (isThere) tf.unregisterGradient(gradient.kernelName);
    tf.registerGradient(gradient);
  }
  for (const kernel of missingKernels) {
    const isThere = tf.getKernel(kernel.kernelName, kernel.backendName) !== undefined;
    if (!isThere) tf.registerKernel(kernel);
  }
  for (const repair of others) repair();
  repairKernels(kernels);
}
