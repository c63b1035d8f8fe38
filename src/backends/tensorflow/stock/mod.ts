/** TensorFlow.js's own kernels that tfjs-node lacks, or gets wrong. @module */
import * as tf from "../../../tf.ts";
import type { Convolution } from "../fused/convolution.ts";
import { BACKEND_NAME } from "../kernels.ts";
import { convolutionStockKernels } from "./convolutions.ts";
import { gather } from "./gather.ts";
import { registerStockKernel } from "./kernel.ts";
import { multinomial } from "./multinomial.ts";
import { poolKernels } from "./pools.ts";

/** Registers them all. Once: some stand over tfjs-node's, which they replace. */
export function registerStockKernels(dense: Convolution, depthwise: Convolution): void {
  const conv3d = tf.getKernel("Conv3D", BACKEND_NAME)!.kernelFunc;
  [
    ...convolutionStockKernels(dense, depthwise, conv3d),
    ...poolKernels(),
    gather,
    multinomial,
  ].forEach(registerStockKernel);
}
