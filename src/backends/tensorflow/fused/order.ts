/** The order in which parts of a captured step run. @module */
import type { FusedKernel } from "./kernel.ts";

const runAfter: FusedKernel = {
  name: "weight-standardization/run-after",
  compute: (runner, { x, after }) => runner.runAfter(x!, after!),
};

/** A kernel that lets a tensor wait for another one. */
export const orderKernels: readonly FusedKernel[] = [runAfter];
