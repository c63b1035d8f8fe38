/**
 * Reports of any size within a limit.
 *
 * @module
 */

/**
 * Replaces the longest blocks of a text until it fits.
 *
 * @param blocks the text, block by block
 * @param limit the most that the blocks may measure together
 * @param note what replaces a block
 * @param measure the size of a text; the count of its characters by default
 */
export function fitted(
  blocks: readonly string[],
  limit: number,
  note: string,
  measure: (text: string) => number = (text) => text.length,
): string[] {
  const kept = [...blocks];
  const sizes = blocks.map(measure);
  let size = sizes.reduce((sum, size) => sum + size, 0);
  const longestFirst = [...sizes.keys()].sort((a, b) => sizes[b]! - sizes[a]!);
  for (const i of longestFirst) {
    if (size <= limit || sizes[i]! <= measure(note)) break;
    size += measure(note) - sizes[i]!;
    kept[i] = note;
  }
  return kept;
}

/**
 * The size of a text as UTF-8.
 *
 * @returns bytes
 */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
