/**
 * Convolutions by TensorFlow's own operations. Borders are TensorFlow's `SAME` where they are what
 * that means. Other ones are put around the map first: told as `EXPLICIT`, they take oneDNN out of
 * the gradients, which are then three times slower and refuse dilations. (Forward they do no harm.)
 * Where a build's gradients know no dilation at all, a dilated convolution becomes an undilated one.
 *
 * Depthwise gradients of dilated convolutions stay with the library, as TensorFlow's CPU kernels
 * ignore the dilation, without an error.
 *
 * @module
 */
import * as tf from "../../../tf.ts";
import { crop, frame } from "../../../gradients/frame.ts";
import { type Axis, type Geometry, toAxis } from "../../../gradients/geometry.ts";
import { type Attributes, toOperationAttributes } from "../attributes.ts";
import type { Binding } from "../binding.ts";
import { DATA_TYPES } from "../dtypes.ts";
import { TensorFlowError } from "../status.ts";
import type { FusedKernel, Runner } from "./kernel.ts";
import { mapToResidues, outputsToResidues, residueGeometry, residuesToMap } from "./residues.ts";

type Padding = { padding: "VALID" | "SAME" } | { padding: "EXPLICIT"; borders: number[] };

function attributesOf([height, width]: Geometry, padding: Padding): Attributes {
  return {
    T: { type: "float32" },
    data_format: "NHWC",
    strides: { int: [1, height.stride, width.stride, 1] },
    dilations: { int: [1, height.dilation, width.dilation, 1] },
    padding: padding.padding,
    explicit_paddings: { int: "borders" in padding ? [0, 0, ...padding.borders, 0, 0] : [] },
    use_cudnn_on_gpu: true,
  };
}

const VALID: Padding = { padding: "VALID" };

/** Whether the border is what TensorFlow's `SAME` would be. */
function isSame(geometry: Geometry): boolean {
  return geometry.every((axis) => {
    const same = toAxis(axis, "same");
    return same.before === axis.before && same.after === axis.after;
  });
}

const none = ({ before, after }: Axis) => before === 0 && after === 0;

/** The padding of a gradient; `VALID` after {@linkcode framed} where it is none of TensorFlow's. */
function gradientPadding(geometry: Geometry): Padding {
  return !geometry.every(none) && isSame(geometry) ? { padding: "SAME" } : VALID;
}

/** The map with its border around it, where that has to be. */
function framed(x: tf.Tensor4D, geometry: Geometry): tf.Tensor4D {
  if (isSame(geometry)) return x;
  const [height, width] = geometry;
  return frame(x, [height.before, height.after], [width.before, width.after]);
}

const conv2d: FusedKernel = {
  name: "weight-standardization/conv2d",
  compute(runner, { x, kernel }, attributes) {
    const { geometry } = attributes as { geometry: Geometry };
    const [height, width] = geometry;
    // TensorFlow gives an empty batch's output the input's channels.
    if (x!.size === 0) return [tf.zeros([0, height.output, width.output, kernel!.shape[3]!])];
    const sides = [height.before, height.after, width.before, width.after];
    const borders = sides.map((side) => Math.max(side, 0));
    const padding: Padding = borders.every((side) => side === 0)
      ? VALID
      : { padding: "EXPLICIT", borders };
    const seen = crop(x as tf.Tensor4D, [sides[0]!, sides[1]!], [sides[2]!, sides[3]!]);
    return runner.run("Conv2D", attributesOf(geometry, padding), [seen, kernel!], 1);
  },
};

function inputGradient(
  runner: Runner,
  dy: tf.Tensor4D,
  kernel: tf.Tensor,
  geometry: Geometry,
): tf.Tensor4D {
  const [height, width] = geometry;
  const isWhole = isSame(geometry);
  const extent = ({ input, before, after }: Axis) => isWhole ? input : input + before + after;
  const shape = [dy.shape[0], extent(height), extent(width), kernel.shape[2]!];
  const inputs = [tf.tensor1d(shape, "int32"), kernel, dy];
  const attributes = attributesOf(geometry, gradientPadding(geometry));
  const [dx] = runner.run("Conv2DBackpropInput", attributes, inputs, 1) as [tf.Tensor4D];
  return isWhole ? dx : frame(dx, [-height.before, -height.after], [-width.before, -width.after]);
}

function kernelGradient(
  runner: Runner,
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  geometry: Geometry,
): tf.Tensor4D {
  const shape = [...geometry.map(({ taps }) => taps), x.shape[3], dy.shape[3]];
  const inputs = [framed(x, geometry), tf.tensor1d(shape, "int32"), dy];
  const attributes = attributesOf(geometry, gradientPadding(geometry));
  return runner.run("Conv2DBackpropFilter", attributes, inputs, 1)[0] as tf.Tensor4D;
}

const isDilated = (geometry: Geometry) => geometry.some(({ dilation }) => dilation > 1);

/**
 * Whether this build's gradients take dilations: where they do not, they say so.
 *
 * @param binding runs operations at once
 */
export function hasDilatedGradients(binding: Binding): boolean {
  const axis = toAxis({ input: 3, taps: 3, stride: 1, dilation: 2 }, "same");
  const attributes = attributesOf([axis, axis], { padding: "SAME" });
  const inputs = [
    binding.createTensor([4], DATA_TYPES.int32, Int32Array.of(1, 3, 3, 1)),
    binding.createTensor([3, 3, 1, 1], DATA_TYPES.float32, new Float32Array(9)),
    binding.createTensor([1, 3, 3, 1], DATA_TYPES.float32, new Float32Array(9)),
  ];
  try {
    const list = toOperationAttributes(attributes);
    const outputs = binding.executeOp("Conv2DBackpropInput", list, inputs, 1);
    outputs.forEach(({ id }) => binding.deleteTensor(id));
    return true;
  } catch (error) {
    if (!(error instanceof TensorFlowError)) throw error;
    return false;
  } finally {
    inputs.forEach((id) => binding.deleteTensor(id));
  }
}

/**
 * Kernels by TensorFlow's convolutions.
 *
 * @param dilates whether the gradients take dilations
 */
export function convolutionKernels(dilates: boolean): readonly FusedKernel[] {
  const toInput: FusedKernel = {
    name: "weight-standardization/conv2d-input-gradient",
    compute(runner, { dy, kernel }, attributes) {
      const { geometry } = attributes as { geometry: Geometry };
      const outputs = dy as tf.Tensor4D;
      if (dilates || !isDilated(geometry)) {
        return [inputGradient(runner, outputs, kernel!, geometry)];
      }
      const images = outputsToResidues(outputs, geometry);
      const gradient = inputGradient(runner, images, kernel!, residueGeometry(geometry));
      return [residuesToMap(gradient, geometry)];
    },
  };
  const toKernel: FusedKernel = {
    name: "weight-standardization/conv2d-kernel-gradient",
    compute(runner, { dy, x }, attributes) {
      const { geometry } = attributes as { geometry: Geometry };
      const [outputs, map] = [dy as tf.Tensor4D, x as tf.Tensor4D];
      if (dilates || !isDilated(geometry)) {
        return [kernelGradient(runner, outputs, map, geometry)];
      }
      const images = mapToResidues(map, geometry);
      const gradients = outputsToResidues(outputs, geometry);
      return [kernelGradient(runner, gradients, images, residueGeometry(geometry))];
    },
  };
  return [conv2d, toInput, toKernel];
}
