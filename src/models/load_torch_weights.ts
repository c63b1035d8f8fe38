import * as tf from "../tf.ts";
import { check, checkNames } from "../check.ts";
import { readSafetensors, type Safetensors } from "./safetensors.ts";
import { decodeFloat32 } from "./safetensors_dtypes.ts";
import { namedWeights } from "./torch_named_weights.ts";
import { changesToFile } from "./torch_as_file.ts";
import type { TorchMisfit } from "./torch_misfits.ts";
import { type FileEntry, pairUp } from "./torch_pairs.ts";
import { checkStandardized } from "./torch_standardized.ts";

/** Options of {@linkcode loadTorchWeights}. */
export interface LoadTorchWeightsOptions {
  /**
   * Whether the file must have all of the model's weights and no others, each in its shape. Without
   * that what fits is loaded, such as all but a new head, and what does not is returned. A prefix
   * that all of the file's names have, `backbone.`, is then taken off where more fits without it.
   *
   * @default {true}
   */
  strict?: boolean | undefined;
  /**
   * Which kernels are standardized. With `"as model"` the model decides, and a file that says
   * otherwise is refused. With `"as file"` the model's loaded convolutions are standardized, or no
   * longer, as the file says: each by its formula, or by Composer's where only names say so, as
   * Composer writes them. Of a file that says nothing the model is left as it is.
   *
   * @default {"as model"}
   */
  standardized?: "as model" | "as file" | undefined;
}

/** What {@linkcode loadTorchWeights} did. */
export interface LoadedTorchWeights {
  /** The model's weights that have the file's values, by their names in PyTorch. */
  readonly loaded: readonly string[];
  /**
   * What is not loaded, of the model and of the file; nothing where loading was strict. The counts
   * of batches that PyTorch keeps are not among them where their normalization is in the model.
   */
  readonly notLoaded: readonly TorchMisfit[];
  /** What was taken off all names of the file, `"backbone."`; empty if nothing was. */
  readonly prefix: string;
  /** The layers whose standardization `"as file"` changed, by their names. */
  readonly standardized: readonly string[];
}

/**
 * Gives a model the weights of a PyTorch model: of
 * `safetensors.torch.save_file(model.state_dict(), …)`. Layers are named as PyTorch's modules;
 * `models.resnet` has torchvision's names and `models.deeplabv3plus` those of mosaicml/examples.
 * `decode_head.` for `classifier.` fits too, as mmsegmentation has it, and so do what wrappers add:
 * `module.` before all names, `_orig_mod.` of `torch.compile` anywhere, and
 * `.parametrizations.weight.original`, a kernel that Composer standardizes.
 *
 * Kernels are transposed, `[out, in, height, width]` to `[height, width, in, out]`, depthwise ones
 * `[channels · multiplier, 1, height, width]` to `[height, width, channels, multiplier]`. Types
 * F32, F64, F16, BF16 and I64 become float32. Counts of batches (`num_batches_tracked`) are
 * optional, and ignored. A weight-standardized model takes raw kernels.
 *
 * Some files say which kernels are standardized: Composer's, by the names above, and those of
 * `saveTorchWeights`. The model must then standardize the same ones, or is made to by
 * `{ standardized: "as file" }`. Other files don't say, such as timm's and transformers' BiT, whose
 * raw kernels have plain names: standardize the model as theirs is, or not, as for torchvision's
 * weights.
 *
 * Either all weights that are to be loaded are, or none.
 *
 * @param model a LayersModel or Sequential
 * @param source the file's bytes
 * @param options whether all must fit, and who says what is standardized
 * @returns what was loaded and what was not
 * @throws {TypeError} if the file is not in that format, its entries are not those of the model, or
 *   the kernels that it says to be standardized are not those that the model standardizes. The
 *   message lists what is missing, extra, of another shape or type, or standardized on one side
 *   alone, up to ten of each, and names a prefix that all names of the file have. With
 *   `strict: false`, if nothing fits or one weight has two entries; with `"as file"`, if the file's
 *   standardization can't be had in the model
 * @throws {RangeError} if an option is not known
 *
 * @see torchvision `models.resnet`; mosaicml/examples `deeplab`; huggingface/safetensors
 *
 * @example
 * ```ts
 * import { models } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const options = { depth: { block: "basic", counts: [1, 1, 1, 1] }, width: 4 } as const;
 * const model = models.resnet({ ...options, classes: 10 });
 * const bytes = models.saveTorchWeights(models.resnet({ ...options, classes: 10 }));
 * models.loadTorchWeights(model, bytes); // or the bytes of a file that PyTorch wrote
 *
 * const other = models.resnet({ ...options, classes: 7 }); // a new head
 * assert.throws(() => models.loadTorchWeights(other, bytes), {
 *   name: "TypeError",
 *   message: /misshapen: fc.weight \[10,32\], must be \[7,32\]/,
 * });
 * const { notLoaded } = models.loadTorchWeights(other, bytes, { strict: false });
 * assert.deepEqual(notLoaded.map(({ reason, text }) => [reason, text]), [
 *   ["misshapen", "fc.weight [10,32], must be [7,32]"],
 *   ["misshapen", "fc.bias [10], must be [7]"],
 * ]);
 * ```
 */
