/** Layers over the repaired ops, and what initializes them. @module */
export * from "./channel_dropout.ts";
export * from "./conv1d.ts";
export * from "./conv2d.ts";
export * from "./conv2d_transpose.ts";
export * from "./conv3d.ts";
export * from "./depthwise_conv2d.ts";
export * from "./kaiming_normal.ts";
export * from "./max_pooling2d.ts";
export * from "./relu.ts";
export * from "./resize_bilinear.ts";
export * from "./separable_conv2d.ts";
