/** Calls of every kernel, of all sizes and geometries. */
import fc from "fast-check";
import type { Axis, Geometry } from "../../src/gradients/geometry.ts";
import { variants } from "../../src/standardization/variants.ts";
import { layoutSize } from "../../src/wasm/kernels/laid_out_convolutions.ts";
import { axes } from "./windows.ts";

/** A call of a kernel. */
export interface Call {
  inputs: Record<string, readonly number[]>;
  attributes?: Record<string, unknown>;
  /** Inputs that are int32: labels of so many classes. */
  labels?: Record<string, number>;
}

const geometries: fc.Arbitrary<Geometry> = fc.tuple(axes(() => 5), axes(() => 5));
const size = (max: number) => fc.integer({ min: 1, max });
/** Enough for more pixels than a kernel takes at a time. */
const BATCH = 5;
const map = (x: Geometry, channels: number) => [BATCH, x[0].input, x[1].input, channels];
const outputs = (x: Geometry, channels: number) => [BATCH, x[0].output, x[1].output, channels];
const window = (
  x: Geometry,
  ...channels: number[]
) => [...x.map(({ taps }: Axis) => taps), ...channels];

/** Every kernel's calls, by its name. */
export const calls: Record<string, fc.Arbitrary<Call>> = {};

const convolutions = fc.tuple(geometries, size(19), size(19));
const ofConvolution = (inputs: (x: Geometry, i: number, o: number) => Call["inputs"]) =>
  convolutions.map(([geometry, i, o]) => ({
    inputs: inputs(geometry, i, o),
    attributes: { geometry },
  }));
calls["conv2d"] = ofConvolution((x, i, o) => ({ x: map(x, i), kernel: window(x, i, o) }));
calls["conv2d-input-gradient"] = ofConvolution((x, i, o) => ({
  dy: outputs(x, o),
  kernel: window(x, i, o),
}));
calls["conv2d-layout"] = ofConvolution((x, i, o) => ({ kernel: window(x, i, o) }));
calls["conv2d-laid-out"] = fc.tuple(convolutions, fc.boolean(), fc.boolean()).map(
  ([[geometry, i, o], relu, ends]) => {
    const columns = ends ? 8 * Math.ceil(o / 8) : o; // a residual wants channels in eights
    const kernelShape = window(geometry, i, columns) as [number, number, number, number];
    return {
      inputs: {
        x: map(geometry, i),
        kernel: [layoutSize(kernelShape)],
        ...(ends && { bias: [columns], residual: outputs(geometry, columns) }),
      },
      attributes: { geometry, kernelShape, relu },
    };
  },
);
calls["conv2d-kernel-gradient"] = ofConvolution((x, i, o) => ({ dy: outputs(x, o), x: map(x, i) }));
const depthwise = fc.tuple(
  geometries,
  fc.oneof(
    fc.tuple(size(40), fc.constant(1)),
    fc.tuple(size(5), size(3)),
  ),
);
calls["depthwise-conv2d-input-gradient"] = depthwise.map(([x, [channels, multiplier]]) => ({
  inputs: { dy: outputs(x, channels * multiplier), kernel: window(x, channels, multiplier) },
  attributes: { geometry: x },
}));
calls["depthwise-conv2d-kernel-gradient"] = depthwise.map(([x, [channels, multiplier]]) => ({
  inputs: { dy: outputs(x, channels * multiplier), x: map(x, channels) },
  attributes: { geometry: x },
}));
const pools = fc.tuple(geometries, size(21));
calls["max-pool"] = pools.map(([geometry, channels]) => ({
  inputs: { x: map(geometry, channels) },
  attributes: { geometry },
}));
calls["max-pool-gradient"] = pools.map(([geometry, channels]) => ({
  inputs: {
    dy: outputs(geometry, channels),
    x: map(geometry, channels),
    y: outputs(geometry, channels),
  },
  attributes: { geometry },
}));

const matrices = fc.tuple(fc.integer({ min: 0, max: 70 }), size(40));
const ofMatrix = (names: readonly string[], attributes: Record<string, unknown> = {}) =>
  matrices.map(([rows, columns]): Call => {
    const isMap = (name: string) => ["x", "y", "dy"].includes(name);
    const inputs = names.map((name) => [name, isMap(name) ? [rows, columns] : [columns]]);
    return { inputs: Object.fromEntries(inputs), attributes };
  });
