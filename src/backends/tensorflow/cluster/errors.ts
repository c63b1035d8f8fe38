/**
 * What is said of a cluster that cannot be.
 *
 * @module
 */

/**
 * A cluster is configured wrongly: a variable that cannot be read, an address that two workers have,
 * a port that is in use, workers that were started with different settings. The message names the
 * variable and its value. Nothing has been computed.
 */
export class ClusterError extends Error {
  override name = "ClusterError";
}

/** A value, short enough for an error's line. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? String(value);
  return text.length <= 160 ? text : `${text.slice(0, 157)}…`;
}
