/**
 * What was seen of a set, summed up.
 *
 * @module
 */
import type { ImageEntry } from "../../datasets/archives/entry.ts";
import type { Inspection } from "../../datasets/inspection.ts";
import type { SegmentationEntry } from "../../datasets/sample.ts";

/** A part of a set with what was seen of it. */
export interface SeenPart {
  name: "training" | "validation";
  inspection: Inspection;
  /** Where an image is. */
  entry(index: number): SegmentationEntry | ImageEntry;
}

/** Sizes or orientations: each with how many images have it, the most frequent first. */
export type Tally = readonly (readonly [name: string, images: number])[];

/** Indices of a part's images. */
function* indices({ inspection }: SeenPart): Generator<number> {
  for (let i = 0; i < inspection.length; i++) yield i;
}

function tally(names: Iterable<string>): Tally {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** How many images have which size, as `500×375`; those whose header cannot be read are left out. */
export function sizesOf(parts: readonly SeenPart[]): Tally {
  return tally((function* () {
    for (const part of parts) {
      for (const i of indices(part)) {
        const { width, height } = part.inspection.row(i);
        if (width > 0) yield `${width}×${height}`;
      }
    }
  })());
}

/** How many images have which EXIF orientation; those without one are left out. */
export function orientationsOf(parts: readonly SeenPart[]): Tally {
  return tally((function* () {
    for (const part of parts) {
      for (const i of indices(part)) {
        const { orientation } = part.inspection.row(i);
        if (orientation > 1) yield `${orientation}`;
      }
    }
  })());
}

/** What a part has of each class. */
export interface ClassCounts {
  /** Images that hold it. */
  images: Float64Array;
  /** Pixels; undefined where there are no masks. */
  pixels?: Float64Array;
  /** Pixels that are ignored. */
  ignored: number;
  /** Images, or masks, that were counted. */
  counted: number;
}

/** Counts the classes of masks. */
export function countMasks({ inspection }: SeenPart, classes: number): ClassCounts {
  const [images, pixels] = [new Float64Array(classes), new Float64Array(classes)];
  let ignored = 0, counted = 0;
  for (let i = 0; i < inspection.length; i++) {
    const row = inspection.row(i).pixels;
    if (row.every((count) => count === 0)) continue; // it cannot be used
    counted++;
    ignored += row[0]!;
    for (let label = 0; label < classes; label++) {
      pixels[label]! += row[label + 1]!;
      if (row[label + 1]! > 0) images[label]!++;
    }
  }
  return { images, pixels, ignored, counted };
}

/** Counts the classes of pictures. */
export function countPictures({ inspection, entry }: SeenPart, classes: number): ClassCounts {
  const images = new Float64Array(classes);
  for (let i = 0; i < inspection.length; i++) images[(entry(i) as ImageEntry).label]!++;
  return { images, ignored: 0, counted: inspection.length };
}
