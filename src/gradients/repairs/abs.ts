import * as tf from "../../tf.ts";

/** `tf.abs` at 0, where it was −1: 0, as in PyTorch. */
export const abs: readonly tf.GradConfig[] = [{
  kernelName: "Abs",
  inputsToSave: ["x"],
  gradFunc: (dy, saved) => ({
    x: () => tf.mul(dy as tf.Tensor, tf.sign(tf.cast(saved[0] as tf.Tensor, "float32"))),
  }),
}];
