/** Keeps decoded samples of a split in memory, up to a number of bytes: decoding costs more than the transform. */
import type { SegmentationSample, Split } from "./sample.ts";

/**
 * The same split, with the first samples read kept while they fit into `maxBytes`. Nothing is thrown out: in a pass
 * over a shuffled set larger than the cache, a sample kept from the start is as likely to be wanted as any other.
 */
export function cached(split: Split, maxBytes: number): Split {
  const kept = new Map<number, SegmentationSample>();
  let bytes = 0;
  return {
    length: split.length,
    names: split.names,
    async read(index: number): Promise<SegmentationSample> {
      const found = kept.get(index);
      if (found !== undefined) return found;
      const sample = await split.read(index);
      const size = sample.image.byteLength + sample.labels.byteLength;
      if (bytes + size <= maxBytes && !kept.has(index)) {
        kept.set(index, sample);
        bytes += size;
      }
      return sample;
    },
  };
}
