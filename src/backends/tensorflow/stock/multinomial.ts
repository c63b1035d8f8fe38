import * as tf from "../../../tf.ts";
import { randomError } from "../../../training/recording/capture_error.ts";
import type { StockKernel } from "./kernel.ts";

/**
 * Draws from categorical distributions, by the seed alone: the numbers do not depend on what was
 * drawn before, and TensorFlow's deterministic mode allows it. TensorFlow.js passes a fraction of
 * its own as the seed where the caller gave none, and any number of the caller's.
 */
export const multinomial: StockKernel = {
  name: "Multinomial",
  compute(runner, inputs, attributes) {
    if (runner.recording) throw randomError("tf.multinomial");
    const { logits: given } = inputs as { logits: tf.Tensor };
    const { numSamples, seed, normalized } = attributes as {
      numSamples: number;
      seed: number;
      normalized: boolean;
    };
    const logits = normalized ? tf.log(given) : given;
    // Each number is split into two integers, its halves.
    const key = tf.tensor1d(new Int32Array(Float64Array.of(seed).buffer), "int32");
    const types = {
      T: { type: "float32" },
      Tseed: { type: "int32" },
      output_dtype: { type: "int32" },
    } as const;
    const operands = [logits, tf.scalar(numSamples, "int32"), key];
    return runner.run("StatelessMultinomial", types, operands, 1)[0]!;
  },
};
