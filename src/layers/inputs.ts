/**
 * TensorFlow.js hands a layer's inputs and their shapes over alone or in an array.
 *
 * @module
 */
import type { Shape } from "./geometry.ts";

/**
 * The one tensor that a layer with one input gets.
 *
 * @param inputs the tensor, or an array of it
 * @returns the tensor
 */
export function onlyInput<T>(inputs: T | T[]): T {
  return Array.isArray(inputs) ? inputs[0] as T : inputs;
}

/**
 * The one shape that a layer with one input gets.
 *
 * @param shapes the shape, or an array of it
 * @returns the shape
 */
export function onlyShape(shapes: Shape | Shape[]): Shape {
  return Array.isArray(shapes[0]) ? shapes[0] : shapes as Shape;
}

/**
 * A size of a window, in the form that layers keep.
 *
 * @param size one number for both directions, or `[vertical, horizontal]`
 * @returns `[vertical, horizontal]`
 */
export function pair(size: number | readonly number[]): [number, number] {
  if (typeof size === "number") return [size, size];
  return [size[0] ?? 1, size[1] ?? size[0] ?? 1];
}
