/**
 * The rows of a measurement, and the subjects in them that others are set in relation to.
 *
 * @module
 */

/** The subject that others are set in relation to: the plain training step. */
export const reference = "plain";

/** PyTorch's plain step. */
export const pytorch = "pytorch";

/** A row's name, such as `batchSize 2, imageSize 64`. */
export function rowName(values: Readonly<Record<string, number>>): string {
  return Object.entries(values).map((pair) => pair.join(" ")).join(", ");
}

/** How many pixels a step sees, in all its images. */
export function pixelsOf(config: Readonly<Record<string, unknown>>): number {
  return Number(config.batchSize) * Number(config.imageSize) ** 2;
}
