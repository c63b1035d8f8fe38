/**
 * Checks of what models are asked for.
 *
 * @module
 */
import { check, isInteger } from "../check.ts";
import type { Shape } from "../layers/geometry.ts";

/**
 * Fails unless the value is a whole number of things.
 *
 * @param model who asks, for the message
 * @param name the option
 * @param value its value
 * @throws {RangeError} if it is not an integer >= 1
 */
export function checkCount(model: string, name: string, value: number): void {
  const holds = isInteger(value, 1);
  check(holds, RangeError, `build ${model} as ${name} must be an integer >= 1`, value);
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
    shape.every((size) => size === null || isInteger(size, 1));
  const wanted = "[height, width, channels] of integers >= 1, height and width null where they " +
    "may vary";
  const requirement = `build ${model} as inputShape must be ${wanted}`;
  check(fits, TypeError, requirement, JSON.stringify(shape));
}
