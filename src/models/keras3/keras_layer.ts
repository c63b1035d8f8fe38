import type { KerasShape } from "./layer_rule.ts";
import { type Config, isConfig, wordOf } from "./report.ts";

/** A layer of Keras's, read. */
export interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly config: Config;
  readonly nodes: readonly unknown[];
  readonly builtShape: KerasShape | undefined;
  /** A model, a layer, or an operation called as if it were one. */
  readonly kind: "model" | "layer" | "operation";
}

/** Reads a layer of a model's config. */
export function readLayer(entry: Config): KerasLayer {
  const config = isConfig(entry.config) ? entry.config : {};
  const className = wordOf(entry.class_name);
  const built = isConfig(entry.build_config) ? entry.build_config.input_shape : undefined;
  const isModel = Array.isArray(config.layers);
  // The converter leaves out the module, which would tell functions from layers.
  const isLayer = typeof entry.module === "string"
    ? !entry.module.startsWith("keras.src.ops")
    : "trainable" in config || "dtype" in config || className === "InputLayer";
  return {
    name: wordOf(entry.name ?? config.name),
    className,
    config,
    nodes: Array.isArray(entry.inbound_nodes) ? entry.inbound_nodes : [],
    builtShape: Array.isArray(built) && !Array.isArray(built[0])
      ? built as unknown as KerasShape
      : undefined,
    kind: isModel ? "model" : isLayer ? "layer" : "operation",
  };
}
