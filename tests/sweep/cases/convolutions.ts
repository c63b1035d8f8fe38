/** Convolutions in one and two dimensions: windows, strides, dilations and paddings. */
import * as tf from "../../../src/tf.ts";
import type { Case } from "../case.ts";
import { transposed } from "../reference/rearrange.ts";
import {
  convolution,
  depthwise,
  dilation,
  transposedConvolution,
  type Window,
} from "../reference/windows.ts";
import { fill, spread, type Values } from "../values.ts";

type Pair = [number, number];

const pads: readonly Window["pad"][] = ["valid", "same", 1, [[1, 0], [0, 2]]];

/** Strides and dilations; both above 1 at once is refused. */
const steps: readonly [strides: Pair, dilations: Pair][] = [
  [[1, 1], [1, 1]],
  [[2, 2], [1, 1]],
  [[1, 3], [1, 1]],
  [[1, 1], [2, 2]],
  [[1, 1], [1, 2]],
];

/** TensorFlow.js's form of a padding. */
export function toStock(pad: Window["pad"], dataFormat = "NHWC"): "valid" | "same" | number {
  if (!Array.isArray(pad)) return pad as "valid" | "same" | number;
  const list = dataFormat === "NHWC" ? [[0, 0], ...pad, [0, 0]] : [[0, 0], [0, 0], ...pad];
  return list as unknown as "valid"; // its types have the lists for some functions alone
}

/** A window in words. */
export function describe(
  taps: readonly number[],
  { strides, pad, dilations = [1] }: Window,
): string {
  const border = Array.isArray(pad) ? `[${pad.map((pair) => `[${pair}]`)}]` : pad;
  const words = [`${taps.join("×")} ${border}`];
  if (strides.some((stride) => stride > 1)) words.push(`strides ${strides.join("×")}`);
  if (dilations.some((dilation) => dilation > 1)) words.push(`dilations ${dilations.join("×")}`);
  return words.join(", ");
}

const taps2d: readonly Pair[] = [[1, 1], [2, 3], [3, 2]];

const conv2d: readonly Case[] = taps2d.flatMap((taps) =>
  pads.flatMap((pad) =>
    steps.filter(([, dilations]) => taps[0] > 1 || dilations[1] === 1).flatMap(
      ([strides, dilations]): Case[] => {
        const window = { strides, pad, dilations }, how = describe(taps, window);
        const x = spread([2, 5, 7, 2], -1, 1, 1);
        return [{
          name: `conv2d ${how}`,
          inputs: [x, spread([...taps, 2, 3], -1, 1, 2)],
          op: (x, kernel) =>
            tf.conv2d(
              x as tf.Tensor4D,
              kernel as tf.Tensor4D,
              strides,
              toStock(pad),
              "NHWC",
              dilations,
            ),
          reference: convolution(window),
        }, {
          name: `depthwiseConv2d ${how}`,
          inputs: [x, spread([...taps, 2, 2], -1, 1, 2)],
          op: (x, kernel) =>
            tf.depthwiseConv2d(
              x as tf.Tensor4D,
              kernel as tf.Tensor4D,
              strides,
              toStock(pad),
              "NHWC",
              dilations,
            ),
          reference: depthwise(window),
        }];
      },
    )
  )
);

