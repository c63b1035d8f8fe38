import * as tf from "../../tf.ts";

/** `tf.cumsum`: off the last axis, where it came out transposed. */
export const cumsum: readonly tf.GradConfig[] = [{
  kernelName: "Cumsum",
  gradFunc(dy, _saved, attrs) {
    // What the forward op was called with, typed loosely.
    const { axis, exclusive, reverse } = attrs as unknown as {
      axis: number;
      exclusive: boolean;
      reverse: boolean;
    }; // what the forward op was called with
    return { x: () => tf.cumsum(dy as tf.Tensor, axis, exclusive, !reverse) };
  },
}];
