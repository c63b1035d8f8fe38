/**
 * The targets of the fuzzer: a line each. A module is loaded in the process that runs it.
 *
 * @module
 */
import type { TargetModule } from "./target.ts";

/** The targets by their names. */
export const targets: Readonly<Record<string, () => Promise<TargetModule>>> = {
  safetensors: () => import("./targets/safetensors.ts"),
  npy: () => import("./targets/npy.ts"),
  npz: () => import("./targets/npz.ts"),
  tar: () => import("./targets/tar.ts"),
  png: () => import("./targets/png.ts"),
  jpeg: () => import("./targets/jpeg.ts"),
  "jpeg-tensorflow": () => import("./targets/jpeg_tensorflow.ts"),
  masks: () => import("./targets/masks.ts"),
};
