/** Colours of pixels as numbers, before they are cut to bytes. */
import { type RandomGenerator, uniform } from "../random.ts";

/** Red, green and blue, from 0 to 255. */
export type Color = [red: number, green: number, blue: number];

/** A colour between two. */
export function randomColor(generator: RandomGenerator, low: Color, high: Color): Color {
  return [
    uniform(generator, low[0], high[0]),
    uniform(generator, low[1], high[1]),
    uniform(generator, low[2], high[2]),
  ];
}

/** Sets a pixel of `[pixels, 3]` to a colour of some brightness. */
export function setColor(colors: Float32Array, pixel: number, color: Color, shade: number): void {
  for (let c = 0; c < 3; c++) colors[3 * pixel + c] = (color[c] as number) * shade;
}

/** Adds noise of 12 bytes' standard deviation (a sum of uniforms) and cuts to bytes. */
export function addNoise(colors: Float32Array, generator: RandomGenerator): Uint8Array {
  const out = new Uint8ClampedArray(colors.length);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < 3; k++) sum += uniform(generator, -12, 12);
    out[i] = (colors[i] as number) + sum;
  }
  return new Uint8Array(out.buffer);
}
