/**
 * The errors of {@linkcode loadPretrained}.
 *
 * @module
 */

/** A file that could not be fetched, or not to its end. */
export class DownloadError extends Error {
  /** The error's name. */
  override readonly name = "DownloadError";
  /** Whether a repository is there, and this file of it is not. */
  readonly isEntryMissing: boolean;

  /**
   * @param message what was wrong, seen, wanted, and what to do
   * @param address what was fetched
   * @param byte how many bytes had come
   * @param options the error behind it, and whether a repository lacks this file alone
   */
  constructor(
    message: string,
    readonly address: string,
    readonly byte: number,
    options: ErrorOptions & { isEntryMissing?: boolean } = {},
  ) {
    super(`Cannot loadPretrained as ${message}`, options);
    this.isEntryMissing = options.isEntryMissing ?? false;
  }
}

/**
 * Fails for what a file or an argument is.
 *
 * @param text what must be, what is, and what to do
 */
export function fail(text: string): never {
  throw new TypeError(`Cannot loadPretrained as ${text}`);
}

/** How many names of one kind a message bears. */
const mostNames = 5;

/**
 * Names as text, the first few of them.
 *
 * @param names all of them
 */
export function listed(names: readonly string[]): string {
  const more = names.length - mostNames;
  const shown = names.slice(0, mostNames).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}
