import type * as tf from "../../tf.ts";
import { check } from "../../check.ts";
import { runBlock } from "./block.ts";
import { type LayerCalls, layerCallsOf } from "./layer_calls.ts";
import { isNormalization, runWithoutNormalized } from "./normalization.ts";
import { type Block, blocksOf } from "./partition.ts";
import { sizesOf } from "./sizes.ts";
import { isTapeOn } from "./tape.ts";

/** What is computed again for the gradient instead of being kept. */
export type Recompute = "normalization" | "blocks";

/** Options of {@linkcode applyRecomputed}. */
export interface ApplyRecomputedOptions {
  /**
   * - `"normalization"`: what normalization layers and the activations right after them give is
   *   computed again of what they normalized.
   * - `"blocks"`: the model is cut into blocks of layers; what is inside of a block is computed
   *   again of what the block took. Where to cut follows from the sizes of the tensors: what is kept
   *   between blocks and the largest block are smallest together.
   */
  recompute: Recompute;
}

/**
 * Runs a model in training, as `model.apply(x, { training: true })` does, so that its gradient needs
 * less memory: some of what the gradient reads is not kept, but computed again when it is needed.
 * For a step of your own, on its own or in `capture`; a `Trainer` has it as an option.
 *
 * Values, gradients and moving statistics are those of `model.apply`, to the last digit. What is
 * computed again draws the random numbers that it drew, and moves no statistics. Where nothing is
 * differentiated this is `model.apply`.
 *
 * Layers must do the same when they run again: a layer of one's own that counts its calls, or uses
 * tensors that are neither its inputs nor its weights, does not. Variables that are no weights are
 * an error where they are noticed, which is in the gradient.
 *
 * Source: Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016, arXiv 1604.06174.
 *
 * @param model a functional or sequential model, built; models in it count by their layers
 * @param x its input or inputs, of float32 `[batch, …]`
 * @param options what to compute again
 * @returns its output or outputs
 * @throws {RangeError} if `recompute` is none of the two
 * @throws {TypeError} if the model is not built, has masks or layers with a state, or nothing that
 * `"normalization"` could compute again
 *
 * @example
 * ```ts
 * import { applyRecomputed, losses, models, tf } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const depth = { block: "basic", counts: [1, 1, 1, 1] } as const;
 * const model = models.resnet({ depth, width: 4, classes: 2, inputShape: [32, 32, 3], seed: 1 });
 * const x = tf.ones([2, 32, 32, 3]), y = tf.tensor1d([0, 1], "int32");
 * const gradientBy = (apply: () => tf.Tensor) => {
 *   const { grads } = tf.variableGrads(() => losses.crossEntropy(y, apply()));
 *   return Object.values(grads)[0]!.dataSync();
 * };
 *
 * assert.deepEqual(
 *   gradientBy(() => applyRecomputed(model, x, { recompute: "blocks" }) as tf.Tensor),
 *   gradientBy(() => model.apply(x, { training: true }) as tf.Tensor),
 * );
 * ```
 */
export function applyRecomputed(
  model: tf.LayersModel,
  x: tf.Tensor | tf.Tensor[],
  options: ApplyRecomputedOptions,
): tf.Tensor | tf.Tensor[] {
  const recompute = options?.recompute;
  const graph = checkRecompute(model, recompute);
  const inputs = [x].flat();
  const { length } = graph.inputs;
  const requirement = `apply ${model.name} as x must be ${length} tensors`;
  check(inputs.length === length, TypeError, requirement, inputs.length);
  if (!isTapeOn()) return model.apply(x, { training: true }) as tf.Tensor | tf.Tensor[];
  const values = new Map(graph.inputs.map((id, i) => [id, inputs[i]!]));
  const outputs = recompute === "blocks"
    ? runBlocks(graph, blocksFor(graph, inputs), values)
    : runWithoutNormalized(graph, values);
  return outputs.length === 1 ? outputs[0]! : outputs;
}

/**
 * Throws where a model's values cannot be computed again.
 *
 * @param model the model
 * @param recompute which of them
 * @returns the model's calls
 * @throws as {@linkcode applyRecomputed}
 */
export function checkRecompute(model: tf.LayersModel, recompute: unknown): LayerCalls {
  const isKnown = recompute === "normalization" || recompute === "blocks";
  const wanted = 'recompute must be "normalization" or "blocks", or be left out in a Trainer';
  check(isKnown, RangeError, `train as ${wanted}`, JSON.stringify(recompute));
  const isModel = Array.isArray(model?.layers);
  check(isModel, TypeError, `recompute ${recompute} as model must be a LayersModel`, model);
  const isBuilt = Array.isArray(model.outputs) && model.outputs.length > 0;
  const layerCount = `${model.layers.length} layers`;
  check(isBuilt, TypeError, `recompute ${recompute} as the model must be built`, layerCount);
  const graph = graphOf(model);
  const layers = graph.calls.map(({ layer }) => layer);
  const unfit = layers.find((layer) => layer.stateful || makesMasks(layer));
  const repeatable =
    `recompute ${recompute} as layers must have no state of their own and no masks`;
  check(unfit === undefined, TypeError, repeatable, unfit?.name);
  const norms = layers.filter(isNormalization);
  const hasWork = recompute === "blocks" || norms.length > 0;
  const requirement = "recompute normalization as the model must have layers that normalize";
  check(hasWork, TypeError, requirement, `${norms.length} such layers; "blocks" needs none`);
  return graph;
}

/** Whether what a layer gives has a mask, which layers after it would be told of. */
function makesMasks(layer: tf.layers.Layer & { maskZero?: boolean }): boolean {
  return layer.getClassName() === "Masking" || layer.maskZero === true;
}

function runBlocks(
  graph: LayerCalls,
  blocks: readonly Block[],
  inputs: ReadonlyMap<number, tf.Tensor>,
): tf.Tensor[] {
  const values = new Map(inputs);
  const isOthers = (id: number) => inputs.has(id) || graph.outputs.includes(id);
  for (const block of blocks) {
    const outputs = runBlock(block, values, isOthers);
    block.outputs.forEach((id, i) => values.set(id, outputs[i]!));
  }
  return graph.outputs.map((id) => values.get(id)!);
}

const graphs = new WeakMap<tf.LayersModel, LayerCalls>();

/** A model's calls: the same object, by which plans are found, until layers are added or taken. */
function graphOf(model: tf.LayersModel): LayerCalls {
  const known = graphs.get(model), now = layerCallsOf(model);
  if (known !== undefined && areSame(known, now)) return known;
  graphs.set(model, now);
  return now;
}

function areSame(a: LayerCalls, b: LayerCalls): boolean {
  return a.calls.length === b.calls.length && `${a.outputs}` === `${b.outputs}` &&
    a.calls.every(({ layer }, i) => layer === b.calls[i]!.layer);
}

const plans = new WeakMap<LayerCalls, Map<string, Block[]>>();

/** The blocks for inputs of these shapes. */
function blocksFor(graph: LayerCalls, inputs: readonly tf.Tensor[]): Block[] {
  const known = plans.get(graph) ?? new Map<string, Block[]>();
  plans.set(graph, known);
  const shapes = inputs.map(({ shape }) => shape);
  const blocks = known.get(`${shapes}`) ?? cut(graph, shapes);
  known.set(`${shapes}`, blocks);
  return blocks;
}

function cut(graph: LayerCalls, shapes: readonly tf.Shape[]): Block[] {
  const sizes = sizesOf(graph, shapes);
  return blocksOf(graph, (id) => sizes.get(id) ?? 1);
}
