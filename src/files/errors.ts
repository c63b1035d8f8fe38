/**
 * What went wrong with a file, in words.
 *
 * @module
 */

/** What the system's codes mean. */
const meanings: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EEXIST: "a file is where the folder must be",
  ENOTDIR: "a file is where a folder must be",
  EISDIR: "a folder is where a file must be",
  EACCES: "this user has no permission",
  EPERM: "this user has no permission",
  EROFS: "the file system can't be written",
  ENOSPC: "the disk is full",
};

/**
 * The reason of an error, for a sentence.
 *
 * @param error what a function of `node:fs` threw
 */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return `${error}`;
  const code = "code" in error ? `${error.code}` : "";
  const meaning = meanings[code];
  return meaning === undefined ? error.message : `${meaning} (${error.message})`;
}
