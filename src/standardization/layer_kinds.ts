import type * as tf from "../tf.ts";
import { callConv2d, type Conv2DLike } from "../layers/conv2d.ts";
import { callConv3d, type Conv3DLike } from "../layers/conv3d.ts";
import type { ConvolutionLike } from "../layers/convolution.ts";
import type { Padding } from "../layers/geometry.ts";

/** A kernel that a convolution layer holds. */
export interface KernelField {
  /** The layer's property. */
  name: "kernel" | "depthwiseKernel" | "pointwiseKernel";
  /** Whether it is a depthwise kernel. */
  depthwise: boolean;
  /**
   * Whether it is a transposed convolution's, with its output channels before its input channels.
   */
  transposed?: boolean;
}

/** What standardization knows of a class of layers. */
export interface LayerKind {
  /** The kernels that it convolves with, in the order in which it uses them. */
  kernels: readonly KernelField[];
  /** The name under which a standardized layer of this class is saved. */
  standardizedClassName: string;
  /** Stands in for the layer's own `call`, where that one's gradient is wrong. */
  call?: (layer: Conv2DLike, x: tf.Tensor4D) => tf.Tensor;
  /** Whether the method itself leaves it alone: then surgery on a model does, too. */
  onRequestOnly?: boolean;
}

const plain: KernelField = { name: "kernel", depthwise: false };
const depthwise: KernelField = { name: "depthwiseKernel", depthwise: true };
const pointwise: KernelField = { name: "pointwiseKernel", depthwise: false };
const transposed: KernelField = { name: "kernel", depthwise: false, transposed: true };

/** A stock Conv3D, which has the fields that the call reads. */
const callStockConv3d = (layer: Conv2DLike, x: tf.Tensor): tf.Tensor =>
  callConv3d(layer as ConvolutionLike<Padding> as Conv3DLike, x);

/**
 * The convolution layers, by class name: instances are recognized by `getClassName()`, as a user's
 * model may come from another copy of TensorFlow.js. Dense layers and stock transposed convolutions
 * are not among them: the method leaves those alone.
 */
const layerKinds: Readonly<Record<string, LayerKind>> = {
  Conv1D: { kernels: [plain], standardizedClassName: "StandardizedConv1D" },
  // tf.layers' own call goes through tf.fused.conv2d, whose gradient cannot be replaced.
  Conv2D: { kernels: [plain], standardizedClassName: "StandardizedConv2D", call: callConv2d },
  // tf.conv3d has no gradient where it dilates.
  Conv3D: { kernels: [plain], standardizedClassName: "StandardizedConv3D", call: callStockConv3d },
  DepthwiseConv2D: { kernels: [depthwise], standardizedClassName: "StandardizedDepthwiseConv2D" },
  SeparableConv2D: {
    kernels: [depthwise, pointwise],
    standardizedClassName: "StandardizedSeparableConv2D",
  },
  RepairedConv1D: { kernels: [plain], standardizedClassName: "StandardizedConv1D" },
  RepairedConv2D: { kernels: [plain], standardizedClassName: "StandardizedConv2D" },
  RepairedConv3D: { kernels: [plain], standardizedClassName: "StandardizedConv3D" },
  RepairedDepthwiseConv2D: {
    kernels: [depthwise],
    standardizedClassName: "StandardizedDepthwiseConv2D",
  },
  RepairedSeparableConv2D: {
    kernels: [depthwise, pointwise],
    standardizedClassName: "StandardizedSeparableConv2D",
  },
  RepairedConv2DTranspose: {
    kernels: [transposed],
    standardizedClassName: "StandardizedConv2DTranspose",
    onRequestOnly: true,
  },
};

/** Every name under which standardized layers are saved. */
export const standardizedClassNames: readonly string[] = [
  ...new Set(Object.values(layerKinds).map((kind) => kind.standardizedClassName)),
];

/**
 * The kind of a class of layers.
 *
 * @param className what the layer's `getClassName()` says, or said before it was standardized
 * @returns its kind, or `undefined` where it is no convolution
 */
export function layerKind(className: string): LayerKind | undefined {
  return Object.hasOwn(layerKinds, className) ? layerKinds[className] : undefined;
}
