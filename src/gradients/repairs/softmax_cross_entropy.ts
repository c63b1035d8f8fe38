import * as tf from "../../tf.ts";
import { isRunning } from "../engine_scope.ts";

/** What `tf.customGrad` takes: it returns the value, and the function that is its gradient. */
type CustomGradient = Parameters<typeof tf.customGrad>[0];
type CustomGrad = (gradient: CustomGradient) => (...inputs: tf.Tensor[]) => tf.Tensor;

const repaired = new WeakSet<CustomGrad>();

/**
 * Gives `tf.losses.softmaxCrossEntropy` its gradient with respect to the labels, which had the
 * wrong sign and form, and the one with respect to the logits where labels don't sum to 1. Both are
 * in a custom gradient, outside of the registry: so it is replaced where it enters the engine, only
 * while that loss is running.
 */
export function repairSoftmaxCrossEntropy(): void {
  // Its type is generic in a result that is not known here.
  const engine = tf.engine() as unknown as { customGrad: CustomGrad };
  const stock = engine.customGrad;
  if (repaired.has(stock)) return;
  engine.customGrad = (gradient) => {
    const isCrossEntropy = isRunning("softmaxCrossEntropy");
    return stock.call(engine, isCrossEntropy ? crossEntropy(gradient) : gradient);
  };
  repaired.add(engine.customGrad);
}

/** The stock value, `-sum(labels * logSoftmax(logits))` over the last axis, and its gradient. */
function crossEntropy(stock: CustomGradient): CustomGradient {
  return (...inputs) => ({
    value: stock(...inputs).value,
    gradFunc(dy, saved) {
      const [labels, logProbabilities] = saved as [tf.Tensor, tf.Tensor]; // what the stock one saves
      const upstream = tf.expandDims(dy, -1), weights = tf.cast(labels, "float32");
      const softmax = tf.mul(tf.exp(logProbabilities), tf.sum(weights, -1, true));
      return [
        tf.mul(upstream, tf.neg(logProbabilities)),
        tf.mul(upstream, tf.sub(softmax, weights)),
      ];
    },
  });
}