/** Windows so far apart that they leave places out, at both ends were "same" to split them. */
const apart: readonly Case[] = ([[[2, 1], [4, 3]], [[1, 2], [3, 4]]] as [Pair, Pair][]).flatMap(
  ([taps, strides]): Case[] => {
    const window: Window = { strides, pad: "same" }, how = describe(taps, window);
    const size: Pair = taps[0] === 2 ? [8, 6] : [6, 8];
    const x = spread([2, ...size, 2], -1, 1, 1), bias = spread([2], -1, 1, 3);
    const dense = spread([...taps, 2, 2], -1, 1, 2), single = spread([...taps, 2, 1], -1, 1, 2);
    return [
      {
        name: `conv2d ${how}`,
        inputs: [x, dense],
        op: (x, kernel) => tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, "same"),
        reference: convolution(window),
      },
      {
        name: `fused.conv2d ${how}`,
        inputs: [x, dense, bias],
        op: (x, filter, bias) =>
          tf.fused.conv2d({
            x: x as tf.Tensor4D,
            filter: filter as tf.Tensor4D,
            bias,
            strides,
            pad: "same",
          }),
        reference: (x, kernel, bias) => biased(convolution(window)(x, kernel), bias),
      },
      {
        name: `depthwiseConv2d ${how}`,
        inputs: [x, single],
        op: (x, kernel) =>
          tf.depthwiseConv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, "same"),
        reference: depthwise(window),
      },
      {
        name: `fused.depthwiseConv2d ${how}`,
        inputs: [x, single, bias],
        op: (x, filter, bias) =>
          tf.fused.depthwiseConv2d({
            x: x as tf.Tensor4D,
            filter: filter as tf.Tensor4D,
            bias,
            strides,
            pad: "same",
          }),
        reference: (x, kernel, bias) => biased(depthwise(window)(x, kernel), bias),
      },
      {
        name: `dilation2d ${how}`,
        inputs: [x, spread([...taps, 2], -0.93, 0.8919, 2)],
        op: (x, kernel) => tf.dilation2d(x as tf.Tensor4D, kernel as tf.Tensor3D, strides, "same"),
        reference: dilation(window),
      },
      {
        name: `conv2dTranspose ${how}`,
        inputs: [spread([2, 2, 2, 2], -1, 1, 1), dense],
        op: (x, kernel) =>
          tf.conv2dTranspose(
            x as tf.Tensor4D,
            kernel as tf.Tensor4D,
            [2, ...size, 2],
            strides,
            "same",
          ),
        reference: transposedConvolution(window, size),
      },
    ];
  },
);

const apart1d: Case = {
  name: "conv1d 2 same, strides 4",
  inputs: [spread([2, 8, 2], -1, 1, 1), spread([2, 2, 3], -1, 1, 2)],
  op: (x, kernel) => tf.conv1d(x as tf.Tensor3D, kernel as tf.Tensor3D, 4, "same"),
  reference: convolution({ strides: [4], pad: "same" }),
};

const unpadded = { strides: [1, 1], pad: "valid" } as const;
const relu = ({ shape, data }: Values): Values => ({
  shape,
  data: data.map((x) => Math.max(0, x)),
});
const biased = (y: Values, { data }: Values): Values =>
  fill(y.shape, (place) => y.data[place]! + data[place % data.length]!);

const fused: readonly Case[] = (["linear", "relu"] as const).flatMap((activation) =>
  pads.flatMap((pad) =>
    steps.slice(0, 4).flatMap(([strides, dilations]): Case[] => {
      const window = { strides, pad, dilations }, taps: Pair = [2, 3];
      const finish = activation === "relu" ? relu : (y: Values) => y;
      const x = spread([2, 5, 7, 2], -1, 1, 1), bias = spread([4], -1, 1, 3);
      const attributes = { strides, pad: toStock(pad), dilations, activation };
      return [{
        name: `fused.conv2d ${activation} ${describe(taps, window)}`,
        inputs: [x, spread([...taps, 2, 4], -1, 1, 2), bias],
        op: (x, filter, bias) =>
          tf.fused.conv2d({
            x: x as tf.Tensor4D,
            filter: filter as tf.Tensor4D,
            bias,
            ...attributes,
          }),
        reference: (x, kernel, bias) => finish(biased(convolution(window)(x, kernel), bias)),
      }, {
        name: `fused.depthwiseConv2d ${activation} ${describe(taps, window)}`,
        inputs: [x, spread([...taps, 2, 2], -1, 1, 2), bias],
        op: (x, filter, bias) =>
          tf.fused.depthwiseConv2d({
            x: x as tf.Tensor4D,
            filter: filter as tf.Tensor4D,
            bias,
            ...attributes,
          }),
        reference: (x, kernel, bias) => finish(biased(depthwise(window)(x, kernel), bias)),
      }];
    })
  )
);

