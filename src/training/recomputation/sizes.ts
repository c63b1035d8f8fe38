import type * as tf from "../../tf.ts";
import type { LayerCalls } from "./layer_calls.ts";

/**
 * How many values a model's tensors have, by the shapes that its layers say they give. A size that
 * a layer doesn't know counts as 1.
 *
 * @param model the model's calls
 * @param shapes of its inputs
 * @returns the counts, by ids
 */
export function sizesOf(
  { calls, inputs }: LayerCalls,
  shapes: readonly tf.Shape[],
): Map<number, number> {
  const known = new Map(inputs.map((id, i) => [id, shapes[i]!]));
  for (const { layer, inputs, outputs } of calls) {
    const taken = inputs.map((id) => known.get(id)!);
    const given = layer.computeOutputShape(taken.length === 1 ? taken[0]! : taken);
    const all = (Array.isArray(given[0]) ? given : [given]) as tf.Shape[];
    outputs.forEach((id, i) => known.set(id, all[i]!));
  }
  return new Map([...known].map(([id, shape]) => [id, sizeOf(shape)]));
}

function sizeOf(shape: tf.Shape): number {
  return shape.reduce<number>((product, size) => product * (size ?? 1), 1);
}
