import * as tf from "../tf.ts";

/** The input coordinate of an output: TensorFlow.js's `resizeBilinear` has three rules. */
export type Sampling = "half-pixel" | "corners-aligned" | "corner";

/** The input coordinate of output `index`. */
function sourceOf(index: number, input: number, output: number, sampling: Sampling): number {
  if (sampling === "half-pixel") return Math.max((index + 0.5) * input / output - 0.5, 0);
  const areAligned = sampling === "corners-aligned" && output > 1;
  return index * (areAligned ? (input - 1) / (output - 1) : input / output);
}

/**
 * The linear interpolation of `input` values at `output` places, as a matrix.
 *
 * @param input number of values
 * @param output number of places
 * @param sampling where the places are
 * @returns `[output, input]`: one or two weights in each row, which sum to 1
 */
export function interpolationMatrix(
  input: number,
  output: number,
  sampling: Sampling,
): tf.Tensor2D {
  const weights = new Float32Array(output * input);
  for (let row = 0; row < output; row++) {
    const source = Math.min(sourceOf(row, input, output, sampling), input - 1);
    const left = Math.floor(source), share = source - left;
    weights[row * input + left] = 1 - share;
    if (share > 0) weights[row * input + left + 1] = share;
  }
  return tf.tensor2d(weights, [output, input]);
}

/**
 * The gradient of a bilinear resize.
 *
 * @param dy `[batch, outHeight, outWidth, channels]`
 * @param height the input's height
 * @param width the input's width
 * @param sampling as in the forward pass
 * @returns `[batch, height, width, channels]`
 */
export function resizeGradient(
  dy: tf.Tensor4D,
  height: number,
  width: number,
  sampling: Sampling,
): tf.Tensor4D {
  return tf.tidy(() =>
    resampleGradient(
      dy,
      interpolationMatrix(height, dy.shape[1], sampling),
      interpolationMatrix(width, dy.shape[2], sampling),
    )
  );
}

/**
 * The gradient of a resize that is a matrix along each axis: the transpose of one axis after the
 * other, each as a matrix product. (The axis stands last, and the weights second, for wasm's sake:
 * see `keepsPackedOperands`.)
 *
 * @param dy `[batch, outHeight, outWidth, channels]`
 * @param ofRows `[outHeight, height]`
 * @param ofColumns `[outWidth, width]`
 * @returns `[batch, height, width, channels]`
 */
export function resampleGradient(
  dy: tf.Tensor4D,
  ofRows: tf.Tensor2D,
  ofColumns: tf.Tensor2D,
): tf.Tensor4D {
  const [batch, outHeight, outWidth, channels] = dy.shape;
  const height = ofRows.shape[1], width = ofColumns.shape[1];
  return tf.tidy(() => {
    const columns = tf.reshape(tf.transpose(dy, [0, 1, 3, 2]), [-1, outWidth]);
    const narrow = tf.matMul(columns, ofColumns);
    const narrowed = tf.reshape(narrow, [batch, outHeight, channels, width]);
    const byRow = tf.transpose(narrowed, [0, 3, 2, 1]);
    const rows = tf.reshape(byRow, [-1, outHeight]);
    const low = tf.matMul(rows, ofRows);
    return tf.transpose(tf.reshape(low, [batch, width, channels, height]), [0, 3, 1, 2]);
  });
}
