import * as tf from "../../tf.ts";
import { check } from "../../check.ts";
import { runBlock } from "./block.ts";
import { type LayerCalls, layerCallsOf, runCalls } from "./layer_calls.ts";
import { isNormalization, runWithoutNormalized } from "./normalization.ts";
import { type Block, blocksOf } from "./partition.ts";
import { isTapeOn } from "./tape.ts";

/** What is computed again for the gradient instead of being kept. */
export type Recompute = "normalization" | "blocks";

export interface ApplyRecomputedOptions {
  recompute: Recompute;
}

export function applyRecomputed(
  model: tf.LayersModel,
  x: tf.Tensor | tf.Tensor[],
  { recompute }: ApplyRecomputedOptions,
): tf.Tensor | tf.Tensor[] {
  checkRecompute(model, recompute);
  if (!isTapeOn()) return model.apply(x, { training: true }) as tf.Tensor | tf.Tensor[];
  const graph = graphOf(model);
  const inputs = [x].flat();
  const values = new Map(graph.inputs.map((id, i) => [id, inputs[i] as tf.Tensor]));
  const outputs = recompute === "blocks"
    ? runBlocks(graph, planOf(model, graph, inputs), values)
    : runWithoutNormalized(graph, values);
  return outputs.length === 1 ? outputs[0]! : outputs;
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

const graphs = new WeakMap<tf.LayersModel, { graph: LayerCalls; plans: Map<string, Block[]> }>();

/** A model's calls, looked up once; a layer may be standardized or frozen afterwards. */
function graphOf(model: tf.LayersModel): LayerCalls {
  if (!graphs.has(model)) graphs.set(model, { graph: layerCallsOf(model), plans: new Map() });
  return graphs.get(model)!.graph;
}

/** The blocks for inputs of these shapes. */
function planOf(model: tf.LayersModel, graph: LayerCalls, inputs: tf.Tensor[]): Block[] {
  const { plans } = graphs.get(model)!;
  const shapes = inputs.map(({ shape }) => `${shape}`).join(" ");
  if (!plans.has(shapes)) {
    const sizes = sizesOf(graph, new Map(graph.inputs.map((id, i) => [id, inputs[i]!.shape])));
    plans.set(shapes, blocksOf(graph, (id) => sizes.get(id) ?? 1));
  }
  return plans.get(shapes)!;
}

/** How many values each tensor has, of the shapes that layers say they give. */
function sizesOf(
  { calls }: LayerCalls,
  shapes: Map<number, (number | null)[]>,
): Map<number, number> {
  for (const { layer, inputs, outputs } of calls) {
    const taken = inputs.map((id) => shapes.get(id)!);
    const given = layer.computeOutputShape(taken.length === 1 ? taken[0]! : taken);
    const each = Array.isArray(given[0]) ? given as (number | null)[][] : [given as number[]];
    outputs.forEach((id, i) => shapes.set(id, each[i]!));
  }
  const size = (shape: (number | null)[]) => shape.reduce<number>((n, m) => n * (m ?? 1), 1);
  return new Map([...shapes].map(([id, shape]) => [id, size(shape)]));
}

export function checkRecompute(model: tf.LayersModel, recompute: unknown): void {
  const isKnown = recompute === "normalization" || recompute === "blocks";
  const wanted = 'recompute must be "normalization" or "blocks"';
  check(isKnown, RangeError, `train as ${wanted}`, JSON.stringify(recompute));
  const isBuilt = Array.isArray(model.outputs);
  check(
    isBuilt,
    TypeError,
    "recompute as the model must be built: give its first layer inputShape",
    model.outputs,
  );
}
