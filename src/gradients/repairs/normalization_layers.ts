import * as tf from "../../tf.ts";

/** The protected fields of a stock normalization layer that are needed here. */
interface NormalizationLayer {
  axis: number | number[];
  scale: boolean;
  center: boolean;
  gamma: { read(): tf.Tensor } | null | undefined;
  beta: { read(): tf.Tensor } | null | undefined;
  call(inputs: tf.Tensor | tf.Tensor[], kwargs: unknown): tf.Tensor | tf.Tensor[];
}

const repaired = new WeakSet<NormalizationLayer["call"]>();

/**
 * Lets `tf.layers.batchNormalization` and `tf.layers.layerNormalization` train with `scale: false`
 * or `center: false`, where they threw: in training the one reads a weight that it does not have,
 * and neither's op has a gradient without a scale and an offset. So they get ones and zeros during
 * the call.
 */
export function repairNormalizationLayers(): void {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  for (const name of ["BatchNormalization", "LayerNormalization"]) {
    // What it lends and takes back is protected.
    const prototype = classNameMap[name]![0].prototype as unknown as NormalizationLayer;
    if (!repaired.has(prototype.call)) prototype.call = complete(prototype.call);
    repaired.add(prototype.call);
  }
}

function complete(call: NormalizationLayer["call"]): NormalizationLayer["call"] {
  return function (this: NormalizationLayer, inputs, kwargs) {
    const { scale, center, gamma, beta } = this;
    if (scale && center) return call.call(this, inputs, kwargs);
    const [{ shape }] = [inputs].flat() as [tf.Tensor];
    const sizes = [this.axis].flat().map((axis) => shape.at(axis)!);
    try {
      Object.assign(this, { scale: true, center: true });
      if (!scale) this.gamma = { read: () => tf.ones(sizes) };
      if (!center) this.beta = { read: () => tf.zeros(sizes) };
      return tf.tidy(() => call.call(this, inputs, kwargs));
    } finally {
      Object.assign(this, { scale, center, gamma, beta });
    }
  };
}
