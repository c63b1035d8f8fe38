/** The convolutions with standardized kernels, one a form. @module */
export * from "./convolutions/conv1d.ts";
export * from "./convolutions/conv2d.ts";
export * from "./convolutions/conv2d_transpose.ts";
export * from "./convolutions/conv3d.ts";
export * from "./convolutions/depthwise_conv2d.ts";
export * from "./convolutions/separable_conv2d.ts";
