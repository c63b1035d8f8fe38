import type * as tf from "../../tf.ts";

/** One call of a layer in a model; tensors are known by the ids of their symbolic ones. */
export interface LayerCall {
  /** The layer. */
  layer: tf.layers.Layer;
  /** What it takes. */
  inputs: readonly number[];
  /** What it gives. */
  outputs: readonly number[];
}

/** A model as the list of its layers' calls. */
export interface LayerCalls {
  /** The calls, in the order in which TensorFlow.js runs them. */
  calls: readonly LayerCall[];
  /** What the model takes. */
  inputs: readonly number[];
  /** What the model gives. */
  outputs: readonly number[];
}

/**
 * The calls of a model's layers in TensorFlow.js's own order, depth-first from the outputs, a
 * merge's *last* input first: sums of gradients have one order then, and so have random numbers. A
 * nested model is one layer.
 *
 * @param model the model, built
 * @returns its calls
 */
export function layerCallsOf(model: tf.LayersModel): LayerCalls {
  const calls: LayerCall[] = [];
  const idsOf = (tensors: readonly tf.SymbolicTensor[]) => tensors.map(({ id }) => id);
  const seen = new Set(idsOf(model.inputs));
  const visit = (tensor: tf.SymbolicTensor): void => {
    if (seen.has(tensor.id)) return;
    tensor.inputs.toReversed().forEach(visit);
    const layer = tensor.sourceLayer;
    const outputs = layer.inboundNodes[tensor.nodeIndex]?.outputTensors ?? [tensor];
    for (const { id } of outputs) seen.add(id);
    calls.push({ layer, inputs: idsOf(tensor.inputs), outputs: idsOf(outputs) });
  };
  model.outputs.forEach(visit);
  return { calls, inputs: idsOf(model.inputs), outputs: idsOf(model.outputs) };
}

/**
 * Runs calls one after the other, and disposes of what none of them needs any more.
 *
 * @param calls the calls
 * @param values the tensors that they take, by their ids
 * @param kept ids of what must stay
 * @param run runs one of them
 * @param unused told of a tensor before it is disposed of
 * @returns `values`, and with them what the calls gave that is kept
 */
export function runCalls(
  calls: readonly LayerCall[],
  values: ReadonlyMap<number, tf.Tensor>,
  kept: ReadonlySet<number>,
  run: (call: LayerCall, inputs: tf.Tensor[]) => tf.Tensor[] = runCall,
  unused: (id: number) => void = () => {},
): Map<number, tf.Tensor> {
  const all = new Map(values);
  const uses = new Map<number, number>();
  for (const { inputs } of calls) for (const id of inputs) uses.set(id, (uses.get(id) ?? 0) + 1);
  for (const call of calls) {
    const outputs = run(call, call.inputs.map((id) => all.get(id) as tf.Tensor));
    call.outputs.forEach((id, i) => all.set(id, outputs[i] as tf.Tensor));
    for (const id of call.inputs) uses.set(id, uses.get(id)! - 1);
    for (const id of [...new Set(call.inputs), ...call.outputs]) {
      if ((uses.get(id) ?? 0) > 0 || kept.has(id) || values.has(id)) continue;
      unused(id);
      all.get(id)?.dispose();
      all.delete(id);
    }
  }
  return all;
}

/**
 * Calls a layer in training.
 *
 * @param call the call
 * @param inputs what it takes
 * @returns what it gives
 */
export function runCall({ layer }: LayerCall, inputs: tf.Tensor[]): tf.Tensor[] {
  return [layer.apply(inputs, { training: true })].flat() as tf.Tensor[];
}
