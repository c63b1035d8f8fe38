/**
 * Rewrites one layer of Keras 3, by its rule.
 *
 * @module
 */
import * as tf from "../../tf.ts";
import { callsOf } from "./calls.ts";
import type { KerasLayer } from "./keras_layer.ts";
import type { KerasShape, LayerRule, NewLayer } from "./layer_rule.ts";
import { adviceFor, layerRule } from "./layer_rules.ts";
import { layerForOperation } from "./operations.ts";
import { type Config, named, type Report } from "./report.ts";
import { rewriteValues } from "./values.ts";
import type { WeightNames } from "./weight_names.ts";

/** Names of weights of classes that a user registered, by class, in Keras's order. */
export type OwnWeights = Readonly<Record<string, readonly string[]>>;

/** What all parts of a model are rewritten with. */
export interface Scope {
  readonly report: Report;
  readonly ownWeights: OwnWeights;
  /** Names of layers that are taken: TensorFlow.js wants each once in a model and those in it. */
  readonly taken: Set<string>;
  readonly weights: WeightNames[];
}

/** What becomes of a function of `keras.ops`: a layer that computes it, or a problem. */
export function rewriteOperation(layer: KerasLayer, { report }: Scope): readonly NewLayer[] {
  const where = named(layer.className, layer.name);
  const calls = callsOf(layer.nodes, where, report, false);
  const [{ args, inputs } = { args: [], inputs: [] }] = calls;
  const ranks = new Set(inputs.map(({ shape }) => shape.length));
  const stand = calls.length === 1 && ranks.size === 1
    ? layerForOperation(layer.className, args, layer.config)
    : undefined;
  if (stand !== undefined) return [stand];
  report.problem(
    where,
    "no layer of TensorFlow.js's computes this function of keras.ops: write it of layers",
  );
  return [{ class_name: layer.className, config: {} }];
}

/** What becomes of a layer: one, or a row of them, with its weights noted; or a problem. */
export function rewriteLayer(
  { className, config, name: kerasName }: KerasLayer,
  place: string,
  name: string,
  { report, ownWeights, weights }: Scope,
  inputShapes: readonly (readonly KerasShape[])[],
): readonly NewLayer[] {
  const where = named(className, kerasName);
  const values = rewriteValues(config, where, report);
  if (className === "InputLayer") return [inputLayer(values, where, report)];
  const rule = layerRule(className) ?? ownRule(className, ownWeights);
  if (rule === undefined) {
    report.problem(where, `TensorFlow.js has no such layer: ${adviceFor(className)}`);
    return [{ class_name: className, config: values }];
  }
  for (
    const [i, [own, keras = own, multiplier]] of rule.weights(config, { inputShapes }).entries()
  ) {
    const names = { own: `${name}/${own}`, path: `${kerasName}/${keras}`, multiplier };
    weights.push({ ...names, place: `${place}vars/${i}` });
  }
  return rule.rewrite(values, {
    inputShapes,
    problem: (what) => report.problem(where, what),
    note: (what) => report.note(where, what),
  });
}

function inputLayer(config: Config, where: string, report: Report): NewLayer {
  const { batch_shape, optional: _optional, ragged, ...rest } = config;
  if (ragged === true) report.problem(where, "TensorFlow.js has no ragged tensors");
  return { class_name: "InputLayer", config: { ...rest, batch_input_shape: batch_shape } };
}

/** A class that the user registered, and whose weights are named. */
function ownRule(className: string, ownWeights: OwnWeights): LayerRule | undefined {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  const names = Object.hasOwn(ownWeights, className) ? ownWeights[className] : undefined;
  if (names === undefined || !Object.hasOwn(classNameMap, className)) return undefined;
  return {
    weights: () => names.map((name) => [name] as const),
    rewrite: (config) => [{ class_name: className, config }],
  };
}
