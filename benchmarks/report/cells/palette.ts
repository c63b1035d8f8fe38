/**
 * Colors of classes, the same in every report.
 *
 * @module
 */

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The color of what is ignored. */
export const ignoredColor: Rgb = [0, 0, 0];

/** The color between images; no class has one near it. */
export const gapColor: Rgb = [128, 128, 128];

/** How many classes have a color of their own. */
export const paletteSize = 192;

let colors: Rgb[] | undefined;

/**
 * The color of a class. Each color is the one farthest from all before it in Oklab, a space where
 * distance is what the eye sees, so that the first classes differ the most.
 *
 * @param index the class, from 0; past {@linkcode paletteSize} the colors repeat
 * @throws {RangeError} if `index` is not a whole number ≥ 0
 */
export function classColor(index: number): Rgb {
  if (!Number.isInteger(index) || index < 0) {
    throw new RangeError(
      `Cannot pick classColor as index must be a whole number >= 0: current value is ${index}`,
    );
  }
  colors ??= spread(paletteSize);
  return colors[index % paletteSize] as Rgb;
}

/** The farthest points of a grid of colors. */
function spread(count: number): Rgb[] {
  const levels = [0, 36, 73, 109, 146, 182, 219, 255];
  const grid = levels.flatMap((r) => levels.flatMap((g) => levels.map((b): Rgb => [r, g, b])));
  const places = grid.map(oklab);
  const distances = places.map((place) =>
    Math.min(distance(place, oklab(ignoredColor)), distance(place, oklab(gapColor)))
  );
  return Array.from({ length: count }, () => {
    const farthest = distances.indexOf(Math.max(...distances));
    const chosen = places[farthest] as Rgb;
    places.forEach((place, i) => {
      distances[i] = Math.min(distances[i] as number, distance(place, chosen));
    });
    return grid[farthest] as Rgb;
  });
}

function distance(a: Rgb, b: Rgb): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

/** sRGB to Oklab (Björn Ottosson, "A perceptual color space for image processing", 2020). */
function oklab([red, green, blue]: Rgb): Rgb {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function linear(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
