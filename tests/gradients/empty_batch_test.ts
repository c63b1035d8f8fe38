/** Convolutions of no images: an empty batch has the shapes of another. */
import fc from "fast-check";
import "../../mod.ts"; // repairs what TensorFlow.js does with tensors without numbers
import { conv2d } from "../../src/gradients/conv2d.ts";
import { depthwiseConv2d } from "../../src/gradients/depthwise_conv2d.ts";
import { forEachBackend } from "../backends.ts";
import { assertTakesNoImages, setups } from "./convolutions.ts";

for (const convolution of [conv2d, depthwiseConv2d]) {
  forEachBackend(`${convolution.name}() takes a batch without images`, () => {
    const property = fc.property(setups, (setup) => assertTakesNoImages(convolution, setup));
    fc.assert(property, { numRuns: 40, seed: 3 });
  });
}
