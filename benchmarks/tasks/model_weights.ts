/**
 * A model's weights as a safetensors file, moving statistics among them and standardized kernels raw,
 * and back, bit for bit.
 *
 * Where every layer is called as PyTorch's modules are, as in the suites' own networks, the file has
 * PyTorch's names and layouts: `models.loadTorchWeights` reads it, and so does PyTorch. A model of one's
 * own may have layers that TensorFlow.js numbers as it makes them, or that PyTorch lacks: its weights
 * are filed by their place in the model, as in checkpoints.
 *
 * @module
 */
import type * as tf from "../../src/tf.ts";
import { readSafetensors, writeSafetensors } from "../../src/models/safetensors.ts";
import { encodeTorchWeights } from "../../src/models/save_torch_weights.ts";
import { hasTorchNames } from "../../src/models/torch_named_weights.ts";
import { loadTorchWeights } from "../../src/models/load_torch_weights.ts";
import { standardizationsOf, unnumbered, weightsOf } from "../../src/training/model_weights.ts";
import { decodeTensor, describe, encodeTensor } from "../../src/training/checkpoints/tensors.ts";
import { UsageError } from "../ground/errors.ts";
import { withUsageErrors } from "../ground/usage_errors.ts";

/** The version of the files' layouts and metadata. */
const formatVersion = "1";

/** The `format` in the metadata of a file whose weights are named by their place in the model. */
const placeLayout = "model.weights";

/**
 * The file.
 *
 * @param texts what the metadata tell beside layout and version
 */
export async function encodeModel(
  model: tf.LayersModel,
  texts: Readonly<Record<string, string>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const described = Object.entries({ format_version: formatVersion, ...texts });
  if (isNamed(model)) return await encodeTorchWeights(model, described);
  const tensors = new Map<string, Awaited<ReturnType<typeof encodeTensor>>["entry"]>();
  for (const [name, variable] of weightsOf(model)) {
    tensors.set(name, (await encodeTensor(variable)).entry);
  }
  const standardized = JSON.stringify(standardizationsOf(model));
  return writeSafetensors({
    tensors,
    metadata: new Map([["format", placeLayout], ["standardization", standardized], ...described]),
  });
}

function isNamed(model: tf.LayersModel): boolean {
  return hasTorchNames(model) &&
    model.weights.every(({ originalName }) => unnumbered(originalName) === originalName);
}

/**
 * What the metadata of a file tell.
 *
 * @throws {TypeError} if it is no safetensors file
 */
export function textsOf(bytes: Uint8Array): Record<string, string> {
  return Object.fromEntries(readSafetensors(bytes).metadata);
}

/**
 * Gives a model the weights of a file; all of them, or none.
 *
 * @param model the model, with the arm's algorithms applied
 * @throws {UsageError} if the file is none of these, or the weights, or what is standardized, are
 * another model's
 */
export function loadModel(model: tf.LayersModel, bytes: Uint8Array): void {
  withUsageErrors(() => {
    const { metadata } = readSafetensors(bytes);
    const version = metadata.get("format_version");
    if (version !== formatVersion) {
      throw new UsageError(
        `Cannot load weights as their format_version must be ${formatVersion}: it is ${version}`,
      );
    }
    if (metadata.get("format") === placeLayout) loadByPlace(model, bytes);
    else loadTorchWeights(model, bytes);
  });
}

function loadByPlace(model: tf.LayersModel, bytes: Uint8Array): void {
  const { tensors, metadata } = readSafetensors(bytes);
  const weights = weightsOf(model);
  for (const name of new Set([...weights.keys(), ...tensors.keys()])) {
    checkAlike(name, describe(tensors.get(name)), describe(weights.get(name)));
  }
  const standardized = JSON.stringify(standardizationsOf(model));
  checkAlike("standardization", metadata.get("standardization") ?? "missing", standardized);
  for (const [name, variable] of weights) {
    const value = decodeTensor(tensors.get(name)!, variable.dtype);
    variable.assign(value);
    value.dispose();
  }
}

function checkAlike(name: string, there: string, here: string): void {
  if (there === here) return;
  throw new UsageError(
    `Cannot load weights as ${name} must be that of the file, ${there}: the model has ${here}`,
  );
}
