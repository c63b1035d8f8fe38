/**
 * Checks of what models are asked for.
 *
 * @module
 */
import type { Shape } from "../layers/stock.ts";

/**
 * Fails unless the value is a whole number of things.
 *
 * @param model who asks, for the message
 * @param name the option
 * @param value its value
 * @throws {RangeError} if it is not an integer >= 1
 */
export function checkCount(model: string, name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new RangeError(
    `Cannot build ${model} as ${name} must be an integer >= 1: current value is ${value}`,
  );
}

/**
 * Fails unless the shape is an image's.
 *
 * @param model who asks, for the message
 * @param shape `[height, width, channels]`, height and width `null` where they may vary
 * @throws {TypeError} if it is anything else
 */
export function checkInputShape(model: string, shape: Shape): void {
  const fits = Array.isArray(shape) && shape.length === 3 && shape[2] !== null &&
    shape.every((size) => size === null || (Number.isInteger(size) && size >= 1));
  if (fits) return;
  throw new TypeError(
    `Cannot build ${model} as inputShape must be [height, width, channels] of integers >= 1, height ` +
      `and width null where they may vary: current value is ${JSON.stringify(shape)}`,
  );
}
