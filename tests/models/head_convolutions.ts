/** DeepLabv3+'s head convolutions in PyTorch's order of calls (mmsegmentation 0.22.0). */
export const headConvolutions: readonly string[] = [
  "image_pool.1.conv",
  "aspp_modules.0.conv",
  "aspp_modules.1.depthwise_conv.conv",
  "aspp_modules.1.pointwise_conv.conv",
  "aspp_modules.2.depthwise_conv.conv",
  "aspp_modules.2.pointwise_conv.conv",
  "aspp_modules.3.depthwise_conv.conv",
  "aspp_modules.3.pointwise_conv.conv",
  "bottleneck.conv",
  "c1_bottleneck.conv",
  "sep_bottleneck.0.depthwise_conv.conv",
  "sep_bottleneck.0.pointwise_conv.conv",
  "sep_bottleneck.1.depthwise_conv.conv",
  "sep_bottleneck.1.pointwise_conv.conv",
  "conv_seg",
].map((name) => `decode_head.${name}`);
