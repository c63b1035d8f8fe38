import * as tf from "../../tf.ts";

interface Attributes {
  begin: number[];
  end: number[];
  strides: number[];
  beginMask: number;
  endMask: number;
  ellipsisMask: number;
  newAxisMask: number;
  shrinkAxisMask: number;
}

/** `tf.stridedSlice`, which had no gradient: what was taken goes back to its place. */
export const stridedSlice: readonly tf.GradConfig[] = [{
  kernelName: "StridedSlice",
  inputsToSave: ["x"],
  gradFunc(dy, saved, attrs) {
    const attributes = attrs as unknown as Attributes; // what the forward op was called with
    return { x: () => putBack(dy as tf.Tensor, (saved[0] as tf.Tensor).shape, attributes) };
  },
}];

function putBack(dy: tf.Tensor, shape: number[], attributes: Attributes): tf.Tensor {
  const { begin, end, strides } = tf.slice_util.sliceInfo(
    shape,
    attributes.begin,
    attributes.end,
    attributes.strides,
    attributes.beginMask,
    attributes.endMask,
    attributes.ellipsisMask,
    attributes.newAxisMask,
    attributes.shrinkAxisMask,
  );
  const counts = tf.slice_util.computeOutShape(begin, end, strides);
  if (counts.some((count) => count <= 0)) return tf.zeros(shape);
  const placed = counts.reduce((part, count, axis) => {
    const outer = tf.util.sizeFromShape(shape.slice(0, axis)); // these axes are whole already
    const lines: tf.Tensor3D = tf.reshape(part, [outer, count, -1]);
    return placeAlong(lines, begin[axis]!, strides[axis]!, shape[axis]!);
  }, dy);
  return tf.reshape(placed, shape);
}

/** Puts lines `stride` apart, from `begin` on, among zeros. */
function placeAlong(
  lines: tf.Tensor3D,
  begin: number,
  stride: number,
  length: number,
): tf.Tensor3D {
  const [outer, count, inner] = lines.shape, step = Math.abs(stride);
  const first = stride > 0 ? begin : begin + (count - 1) * stride;
  const ascending = stride > 0 ? lines : tf.reverse(lines, 1);
  const single = tf.reshape(ascending, [outer * count, 1, inner]);
  const spread = step === 1 ? single : tf.pad(single, [[0, 0], [0, step - 1], [0, 0]]);
  const reach = (count - 1) * step + 1;
  const apart: tf.Tensor3D = tf.reshape(spread, [outer, count * step, inner]);
  const cut = tf.slice(apart, [0, 0, 0], [outer, reach, inner]);
  return tf.pad(cut, [[0, 0], [first, length - first - reach], [0, 0]]);
}
