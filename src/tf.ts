/**
 * The library's one door to TensorFlow.js. A module that is imported from a URL brings no import
 * map, so the version stands here, and nowhere else in the graph of `mod.ts`.
 *
 * What stands below takes the place of TensorFlow.js's own. Upstream these take 0 for "no seed",
 * and draw new values each time; here 0 is a seed like any other. Other seeds, and none, give what
 * they give there.
 *
 * @module
 */
import * as upstream from "npm:@tensorflow/tfjs@4.22.0";

export * from "npm:@tensorflow/tfjs@4.22.0";

/** `tf.randomNormal` of TensorFlow.js, which repeats for the seed 0 too. */
export const randomNormal: typeof upstream.randomNormal = (shape, mean, stdDev, dtype, seed) =>
  upstream.randomNormal(shape, mean, stdDev, dtype, given(seed));

/** `tf.randomStandardNormal` of TensorFlow.js, which repeats for the seed 0 too. */
export const randomStandardNormal: typeof upstream.randomStandardNormal = (shape, dtype, seed) =>
  upstream.randomStandardNormal(shape, dtype, given(seed));

/** `tf.truncatedNormal` of TensorFlow.js, which repeats for the seed 0 too. */
export const truncatedNormal: typeof upstream.truncatedNormal = (
  shape,
  mean,
  stdDev,
  dtype,
  seed,
) => upstream.truncatedNormal(shape, mean, stdDev, dtype, given(seed));

/** `tf.randomGamma` of TensorFlow.js, which repeats for the seed 0 too. */
export const randomGamma: typeof upstream.randomGamma = (shape, alpha, beta, dtype, seed) =>
  upstream.randomGamma(shape, alpha, beta, dtype, given(seed));

/** `tf.multinomial` of TensorFlow.js, which repeats for the seed 0 too: it draws as for 7919. */
export const multinomial: typeof upstream.multinomial = (logits, numSamples, seed, normalized) =>
  upstream.multinomial(logits, numSamples, seed === 0 ? 7919 : seed, normalized); // backends want a number

/** The generators begin from a seed's text, and that of 0 is as true as any. */
function given(seed: number | undefined): number | undefined {
  return seed === 0 ? "0" as unknown as number : seed;
}
