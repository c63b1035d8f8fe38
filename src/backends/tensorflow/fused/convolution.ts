/**
 * Convolutions by TensorFlow's own operations, which take borders themselves, both ways. Its CPU
 * gradients refuse dilations: there a dilated convolution becomes an undilated one. Depthwise
 * gradients of dilated convolutions stay with the library, as TensorFlow's CPU kernels ignore the
 * dilation, without an error.
 *
 * @module
 */
import * as tf from "../../../tf.ts";
import type { Geometry } from "../../../gradients/geometry.ts";
import { crop, frame } from "../../../gradients/frame.ts";
import type { Attributes } from "../attributes.ts";
import type { FusedKernel } from "./kernel.ts";
import { mapToResidues, outputsToResidues, residueGeometry, residuesToMap } from "./residues.ts";

const float = { T: { type: "float32" }, data_format: "NHWC" } as const;

/** How the operations are told strides, dilations and the border; what is cut off comes before. */
function attributesOf([height, width]: Geometry): Attributes {
  const borders = [height.before, height.after, width.before, width.after].map((n) =>
    Math.max(n, 0)
  );
  const explicit = borders.some((n) => n > 0);
  return {
    ...float,
    strides: { int: [1, height.stride, width.stride, 1] },
    dilations: { int: [1, height.dilation, width.dilation, 1] },
    padding: explicit ? "EXPLICIT" : "VALID",
    explicit_paddings: { int: explicit ? [0, 0, ...borders, 0, 0] : [] },
    use_cudnn_on_gpu: true,
  };
}

/** The map without what a negative border cuts off. */
function seen(x: tf.Tensor4D, [height, width]: Geometry): tf.Tensor4D {
  return crop(x, [height.before, height.after], [width.before, width.after]);
}

/** The undoing of {@linkcode seen}: zeros where something was cut off. */
function unseen(dx: tf.Tensor4D, [height, width]: Geometry): tf.Tensor4D {
  const cut = (n: number) => Math.max(-n, 0);
  return frame(dx, [cut(height.before), cut(height.after)], [cut(width.before), cut(width.after)]);
}

const conv2d: FusedKernel = {
  name: "weight-standardization/conv2d",
  compute(runner, { x, kernel }, attributes) {
    const { geometry } = attributes as { geometry: Geometry };
    const inputs = [seen(x as tf.Tensor4D, geometry), kernel!];
    return runner.run("Conv2D", attributesOf(geometry), inputs, 1);
  },
};

const inputGradient: FusedKernel = {
  name: "weight-standardization/conv2d-input-gradient",
  compute(runner, { dy, kernel }, attributes) {
    const { geometry } = attributes as { geometry: Geometry };
    const gradient = (dy: tf.Tensor4D, geometry: Geometry) => {
      const extent = ({ input, before, after }: Geometry[0]) =>
        input + Math.min(before, 0) + Math.min(after, 0);
      const shape = [dy.shape[0], extent(geometry[0]), extent(geometry[1]), kernel!.shape[2]!];
      const inputs = [tf.tensor1d(shape, "int32"), kernel!, dy];
      const [dx] = runner.run("Conv2DBackpropInput", attributesOf(geometry), inputs, 1);
      return unseen(dx as tf.Tensor4D, geometry);
    };
    if (!isDilated(geometry) || runner.onGpu) return [gradient(dy as tf.Tensor4D, geometry)];
    const images = outputsToResidues(dy as tf.Tensor4D, geometry);
    return [residuesToMap(gradient(images, residueGeometry(geometry)), geometry)];
  },
};

const kernelGradient: FusedKernel = {
  name: "weight-standardization/conv2d-kernel-gradient",
  compute(runner, { dy, x }, attributes) {
    const { geometry } = attributes as { geometry: Geometry };
    const shape = [...geometry.map(({ taps }) => taps), x!.shape[3]!, dy!.shape[3]!];
    const gradient = (dy: tf.Tensor4D, x: tf.Tensor4D, geometry: Geometry) => {
      const inputs = [seen(x, geometry), tf.tensor1d(shape, "int32"), dy];
      return runner.run("Conv2DBackpropFilter", attributesOf(geometry), inputs, 1);
    };
    const [outputs, map] = [dy as tf.Tensor4D, x as tf.Tensor4D];
    if (!isDilated(geometry) || runner.onGpu) return gradient(outputs, map, geometry);
    return gradient(
      outputsToResidues(outputs, geometry),
      mapToResidues(map, geometry),
      residueGeometry(geometry),
    );
  },
};

function isDilated(geometry: Geometry): boolean {
  return geometry.some(({ dilation }) => dilation > 1);
}

/** Kernels by TensorFlow's convolutions. */
export const convolutionKernels: readonly FusedKernel[] = [conv2d, inputGradient, kernelGradient];