const channelsFirst: readonly Case[] = (["conv2d", "depthwiseConv2d"] as const).flatMap((name) =>
  pads.map((pad): Case => {
    const window = { ...unpadded, strides: [2, 1], pad };
    const of = name === "conv2d" ? convolution(window) : depthwise(window);
    return {
      name: `${name} NCHW ${describe([2, 3], window)}`,
      inputs: [spread([2, 2, 5, 6], -1, 1, 1), spread([2, 3, 2, 3], -1, 1, 2)],
      op: (x, kernel) =>
        tf[name](x as tf.Tensor4D, kernel as tf.Tensor4D, [2, 1], toStock(pad, "NCHW"), "NCHW"),
      reference: (x, kernel) => transposed([0, 3, 1, 2])(of(transposed([0, 2, 3, 1])(x), kernel)),
    };
  })
);

/** Of the size from which webgpu computes it in tiles of another form. */
const largeChannelsFirst: Case = {
  name: "conv2d NCHW 3×1 2",
  inputs: [spread([1, 3, 7, 6], -1, 1, 1), spread([3, 1, 3, 2], -1, 1, 2)],
  op: (x, kernel) => tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, 1, 2, "NCHW"),
  reference: (x, kernel) =>
    transposed([0, 3, 1, 2])(
      convolution({ strides: [1, 1], pad: 2 })(transposed([0, 2, 3, 1])(x), kernel),
    ),
};

const conv1d: readonly Case[] = (["valid", "same"] as const).flatMap((pad) =>
  ([[1, 1], [2, 1], [1, 2]] as const).map(([stride, dilation]): Case => {
    const window = { strides: [stride], pad, dilations: [dilation] };
    return {
      name: `conv1d ${describe([3], window)}`,
      inputs: [spread([2, 7, 2], -1, 1, 1), spread([3, 2, 3], -1, 1, 2)],
      op: (x, kernel) =>
        tf.conv1d(x as tf.Tensor3D, kernel as tf.Tensor3D, stride, pad, "NWC", dilation),
      reference: convolution(window),
    };
  })
);

const separable: readonly Case[] = (["valid", "same"] as const).map((pad) => ({
  name: `separableConv2d 3×3 ${pad}`,
  inputs: [
    spread([2, 5, 6, 2], -1, 1, 1),
    spread([3, 3, 2, 2], -1, 1, 2),
    spread([1, 1, 4, 3], -1, 1, 3),
  ],
  op: (x, kernel, points) =>
    tf.separableConv2d(
      x as tf.Tensor4D,
      kernel as tf.Tensor4D,
      points as tf.Tensor4D,
      1,
      pad,
    ),
  reference: (x, kernel, points) =>
    convolution(unpadded)(depthwise({ ...unpadded, pad })(x, kernel), points),
}));

const dilations: readonly Case[] = (["valid", "same"] as const).flatMap((pad) =>
  ([[1, 1], [2, 1]] as Pair[]).map((strides): Case => ({
    name: `dilation2d ${describe([2, 3], { strides, pad })}`,
    inputs: [spread([2, 5, 6, 2], -1, 1, 1), spread([2, 3, 2], -0.93, 0.8919, 2)],
    op: (x, kernel) => tf.dilation2d(x as tf.Tensor4D, kernel as tf.Tensor3D, strides, pad),
    reference: dilation({ strides, pad }),
  }))
);

const rounded: readonly Case[] = (["conv2d", "depthwiseConv2d"] as const).map((name) => {
  const window: Window = { strides: [2, 2], pad: 0, isCeil: true };
  return {
    name: `${name} 3×2 0, strides 2×2, dimRoundingMode ceil`,
    inputs: [spread([2, 6, 5, 2], -1, 1, 1), spread([3, 2, 2, 2], -1, 1, 2)],
    op: (x, kernel) => tf[name](x as tf.Tensor4D, kernel as tf.Tensor4D, 2, 0, "NHWC", 1, "ceil"),
    reference: name === "conv2d" ? convolution(window) : depthwise(window),
  };
});

/** The cases. */
export const convolutions: readonly Case[] = [
  ...conv1d,
  ...apart,
  apart1d,
  ...conv2d,
  ...channelsFirst,
  largeChannelsFirst,
  ...rounded,
  ...fused,
  ...separable,
  ...dilations,
];
