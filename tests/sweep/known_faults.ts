/**
 * What is wrong in TensorFlow.js, or in TensorFlow's kernels below it, and stays so with this
 * library. The table in docs/faq.md has these rows and no others.
 */
export interface KnownFault {
  /** The op. */
  op: string;
  /** Where; all of the backends that the sweep runs on, if it says so. */
  backends: "all" | readonly string[];
  /** What is wrong. */
  fault: string;
  /** How to do without. */
  instead: string;
  /** The cases that show it; none where showing it would break the backend. */
  cases: RegExp | undefined;
  /** What of these cases is wrong; the rest is right. */
  wrong: "values" | "gradients";
}

const noGradient = "no gradient: throws";

/** The rows. */
export const knownFaults: readonly KnownFault[] = [
  {
    op: "fused.conv2d, fused.depthwiseConv2d, and layers.conv2d without activation",
    backends: "all",
    fault: "the gradient throws with dilations above 1",
    instead: "conv2d, depthwiseConv2d, or the standardized layer",
    cases: /^fused\.(conv2d|depthwiseConv2d) linear .*dilations/,
    wrong: "gradients",
  },
  {
    op: "dilation2d",
    backends: ["wasm"],
    fault: "results below 0 come out as 0",
    instead: "add a number before, and subtract it after",
    cases: /^dilation2d .* same/,
    wrong: "values",
  },
  {
    op: "maxPool3d, avgPool3d",
    backends: ["tensorflow"],
    fault: "a number as padding throws",
    instead: "same, or tf.pad first",
    cases: /^(max|avg)Pool3d \S+ 1(,|$)/,
    wrong: "values",
  },
  {
    op: "prod",
    backends: "all",
    fault: "the gradient throws where the axis is below 0",
    instead: "count the axis from 0",
    cases: /^prod along the last axis$/,
    wrong: "gradients",
  },
  {
    op: "prod",
    backends: ["webgpu"],
    fault: "keepDims is ignored where the values are in main memory",
    instead: "reshape the result",
    cases: /^prod along an inner axis$/,
    wrong: "values",
  },
  {
    op: "cumprod",
    backends: "all",
    fault: noGradient,
    instead: "exp of the cumsum of log",
    cases: /^cumprod$/,
    wrong: "gradients",
  },
  {
    op: "gatherND",
    backends: "all",
    fault: noGradient,
    instead: "reshape, then gather",
    cases: /^gatherND$/,
    wrong: "gradients",
  },
  {
    op: "scatterND, tensorScatterUpdate",
    backends: "all",
    fault: noGradient,
    instead: "unsortedSegmentSum, or where",
    cases: /^(scatterND|tensorScatterUpdate)$/,
    wrong: "gradients",
  },
  {
    op: "topk",
    backends: "all",
    fault: noGradient,
    instead: "gather by its indices",
    cases: /^topk$/,
    wrong: "gradients",
  },
  {
    op: "einsum",
    backends: ["cpu", "tensorflow", "webgpu"],
    fault: noGradient,
    instead: "matMul",
    cases: /^einsum$/,
    wrong: "gradients",
  },
  {
    op: "einsum",
    backends: ["wasm"],
    fault: "no kernel: throws",
    instead: "matMul",
    cases: /^einsum$/,
    wrong: "values",
  },
  {
    op: "image.cropAndResize",
    backends: "all",
    fault: noGradient,
    instead: "slice, then image.resizeBilinear",
    cases: /^image\.cropAndResize$/,
    wrong: "gradients",
  },
  {
    op: "image.flipLeftRight",
    backends: "all",
    fault: noGradient,
    instead: "reverse along axis 2",
    cases: /^image\.flipLeftRight$/,
    wrong: "gradients",
  },
  {
    op: "losses.softmaxCrossEntropy with labelSmoothing",
    backends: "all",
    fault: "beyond rank 2 the labels are divided among as many classes as the second axis is long",
    instead: "smooth the labels first, or reshape to rank 2",
    cases: /^losses\.softmaxCrossEntropy of rank 3 with labelSmoothing$/,
    wrong: "values",
  },
  {
    op: "complex numbers",
    backends: ["cpu", "tensorflow", "webgpu"],
    fault: noGradient,
    instead: "real and imaginary part as two tensors",
    cases: /complex/,
    wrong: "gradients",
  },
  {
    op: "complex numbers",
    backends: ["wasm"],
    fault: "no kernels: throws",
    instead: "real and imaginary part as two tensors",
    cases: /complex/,
    wrong: "values",
  },
];

/** The fault that a case shows on a backend. */
export function faultOf(name: string, backend: string): KnownFault | undefined {
  return knownFaults.find(({ cases, backends }) =>
    cases?.test(name) && (backends === "all" || backends.includes(backend))
  );
}
