// Windows that slide over maps `[batch, height, width, channels]`, each channel on its own, as one binary: see pools.ts
// and depthwise.ts.
//
// An axis comes as six numbers: the input's size, the taps, the stride, the dilation, the padding before, and the
// output's size. Output `o` reads with tap `t` the input at `o · stride + t · dilation − before`. Sizes are in values,
// addresses in bytes.
export { maxPool, maxPoolGradient } from "./max_pool";
export { depthwiseKernelGradient } from "./depthwise_kernel_gradient";
export { depthwiseInputGradient } from "./depthwise_input_gradient";
