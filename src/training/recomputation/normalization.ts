import * as tf from "../../tf.ts";
import { runAfter } from "../../gradients/run_after.ts";
import { type LayerCall, type LayerCalls, runCall, runCalls } from "./layer_calls.ts";
import { type FirstRun, repeat, runFirst, weightsOf } from "./repeat.ts";
import { isTapeOn, savedAt, type TapeNode, tapeNodes } from "./tape.ts";

/** Names of the classes that normalize: this library's and TensorFlow.js's. */
const normalizations: readonly string[] = [
  "TorchBatchNormalization",
  "TorchBatchChannelNormalization",
  "TorchGroupNormalization",
  "TorchInstanceNormalization",
  "TorchLayerNormalization",
  "BatchNormalization",
  "LayerNormalization",
];

/** Names of the classes that change each value by itself. */
const activations: readonly string[] = ["RepairedReLU", "ReLU", "LeakyReLU", "ELU", "Activation"];

/** Kernels whose gradients read no values of what they save, only shapes. */
const readShapesOnly: readonly string[] = ["Add", "AddN", "Sub", "Concat"];

/** Whether a layer is a normalization, whose output can be computed again of its input. */
export function isNormalization(layer: tf.layers.Layer): boolean {
  return normalizations.includes(layer.getClassName());
}

/** A normalization that ran, with the activation after it or without. */
interface Normalized {
  calls: readonly LayerCall[];
  first: FirstRun;
  /** What was normalized. */
  source: () => tf.Tensor;
  /** How long the tape was before it. */
  start: number;
}

/**
 * Runs a model on the tape, and takes from the tape what normalizations and the activations after
 * them gave, once the layers that use it have run. A gradient that reads it computes it again.
 *
 * @param graph the model's calls
 * @param inputs what the model takes, by ids
 * @returns what the model gives
 */
export function runWithoutNormalized(
  graph: LayerCalls,
  inputs: ReadonlyMap<number, tf.Tensor>,
): tf.Tensor[] {
  const tensors = new Map(inputs);
  const normalized = new Map<number, Normalized>();
  const run = (call: LayerCall, taken: tf.Tensor[]): tf.Tensor[] => {
    const before = normalized.get(call.inputs[0]!);
    const isActivation = activations.includes(call.layer.getClassName());
    const [output = -1] = call.outputs;
    if (before?.calls.length === 1 && isActivation) {
      normalized.set(output, { ...before, calls: [...before.calls, call] });
    }
    if (!isNormalization(call.layer)) return noted(call, runCall(call, taken));
    const { given, ...result } = runNormalization(call, taken);
    // What is normalized again is the source of a recomputation: it stays.
    normalized.delete(call.inputs[0]!);
    normalized.set(output, result);
    return noted(call, given);
  };
  const noted = (call: LayerCall, given: tf.Tensor[]): tf.Tensor[] => {
    call.outputs.forEach((id, i) => tensors.set(id, given[i]!));
    return given;
  };
  const unused = (id: number): void => {
    const tensor = tensors.get(id)!;
    forgetShapes(tensor);
    const made = normalized.get(id);
    if (made !== undefined) forget(tensor, made);
    tensors.delete(id);
  };
  const values = runCalls(graph.calls, inputs, new Set(graph.outputs), run, unused);
  return graph.outputs.map((id) => values.get(id)!);
}

function runNormalization(
  call: LayerCall,
  taken: tf.Tensor[],
): Normalized & { given: tf.Tensor[] } {
  const start = tapeNodes().length;
  const [x] = taken as [tf.Tensor];
  const { value, ...first } = runFirst(weightsOf([call.layer]), () => runCall(call, taken));
  const nodes = tapeNodes().slice(start);
  const saved = nodes.at(-1)?.saved ?? [];
  saved.push(...first.before.values());
  const node = nodes.find((node) => savedAt(node, x).length > 0);
  if (node !== undefined) {
    const [index] = savedAt(node, x);
    return { calls: [call], first, source: () => node.saved![index!]!, start, given: value };
  }
  const kept = tf.keep(tf.clone(x));
  saved.push(kept);
  return { calls: [call], first, source: () => kept, start, given: value };
}

/** Frees what is saved for its shape alone; that stays readable. */
function forgetShapes(tensor: tf.Tensor): void {
  for (const node of tapeNodes()) {
    if (!readShapesOnly.includes(node.kernelName)) continue;
    for (const index of savedAt(node, tensor)) node.saved![index]!.dispose();
  }
}

/** Frees a tensor that is saved, and has gradients that read it compute it again. */
function forget(tensor: tf.Tensor, made: Normalized): void {
  let again: tf.Tensor | undefined;
  const nodes = tapeNodes().slice(made.start).filter((node) => savedAt(node, tensor).length > 0);
  for (const node of nodes) {
    if (readShapesOnly.includes(node.kernelName)) continue;
    const gradient = node.gradient!;
    for (const index of savedAt(node, tensor)) node.saved![index]!.dispose();
    node.gradient = function (dys) {
      again ??= compute(made, dys);
      for (const index of savedAt(node, tensor)) node.saved![index] = again;
      const gradients = gradient.call(this, dys);
      // The first that saved it is the last to read it.
      return node === nodes[0] ? releasing(gradients, this, () => again?.dispose()) : gradients;
    };
  }
}

function compute({ calls, first, source }: Normalized, dys: (tf.Tensor | null)[]): tf.Tensor {
  if (isTapeOn()) {
    throw new Error(
      "Cannot differentiate a gradient as normalizations are recomputed: leave recompute out",
    );
  }
  return tf.tidy(() => {
    const dy = dys.find((dy) => dy !== null);
    const x = dy ? runAfter(source(), dy) : source();
    const run = () => calls.reduce((taken, call) => runCall(call, taken), [x]);
    return repeat(first, new Map(), run)[0]!;
  });
}

/** Gradients of a node that call `release` after the last that is needed. */
function releasing(
  gradients: Record<string, () => tf.Tensor>,
  { inputs }: TapeNode,
  release: () => void,
): Record<string, () => tf.Tensor> {
  const last = Object.keys(inputs).at(-1);
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [
      name,
      () => {
        const result = gradient();
        if (name === last) release();
        return result;
      },
    ]),
  );
}
