/**
 * Errors about data on disk, as opposed to mistakes in the code that reads it.
 *
 * @module
 */

/**
 * A data set, or one file of it, that cannot be used: missing, misplaced, corrupt, or not matching
 * its partner.
 *
 * The message names the file or folder, what was found, what is expected, and what to do. The
 * suites exit with code 3 on it.
 */
export class DataError extends Error {
  override readonly name: string = "DataError";
}

/** There is nothing at all where a data set was looked for, or nothing in a layout that is known. */
export class NoDataSetError extends DataError {}

/** Nothing says how many classes a set of masks has. */
export class NoClassListError extends DataError {}

/**
 * The message of anything that was thrown: the words of a codec or the file system, to quote in a
 * {@linkcode DataError}.
 *
 * @param thrown what was caught
 * @returns its message
 */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
