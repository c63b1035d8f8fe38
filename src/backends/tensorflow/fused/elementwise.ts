/** One operation of TensorFlow each, where the library composes several. @module */
import type { FusedKernel } from "./kernel.ts";

const reluGradient: FusedKernel = {
  name: "weight-standardization/relu-gradient",
  // ReluGrad takes the output as well as the input: it asks which values are above 0.
  compute: (runner, { dy, y }) => runner.run("ReluGrad", { T: { type: "float32" } }, [dy!, y!], 1),
};

const resizeGradient: FusedKernel = {
  name: "weight-standardization/resize-bilinear-gradient",
  compute(runner, { dy, x }) {
    const attributes = {
      T: { type: "float32" },
      align_corners: false,
      half_pixel_centers: true,
    } as const;
    return runner.run("ResizeBilinearGrad", attributes, [dy!, x!], 1);
  },
};

/** Kernels by ReluGrad and ResizeBilinearGrad. */
export const elementwiseKernels: readonly FusedKernel[] = [reluGradient, resizeGradient];