const affine = ["x", "gamma", "beta"], slopes = ["dy", "x", "gamma", "mean", "variance"];
calls["batch-norm"] = calls["batch-norm-relu"] = ofMatrix(affine, { epsilon: 1e-3 });
calls["batch-norm-gradient"] = ofMatrix(slopes, { epsilon: 1e-3 });
calls["batch-norm-relu-gradient"] = ofMatrix([...slopes, "y"], { epsilon: 1e-3 });
calls["moving-batch-norm"] = fc.constantFrom(0, 0.1).chain((rate) =>
  ofMatrix([...affine, "mean", "variance"], { epsilon: 1e-3, rate })
);
calls["relu"] = ofMatrix(["x"]);
calls["relu-gradient"] = ofMatrix(["dy", "y"]);

const groups = fc.tuple(fc.nat(3), fc.nat(40), size(8), size(6));
const groupAttributes = (groups: number) => ({ groups, epsilon: 1e-3 });
calls["group-norm"] = groups.map(([batch, pixels, groups, width]) => ({
  inputs: { x: [batch, pixels, groups * width], gamma: [groups * width], beta: [groups * width] },
  attributes: groupAttributes(groups),
}));
calls["group-norm-gradient"] = groups.map(([batch, pixels, groups, width]) => ({
  inputs: {
    dy: [batch, pixels, groups * width],
    x: [batch, pixels, groups * width],
    gamma: [groups * width],
    mean: [batch, groups, 1],
    variance: [batch, groups, 1],
  },
  attributes: groupAttributes(groups),
}));
calls["pixel-mean"] = groups.map(([batch, pixels, , channels]) => ({
  inputs: { rows: [batch, pixels, 5 * channels] },
}));

const formula = fc.constantFrom(...Object.values(variants));
calls["standardize"] = fc.tuple(size(70), size(40), formula).map(([size, count, formula]) => ({
  inputs: { filters: [size, count] },
  attributes: { formula, divisor: size },
}));
calls["standardize-gradient"] = fc.tuple(size(70), size(40), formula).map(
  ([size, count, formula]) => ({
    inputs: { upstream: [size, count], standardized: [size, count], deviation: [1, count] },
    attributes: { formula, divisor: size },
  }),
);

const resizes = fc.tuple(fc.nat(2), size(6), size(6), size(9), size(13), size(13));
calls["resize-bilinear"] = resizes.map(([batch, height, width, channels, ...size]) => ({
  inputs: { x: [batch, height, width, channels] },
  attributes: { size },
}));
calls["resize-bilinear-gradient"] = resizes.map(([batch, height, width, channels, ...size]) => ({
  inputs: { dy: [batch, ...size, channels], x: [batch, height, width, channels] },
}));

const joined = fc.tuple(size(5), fc.array(size(9), { minLength: 2, maxLength: 4 }), size(3));
calls["Concat"] = joined.map(([rows, parts, inner]) => ({
  inputs: Object.fromEntries(parts.map((part, i) => [i, [rows, part, inner]])),
  attributes: { axis: 1 },
}));
calls["SplitV"] = joined.map(([rows, parts, inner]) => ({
  inputs: { x: [rows, parts.reduce((sum, part) => sum + part), inner] },
  attributes: { axis: 1, numOrSizeSplits: parts },
}));

calls["momentum-update"] = fc.tuple(size(40), fc.constantFrom(0, 0.9), fc.boolean()).map(
  ([size, momentum, nesterov]) => ({
    inputs: {
      learningRate: [],
      weight0: [size],
      gradient0: [size],
      ...momentum > 0 ? { velocity0: [size] } : {},
    },
    attributes: {
      momentum,
      weightDecay: 0.1,
      decayPerRate: 0.1,
      nesterov: nesterov && momentum > 0,
    },
  }),
);
calls["adam-update"] = fc.tuple(size(40), size(9)).map(([...sizes]) => ({
  inputs: {
    learningRate: [],
    ...Object.fromEntries(sizes.flatMap((size, i) => [
      ...["weight", "gradient", "mean", "square"].map((name) => [`${name}${i}`, [size]]),
      [`steps${i}`, []],
    ])),
  },
  attributes: { beta1: 0.9, beta2: 0.99, epsilon: 0.1, decayPerRate: 0.1 },
}));
const terms = fc.constantFrom([1, 0], [0, 1], [1, 1]);
calls["softmax-loss"] = fc.tuple(size(40), fc.integer({ min: 2, max: 21 }), terms).map(
  ([pixels, classes, [crossEntropy, dice]]) => ({
    inputs: { labels: [pixels], logits: [pixels, classes] },
    attributes: { crossEntropy, dice, ignoreLabel: 1, labelSmoothing: 0.1 },
    labels: { labels: classes },
  }),
);
