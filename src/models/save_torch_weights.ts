import * as tf from "../tf.ts";
import { type SafetensorsTensor, writeSafetensors } from "./safetensors.ts";
import { batchCountName } from "./torch_names.ts";
import { namedWeights } from "./torch_named_weights.ts";
import type { NamedWeight } from "./torch_pairs.ts";
import { standardizedTexts } from "./torch_standardized.ts";

/**
 * A model's weights as a file that PyTorch loads,
 * `model.load_state_dict(safetensors.torch .load_file(path), strict=True)`: float32, in PyTorch's
 * names and layouts (those that `loadTorchWeights` names), with a count of batches, 0,
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
 * @param texts what else the file's metadata say, by name
 * @returns the file
 * @throws {TypeError} as {@linkcode saveTorchWeights}
 */
export async function encodeTorchWeights(
  model: tf.LayersModel,
  texts: readonly (readonly [string, string])[] = [],
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
