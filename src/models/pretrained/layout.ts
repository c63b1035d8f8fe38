/**
 * What a layout of weights says of itself, and what it makes of a file.
 *
 * @module
 */
import type * as tf from "../../tf.ts";
import type { Shape } from "../../layers/geometry.ts";
import type { Variant } from "../../standardization/variants.ts";
import type { SafetensorsTensor } from "../safetensors.ts";

/** Tensors by name: PyTorch's shapes and row-major bytes. */
export type Tensors = ReadonlyMap<string, SafetensorsTensor>;

/** A config.json, or the preprocessor's. */
export type Config = Readonly<Record<string, unknown>>;

/** A file of weights, and what came with it. */
export interface Obtained {
  /** The file. */
  readonly bytes: Uint8Array;
  /** What `config.json` says. */
  readonly config?: Config | undefined;
  /** What `preprocessor_config.json` says. */
  readonly preprocessorConfig?: Config | undefined;
}

/** What the caller and the file's surroundings say, beside the tensors. */
export interface Hints {
  /** The formula that the caller asks for. */
  readonly variant?: Variant | undefined;
  /** The epsilon that the caller asks for. */
  readonly epsilon?: number | undefined;
  /** Groups of the group normalizations that the caller asks for. */
  readonly groups?: number | undefined;
  /** The model's input. */
  readonly inputShape?: Shape | undefined;
  /** The `config.json` that came with the weights. */
  readonly config?: Config | undefined;
  /** What the file itself says, by name. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** A network as a file holds it. */
export interface Network {
  /** In words, `timm's ResNetV2, 50x1`. */
  readonly architecture: string;
  /** Tensors under the names of the model's layers. */
  readonly tensors: Tensors;
  /** The classifier. */
  readonly head: Head;
  /** The formula of the standardized convolutions; none where the file itself says it. */
  readonly standardization: { readonly variant: Variant; readonly epsilon: number } | undefined;
  /** Whether kernels are standardized already, as a baked model is saved. */
  readonly isBaked?: boolean;
  /** Groups of the group normalizations; none for other normalizations. */
  readonly groups: number | undefined;
  /** Makes the model, with so many classes. */
  build(classes: number): tf.LayersModel;
}

/** A network's classifier. */
export interface Head {
  /** Its name, `head.fc`. */
  readonly name: string;
  /** The shape of its kernel in PyTorch, after the classes: `[2048, 1, 1]`. */
  readonly shape: readonly number[];
  /** How many classes the file has; none where it lacks a classifier. */
  readonly classes: number | undefined;
}

/** A layout in which weights are published. */
export interface Layout {
  /** Its short name. */
  readonly name: string;
  /** Whose it is, for messages. */
  readonly description: string;
  /** What names of such a file all hold, each found in one at least. */
  readonly marks: readonly RegExp[];
  /**
   * Reads the network.
   *
   * @throws {TypeError} if it is one that can't be built
   */
  read(tensors: Tensors, hints: Hints): Network;
}
