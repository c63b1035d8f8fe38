import * as tf from "../../tf.ts";

interface Attributes {
  paddings: [before: number, after: number][];
  mode: "reflect" | "symmetric";
}

/** `tf.mirrorPad`: the border's gradient is added to where it was mirrored from. */
export const mirrorPad: readonly tf.GradConfig[] = [{
  kernelName: "MirrorPad",
  gradFunc(dy, _saved, attrs) {
    const { paddings, mode } = attrs as unknown as Attributes; // as the forward op was called
    return {
      x: () =>
        paddings.reduce(
          (folded, [before, after], axis) =>
            before + after === 0 ? folded : foldAxis(folded, axis, before, after, mode),
          tf.clone(dy as tf.Tensor), // not `dy` itself, which is the engine's, where nothing is folded
        ),
    };
  },
}];

/** Folds both borders of one axis back: to it, the tensor is `[outer, length, inner]`. */
function foldAxis(
  dy: tf.Tensor,
  axis: number,
  before: number,
  after: number,
  mode: Attributes["mode"],
): tf.Tensor {
  const inner = tf.util.sizeFromShape(dy.shape.slice(axis + 1));
  const length = dy.shape[axis]! - before - after;
  const lines: tf.Tensor3D = tf.reshape(dy, [-1, length + before + after, inner]);
  const part = (begin: number, size: number) => tf.slice(lines, [0, begin, 0], [-1, size, -1]);
  const skipped = mode === "reflect" ? 1 : 0; // the outermost value is not repeated
  const first = mirrored(part(0, before), skipped, length);
  const last = mirrored(part(before + length, after), length - after - skipped, length);
  const sum = tf.addN([part(before, length), ...first, ...last]);
  return tf.reshape(sum, [...dy.shape.slice(0, axis), length, ...dy.shape.slice(axis + 1)]);
}

/** A border, turned round and put where it belongs; none where it is empty. */
function mirrored(border: tf.Tensor3D, at: number, length: number): tf.Tensor3D[] {
  const size = border.shape[1];
  if (size === 0) return [];
  return [tf.pad(tf.reverse(border, 1), [[0, 0], [at, length - at - size], [0, 0]])];
}
