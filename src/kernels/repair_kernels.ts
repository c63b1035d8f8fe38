import * as tf from "../tf.ts";
import { broadcastBatches } from "./broadcast_batches.ts";
import { broadcastSlopes } from "./broadcast_slopes.ts";
import { broadcastStatistics } from "./broadcast_statistics.ts";
import { channelsFirst } from "./channels_first.ts";
import { explicitPadding } from "./explicit_padding.ts";
import { fusedMatMulTransposed } from "./fused_mat_mul.ts";
import { gatherInBatches } from "./gather_in_batches.ts";
import { maxPool3dOfNegatives } from "./max_pool3d_of_negatives.ts";
import { negativeAxis } from "./negative_axis.ts";
import { oneHotFloats } from "./one_hot.ts";
import { applyRepairs, type KernelRepair } from "./repair.ts";
import { reverseSums } from "./reverse_sums.ts";
import { shortWindows2d } from "./short_windows2d.ts";
import { shortWindows3d } from "./short_windows3d.ts";
import { transposeEmpty } from "./transpose_empty.ts";

/** Of one kernel the last is tried first, and calls the one before. */
const repairs: readonly KernelRepair[] = [
  maxPool3dOfNegatives,
  shortWindows3d,
  ...explicitPadding,
  shortWindows2d,
  ...channelsFirst,
  broadcastStatistics,
  broadcastBatches,
  broadcastSlopes,
  fusedMatMulTransposed,
  gatherInBatches,
  oneHotFloats,
  reverseSums,
  negativeAxis,
  transposeEmpty,
];

/** Not an op: a kernel that is there for its `setupFunc` alone. */
const HOOK = "weight-standardization/repairKernels";

/**
 * Replaces kernels of TensorFlow.js that compute wrong values, for everything in the program.
 * Correct values do not change. What changes:
 *
 * - `conv3d`, `maxPool3d` and `avgPool3d` with "same" begin at the first voxel where the window is
 *   smaller than the stride. They began after it, on tensorflow too.
 * - `conv1d`, `conv2d` and `depthwiseConv2d` on wasm with "same" read what their windows cover
 *   where these are smaller than the stride. They read zeros, at some sizes.
 * - `maxPool3d` on wasm has the maximum of a window without positive values. It was 0.
 * - `batchNorm` on cpu and wasm takes statistics of any shape that broadcasts, as
 *   `tf.layers.batchNormalization({ axis: 1 })` passes them.
 * - `depthwiseConv2d` on cpu and wasm takes `NCHW`. It read the channels as a width. On wasm
 *   `conv2d` takes it too.
 * - `matMul` broadcasts batches of more than one axis.
 * - 2-D convolutions and pools take a number as padding where window or strides are not square, and
 *   `dimRoundingMode`.
 * - `gather` on wasm takes `batchDims`, and `oneHot` there makes floats.
 * - `prelu` on wasm takes slopes of every shape that broadcasts, and `fused.matMul` there
 *   transposes.
 * - `transpose` on wasm takes a tensor without numbers. It threw.
 * - `cumsum` and `cumprod` take an axis that counts from the end. On webgpu they run backwards over
 *   lines of more than one length.
 *
 * A backend that is imported later is repaired when it starts. Called again it repairs what another
 * copy of TensorFlow.js, imported in between, has registered over it.
 *
 * @param others repairs from outside of this folder
 */
export function repairKernels(others: readonly KernelRepair[] = []): void {
  const all = [...repairs, ...others];
  for (const backendName of new Set(all.flatMap(({ backendNames }) => backendNames))) {
    applyRepairs(all, backendName);
    if (tf.getKernel(HOOK, backendName) !== undefined) continue;
    tf.registerKernel({
      kernelName: HOOK,
      backendName,
      setupFunc: () => applyRepairs(all, backendName),
      kernelFunc: () => [],
    });
  }
}
