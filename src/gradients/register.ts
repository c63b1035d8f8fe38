import { repairKernels } from "../kernels/repair_kernels.ts";
import * as tf from "../tf.ts";
import { avgPool } from "./repairs/avg_pool.ts";
import { batchNorm } from "./repairs/batch_norm.ts";
import { broadcasting } from "./repairs/broadcasting.ts";
import { conv3d } from "./repairs/conv3d.ts";
import { conv3dTranspose } from "./repairs/conv3d_transpose.ts";
import { convolutionKernels, convolutions } from "./repairs/convolutions.ts";
import { cumsum } from "./repairs/cumsum.ts";
import { depthToSpace } from "./repairs/depth_to_space.ts";
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
import { repairSoftmaxCrossEntropy } from "./repairs/softmax_cross_entropy.ts";
import { tile } from "./repairs/tile.ts";
import { unsortedSegmentSum } from "./repairs/unsorted_segment_sum.ts";

/** The gradients that take the place of TensorFlow.js's, for every backend: a line a repair. */
const gradients: readonly tf.GradConfig[] = [
  ...avgPool,
  ...batchNorm,
  ...broadcasting,
  ...conv3d,
  ...conv3dTranspose,
  ...convolutions,
  ...cumsum,
  ...depthToSpace,
  ...matMul,
  ...maxPool,
  ...maxPool3d,
  ...mirrorPad,
  ...norm,
  ...piecewiseConstant,
  ...pow,
  ...resizeBilinear,
  ...resizeNearestNeighbor,
  ...tile,
];

/** The kernels that a backend lacks. Where it has one of that name, that one stays. */
const missingKernels: readonly tf.KernelConfig[] = [
  ...convolutionKernels,
  ...unsortedSegmentSum,
];

/** What no registry reaches. Each may be called again. */
const others: readonly (() => void)[] = [
  repairNormalizationLayers,
  repairSoftmaxCrossEntropy,
];

/**
 * Puts the repaired gradients in the place of TensorFlow.js's own, for everything in the program
 * that uses these ops, stock layers too. Values that were right remain so. What changes:
 *
 * - `tf.conv2d` and `tf.depthwiseConv2d` have a gradient with dilations above 1, with explicit
 *   padding, and on wasm. `tf.layers.conv2d` with an activation and `tf.layers.depthwiseConv2d`
 *   are made of these.
 * - `tf.image.resizeBilinear` has the right gradient with `halfPixelCenters`, and one on cpu where
 *   height and width grow by different factors.
 * - `tf.maxPool` has the right gradient on wasm where a window holds no positive value.
 * - `tf.fused.conv2d`, which `tf.layers.conv2d` uses when it has no activation, brings a gradient
 *   of its own that no registry reaches. It needs a kernel that wasm lacks, `Conv2DBackpropFilter`:
 *   that kernel is added. Its gradient of the input stays as slow as it was there, and with a
 *   dilation above 1 it throws, as before: this library's own layers do neither.
 *
 * Called again it changes nothing, unless another copy of TensorFlow.js was imported in between: that
 * copy registers its own gradients, for the whole program, and this puts the repaired ones back.
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
  repairKernels();
}
