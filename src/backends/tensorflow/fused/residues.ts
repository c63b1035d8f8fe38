/**
 * A dilated convolution as an undilated one, for TensorFlow's operations that do not support
 * dilation: pixels `dilation` apart meet the same taps, so each residue of rows and columns becomes
 * a separate image in the batch, and the kernel slides over it without gaps. Stride 1, as dilation
 * requires.
 *
 * @module
 */
import * as tf from "../../../tf.ts";
import { frame } from "../../../gradients/frame.ts";
import { type Axis, type Geometry, span } from "../../../gradients/geometry.ts";

/** Size of an axis of the padded map, of which the dilation is a factor. */
export function paddedSize(axis: Axis): number {
  return axis.dilation * Math.ceil((axis.output + span(axis) - 1) / axis.dilation);
}

/** Size of an axis of the outputs, with those that the padding adds. */
function outputSize(axis: Axis): number {
  return paddedSize(axis) - span(axis) + 1;
}

const dilations = ([height, width]: Geometry) => [height.dilation, width.dilation];

const none = [[0, 0], [0, 0]];

/** The map, padded, as images of residues. */
export function mapToResidues(x: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const border = (axis: Axis) =>
    [axis.before, paddedSize(axis) - axis.input - axis.before] as const;
  const padded = frame(x, border(geometry[0]), border(geometry[1]));
  return tf.spaceToBatchND(padded, dilations(geometry), none);
}

/** The outputs' gradient as images of residues; outputs that the padding adds count for nothing. */
export function outputsToResidues(dy: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const border = (axis: Axis) => {
    const size = axis.dilation * Math.ceil(outputSize(axis) / axis.dilation);
    return [0, size - axis.output] as const;
  };
  const padded = frame(dy, border(geometry[0]), border(geometry[1]));
  return tf.spaceToBatchND(padded, dilations(geometry), none);
}

/** The map's gradient, from that of its images of residues. */
export function residuesToMap(images: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const padded = tf.batchToSpaceND(images, dilations(geometry), none);
  const border = (axis: Axis) =>
    [-axis.before, axis.input + axis.before - paddedSize(axis)] as const;
  return frame(padded, border(geometry[0]), border(geometry[1]));
}

/** The outputs, from those of the images of residues. */
export function residuesToOutputs(images: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  const padded = tf.batchToSpaceND(images, dilations(geometry), none);
  const border = (axis: Axis) => [0, axis.output - outputSize(axis)] as const;
  return frame(padded, border(geometry[0]), border(geometry[1]));
}

/** The geometry of the convolution over the images of residues. */
export function residueGeometry([height, width]: Geometry): Geometry {
  const axis = (of: Axis): Axis => {
    const input = paddedSize(of) / of.dilation;
    const output = input - of.taps + 1;
    return { ...of, input, output, dilation: 1, before: 0, after: 0 };
  };
  return [axis(height), axis(width)];
}
