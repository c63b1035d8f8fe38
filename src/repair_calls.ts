import * as tf from "./tf.ts";
import { type Called, callOrder } from "./call_order.ts";

/** A tensor in a model's JSON: a layer's name, the number of its call, that of the output, keywords. */
type Reference = [string, number, number, ...unknown[]];

/** A layer in a model's JSON, with the tensors of each of its calls. */
interface LayerConfig {
  name: string;
  className: string;
  inboundNodes: Reference[][];
}

/** What of a model's JSON knows calls, as TensorFlow.js renames its keys. */
interface ModelConfig {
  name: string;
  layers: LayerConfig[];
  inputLayers: Reference[];
  outputLayers: Reference[];
}

/** What its types hide: the function that all functional models are loaded by, those in others too. */
interface Loader {
  fromConfig(cls: unknown, config: object, ...rest: unknown[]): unknown;
}

let repaired = false;

/**
 * Makes TensorFlow.js load models whose shared layers wait for each other as they were saved, by
 * whatever it loads them: upstream a layer's call that can't be made yet is put off and the layer's next
 * one takes its number, so that those who take the output of the one get the other's, without an error.
 * Here the calls are given the numbers that they will have. Models that were loaded rightly get the same
 * JSON as before. Called again it changes nothing.
 *
 * @see findings/tfjs_shared_layer_calls.sh
 */
export function repairCalls(): void {
  if (repaired) return;
  repaired = true;
  const loader = tf.LayersModel as unknown as Loader;
  const { fromConfig } = loader;
  loader.fromConfig = function (cls, config, ...rest) {
    return fromConfig.call(this, cls, isFunctional(config) ? renumbered(config) : config, ...rest);
  };
  // TensorFlow.js took the function when the classes, of models and those made from them, registered.
  for (const entry of Object.values(classes())) {
    if (entry[1] === fromConfig) entry[1] = loader.fromConfig as typeof entry[1];
  }
}

/** Classes by their names in JSON. */
function classes() {
  return tf.serialization.SerializationMap.getMap().classNameMap;
}

/** What is no such JSON is left to TensorFlow.js, which says so. */
function isFunctional(config: object): config is ModelConfig {
  const { layers, inputLayers, outputLayers } = config as Partial<ModelConfig>;
  if (![layers, inputLayers, outputLayers].every(Array.isArray)) return false;
  const calls = layers!.flatMap((layer) => layer.inboundNodes ?? [null]);
  return calls.every((inputs) => Array.isArray(inputs) && inputs.every(Array.isArray));
}

/** The same model with its calls in the order in which they will be made. */
function renumbered(config: ModelConfig): ModelConfig {
  const { layers } = config;
  const firsts = new Map(layers.map((layer) => [layer.name, firstCall(layer)]));
  const called = layers.map(({ name, inboundNodes }): Called => ({
    name,
    calls: inboundNodes.map((inputs) => ({
      inputs: inputs.map(([layer, call]) => ({ layer, call: call - (firsts.get(layer) ?? 0) })),
    })),
  }));
  const order = callOrder(called);
  if (order === undefined) {
    throw new TypeError(
      `Cannot load the model ${config.name} as its layers' calls must be a graph without circles, of ` +
        "layers and calls that are there, each layer of a name of its own: its JSON is damaged; save the model again",
    );
  }
  const isSame = [...order.values()].every((calls) => calls.every((call, i) => call === i));
  if (isSame) return config;
  const moved = ([name, call, ...rest]: Reference): Reference => {
    const first = firsts.get(name) ?? 0;
    const place = order.get(name)?.indexOf(call - first) ?? -1;
    return [name, place < 0 ? call : place + first, ...rest];
  };
  return {
    ...config,
    layers: layers.map((layer) => ({
      ...layer,
      inboundNodes: order.get(layer.name)!.map((call) => layer.inboundNodes[call]!.map(moved)),
    })),
    inputLayers: config.inputLayers.map(moved),
    outputLayers: config.outputLayers.map(moved),
  };
}

/** A model has a call of its own before those of others: from its inputs to its outputs. */
function firstCall({ className }: LayerConfig): number {
  const known = classes()[className]?.[0];
  const isModel = known === tf.LayersModel || known?.prototype instanceof tf.LayersModel;
  return isModel ? 1 : 0;
}
