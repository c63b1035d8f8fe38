/** The library's ops by TensorFlow's own, fused operations. @module */
import { batchNormKernels } from "./batch_norm.ts";
import { type Convolution, convolutionKernels } from "./convolution.ts";
import { elementwiseKernels } from "./elementwise.ts";
import { registerFusedKernel } from "./kernel.ts";
import { orderKernels } from "./order.ts";
import { softmaxLosses } from "./softmax_loss.ts";

/** Registers every fused kernel for the `tensorflow` backend. Once; TensorFlow.js warns of more. */
export function registerFusedKernels(dense: Convolution, depthwise: Convolution): void {
  [
    ...batchNormKernels,
    ...convolutionKernels(dense),
    ...convolutionKernels(depthwise),
    ...elementwiseKernels,
    ...orderKernels,
    ...softmaxLosses,
  ].forEach(registerFusedKernel);
}
