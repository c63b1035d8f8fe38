import { check } from "../check.ts";
import * as tf from "../tf.ts";
import { gatherParts, placesInAllBatches } from "./gather_parts.ts";
import type { KernelRepair } from "./repair.ts";

/** The attributes of `GatherV2`. */
interface Attributes {
  axis: number;
  batchDims: number;
}

/**
 * The kernel of wasm takes rows of other batches where `batchDims` is above 0. Gathering along one
 * axis that holds batch and place avoids that.
 */
export const gatherInBatches: KernelRepair = {
  kernelNames: ["GatherV2"],
  backendNames: ["wasm"],
  applies: (_inputs, { batchDims }) => batchDims !== 0,
  run(inputs, attrs) {
    const { x, indices } = inputs as { x: tf.Tensor; indices: tf.Tensor };
    // What TensorFlow.js calls it with, and types loosely.
    const { batchDims, ...attributes } = attrs as unknown as Attributes;
    const axis = tf.util.parseAxisParam(attributes.axis, x.shape)[0]!;
    const [batches, outer, places, inner] = gatherParts(x.shape, axis, batchDims);
    const count = indices.size / batches;
    checkRange(indices, places);
    const parts = tf.transpose(tf.reshape(x, [batches, outer, places, inner]), [0, 2, 1, 3]);
    const table = tf.reshape(parts, [batches * places, outer, inner]);
    const flat = placesInAllBatches(indices, batches, places);
    const taken = tf.reshape(tf.gather(table, flat), [batches, count, outer, inner]);
    const shape = [...x.shape.slice(0, axis), ...indices.shape.slice(batchDims)];
    return tf.reshape(tf.transpose(taken, [0, 2, 1, 3]), [...shape, ...x.shape.slice(axis + 1)]);
  },
};

/** An index past the end would take what belongs to the next batch. */
function checkRange(indices: tf.Tensor, places: number): void {
  const requirement = `gather as indices must be whole, >= 0 and < ${places}`;
  for (const index of indices.dataSync()) {
    check(index >= 0 && index < places, RangeError, requirement, index);
  }
}
