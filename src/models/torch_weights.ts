import * as tf from "../tf.ts";
import { check } from "../check.ts";
import { readSafetensors, type SafetensorsTensor, writeSafetensors } from "./safetensors.ts";
import { decodeFloat32 } from "./safetensors_dtypes.ts";
import { batchCountName, torchForm } from "./torch_names.ts";
import { type FileEntry, type NamedWeight, pairUp } from "./torch_pairs.ts";
import { checkStandardized, standardizedTexts } from "./torch_standardized.ts";

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
 * {@linkcode saveTorchWeights}. The model must then standardize the same ones. Other files don't
 * say, such as timm's and transformers' BiT, whose raw kernels have plain names: standardize the
 * model as theirs is, or not, as for torchvision's weights.
 *
 * Either all weights are loaded, or none.
 *
 * @param model a LayersModel or Sequential
 * @param safetensorsBytes the file
 * @throws {TypeError} if the file is not in that format, its entries are not those of the model, or
 *   the kernels that it says to be standardized are not those that the model standardizes. The
 *   message lists what is missing, extra, of another shape or type, or standardized on one side
 *   alone, up to ten of each, and names a prefix that all names of the file have
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
 * const other = models.resnet({ ...options, classes: 7 });
 * assert.throws(() => models.loadTorchWeights(other, bytes), {
 *   name: "TypeError",
 *   message: /misshapen: fc.weight \[10,32\], must be \[7,32\]/,
 * });
 * ```
 */
export function loadTorchWeights(model: tf.LayersModel, safetensorsBytes: Uint8Array): void {
  const weights = namedWeights(model, "loadTorchWeights");
  const { tensors, metadata } = readSafetensors(safetensorsBytes);
  const entries = [...tensors].map(([name, tensor]): FileEntry => ({ name, ...tensor }));
  const pairs = pairUp(weights, entries);
  checkStandardized(model, pairs, metadata);
  for (const [{ weight, form }, { dtype, bytes }] of pairs) {
    tf.tidy(() => {
      const value = tf.tensor(decodeFloat32(dtype, bytes), [...form.shape]);
      weight.write(form.fromTorch(value));
    });
  }
}

/**
 * A model's weights as a file that PyTorch loads,
 * `model.load_state_dict(safetensors.torch .load_file(path), strict=True)`: float32, in PyTorch's
 * names and layouts (those that {@linkcode loadTorchWeights} names), with a count of batches, 0,
 * for every batch normalization, which PyTorch requires. A weight-standardized model gives its raw
 * kernels: PyTorch's model must standardize them as well, but only after it has loaded them. The
 * file's metadata list them and their formula, under `weight_standardization`. What
 * `preserveOutputs` adds to kernels cannot be expressed in PyTorch: bake such a model first.
 *
 * For mosaicml/examples' DeepLabv3+ load into the segmenter, the `module` of Composer's model.
 *
 * @param model a LayersModel or Sequential
 * @returns the file, byte for byte as `safetensors.torch.save_file(…, metadata={"format": "pt"})`
 *   writes it; of a standardized model with one text more in the metadata
 * @throws {TypeError} if the model has a weight that no module of PyTorch has, or two of one name
 *
 * @see huggingface/safetensors
 *
 * @example
 * ```ts
 * import { models } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const backbone = { depth: { block: "bottleneck", counts: [1, 1, 1, 1] }, width: 4 } as const;
 * const model = models.deeplabv3plus({ backbone, classes: 5, headChannels: 8 });
 * const bytes = models.saveTorchWeights(model); // what a file for PyTorch holds
 *
 * models.loadTorchWeights(model, bytes);
 * assert.deepEqual(models.saveTorchWeights(model), bytes);
 * ```
 */
export function saveTorchWeights(model: tf.LayersModel): Uint8Array<ArrayBuffer> {
  const weights = namedWeights(model, "saveTorchWeights");
  const values = weights.map((weight) => {
    const value = torchValue(weight);
    const numbers = value.dataSync<"float32">();
    value.dispose();
    return numbers;
  });
  return torchFile(weights, values, []);
}

/**
 * As {@linkcode saveTorchWeights}, for every backend: some, such as WebGPU, read values in their own
 * time alone.
 *
 * @param model a LayersModel or Sequential
 * @param texts what else the file's metadata say
 * @returns the file
 * @throws {TypeError} as {@linkcode saveTorchWeights}
 */
export async function encodeTorchWeights(
  model: tf.LayersModel,
  texts: readonly (readonly [string, string])[],
): Promise<Uint8Array<ArrayBuffer>> {
  const weights = namedWeights(model, "encodeTorchWeights");
  const values: Float32Array[] = [];
  for (const weight of weights) {
    const value = torchValue(weight);
    values.push(await value.data<"float32">());
    value.dispose();
  }
  return torchFile(weights, values, texts);
}

/**
 * Whether every weight of a model has a name of its own in PyTorch.
 *
 * @param model a LayersModel or Sequential
 */
export function hasTorchNames(model: tf.LayersModel): boolean {
  try {
    namedWeights(model, "hasTorchNames");
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function torchValue({ weight, form }: NamedWeight): tf.Tensor {
  return tf.tidy(() => form.toTorch(weight.read()));
}

function torchFile(
  weights: readonly NamedWeight[],
  values: readonly Float32Array[],
  texts: readonly (readonly [string, string])[],
): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [i, { form }] of weights.entries()) {
    const { buffer, byteOffset, byteLength } = values[i]!;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    tensors.set(form.name, { dtype: "F32", shape: form.shape, bytes });
    const count = batchCountName(form);
    if (count !== undefined) {
      tensors.set(count, { dtype: "I64", shape: [], bytes: new Uint8Array(8) });
    }
  }
  const metadata = new Map([["format", "pt"], ...standardizedTexts(weights), ...texts]);
  return writeSafetensors({ tensors, metadata });
}

function namedWeights(model: tf.LayersModel, caller: string): NamedWeight[] {
  const isModel = Array.isArray(model?.layers);
  check(isModel, TypeError, `${caller} as model must be a LayersModel or Sequential`, model);
  const weights = model.weights.map((weight) => ({ weight, form: torchForm(weight) }));
  const names = new Set<string>();
  for (const { form: { name } } of weights) {
    if (names.has(name)) {
      throw new TypeError(`Cannot ${caller} as names must be unique: two weights are ${name}`);
    }
    names.add(name);
  }
  return weights;
}
