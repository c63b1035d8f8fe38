import type { Geometry } from "../../gradients/geometry.ts";
import { axisNumbers } from "./axis_numbers.ts";
import { binary as gradientBinary } from "./convolution_gradients_binary.ts";
import { binary as relaxedGradientBinary } from "./convolution_gradients_relaxed_binary.ts";
import type { WasmKernel } from "./kernel.ts";
import { type Layout, multiply, type Product } from "./products.ts";
import { forwardReading, gradientReadings } from "./readings.ts";
import { eitherBinary } from "./relaxed.ts";

/** Of maps and kernels. */
export type Shape = [number, number, number, number];

/** What the kernel of a convolution is made of, as it multiplies inputs. */
export function forwardLayout([, tapColumns, depth, columns]: Shape): Layout {
  return { depth, columns, steps: [4 * columns, 4], tapColumns };
}

/** How the outputs of a convolution read its inputs. */
export function forwardReadings([height, width]: Geometry): Product["readings"] {
  return [[forwardReading(height)], [forwardReading(width)]];
}

const forward: WasmKernel = {
  name: "weight-standardization/conv2d",
  compute(workspace, { x, kernel }, attributes) {
    const { geometry } = attributes as { geometry: Geometry };
    const [height, width] = geometry, layout = forwardLayout(kernel!.shape as Shape);
    const y = workspace.output([x!.shape[0]!, height.output, width.output, layout.columns]);
    const readings = forwardReadings(geometry);
    multiply(workspace, { source: x!, kernel: kernel!, out: y, layout, readings });
    return y;
  },
};

const inputGradient: WasmKernel = {
  name: "weight-standardization/conv2d-input-gradient",
  compute(workspace, { dy, kernel }, attributes) {
    const { geometry: [height, width] } = attributes as { geometry: Geometry };
    const [, tapColumns, inChannels, outChannels] = kernel!.shape as Shape;
    const dx = workspace.output([dy!.shape[0]!, height.input, width.input, inChannels]);
    const steps = [4, 4 * outChannels] as const;
    const layout = { depth: outChannels, columns: inChannels, steps, tapColumns };
    const readings = [gradientReadings(height), gradientReadings(width)] as const;
    multiply(workspace, { source: dy!, kernel: kernel!, out: dx, layout, readings });
    return dx;
  },
};

const kernelGradient: WasmKernel = {
  name: "weight-standardization/conv2d-kernel-gradient",
  compute(workspace, { dy, x }, attributes) {
    const { geometry: [height, width] } = attributes as { geometry: Geometry };
    const [batch, , , inChannels] = x!.shape as Shape;
    const outChannels = dy!.shape[3]!;
    const dw = workspace.output([height.taps, width.taps, inChannels, outChannels]);
    const rows = Math.max(1, Math.floor(GRADIENT_BLOCK / width.output));
    const panels = 8 * Math.ceil(outChannels / 8) * rows * width.output;
    const scratch = workspace.scratch(4 * (panels + 3 * rows));
    const addresses = [dy!, x!, dw].map((tensor) => workspace.addressOf(tensor));
    const functions = workspace.functionsOf<"kernelGradient">(
      eitherBinary(relaxedGradientBinary, gradientBinary),
    );
    const numbers = [batch, inChannels, outChannels, ...axisNumbers(attributes)];
    functions.kernelGradient(...addresses, scratch, ...numbers);
    return dw;
  },
};

/** About so many pixels convolution_gradients.as takes at a time. */
const GRADIENT_BLOCK = 192;

/** A dense convolution and its gradients, for every geometry. */
export const convolutionKernels: readonly WasmKernel[] = [forward, inputGradient, kernelGradient];
