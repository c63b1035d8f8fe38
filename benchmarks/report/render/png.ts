/**
 * Images in rows as one PNG; missing ones are gray.
 *
 * @module
 */
import { encode } from "fast-png";
import type { Image, Images } from "../document.ts";

/** Pixels between images. */
const gap = 4;

/** Between images, and where one is missing. */
const ground = 128;

export function png({ rows }: Images): Uint8Array {
  const cells = rows.map(({ images, width, height }) =>
    images.map((image) => image ?? filled(width, height))
  );
  return encode({ ...compose(cells), channels: 3, depth: 8 });
}

function filled(width: number, height: number): Image {
  return { width, height, data: new Uint8Array(width * height * 3).fill(ground) };
}

function compose(rows: readonly (readonly Image[])[]): Image {
  const widths = rows.map((row) => row.reduce((sum, { width }) => sum + width + gap, -gap));
  const heights = rows.map((row) => Math.max(...row.map(({ height }) => height)));
  const height = heights.reduce((sum, height) => sum + height + gap, -gap);
  const whole = filled(Math.max(...widths), height);
  let top = 0;
  rows.forEach((row, i) => {
    let left = 0;
    for (const image of row) {
      paste(whole, image, left, top);
      left += image.width + gap;
    }
    top += (heights[i] as number) + gap;
  });
  return whole;
}

function paste(target: Image, { width, height, data }: Image, left: number, top: number): void {
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width * 3, (y + 1) * width * 3);
    target.data.set(row, ((top + y) * target.width + left) * 3);
  }
}
