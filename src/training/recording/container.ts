/**
 * Tensors inside arrays and objects, as training steps return them.
 *
 * @module
 */
import * as tf from "../../tf.ts";

/**
 * The same arrays and objects with each tensor replaced.
 *
 * @throws {TypeError} where there is a value that is neither a tensor nor nothing: a captured step
 *   would always return the recording's value
 */
export function mapTensors(value: unknown, replace: (tensor: tf.Tensor) => tf.Tensor): unknown {
  if (value instanceof tf.Tensor) return replace(value);
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map((element) => mapTensors(element, replace));
  if (Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).map(([key, entry]) => [key, mapTensors(entry, replace)]);
    return Object.fromEntries(entries);
  }
  if (value instanceof Promise) value.catch(() => {}); // it fails, too: nobody will await it
  throw new TypeError(
    `Cannot capture a step as it must return tensors, or arrays and objects of them: it returns ` +
      `${value instanceof Promise ? "a promise" : `a ${typeof value}`}, which would be the same ` +
      "at every call",
  );
}

/** The tensors in arrays and objects, in order. */
export function listTensors(value: unknown): tf.Tensor[] {
  const tensors: tf.Tensor[] = [];
  mapTensors(value, (tensor) => {
    tensors.push(tensor);
    return tensor;
  });
  return tensors;
}
