import { axisNumbers } from "./axis_numbers.ts";
import type { Geometry } from "../../gradients/geometry.ts";
import type { WasmKernel } from "./kernel.ts";
import { binary } from "./windows_binary.ts";

const maxPool: WasmKernel = {
  name: "weight-standardization/max-pool",
  compute(workspace, { x }, attributes) {
    const { geometry: [height, width] } = attributes as { geometry: Geometry };
    const [batch, , , channels] = x!.shape as [number, number, number, number];
    const y = workspace.output([batch, height.output, width.output, channels]);
    const addresses = [workspace.addressOf(x!), workspace.addressOf(y)];
    const { maxPool } = workspace.functionsOf<"maxPool">(binary);
    maxPool(...addresses, batch, channels, ...axisNumbers(attributes));
    return y;
  },
};

/** It finds the largest values anew, so it needs no `y`. */
const maxPoolGradient: WasmKernel = {
  name: "weight-standardization/max-pool-gradient",
  compute(workspace, { dy, x }, attributes) {
    const [batch, , , channels] = x!.shape as [number, number, number, number];
    const dx = workspace.output(x!.shape);
    const addresses = [dy!, x!, dx].map((tensor) => workspace.addressOf(tensor));
    const { maxPoolGradient } = workspace.functionsOf<"maxPoolGradient">(binary);
    maxPoolGradient(...addresses, batch, channels, ...axisNumbers(attributes));
    return dx;
  },
};

/** The max-pool and its gradient, for every geometry. */
export const poolKernels: readonly WasmKernel[] = [maxPool, maxPoolGradient];
