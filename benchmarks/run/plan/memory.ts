import * as tf from "../../../src/tf.ts";
import { countParameters } from "../../tasks/parameters.ts";
import { wasmBytes } from "../../ground/memory.ts";

/** The estimated memory of a training step. */
export interface MemoryEstimate {
  parameterCount: number;
  /** Weights, gradients, what is kept of each weight and, with microbatches, sums, in bytes. */
  stateBytes: number;
  /** What an image adds: the layers' outputs and what is computed from them, in bytes. */
  imageBytes: number;
  /** Images whose gradients are taken at once. */
  images: number;
  totalBytes: number;
}

const floatBytes = 4;

/**
 * How often a layer's output is in memory at the peak, in one form or another. Measured for ResNets
 * and DeepLabv3+: 0.9 to 1.6 where a step is captured, which frees early; 3 and more where it is not.
 */
const outputCopies = { captured: 1.5, eager: 3 } as const;

/** Memory that a step may take: what is free, but on wasm no more than it can address. */
export function availableBytes(): number {
  const { available } = Deno.systemMemoryInfo();
  return tf.getBackend() === "wasm" ? Math.min(available, wasmBytes) : available;
}

/**
 * Estimates the memory of a training step on the current backend: parameters × (weight, gradient,
 * copies and, where gradients accumulate, their sum), and for each image at once every layer's
 * output, kept for its gradient, with what is computed from it.
 *
 * @param microbatchSize images whose gradients are taken at once; 0 for the whole batch
 * @param copies numbers that are kept of each weight: its velocity, Adam's means, an average
 * @returns the estimate; programs, libraries and loaded images come on top
 */
export function estimateMemory(
  model: tf.LayersModel,
  batchSize: number,
  microbatchSize: number,
  copies = 1,
): MemoryEstimate {
  const parameterCount = countParameters(model);
  const accumulates = microbatchSize > 0 && microbatchSize < batchSize;
  const images = accumulates ? microbatchSize : batchSize;
  const stateBytes = parameterCount * ((accumulates ? 3 : 2) + copies) * floatBytes;
  const kept = "capture" in tf.backend() ? outputCopies.captured : outputCopies.eager;
  const imageBytes = kept * outputsOf(model) * floatBytes;
  const totalBytes = stateBytes + images * imageBytes;
  return { parameterCount, stateBytes, imageBytes, images, totalBytes };
}

/** Numbers that all layers give out for one image. */
function outputsOf(model: tf.LayersModel): number {
  const shapes = model.layers.flatMap(({ outputShape }) =>
    (Array.isArray(outputShape[0]) ? outputShape : [outputShape]) as (number | null)[][]
  );
  return shapes.reduce((sum, shape) => sum + product(shape.slice(1)), 0);
}

function product(shape: readonly (number | null)[]): number {
  return shape.reduce<number>((size, length) => size * (length ?? 1), 1);
}
