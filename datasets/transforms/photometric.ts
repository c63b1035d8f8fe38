/**
 * Random changes of colour and light.
 *
 * @module
 */
import { coin, type RandomGenerator, uniform } from "../random.ts";
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from "./color.ts";

const brightness = 32 / 255;
const contrast = 0.5;
const saturation = 0.5;
const hue = 18 / 255;

/**
 * Brightness (factor 1 ± 32/255, never below 0), contrast (1 ± 0.5), saturation (1 ± 0.5) and hue (± 18/255 of a
 * turn), each with probability 0.5, in that order or, half of the time, with contrast last.
 *
 * Source: mosaicml/examples `examples/benchmarks/deeplab`, a milder form of mmsegmentation's
 * PhotoMetricDistortion.
 *
 * @param rgb `[height, width, 3]`
 * @param generator makes the random choices
 * @param strength multiplies what follows each ±, >= 0
 * @returns the distorted picture, of that shape
 */
export function distort(rgb: Uint8Array, generator: RandomGenerator, strength = 1): Uint8Array {
  const factor = (reach: number) =>
    uniform(generator, Math.max(0, 1 - reach * strength), 1 + reach * strength);
  let out = rgb;
  if (coin(generator)) out = adjustBrightness(out, factor(brightness));
  const contrastLast = coin(generator);
  if (!contrastLast && coin(generator)) out = adjustContrast(out, factor(contrast));
  if (coin(generator)) out = adjustSaturation(out, factor(saturation));
  if (coin(generator)) out = adjustHue(out, uniform(generator, -hue * strength, hue * strength));
  if (contrastLast && coin(generator)) out = adjustContrast(out, factor(contrast));
  return out;
}
