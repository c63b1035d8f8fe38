/**
 * The convolutions with standardized kernels, one a form, and the types of their arguments. @module
 */
export type { Convolution2dOptions, Padding2D, Size2D } from "../gradients/arguments.ts";
export type { Convolution1dOptions, Padding1D, StockPadding1D } from "../gradients/conv1d.ts";
export type { Shape4D } from "../gradients/conv2d_transpose.ts";
export type { Convolution3dOptions, Padding3D, Size3D } from "../gradients/volume.ts";
export * from "./convolutions/conv1d.ts";
export * from "./convolutions/conv2d.ts";
export * from "./convolutions/conv2d_transpose.ts";
export * from "./convolutions/conv3d.ts";
export * from "./convolutions/depthwise_conv2d.ts";
export * from "./convolutions/separable_conv2d.ts";
