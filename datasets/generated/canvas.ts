/**
 * Colours of pixels as numbers, before they are clipped to bytes.
 *
 * @module
 */
import { type RandomGenerator, uniform } from "../random.ts";

/** Red, green and blue, from 0 to 255. */
export type Color = [red: number, green: number, blue: number];

/**
 * Draws a colour.
 *
 * @param generator draws it
 * @param low the least of each channel
 * @param high the most of each channel
 * @returns a colour between the two
 */
export function randomColor(generator: RandomGenerator, low: Color, high: Color): Color {
  return [
    uniform(generator, low[0], high[0]),
    uniform(generator, low[1], high[1]),
    uniform(generator, low[2], high[2]),
  ];
}

/**
 * Sets a pixel to a colour of some brightness.
 *
 * @param colors `[pixels, 3]`
 * @param pixel its index
 * @param color the colour
 * @param shade the brightness, 1 for the colour itself
 */
export function setColor(colors: Float32Array, pixel: number, color: Color, shade: number): void {
  for (let c = 0; c < 3; c++) colors[3 * pixel + c] = (color[c] as number) * shade;
}

/**
 * Adds noise with a standard deviation of 12 (a sum of uniforms) and clips to bytes.
 *
 * @param colors `[pixels, 3]`
 * @param generator draws the noise
 * @returns bytes of that shape
 */
export function addNoise(colors: Float32Array, generator: RandomGenerator): Uint8Array {
  const out = new Uint8ClampedArray(colors.length);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < 3; k++) sum += uniform(generator, -12, 12);
    out[i] = (colors[i] as number) + sum;
  }
  return new Uint8Array(out.buffer);
}
