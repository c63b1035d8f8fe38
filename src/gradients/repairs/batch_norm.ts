import * as tf from "../../tf.ts";
import { sumToShape } from "../sum_to_shape.ts";

/**
 * `tf.batchNorm` where its statistics are broadcast along another axis than the last: that is
 * `tf.layers.batchNormalization` with an `axis` of its own, which threw in training.
 */
export const batchNorm: readonly tf.GradConfig[] = [{
  kernelName: "FusedBatchNorm",
  inputsToSave: ["x", "mean", "variance", "scale"],
  gradFunc(dy, saved, attrs) {
    const { varianceEpsilon } = attrs as unknown as { varianceEpsilon: number }; // as it was called
    const [x, mean, variance, scale] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const upstream = dy as tf.Tensor;
    const sum = (values: tf.Tensor) => sumToShape(values, mean.shape);
    const perDeviation = () => tf.rsqrt(tf.add(variance, varianceEpsilon));
    const covariance = () => sum(tf.mul(upstream, tf.sub(x, mean)));
    return {
      x: () => tf.mul(upstream, tf.mul(perDeviation(), scale)),
      mean: () => tf.neg(tf.mul(sum(upstream), tf.mul(perDeviation(), scale))),
      variance: () => {
        const slope = tf.mul(tf.pow(perDeviation(), 3), -0.5);
        return tf.mul(covariance(), tf.mul(slope, scale));
      },
      scale: () => tf.mul(covariance(), perDeviation()),
      offset: () => sum(upstream),
    };
  },
}];
