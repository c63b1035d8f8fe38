import type * as tf from "../../tf.ts";
import { resizeGradient } from "../interpolation.ts";
import { sizeOf } from "../stock_attributes.ts";

/** `tf.image.resizeBilinear`: half-pixel centres, and unequal factors on cpu. */
export const resizeBilinear: readonly tf.GradConfig[] = [{
  kernelName: "ResizeBilinear",
  inputsToSave: ["images"],
  gradFunc(dy, saved, { alignCorners, halfPixelCenters }) {
    const [height, width] = sizeOf(saved[0] as tf.Tensor4D);
    const sampling = alignCorners ? "corners-aligned" : halfPixelCenters ? "half-pixel" : "corner";
    return { images: () => resizeGradient(dy as tf.Tensor4D, height, width, sampling) };
  },
}];
