/**
 * Rewrites a model of Keras 3, and the models in it, as TensorFlow.js reads them.
 *
 * @module
 */
import { callOrder } from "../../call_order.ts";
import { callsOf, type TensorReference } from "./calls.ts";
import { type KerasLayer, readLayer } from "./keras_layer.ts";
import type { KerasShape } from "./layer_rule.ts";
import { type Config, isConfig, named, type Report, wordOf } from "./report.ts";
import { type OwnWeights, rewriteLayer, rewriteOperation, type Scope } from "./rewrite_layer.ts";
import { placesOf, type WeightNames } from "./weight_names.ts";

/** A model as it is rewritten. */
export interface Rewritten {
  /** TensorFlow.js's topology. */
  readonly topology: Config;
  /** The model's weights. */
  readonly weights: readonly WeightNames[];
}

/**
 * Rewrites a model.
 *
 * @param model its topology: `class_name` and `config`
 * @param ownWeights names of weights of a user's own classes
 * @param report takes what can't be rewritten
 * @returns the topology and the weights that it has
 */
export function rewriteModel(model: Config, ownWeights: OwnWeights, report: Report): Rewritten {
  const weights: WeightNames[] = [];
  const scope = { report, ownWeights, taken: new Set<string>(), weights };
  return { topology: rewriteContainer(model, "", scope), weights };
}

function rewriteContainer(model: Config, place: string, scope: Scope): Config {
  const config = isConfig(model.config) ? model.config : {};
  const layers = Array.isArray(config.layers) ? config.layers.filter(isConfig).map(readLayer) : [];
  if (layers.length === 0) {
    scope.report.problem(
      named(wordOf(model.class_name), wordOf(config.name)),
      "it must be Sequential or functional, and built: call it once before saving; a subclass's " +
        "layers are Python code, which no file has",
    );
  }
  const twice = layers.find(({ name }, i) =>
    layers.some((other, j) => j < i && other.name === name)
  );
  if (twice !== undefined) {
    scope.report.problem(
      named(twice.className, twice.name),
      "each layer of a model must have a name of its own: the JSON is damaged",
    );
  }
  const names = newLayerNames(layers, wordOf(config.name), scope.taken);
  return Array.isArray(config.input_layers) || isConfig(config.input_layers)
    ? rewriteFunctional(config, layers, names, place, scope)
    : rewriteSequential(config, layers, names, place, scope);
}

/** Names that are free, the layers' own where they are. */
function newLayerNames(
  layers: readonly KerasLayer[],
  model: string,
  taken: Set<string>,
): ReadonlyMap<string, string> {
  return new Map(layers.map(({ name }) => {
    let free = name;
    for (let i = 0; taken.has(free); i++) free = `${model}_${name}${i === 0 ? "" : `_${i}`}`;
    taken.add(free);
    return [name, free];
  }));
}

/** What a layer becomes: its row of layers, the last of which bears its name. */
function rewriteLayers(
  layers: readonly KerasLayer[],
  names: ReadonlyMap<string, string>,
  place: string,
  scope: Scope,
  shapes: (layer: KerasLayer) => readonly (readonly KerasShape[])[],
): Config[][] {
  const stored = layers.filter(({ kind }) => kind !== "operation");
  const places = placesOf(stored.map(({ className }) => className));
  const placeOf = new Map(stored.map(({ name }, i) => [name, `${place}layers/${places[i]}/`]));
  return layers.map((layer) => {
    const name = names.get(layer.name)!;
    scope.report.place = named(layer.className, layer.name);
    const itsPlace = placeOf.get(layer.name) ?? "";
    if (layer.kind === "model") {
      const { config, ...rest } = rewriteContainer(
        { class_name: layer.className, config: layer.config },
        itsPlace,
        scope,
      );
      return [{ ...rest, config: { ...config as Config, name }, name }];
    }
    const row = layer.kind === "operation"
      ? rewriteOperation(layer, scope)
      : rewriteLayer(layer, itsPlace, name, scope, shapes(layer));
    return row.map((part, i) => {
      const partName = i === row.length - 1 ? name : freeName(`${name}_${i}`, scope.taken);
      return { ...part, config: { ...part.config, name: partName }, name: partName };
    });
  });
}

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  while (taken.has(free)) free += "_";
  taken.add(free);
  return free;
}

