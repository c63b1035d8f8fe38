/**
 * TensorFlow.js's kernels that tfjs-node lacks, each by the operation of TensorFlow that does it.
 * @module
 */
import * as tf from "../../../tf.ts";
import type { Attributes, AttributeValue } from "../attributes.ts";
import type { DataTypeName } from "../dtypes.ts";
import { toInt64 } from "./int64.ts";
import type { StockKernel, StockRunner } from "./kernel.ts";

/** What an operation of TensorFlow is given. */
interface Call {
  /** Where it is not the kernel's. */
  readonly operation?: string;
  readonly attributes: Attributes;
  readonly inputs: readonly tf.Tensor[];
  readonly outputs: number;
}

type Inputs = Readonly<Record<string, tf.Tensor>>;

/** TensorFlow.js's attributes, as these kernels have them. */
interface StockAttributes {
  size: number;
  binaryOutput: boolean;
  side: "left" | "right";
  numBuckets: number;
  skipEmpty: boolean;
  separator: string;
  nGramWidths: number[];
  leftPad: string;
  rightPad: string;
  padWidth: number;
  preserveShortSequences: boolean;
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: unknown;
  includeBatchInIndex: boolean;
  outputRaggedRank: number;
  rowPartitionTypes: string[];
}

const typeOf = (tensor: tf.Tensor): AttributeValue => ({ type: tensor.dtype as DataTypeName });
const int32: AttributeValue = { type: "int32" };

/** The kernels, by name. */
const calls: Readonly<
  Record<string, (inputs: Inputs, attributes: StockAttributes, runner: StockRunner) => Call>
> = {
  BitwiseAnd: ({ a, b }) => ({ attributes: { T: typeOf(a!) }, inputs: [a!, b!], outputs: 1 }),
  DenseBincount: ({ x, weights }, { size, binaryOutput }) => ({
    attributes: { Tidx: int32, T: typeOf(weights!), binary_output: binaryOutput },
    inputs: [x!, tf.scalar(size, "int32"), weights!],
    outputs: 1,
  }),
  SearchSorted: ({ sortedSequence, values }, { side }) => ({
    operation: side === "left" ? "LowerBound" : "UpperBound",
    attributes: { T: typeOf(values!), out_type: int32 },
    inputs: [sortedSequence!, values!],
    outputs: 1,
  }),
  MaxPoolWithArgmax: ({ x }, { filterSize, strides, pad, includeBatchInIndex }) => ({
    attributes: {
      ksize: { int: [1, ...pair(filterSize), 1] },
      strides: { int: [1, ...pair(strides), 1] },
      padding: paddingOf(pad),
      T: typeOf(x!),
      Targmax: { type: "int64" },
      include_batch_in_index: includeBatchInIndex,
    },
    inputs: [x!],
    outputs: 2,
  }),
  StringSplit: ({ input, delimiter }, { skipEmpty }) => ({
    attributes: { skip_empty: skipEmpty },
    inputs: [input!, delimiter!],
    outputs: 3,
  }),
  StringNGrams: ({ data, dataSplits }, how) => ({
    attributes: {
      separator: how.separator,
      ngram_widths: { int: how.nGramWidths },
      left_pad: how.leftPad,
      right_pad: how.rightPad,
      pad_width: { int: how.padWidth },
      preserve_short_sequences: how.preserveShortSequences,
      Tsplits: int32,
    },
    inputs: [data!, dataSplits!],
    outputs: 2,
  }),
  StringToHashBucketFast: ({ input }, { numBuckets }) => ({
    attributes: { num_buckets: { int: numBuckets } },
    inputs: [input!],
    outputs: 1,
  }),
  SparseSegmentMean: segments,
  SparseSegmentSum: segments,
  SparseFillEmptyRows: ({ indices, values, denseShape, defaultValue }, _, runner) => ({
    attributes: { T: typeOf(values!) },
    inputs: [toInt64(runner, indices!), values!, toInt64(runner, denseShape!), defaultValue!],
    outputs: 4,
  }),
  SparseReshape: ({ inputIndices, inputShape, newShape }, _, runner) => ({
    attributes: {},
    inputs: [inputIndices!, inputShape!, newShape!].map((tensor) => toInt64(runner, tensor)),
    outputs: 2,
  }),
  RaggedRange: ({ starts, limits, deltas }) => ({
    attributes: { T: typeOf(starts!), Tsplits: int32 },
    inputs: [starts!, limits!, deltas!],
    outputs: 2,
  }),
  RaggedGather: ({ paramsNestedSplits, paramsDenseValues, indices }, { outputRaggedRank }) => {
    const splits = listOf(paramsNestedSplits);
    return {
      attributes: {
        Tvalues: typeOf(paramsDenseValues!),
        Tindices: int32,
        Tsplits: int32,
        PARAMS_RAGGED_RANK: { int: splits.length },
        OUTPUT_RAGGED_RANK: { int: outputRaggedRank },
      },
      inputs: [...splits, paramsDenseValues!, indices!],
      outputs: outputRaggedRank + 1,
    };
  },
  RaggedTensorToTensor(inputs, { rowPartitionTypes }) {
    const { shape, values, defaultValue, rowPartitionTensors } = inputs;
    const partitions = listOf(rowPartitionTensors);
    return {
      attributes: {
        T: typeOf(values!),
        Tindex: int32,
        Tshape: int32,
        num_row_partition_tensors: { int: partitions.length },
        row_partition_types: rowPartitionTypes,
      },
      inputs: [shape!, values!, defaultValue!, ...partitions],
      outputs: 1,
    };
  },
};

function segments({ data, indices, segmentIds }: Inputs): Call {
  return {
    attributes: { T: typeOf(data!), Tidx: int32, Tsegmentids: int32 },
    inputs: [data!, indices!, segmentIds!],
    outputs: 1,
  };
}

/** TensorFlow.js passes lists of tensors as they are, and types them as tensors. */
const listOf = (tensors: unknown) => tensors as readonly tf.Tensor[];

const pair = (size: number | [number, number]) => typeof size === "number" ? [size, size] : size;

function paddingOf(pad: unknown): string {
  if (pad === "valid" || pad === "same") return pad.toUpperCase();
  throw new TypeError(
    `Cannot compute maxPoolWithArgmax on tensorflow as pad must be "valid" or "same": current ` +
      `value is ${JSON.stringify(pad)}. Put the border around x with tf.pad`,
  );
}

/** The kernels that tfjs-node lacks. */
export const missingKernels: readonly StockKernel[] = Object.entries(calls).map(([name, call]) => ({
  name,
  compute(runner, tensors, loose) {
    // TensorFlow.js types attributes loosely.
    const how = call(tensors, loose as unknown as StockAttributes, runner);
    const { operation = name, attributes, inputs, outputs } = how;
    const results = runner.run(operation, attributes, inputs, outputs);
    return outputs === 1 ? results[0]! : results;
  },
}));
