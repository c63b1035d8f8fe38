import type * as tf from "../../tf.ts";
import type { Variant } from "../../standardization/variants.ts";
import { readSafetensors, type Safetensors } from "../safetensors.ts";
import { loadTorchTensors } from "../load_torch_weights.ts";
import { checkArchitecture } from "./architecture.ts";
import { fail } from "./fail.ts";
import type { Config, Head, Hints, Network, Tensors } from "./layout.ts";
import { layoutOf } from "./layouts.ts";
import { isZip, readNpz } from "./npz.ts";
import { checkOptions, type LoadPretrainedOptions } from "./options.ts";
import { obtain, type PretrainedSource } from "./source.ts";

/** What {@linkcode loadPretrained} gives. */
export interface Pretrained {
  /** The model, with its weights. */
  readonly model: tf.LayersModel;
  /** What was chosen, in words: architecture, formula, classes. */
  readonly description: string;
  /** Whose layout the file has: `"timm"`, `"transformers"`, `"google"` or `"torchvision"`. */
  readonly layout: string;
  /** How many classes the model has. */
  readonly classes: number;
  /** Whether the classifier is a new one, of zeros. */
  readonly newHead: boolean;
  /**
   * How convolutions are standardized; `undefined` where none is, as in a file of a baked model, or
   * the file says it of each.
   */
  readonly standardization:
    | { readonly variant: Variant; readonly epsilon: number }
    | undefined;
  /** What `config.json` says, if there was one; mean, deviation and crop are in timm's. */
  readonly config: Config | undefined;
  /** What `preprocessor_config.json` says, if there was one. */
  readonly preprocessorConfig: Config | undefined;
}

/**
 * A network that was trained with weight standardization, from a checkpoint as it is published: of
 * timm, transformers (BiT), Google (`.npz`), Composer, or the method's authors. Architecture, formula and epsilon are chosen from
 * the config and from the names and shapes of the tensors, and `description` says which.
 *
 * BiT gets the formula `timm` with epsilon 1e-8, as timm and transformers build it, whoever wrote
 * the file; Google's own PyTorch code has `epsilon: 1e-10`. Types float16 and bfloat16 become
 * float32.
 *
 * Nothing is fetched that the source does not name: bytes and files ask for nothing, a URL for that
 * file, `hf:owner/name[@revision]` for `config.json`, `model.safetensors` and
 * `preprocessor_config.json` of that repository of Hugging Face's.
 *
 * Either a whole model is returned, or none.
 *
 * @param source the bytes of a safetensors or `.npz` file, a `File`, a URL, or `hf:owner/name`
 * @param options classes, what replaces what is chosen, and how to fetch
 * @returns the model, and what was chosen
 * @throws {TypeError} if the file is of another architecture (the message names the nearest), not
 *   whole, or of another format; or its head, the config and `classes` do not agree
 * @throws {RangeError} if an option, or its value, is not known
 * @throws {DownloadError} if a file could not be fetched, with the byte at which it ended
 *
 * @example
 * ```ts
 * import { models } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const depth = { counts: [1, 1, 1, 1], channels: [32, 32, 32, 32], stem: 32 } as const;
 * const file = models.saveTorchWeights(models.resnetv2({ depth, groups: 8, classes: 1000 }));
 *
 * const { model, newHead, description } = await models.loadPretrained(file, { classes: 5, groups: 8 });
 * assert.deepEqual(model.outputShape, [null, 5]);
 * assert.ok(newHead, description);
 * ```
 */
export async function loadPretrained(
  source: PretrainedSource,
  options: LoadPretrainedOptions = {},
): Promise<Pretrained> {
  checkOptions(options);
  const { classes, signal } = options;
  const obtained = await obtain(source, options);
  signal?.throwIfAborted();
  const { tensors, metadata } = readFile(obtained.bytes);
  const config = options.config ?? obtained.config;
  checkArchitecture(config);
  const layout = layoutOf([...tensors.keys()]);
  const network = layout.read(tensors, hintsOf(options, metadata, config));
  const { head } = network;
  checkConfigClasses(head, config);
  const chosen = classes ?? head.classes ??
    fail("classes must be given for a file without a classifier: give { classes }");
  const newHead = chosen !== head.classes;
  const isOverridden = options.variant !== undefined || options.epsilon !== undefined;
  const file = {
    metadata: isOverridden ? new Map<string, string>() : metadata,
    tensors: newHead ? withZeroHead(network, chosen) : network.tensors,
  };
  return {
    model: loaded(network, chosen, file),
    description: describe(network, chosen, newHead),
    layout: layout.name,
    classes: chosen,
    newHead,
    standardization: network.standardization,
    config,
    preprocessorConfig: obtained.preprocessorConfig,
  };
}

/** What a file holds, by its first bytes. */
function readFile(bytes: Uint8Array): Safetensors {
  return isZip(bytes) ? { tensors: readNpz(bytes), metadata: new Map() } : readSafetensors(bytes);
}

function hintsOf(
  { variant, epsilon, groups, inputShape }: LoadPretrainedOptions,
  metadata: ReadonlyMap<string, string>,
  config: Config | undefined,
): Hints {
  return { variant, epsilon, groups, inputShape, metadata, config };
}

/** A config that speaks of other classes is another file's. */
function checkConfigClasses({ name, classes }: Head, config: Config | undefined): void {
  const labels = config?.["id2label"];
  const count = typeof labels === "object" && labels !== null
    ? Object.keys(labels).length
    : config?.["num_labels"] ?? config?.["num_classes"];
  if (typeof count !== "number" || classes === undefined || count === classes) return;
  fail(
    `the config's classes must be the file's: it says ${count}, ${name} has ${classes}; take ` +
      "the config that belongs to the weights",
  );
}

/** The tensors with a classifier of zeros in the place of the file's. */
function withZeroHead({ tensors, head }: Network, classes: number): Tensors {
  const zeros = (shape: readonly number[]) => {
    const size = shape.reduce((product, size) => product * size, 1);
    return { dtype: "F32", shape, bytes: zeroBytes(4 * size, classes) };
  };
  return new Map([
    ...tensors,
    [`${head.name}.weight`, zeros([classes, ...head.shape])],
    [`${head.name}.bias`, zeros([classes])],
  ]);
}

function zeroBytes(length: number, classes: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new RangeError(
      `Cannot loadPretrained as the head of classes must fit into memory: current value is ${classes}`,
      { cause },
    );
  }
}

/** The model with its weights; without them there is none. */
function loaded(network: Network, classes: number, file: Safetensors): tf.LayersModel {
  const model = network.build(classes);
  const standardized = network.standardization === undefined ? "as file" : "as model";
  try {
    loadTorchTensors(model, () => file, { standardized });
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function describe(network: Network, classes: number, newHead: boolean): string {
  const { architecture, head, standardization, groups } = network;
  const formula = network.isBaked
    ? ["weight standardization baked into the kernels"]
    : standardization === undefined
    ? ["weight standardization as the file says"]
    : [`weight standardization ${standardization.variant}, epsilon ${standardization.epsilon}`];
  const norm = groups === undefined ? [] : [`group normalization with ${groups} groups`];
  const replaced = newHead ? ` in a new head of zeros, not the file's ${head.classes ?? 0}` : "";
  return [architecture, ...formula, ...norm, `${classes} classes${replaced}`].join(", ");
}
