import * as tf from "../../tf.ts";
import { conv2dInputGradient, conv2dKernelGradient } from "../conv2d_gradients.ts";
import { depthwiseInputGradient, depthwiseKernelGradient } from "../depthwise_conv2d_gradients.ts";
import type { Geometry } from "../geometry.ts";
import {
  fromChannelsLast,
  sizeOf,
  type StockAttributes,
  toStockConvolution,
  toStockGeometry,
} from "../stock_attributes.ts";

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
      const prepare = () => toStockConvolution(x, filter, dy as tf.Tensor4D, attributes);
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

/** `tf.conv2d` and `tf.depthwiseConv2d`: with dilations, explicit padding, and on wasm. */
export const convolutions: readonly tf.GradConfig[] = [
  convolutionEntry("Conv2D", conv2dInputGradient, conv2dKernelGradient),
  convolutionEntry("DepthwiseConv2dNative", depthwiseInputGradient, depthwiseKernelGradient),
];

/** The attributes of a gradient's kernel. */
type KernelAttributes = StockAttributes & { inputShape?: number[]; filterShape?: number[] };

type Maps = Record<"x" | "dy" | "filter", tf.Tensor4D>;

/** A kernel that computes a gradient on wasm; one of its inputs is given by its shape alone. */
function wasmKernel(
  kernelName: string,
  gradient: (maps: Maps, geometry: Geometry) => tf.Tensor4D,
): tf.KernelConfig {
  return {
    kernelName,
    backendName: "wasm",
    kernelFunc({ inputs, attrs }) {
      const attributes = attrs as unknown as KernelAttributes; // as above
      const maps = inputs as Maps;
      const [, height, width] = attributes.inputShape ?? maps.x.shape;
      const [rows, columns] = attributes.filterShape ?? maps.filter.shape;
      const size = [height!, width!] as const, taps = [rows!, columns!] as const;
      const geometry = toStockGeometry(size, taps, sizeOf(maps.dy), attributes);
      return tf.tidy(() => gradient(maps, geometry));
    },
  };
}

/** What wasm lacks, and the gradients of the fused convolutions call, which no registry reaches. */
export const convolutionKernels: readonly tf.KernelConfig[] = [
  wasmKernel(
    "Conv2DBackpropFilter",
    ({ dy, x }, geometry) => conv2dKernelGradient(dy, x, geometry),
  ),
  wasmKernel(
    "DepthwiseConv2dNativeBackpropInput",
    ({ dy, filter }, geometry) => depthwiseInputGradient(dy, filter, geometry),
  ),
  wasmKernel(
    "DepthwiseConv2dNativeBackpropFilter",
    ({ dy, x }, geometry) => depthwiseKernelGradient(dy, x, geometry),
  ),
];
