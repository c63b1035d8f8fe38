/**
 * Keeps decoded samples in memory, up to a number of bytes: decoding costs more than transforming.
 *
 * @module
 */
import type { SegmentationSample } from "./sample.ts";

/**
 * Wraps a reader so that the samples read first are kept while they fit into `maxBytes`. Nothing is
 * evicted: in a pass over a shuffled set larger than the cache, an early sample is as likely to be
 * needed again as any other.
 *
 * @param read reads a sample; the index identifies it
 * @param maxBytes the most bytes of images and labels to keep
 * @returns the reader with its cache
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
