/** What is wrong with data on disk, as opposed to a mistake in the code that reads it. */

/**
 * A data set, or one file of it, that cannot be used: missing, misplaced, corrupt, or not matching its partner.
 *
 * The message names the file or folder, what was seen there, what is wanted, and what to do. The suites end with exit
 * code 3 on it.
 */
export class DataError extends Error {
  override readonly name: string = "DataError";
}

/** The message of anything that was thrown: a codec's or the file system's own words, to quote in a `DataError`. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
