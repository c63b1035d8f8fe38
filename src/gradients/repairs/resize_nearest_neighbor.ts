import * as tf from "../../tf.ts";
import { resizesNearest } from "../backend_traits.ts";
import { resampleGradient } from "../interpolation.ts";

interface Attributes {
  alignCorners: boolean;
  halfPixelCenters: boolean;
}

/**
 * `tf.image.resizeNearestNeighbor`, and with it `tf.layers.upSampling2d`: every output's gradient
 * goes to the input that the output was copied from.
 */
export const resizeNearestNeighbor: readonly tf.GradConfig[] = [{
  kernelName: "ResizeNearestNeighbor",
  inputsToSave: ["images"],
  gradFunc(dy, saved, attrs) {
    const attributes = attrs as unknown as Attributes; // what the forward op was called with
    const upstream = dy as tf.Tensor4D, [images] = saved as [tf.Tensor4D];
    return { images: () => tf.tidy(() => gradient(upstream, images, attributes)) };
  },
}];

function gradient(dy: tf.Tensor4D, images: tf.Tensor4D, attributes: Attributes): tf.Tensor4D {
  if (resizesNearest() && !attributes.halfPixelCenters) return native(dy, images, attributes);
  const [, height, width] = images.shape, [, outHeight, outWidth] = dy.shape;
  const rows = outHeight / height, columns = outWidth / width;
  const isUpsampling = Number.isInteger(rows) && Number.isInteger(columns) && dy.size > 0;
  if (isUpsampling && !attributes.alignCorners) return sumOfBlocks(dy, rows, columns);
  const ofRows = selection(height, outHeight, attributes);
  return resampleGradient(dy, ofRows, selection(width, outWidth, attributes));
}

/** By the backend's kernel. */
function native(dy: tf.Tensor4D, images: tf.Tensor4D, attributes: Attributes): tf.Tensor4D {
  const inputs = { dy, images }, attrs = { ...attributes };
  return tf.engine().runKernel("ResizeNearestNeighborGrad", inputs, attrs) as tf.Tensor4D;
}

/** Where every input was copied `rows * columns` times. */
function sumOfBlocks(dy: tf.Tensor4D, rows: number, columns: number): tf.Tensor4D {
  if (rows * columns === 1) return tf.clone(dy);
  const block: [number, number] = [rows, columns];
  return tf.mul(tf.avgPool(dy, block, block, "valid"), rows * columns);
}

/**
 * Which input each output was copied from, as a matrix `[outputs, inputs]` of ones and zeros. The
 * backend tells by resizing the numbers of the inputs: where an output lies between two of them,
 * the rounding is its own.
 */
function selection(inputs: number, outputs: number, attributes: Attributes): tf.Tensor2D {
  if (inputs === 1) return tf.ones([outputs, 1]); // `oneHot` wants two classes
  const { alignCorners, halfPixelCenters } = attributes;
  const numbers: tf.Tensor4D = tf.reshape(tf.range(0, inputs), [1, inputs, 1, 1]);
  const copied = tf.image.resizeNearestNeighbor(
    numbers,
    [outputs, 1],
    alignCorners,
    halfPixelCenters,
  );
  const places = tf.cast(tf.reshape(copied, [outputs]), "int32");
  return tf.cast(tf.oneHot(places, inputs), "float32") as tf.Tensor2D; // wasm's makes integers alone
}