export function loadTorchWeights(
  model: tf.LayersModel,
  source: Uint8Array | ArrayBuffer,
  options: LoadTorchWeightsOptions = {},
): LoadedTorchWeights {
  return loadTorchTensors(model, () => readSafetensors(bytesOf(source)), options);
}

/**
 * As {@linkcode loadTorchWeights}, of what a file holds, whatever its format.
 *
 * @param model a LayersModel or Sequential
 * @param read gives PyTorch's names and layouts
 * @param options as there
 * @returns as there
 * @throws {TypeError} as there
 * @throws {RangeError} as there
 */
export function loadTorchTensors(
  model: tf.LayersModel,
  read: () => Safetensors,
  options: LoadTorchWeightsOptions = {},
): LoadedTorchWeights {
  const { strict, asFile } = checkedOptions(options);
  const weights = namedWeights(model, "loadTorchWeights");
  const { tensors, metadata } = read();
  const entries = [...tensors].map(([name, tensor]): FileEntry => ({ name, ...tensor }));
  const { pairs, misfits, prefix } = pairUp(weights, entries, strict);
  if (!asFile) checkStandardized(model, pairs, metadata);
  const changes = asFile ? changesToFile(model, pairs, metadata) : [];
  for (const { change } of changes) change();
  for (const [{ weight, form }, { dtype, bytes }] of pairs) {
    tf.tidy(() => {
      const value = tf.tensor(decodeFloat32(dtype, bytes), [...form.shape]);
      weight.write(form.fromTorch(value));
    });
  }
  return {
    loaded: pairs.map(([{ form: { name } }]) => name),
    notLoaded: misfits,
    prefix,
    standardized: changes.map(({ layer }) => layer),
  };
}

/** The options, once they are known to be such. */
function checkedOptions(options: LoadTorchWeightsOptions): { strict: boolean; asFile: boolean } {
  checkNames("loadTorchWeights as options", options, ["strict", "standardized"]);
  const { strict = true, standardized = "as model" } = options;
  const isBoolean = typeof strict === "boolean";
  check(isBoolean, RangeError, "loadTorchWeights as strict must be true or false", strict);
  const requirement = 'loadTorchWeights as standardized must be "as model" or "as file"';
  const isKnown = standardized === "as model" || standardized === "as file";
  check(isKnown, RangeError, requirement, standardized);
  return { strict, asFile: standardized === "as file" };
}

/** The source as bytes; what is neither is left to the reader, which says so. */
function bytesOf(source: Uint8Array | ArrayBuffer): Uint8Array {
  return source instanceof ArrayBuffer ? new Uint8Array(source) : source;
}