function rewriteSequential(
  { layers: _layers, build_input_shape: _shape, dtype: _dtype, ...config }: Config,
  layers: readonly KerasLayer[],
  names: ReadonlyMap<string, string>,
  place: string,
  scope: Scope,
): Config {
  if (layers.length > 0 && layers[0]!.className !== "InputLayer") {
    scope.report.problem(
      named("Sequential", wordOf(config.name)),
      "its input must be known: begin with keras.Input(shape), or call it once before saving",
    );
  }
  const shapes = ({ builtShape }: KerasLayer) => builtShape === undefined ? [] : [[builtShape]];
  const rows = rewriteLayers(layers, names, place, scope, shapes);
  const entries = rows.flat().map(({ name: _name, ...entry }) => entry);
  return { class_name: "Sequential", config: { ...config, layers: entries } };
}

function rewriteFunctional(
  { input_layers, output_layers, dtype: _dtype, ...config }: Config,
  layers: readonly KerasLayer[],
  names: ReadonlyMap<string, string>,
  place: string,
  scope: Scope,
): Config {
  const { report } = scope;
  const quiet = layers.map((layer) => ({
    ...layer,
    calls: callsOf(
      layer.nodes,
      named(layer.className, layer.name),
      report,
      layer.kind !== "operation",
    ),
  }));
  const calls = new Map(quiet.map(({ name, calls }) => [name, calls]));
  const shapes = ({ name }: KerasLayer) =>
    calls.get(name)!.map(({ inputs }) => inputs.map(({ shape }) => shape));
  const rows = rewriteLayers(layers, names, place, scope, shapes);
  const order = callOrder(quiet);
  if (order === undefined) {
    report.problem(
      named("Functional", wordOf(config.name)),
      "its calls must be a graph, without circles",
    );
  }
  const kinds = new Map(layers.map(({ name, kind }) => [name, kind]));
  const numberOf = ({ layer, call }: Pick<TensorReference, "layer" | "call">) => {
    const number = order?.get(layer)?.indexOf(call) ?? 0;
    // A model has a call of its own before those of others: from its inputs to its outputs.
    return Math.max(number, 0) + (kinds.get(layer) === "model" ? 1 : 0);
  };
  const reference = (tensor: Pick<TensorReference, "layer" | "call" | "index">) => [
    names.get(tensor.layer) ?? tensor.layer,
    numberOf(tensor),
    tensor.index,
  ];
  const entries = rows.flatMap((row, i) => {
    const { name } = layers[i]!;
    const ordered = (order?.get(name) ?? []).map((call) => calls.get(name)![call]!);
    return row.map((part, place) => ({
      ...part,
      inbound_nodes: ordered.map(({ inputs }, call) =>
        place === 0
          ? inputs.map((input) => [...reference(input), {}])
          : [[`${row[place - 1]!.name}`, call, 0, {}]]
      ),
    }));
  });
  const ends = (layers: unknown) =>
    endsOf(layers).map(([layer, call, index]) => reference({ layer, call, index }));
  return {
    class_name: "Functional",
    config: {
      ...config,
      layers: entries,
      input_layers: ends(input_layers),
      output_layers: ends(output_layers),
    },
  };
}

/** A model's inputs or outputs: one, a list, or a dictionary of them. */
function endsOf(ends: unknown): [string, number, number][] {
  if (isConfig(ends)) return Object.values(ends).flatMap(endsOf);
  if (!Array.isArray(ends)) return [];
  const isOne = typeof ends[0] === "string" && typeof ends[1] === "number";
  return isOne ? [ends as unknown as [string, number, number]] : ends.flatMap(endsOf);
}
