import * as tf from "../tf.ts";
import { type Axis, placeOf } from "./geometry.ts";

/**
 * Visits every window of a pool, image by image and the last axis fastest, as the outputs are in
 * memory.
 *
 * @param batch the number of images
 * @param channels the values of a pixel
 * @param axes the windows, along two axes or three
 * @param visit gets where the pixels of a window begin, padding left out, and where its output does
 */
export function eachWindow(
  batch: number,
  channels: number,
  axes: readonly Axis[],
  visit: (pixels: readonly number[], output: number) => void,
): void {
  const size = tf.util.sizeFromShape(axes.map(({ input }) => input));
  const outputs = outputsOf(axes);
  for (let image = 0; image < batch; image++) {
    for (const [i, output] of outputs.entries()) {
      const pixels = pixelsIn(output, axes).map((pixel) => (image * size + pixel) * channels);
      visit(pixels, (image * outputs.length + i) * channels);
    }
  }
}

/** The places of all outputs, the last axis fastest. */
function outputsOf(axes: readonly Axis[]): number[][] {
  return axes.reduce<number[][]>(
    (places, { output }) =>
      places.flatMap((place) => Array.from({ length: output }, (_, i) => [...place, i])),
    [[]],
  );
}

/** The pixels in a window that are not padding, counted in their image. */
function pixelsIn(output: readonly number[], axes: readonly Axis[]): number[] {
  return axes.reduce<number[]>((pixels, axis, i) => {
    const places = placesOf(output[i]!, axis);
    return pixels.flatMap((pixel) => places.map((place) => pixel * axis.input + place));
  }, [0]);
}

function placesOf(output: number, axis: Axis): number[] {
  return Array.from({ length: axis.taps }, (_, tap) => placeOf(axis, output, tap))
    .filter((place) => place >= 0 && place < axis.input);
}
