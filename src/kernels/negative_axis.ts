import { OWN_KERNELS } from "./backends.ts";
import type { KernelRepair } from "./repair.ts";

/**
 * These kernels transpose by an axis below 0 without converting it: the result has another shape,
 * or wrong values.
 */
export const negativeAxis: KernelRepair = {
  kernelNames: ["Cumsum", "Cumprod"],
  backendNames: OWN_KERNELS,
  applies: (_inputs, { axis }) => (axis as number) < 0,
  run: ({ x }, attrs, stock) =>
    stock({ x: x! }, { ...attrs, axis: (attrs.axis as number) + x!.rank }),
};
