/**
 * The rows of a sweep: what tells them apart, and how much work a step of each is.
 *
 * @module
 */

/** The subject that others are set in relation to: the plain training step. */
export const reference = "plain";

/** PyTorch's plain step. */
export const pytorch = "pytorch";

/**
 * A row's name, such as `batchSize 2, imageSize 64`.
 *
 * @param values the row's values
 */
export function rowName(values: Readonly<Record<string, number>>): string {
  return Object.entries(values).map((pair) => pair.join(" ")).join(", ");
}

/**
 * How many pixels a step sees, in all its images.
 *
 * @param config the profile's values, the row's among them
 */
export function pixelsOf(config: Readonly<Record<string, unknown>>): number {
  return Number(config.batchSize) * Number(config.imageSize) ** 2;
}
