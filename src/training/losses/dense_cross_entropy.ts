import * as tf from "../../tf.ts";
import { check } from "../../check.ts";

/**
 * Cross entropy of targets that are shares of classes: the mean over pixels of
 * `−Σ ((1 − ε)·target + ε / classes)·log softmax`, as PyTorch's of probabilities.
 *
 * @param targets float32 `[..., classes]`
 * @param logits float32 `[..., classes]`
 * @param labelSmoothing ε
 * @returns the loss in nats, a scalar
 * @throws {TypeError} if the shapes differ, or logits are not float32 of 2 classes or more
 */
export function denseCrossEntropy(
  targets: tf.Tensor,
  logits: tf.Tensor,
  labelSmoothing: number,
): tf.Scalar {
  const classes = logits.shape.at(-1) ?? 0;
  const say = ({ dtype, shape }: tf.Tensor) => `${dtype} [${shape}]`;
  const areLogits = logits.dtype === "float32" && logits.rank > 1 && classes > 1;
  const wanted = "float32 of shape [..., classes], 2 classes or more";
  check(areLogits, TypeError, `compute crossEntropy as logits must be ${wanted}`, say(logits));
  const form = `int32 [${logits.shape.slice(0, -1)}], or float32 [${logits.shape}] if dense`;
  const fit = `${targets.shape}` === `${logits.shape}`;
  check(fit, TypeError, `compute crossEntropy as labels must be ${form}`, say(targets));
  return tf.tidy(() => {
    const spread = labelSmoothing === 0
      ? targets
      : tf.add(tf.mul(targets, 1 - labelSmoothing), labelSmoothing / classes);
    const nats = tf.sum(tf.mul(spread, tf.logSoftmax(logits)), -1);
    return tf.neg(tf.mean(nats)) as tf.Scalar;
  });
}
