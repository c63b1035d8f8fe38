import type { WasmKernel } from "./kernel.ts";
import { binary } from "./pixel_mean_binary.ts";

/** The mean over the middle one of three axes. */
export const pixelMeanKernels: readonly WasmKernel[] = [{
  name: "weight-standardization/pixel-mean",
  compute(workspace, { rows }) {
    const [batch, pixels, channels] = rows!.shape as [number, number, number];
    const mean = workspace.output([batch, 1, channels]);
    const sums = workspace.scratch(8 * channels);
    const addresses = [workspace.addressOf(rows!), workspace.addressOf(mean)] as const;
    const functions = workspace.functionsOf<"mean">(binary);
    functions.mean(addresses[0], batch, pixels, channels, sums, addresses[1]);
    return mean;
  },
}];
