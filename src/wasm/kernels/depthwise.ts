import { axisNumbers } from "./axis_numbers.ts";
import type { Geometry } from "../../gradients/geometry.ts";
import type { WasmKernel } from "./kernel.ts";
import { binary } from "./windows_binary.ts";

type Shape = [number, number, number, number];

const inputGradient: WasmKernel = {
  name: "weight-standardization/depthwise-conv2d-input-gradient",
  compute(workspace, { dy, kernel }, attributes) {
    const { geometry: [height, width] } = attributes as { geometry: Geometry };
    const [, , channels, multiplier] = kernel!.shape as Shape;
    const batch = dy!.shape[0]!;
    const dx = workspace.output([batch, height.input, width.input, channels]);
    const addresses = [dy!, kernel!, dx].map((tensor) => workspace.addressOf(tensor));
    const functions = workspace.functionsOf<"depthwiseInputGradient">(binary);
    const numbers = [batch, channels, multiplier, ...axisNumbers(attributes)];
    functions.depthwiseInputGradient(...addresses, ...numbers);
    return dx;
  },
};

const kernelGradient: WasmKernel = {
  name: "weight-standardization/depthwise-conv2d-kernel-gradient",
  compute(workspace, { dy, x }, attributes) {
    const { geometry: [height, width] } = attributes as { geometry: Geometry };
    const [batch, , , channels] = x!.shape as Shape;
    const multiplier = dy!.shape[3]! / channels;
    const dw = workspace.output([height.taps, width.taps, channels, multiplier]);
    const addresses = [dy!, x!, dw].map((tensor) => workspace.addressOf(tensor));
    const functions = workspace.functionsOf<"depthwiseKernelGradient">(binary);
    const numbers = [batch, channels, multiplier, ...axisNumbers(attributes)];
    functions.depthwiseKernelGradient(...addresses, ...numbers);
    return dw;
  },
};

/** The gradients of a depthwise convolution, for every geometry. */
export const depthwiseKernels: readonly WasmKernel[] = [inputGradient, kernelGradient];
