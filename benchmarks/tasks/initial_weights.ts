/**
 * Weights of a file that every cell begins from, in place of random ones.
 *
 * @module
 */
import { reasonOf } from "../../datasets/errors.ts";
import {
  readSafetensors,
  type Safetensors,
  type SafetensorsTensor,
  writeSafetensors,
} from "../../src/models/safetensors.ts";
import { isRawKernelName, plainTorchName, torchForm } from "../../src/models/torch_names.ts";
import { standardizedMetadata } from "../../src/models/torch_standardized.ts";
import { loadTorchWeights } from "../../src/models/load_torch_weights.ts";
import { saveTorchWeights } from "../../src/models/save_torch_weights.ts";
import type * as tf from "../../src/tf.ts";
import { oneLine } from "../ground/format.ts";
import { UsageError } from "../ground/errors.ts";
import { sha256 } from "../ground/sha256.ts";

/** A file of weights. */
export interface InitialWeights {
  /** Its SHA-256, in hex. */
  sha256: string;
  /** Whether it says that kernels were trained with weight standardization. */
  standardized: boolean;
  /**
   * Gives a model the file's weights: all but a classifier of another number of classes, and all but
   * the head where the file is a backbone's.
   *
   * @returns the names of what stays as initialized
   * @throws {UsageError} if the file is of another network
   */
  load(model: tf.LayersModel): string[];
}

type Tensors = Map<string, SafetensorsTensor>;

/**
 * Reads a file of weights.
 *
 * @param path a safetensors file in PyTorch's names; `""` for none
 * @returns nothing for `""`
 * @throws {UsageError} if there is no such file, or it is of another format
 */
export async function readInitialWeights(path: string): Promise<InitialWeights | undefined> {
  if (path === "") return undefined;
  const bytes = await Deno.readFile(path).catch((error) => {
    const missing = error instanceof Deno.errors.NotFound;
    const reason = missing ? "there is no such file" : reasonOf(error);
    throw new UsageError(`Cannot read the initialWeights ${path}: ${reason}`, { cause: error });
  });
  const file = inFile(path, () => readSafetensors(bytes));
  return {
    sha256: await sha256(bytes),
    standardized: saysStandardized(file),
    load: (model) => inFile(path, () => load(model, file)),
  };
}

/** What the file lacks, or has too much, is refused by the library, which names it. */
function load(model: tf.LayersModel, file: Safetensors): string[] {
  const own: Tensors = new Map(readSafetensors(saveTorchWeights(model)).tensors);
  const given = named(file, own);
  if (![...given.keys()].some((name) => own.has(name))) throw new TypeError(strangers(file, own));
  const isBackbone = [...own.keys()].some(isOfBackbone) &&
    [...given.keys()].every((name) => isOfBackbone(name) || !own.has(name));
  const classifier = classifierOf(model);
  const mayStay = (name: string) =>
    name.startsWith(classifier) || (isBackbone && !isOfBackbone(name));
  const stays = [...own].filter(([name, { shape }]) =>
    mayStay(name) && `${given.get(name)?.shape}` !== `${shape}`
  );
  for (const name of [...given.keys()].filter((name) => !own.has(name))) {
    if (isBackbone && name.startsWith(`${backbone}fc.`)) given.delete(name);
  }
  const tensors: Tensors = new Map([...given, ...stays]);
  loadTorchWeights(model, writeSafetensors({ tensors, metadata: new Map() }));
  return stays.map(([name]) => name).filter((name) => !name.endsWith(batchCount));
}

/** Why a file fits no layer: a few of its names, beside a few of the network's. */
function strangers({ tensors }: Safetensors, own: Tensors): string {
  const some = (of: Iterable<[string, SafetensorsTensor]>) => {
    const all = [...of].filter(([name]) => !name.endsWith(batchCount))
      .sort(([, a], [, b]) => b.shape.length - a.shape.length) // kernels tell more than statistics
      .map(([name]) => name);
    if (all.length === 0) return "nothing";
    return `${all.slice(0, 3).join(", ")}${all.length > 3 ? `, … (${all.length} in all)` : ""}`;
  };
  return `it fits no layer of the network: it has ${some(tensors)}, and the network wants ` +
    `${some(own)}; give a state_dict in PyTorch's names, of a ResNet or of this network`;
}

/** Composer's parametrizations say so by their names, this library's files in their metadata. */
function saysStandardized({ tensors, metadata }: Safetensors): boolean {
  return metadata.has(standardizedMetadata) || [...tensors.keys()].some(isRawKernelName);
}

const batchCount = ".num_batches_tracked";
const backbone = "backbone.";
const isOfBackbone = (name: string) => name.startsWith(backbone);

/**
 * The file's tensors in the model's names: a ResNet's are those of the backbone that the model has.
 * Kernels are raw in any case, and which arm standardizes them is the arm's.
 */
function named({ tensors }: Safetensors, own: Tensors): Tensors {
  const plain = [...tensors].map(([name, tensor]) => [plainTorchName(name), tensor] as const);
  const isResNet = [...own.keys()].some(isOfBackbone) &&
    !plain.some(([name]) => isOfBackbone(name));
  return new Map(plain.map(([name, tensor]) => [isResNet ? backbone + name : name, tensor]));
}

/** What the names of the model's last layer begin with. */
function classifierOf({ layers }: tf.LayersModel): string {
  const [weight] = layers.findLast(({ weights }) => weights.length > 0)?.weights ?? [];
  return weight === undefined ? "" : torchForm(weight).name.replace(/[^.]*$/, "");
}

function inFile<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw new UsageError(
      `Cannot begin from the initialWeights ${path}: ${oneLine(reasonOf(error))}`,
      { cause: error },
    );
  }
}
