/** TensorFlow.js's ops and layers behind the names of stock_gradients.json; runs in a browser too. */
import * as tf from "../../src/tf.ts";

/** An op of any number of inputs. */
export type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** A way to call an op of TensorFlow.js. */
export interface StockOp {
  /** The op. */
  op: Op;
  /** Backends without a forward pass. */
  lackedBy?: readonly string[];
  /** Whether it makes variables and disposes them, which a captured step must not. */
  hasVariables?: boolean;
}

type Map4D = tf.Tensor4D;
type Volume = tf.Tensor5D;

/** An op that keeps nothing of the layer that it is made of. */
function ofLayer(create: () => tf.layers.Layer): Op {
  return (x) => {
    const layer = create();
    const y = layer.apply(x, { training: true }) as tf.Tensor;
    layer.dispose();
    return y;
  };
}

const conv3d = (pad: "valid" | "same", strides: number, dilations = 1): Op => (x, kernel) =>
  tf.conv3d(x as Volume, kernel as Volume, strides, pad, "NDHWC", dilations);

const nearest = (rows: number, columns: number, halfPixels = false): Op => (x) =>
  tf.image.resizeNearestNeighbor(x as Map4D, [rows, columns], false, halfPixels);

const borders: [number, number][] = [[0, 0], [3, 2], [2, 1], [0, 0]];

/** By the names of the fixture. */
export const stockOps: Readonly<Record<string, StockOp>> = {
  "avgPool same": { op: (x) => tf.avgPool(x as Map4D, 3, 2, "same") },
  "avgPool same, ones upstream": { op: (x) => tf.avgPool(x as Map4D, 3, 2, "same") },
  "avgPool explicit": {
    op: (x) => tf.avgPool(x as Map4D, 3, 2, [[0, 0], [1, 2], [0, 1], [0, 0]]),
    lackedBy: ["tensorflow"],
  },
  "avgPool3d same": { op: (x) => tf.avgPool3d(x as Volume, 3, 2, "same") },
  "avgPool3d same, smaller than its stride": {
    op: (x) => tf.avgPool3d(x as Volume, 1, 4, "same"),
  },
  "maxPool3d same, smaller than its stride": {
    op: (x) => tf.maxPool3d(x as Volume, 1, 4, "same"),
  },
  "maxPool3d of windows that are not as high as wide": {
    op: (x) => tf.maxPool3d(x as Volume, [2, 3, 2], [2, 1, 2], "valid"),
  },
  "maxPool3d of negative values": { op: (x) => tf.maxPool3d(x as Volume, 3, 2, "same") },
  "conv3d valid": { op: conv3d("valid", 1) },
  "conv3d same, strided": { op: conv3d("same", 2) },
  "conv3d same, smaller than its stride": { op: conv3d("same", 2) },
  "conv3d dilated": { op: conv3d("valid", 1, 2), lackedBy: ["tensorflow"] },
  "conv3dTranspose": {
    op: (x, kernel) =>
      tf.conv3dTranspose(x as Volume, kernel as Volume, [2, 4, 6, 4, 2], 2, "valid"),
  },
  "nearest, twice as large": { op: ofLayer(() => tf.layers.upSampling2d({})) },
  "nearest, larger": { op: nearest(7, 8) },
  "nearest, smaller": { op: nearest(3, 4) },
  "nearest by half pixels": { op: nearest(3, 8, true) },
  "mirrorPad reflect": { op: (x) => tf.mirrorPad(x, borders, "reflect") },
  "mirrorPad symmetric": {
    op: (x) => tf.mirrorPad(x, [[0, 0], [2, 3], [0, 1], [0, 0]], "symmetric"),
  },
  "cumsum of axis 0": { op: (x) => tf.cumsum(x, 0) },
  "cumsum of axis 1": { op: (x) => tf.cumsum(x, 1) },
  "cumsum of axis 0, exclusive and reversed": { op: (x) => tf.cumsum(x, 0, true, true) },
  "tile of rank 5": { op: (x) => tf.tile(x, [2, 1, 3, 1, 2]) },
  "maximum, broadcast": { op: (a, b) => tf.maximum(a!, b!) },
  "minimum, broadcast": { op: (a, b) => tf.minimum(a!, b!) },
  "squaredDifference, broadcast": { op: (a, b) => tf.squaredDifference(a!, b!) },
  "matMul, broadcast": { op: (a, b) => tf.matMul(a!, b!) },
  "matMul with a matrix": { op: (a, b) => tf.matMul(a!, b!) },
  "floorDiv, broadcast": { op: (a, b) => tf.floorDiv(a!, b!) },
  "pow 0": { op: (x) => tf.pow(x!, 0) },
  "pow 2": { op: (x) => tf.pow(x!, 2) },
  "norm at 0": { op: (x) => tf.norm(x!) },
  "norm of rows": { op: (x) => tf.norm(x!, "euclidean", 1) },
  "norm of rows, one at 0": { op: (x) => tf.norm(x!, "euclidean", 1) },
  "norm of a matrix at 0": { op: (x) => tf.norm(x!, "fro", [0, 1]) },
  "1-norm at 0": { op: (x) => tf.norm(x!, 1) },
  "gather": { op: (x) => tf.gather(x!, tf.tensor1d([1, 1, 0, 3], "int32")) },
  "where": { op: (x) => tf.where(tf.greater(x!, 0), tf.mul(x!, 2), tf.mul(x!, 3)) },
  "depthToSpace": { op: (x) => tf.depthToSpace(x as Map4D, 2) },
  "softmaxCrossEntropy of labels that do not sum to 1": {
    op: (labels, logits) => tf.losses.softmaxCrossEntropy(labels!, logits!),
  },
  "batchNorm along axis 1": {
    op: ofLayer(() => tf.layers.batchNormalization({ axis: 1, scale: false })),
    hasVariables: true,
  },
  "batchNorm along the last axis": {
    op: ofLayer(() => tf.layers.batchNormalization({ scale: false, center: false })),
    hasVariables: true,
  },
  "layerNorm": {
    op: ofLayer(() => tf.layers.layerNormalization({ scale: false, center: false })),
  },
};
