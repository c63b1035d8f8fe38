/** TensorFlow.js's own kernels that tfjs-node lacks, or gets wrong. @module */
import type { Convolution } from "../fused/convolution.ts";
import { convolutionStockKernels } from "./convolutions.ts";
import { gather } from "./gather.ts";
import { rotateWithOffset, transform } from "./image.ts";
import { registerStockKernel } from "./kernel.ts";
import { missingKernels } from "./missing.ts";
import { multinomial } from "./multinomial.ts";
import { poolKernels } from "./pools.ts";
import { volumeKernels } from "./volumes.ts";

/** Registers them all. Only once: some replace tfjs-node's. */
export function registerStockKernels(dense: Convolution, depthwise: Convolution): void {
  [
    ...convolutionStockKernels(dense, depthwise),
    ...volumeKernels(),
    ...poolKernels(),
    ...missingKernels,
    transform,
    rotateWithOffset,
    gather,
    multinomial,
  ].forEach(registerStockKernel);
}
