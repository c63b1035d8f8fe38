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
  "meta-mat": () => import("./targets/meta_mat.ts"),
  "voc-lists": () => import("./targets/voc_lists.ts"),
  palette: () => import("./targets/palette.ts"),
  "class-names": () => import("./targets/class_names.ts"),
  "ground-truth": () => import("./targets/ground_truth.ts"),
  records: () => import("./targets/records.ts"),
  checkpoints: () => import("./targets/checkpoints.ts"),
  manifests: () => import("./targets/manifests.ts"),
  "model-json": () => import("./targets/model_json.ts"),
  "keras3-json": () => import("./targets/keras3_json.ts"),
  "keras-archive": () => import("./targets/keras_archive.ts"),
  "tf-config": () => import("./targets/tf_config.ts"),
  slurm: () => import("./targets/slurm.ts"),
  "command-lines": () => import("./targets/command_lines.ts"),
  hub: () => import("./targets/hub.ts"),
  pretrained: () => import("./targets/pretrained.ts"),
  preprocessing: () => import("./targets/preprocessing.ts"),
};
