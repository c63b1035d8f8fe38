import type * as tf from "../tf.ts";
import type {
  Activation,
  BatchNormalizationFields,
  Initializer,
  ReadableWeight,
} from "../layers/stock.ts";
import { type KernelField, layerKind } from "./layer_kinds.ts";
import { standardizationOf } from "./standardized_layer.ts";

/** A stock batch normalization, or this library's. */
export type BatchNormalizationLayer = tf.layers.Layer & BatchNormalizationFields;

/** A convolution layer, with the fields that TensorFlow.js hides. */
export interface FoldableConvolution extends Omit<tf.layers.Layer, "addWeight"> {
  readonly activation: Activation & { getClassName(): string } | null;
  readonly dataFormat: "channelsFirst" | "channelsLast";
  readonly bias: ReadableWeight | null;
  addWeight(
    name: string,
    shape: readonly number[],
    dtype: tf.DataType,
    initializer: Initializer,
  ): ReadableWeight;
}

/** A convolution and the normalization that can be folded into it. */
export interface FoldablePair {
  convolution: FoldableConvolution & tf.layers.Layer;
  normalization: BatchNormalizationLayer;
  /** The kernel whose last factor the output is: a separable convolution has another before it. */
  kernel: ReadableWeight;
  /** What that kernel is. */
  field: KernelField;
}

/** By name, as a user's model may come from another copy of TensorFlow.js. */
const normalizationClasses: ReadonlySet<string> = new Set([
  "BatchNormalization",
  "TorchBatchNormalization",
]);

/**
 * The batch normalizations of a model that can be folded, each with its convolution.
 *
 * @param model a model
 * @returns the pairs, in the order of the model's layers, nested models in their places
 */
export function foldablePairs(model: tf.layers.Layer): FoldablePair[] {
  const containers = containersIn(model);
  const outputs = new Set(containers.flatMap(({ outputs }) => outputs.map((x) => x.sourceLayer)));
  const layers = containers.flatMap(({ layers }) => layers);
  return [...new Set(layers)].flatMap((layer) => {
    const pair = pairOf(layer);
    return pair === undefined || outputs.has(pair.convolution) ? [] : [pair];
  });
}

/** A model, or one inside of it. */
interface Container {
  layers: tf.layers.Layer[];
  outputs: tf.SymbolicTensor[];
}

function containersIn(layer: tf.layers.Layer & Partial<Container>): Container[] {
  const { layers, outputs = [] } = layer;
  return layers === undefined ? [] : [{ layers, outputs }, ...layers.flatMap(containersIn)];
}

/** The pair that a layer is the convolution of. */
function pairOf(layer: tf.layers.Layer): FoldablePair | undefined {
  const field = kernelFieldOf(layer);
  const normalization = onlyConsumer(layer);
  if (field === undefined || normalization === undefined) return undefined;
  const convolution = layer as FoldablePair["convolution"]; // as its kernel tells
  const { activation, dataFormat } = convolution;
  if (activation !== null && activation.getClassName() !== "linear") return undefined;
  const { rank } = normalization.inboundNodes[0]!.inputTensors[0]!;
  const channels = dataFormat === "channelsFirst" ? 1 : rank - 1;
  const { axis } = normalization;
  if ((axis < 0 ? axis + rank : axis) !== channels) return undefined;
  // TensorFlow.js declares a layer's kernels protected.
  const kernel = (layer as unknown as Record<KernelField["name"], ReadableWeight>)[field.name];
  return { convolution, normalization, kernel, field };
}

/** The kernel that a convolution applies last. */
function kernelFieldOf(layer: tf.layers.Layer): KernelField | undefined {
  const className = standardizationOf(layer)?.className ?? layer.getClassName();
  return layerKind(className)?.kernels.at(-1);
}

/** The normalization that is called once, on what the layer gave when it was called once. */
function onlyConsumer(layer: tf.layers.Layer): BatchNormalizationLayer | undefined {
  const [node, ...others] = layer.outboundNodes;
  if (node === undefined || others.length > 0 || layer.inboundNodes.length !== 1) return undefined;
  const { outboundLayer } = node;
  const isFoldable = normalizationClasses.has(outboundLayer.getClassName()) &&
    outboundLayer.inboundNodes.length === 1;
  return isFoldable ? outboundLayer as BatchNormalizationLayer : undefined;
}
