/** The cases of the PyTorch fixtures, as computations; runs in a browser as well. */
import {
  losses,
  standardizedConv1d,
  standardizedConv2d,
  standardizedConv2dTranspose,
  standardizedConv3d,
  standardizedDepthwiseConv2d,
  standardizedSeparableConv2d,
  standardizeWeights,
} from "../../mod.ts";
import { batchNorm } from "../../src/gradients/batch_norm.ts";
import { groupNorm } from "../../src/gradients/group_norm.ts";
import { maxPool } from "../../src/gradients/max_pool.ts";
import { resizeBilinear } from "../../src/gradients/resize_bilinear.ts";
import * as tf from "../../src/tf.ts";
import type { FixtureTensor, PytorchFixture } from "../fixtures/pytorch.ts";
import type { StockCase } from "../gradients/fixtures/stock_gradients.ts";
import { type Op, stockOps } from "../gradients/stock_ops.ts";
import type { ConvolutionCase, LineTensor } from "../standardization/fixtures/convolutions.ts";
import type { GoldenCase } from "./golden.ts";

interface Reference {
  inputs: FixtureTensor[];
  upstream: FixtureTensor;
  y: FixtureTensor;
  gradients: FixtureTensor[];
}

const toTensor = ({ shape, values }: FixtureTensor) => tf.tensor(values, shape);

/** An op's output, and the gradients of `sum(output * upstream)` with respect to its inputs. */
function caseOf(name: string, op: Op, { inputs, upstream, y, gradients }: Reference): GoldenCase {
  return {
    name,
    expected: [y, ...gradients].map(({ values }) => values),
    compute() {
      const tensors = inputs.map(toTensor);
      return [op(...tensors), ...tf.grads(op)(tensors, toTensor(upstream))];
    },
  };
}

/** What `pytorch.json` holds: standardization of every variant, and the repaired ops. */
export function pytorchCases(pytorch: PytorchFixture): GoldenCase[] {
  return [
    ...standardizationCases(pytorch),
    ...pytorch.resizeBilinear.map((reference) =>
      caseOf(
        `resizeBilinear to [${reference.size}]`,
        (x) => resizeBilinear(x as tf.Tensor4D, reference.size),
        { ...reference, inputs: [reference.x], gradients: [reference.dx] },
      )
    ),
    maxPoolCase(pytorch),
    ...normalizationCases(pytorch),
    segmentationCase(pytorch),
  ];
}

function standardizationCases(pytorch: PytorchFixture): GoldenCase[] {
  const cases = [
    ...pytorch.standardize.map((entry) => ({ ...entry, depthwise: false })),
    { ...pytorch.standardizeDepthwise, depthwise: true },
  ];
  return cases.map(({ variant, depthwise, kernel, standardized, gradient, upstream }) =>
    caseOf(
      `standardizeWeights [${kernel.shape}] ${variant}${depthwise ? ", depthwise" : ""}`,
      (kernel) => standardizeWeights(kernel, { variant, depthwise }),
      { inputs: [kernel], upstream, y: standardized, gradients: [gradient] },
    )
  );
}

function maxPoolCase({ maxPool: reference }: PytorchFixture): GoldenCase {
  const { size, stride, padding, x, dx } = reference;
  const op: Op = (x) => maxPool(x as tf.Tensor4D, size, stride, padding);
  return caseOf("maxPool", op, { ...reference, inputs: [x], gradients: [dx] });
}

function normalizationCases(pytorch: PytorchFixture): GoldenCase[] {
  const { batchNorm: batch, groupNorm: groups } = pytorch;
  const toReference = (reference: typeof batch | typeof groups[number]): Reference => {
    const { x, gamma, beta, dx, dgamma, dbeta } = reference;
    return { ...reference, inputs: [x, gamma, beta], gradients: [dx, dgamma, dbeta] };
  };
  const batchOp: Op = (x, gamma, beta) =>
    batchNorm(x!, gamma as tf.Tensor1D, beta as tf.Tensor1D, batch.epsilon).y;
  const groupCases = groups.map(({ groups, epsilon, ...reference }) => {
    const op: Op = (x, gamma, beta) =>
      groupNorm(x!, gamma as tf.Tensor1D, beta as tf.Tensor1D, { groups, epsilon });
    return caseOf(
      `groupNorm, ${groups} groups`,
      op,
      toReference({ groups, epsilon, ...reference }),
    );
  });
  return [caseOf("batchNorm", batchOp, toReference(batch)), ...groupCases];
}

function segmentationCase({ segmentationLoss }: PytorchFixture): GoldenCase {
  const { labels, logits, total, dlogits } = segmentationLoss;
  const op: Op = (logits) =>
    losses.segmentation()(tf.tensor(labels.values, labels.shape, "int32"), logits!);
  const [one, y] = [1, total].map((value) => ({ shape: [], values: [value] }));
  const reference = { inputs: [logits], upstream: one!, y: y!, gradients: [dlogits] };
  return caseOf("segmentation loss", op, reference);
}

const forms: Record<ConvolutionCase["form"], unknown> = {
  conv1d: standardizedConv1d,
  conv2d: standardizedConv2d,
  conv3d: standardizedConv3d,
  depthwiseConv2d: standardizedDepthwiseConv2d,
  separableConv2d: standardizedSeparableConv2d,
  conv2dTranspose: standardizedConv2dTranspose,
};

const parse = ({ shape, values }: LineTensor): FixtureTensor => ({
  shape,
  values: values.split(" ").map(Number),
});

/** What `convolutions.json` holds: every form of a standardized convolution. */
export function convolutionCases(cases: ConvolutionCase[]): GoldenCase[] {
  return cases.map(({ form, strides, pad, dilations, variant, outputShape, ...tensors }) => {
    // Six signatures, and each case has the arguments of its own.
    const convolve = forms[form] as (...args: unknown[]) => tf.Tensor;
    const shapes = outputShape === undefined ? [] : [outputShape];
    const op: Op = (...inputs) =>
      convolve(...inputs, ...shapes, strides, pad, { dilations, variant });
    const { x, kernels, upstream, y, dx, dkernels } = tensors;
    return caseOf(`${form} ${JSON.stringify({ strides, pad, dilations, variant })}`, op, {
      inputs: [x, ...kernels].map(parse),
      upstream: parse(upstream),
      y: parse(y),
      gradients: [dx, ...dkernels].map(parse),
    });
  });
}

/** What `stock_gradients.json` holds: the gradients of TensorFlow.js's own ops, once registered. */
export function stockCases(cases: StockCase[], backend: string): GoldenCase[] {
  return cases.filter(({ name }) => !stockOps[name]!.lackedBy?.includes(backend)).map(
    ({ name, inputs, upstream, gradients }) => ({
      name,
      expected: gradients.map((gradient) => parse(gradient).values),
      compute() {
        const tensors = inputs.map((input) => toTensor(parse(input)));
        return tf.grads(stockOps[name]!.op)(tensors, toTensor(parse(upstream)));
      },
    }),
  );
}
