/** Keeps decoded samples in memory, up to a number of bytes: decoding costs more than the transform. */
import type { SegmentationSample } from "./sample.ts";

/**
 * The same reader, with the first samples read kept while they fit into `maxBytes`. Nothing is thrown out: in a pass
 * over a shuffled set larger than the cache, a sample kept from the start is as likely to be wanted as any other.
 *
 * @param read reads a sample by its key, which says which sample it is
 */
export function cached<T>(
  read: (index: number, from: T) => Promise<SegmentationSample>,
  maxBytes: number,
): (index: number, from: T) => Promise<SegmentationSample> {
  const kept = new Map<number, SegmentationSample>();
  let bytes = 0;
  return async (index, from) => {
    const found = kept.get(index);
    if (found !== undefined) return found;
    const sample = await read(index, from);
    const size = sample.image.byteLength + sample.labels.byteLength;
    if (bytes + size <= maxBytes && !kept.has(index)) {
      kept.set(index, sample);
      bytes += size;
    }
    return sample;
  };
}
