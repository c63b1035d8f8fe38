import * as tf from "../tf.ts";
import { type Size2D, toPair } from "./arguments.ts";
import { conv2dInputGradient, conv2dKernelGradient } from "./conv2d_gradients.ts";
import { depthwiseInputGradient, depthwiseKernelGradient } from "./depthwise_conv2d_gradients.ts";
import type { Geometry } from "./geometry.ts";
import { resizeGradient } from "./interpolation.ts";
import { maxPoolGradient } from "./max_pool_gradient.ts";
import {
  fromChannelsLast,
  sizeOf,
  type StockAttributes,
  toChannelsLast,
  toStockGeometry,
} from "./stock_attributes.ts";

/**
 * Puts the repaired gradients in the place of TensorFlow.js's own, for everything in the program
 * that uses these ops, stock layers too. Values that were right remain so. What changes:
 *
 * - `tf.conv2d` and `tf.depthwiseConv2d` have a gradient with dilations above 1, with explicit
 *   padding, and on wasm. `tf.layers.conv2d` with an activation and `tf.layers.depthwiseConv2d`
 *   are made of these.
 * - `tf.image.resizeBilinear` has the right gradient with `halfPixelCenters`, and one on cpu where
 *   height and width grow by different factors.
 * - `tf.maxPool` has the right gradient on wasm where a window holds no positive value.
 * - `tf.fused.conv2d`, which `tf.layers.conv2d` uses when it has no activation, brings a gradient
 *   of its own that no registry reaches. It needs a kernel that wasm lacks, `Conv2DBackpropFilter`:
 *   that kernel is added. Its gradient of the input stays as slow as it was there, and with a
 *   dilation above 1 it throws, as before: this library's own layers do neither.
 *
 * Called again it changes nothing, unless another copy of TensorFlow.js was imported in between: that
 * copy registers its own gradients, for the whole program, and this puts the repaired ones back.
 */
export function registerGradients(): void {
  for (const entry of entries) {
    tf.unregisterGradient(entry.kernelName);
    tf.registerGradient(entry);
  }
  const { kernelName, backendName } = wasmKernelGradient;
  if (tf.getKernel(kernelName, backendName) === undefined) tf.registerKernel(wasmKernelGradient);
}

/** A gradient of a convolution, channels last: of the input, given the kernel, or of the kernel. */
type ConvolutionGradient = (
  dy: tf.Tensor4D,
  other: tf.Tensor4D,
  geometry: Geometry,
) => tf.Tensor4D;

/** The entry of a convolution, dense or depthwise. */
function convolutionEntry(
  kernelName: string,
  toInput: ConvolutionGradient,
  toKernel: ConvolutionGradient,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ["x", "filter"],
    gradFunc(dy, saved, attrs) {
      const attributes = attrs as unknown as StockAttributes; // what the forward op was called with
      const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
      const prepare = () => {
        const inputs = toChannelsLast(x, attributes);
        const outputs = toChannelsLast(dy as tf.Tensor4D, attributes);
        const taps = [filter.shape[0], filter.shape[1]] as const;
        const geometry = toStockGeometry(sizeOf(inputs), taps, sizeOf(outputs), attributes);
        return { inputs, outputs, geometry };
      };
      return {
        x() {
          const { outputs, geometry } = prepare();
          return fromChannelsLast(toInput(outputs, filter, geometry), attributes);
        },
        filter() {
          const { inputs, outputs, geometry } = prepare();
          return toKernel(outputs, inputs, geometry);
        },
      };
    },
  };
}

const maxPoolEntry: tf.GradConfig = {
  kernelName: "MaxPool",
  inputsToSave: ["x"],
  outputsToSave: [true],
  gradFunc(dy, saved, attrs) {
    const attributes = attrs as unknown as StockAttributes & { filterSize: Size2D }; // as above
    const [x, y] = saved as [tf.Tensor4D, tf.Tensor4D];
    const taps = toPair("maxPool", "filterSize", attributes.filterSize);
    const geometry = toStockGeometry(sizeOf(x), taps, sizeOf(y), attributes);
    return { x: () => maxPoolGradient(dy as tf.Tensor4D, x, y, geometry) };
  },
};

const resizeBilinearEntry: tf.GradConfig = {
  kernelName: "ResizeBilinear",
  inputsToSave: ["images"],
  gradFunc(dy, saved, { alignCorners, halfPixelCenters }) {
    const [height, width] = sizeOf(saved[0] as tf.Tensor4D);
    const sampling = alignCorners ? "corners-aligned" : halfPixelCenters ? "half-pixel" : "corner";
    return { images: () => resizeGradient(dy as tf.Tensor4D, height, width, sampling) };
  },
};

const entries: readonly tf.GradConfig[] = [
  convolutionEntry("Conv2D", conv2dInputGradient, conv2dKernelGradient),
  convolutionEntry("DepthwiseConv2dNative", depthwiseInputGradient, depthwiseKernelGradient),
  maxPoolEntry,
  resizeBilinearEntry,
];

/** What wasm lacks: the gradient of a dense convolution with respect to its kernel. */
const wasmKernelGradient: tf.KernelConfig = {
  kernelName: "Conv2DBackpropFilter",
  backendName: "wasm",
  kernelFunc({ inputs, attrs }) {
    const attributes = attrs as unknown as StockAttributes & { filterShape: number[] }; // as above
    const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
    const taps = attributes.filterShape.slice(0, 2) as [number, number];
    const geometry = toStockGeometry(sizeOf(x), taps, sizeOf(dy), attributes);
    return tf.tidy(() => conv2dKernelGradient(dy, x, geometry));
  },
};
