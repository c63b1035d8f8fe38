import * as tf from "../../tf.ts";
import { check } from "../../check.ts";

/** One call of a layer in a model. */
export interface LayerCall {
  /** The layer. */
  layer: tf.layers.Layer;
  /** Ids of the tensors that it takes. */
  inputs: readonly number[];
  /** Ids of the tensors that it gives. */
  outputs: readonly number[];
}

/** A model as the list of its layers' calls. */
export interface LayerCalls {
  /** The calls, in the order in which TensorFlow.js runs them. */
  calls: readonly LayerCall[];
  /** Ids of the tensors that the model takes. */
  inputs: readonly number[];
  /** Ids of the tensors that the model gives. */
  outputs: readonly number[];
}

/**
 * The calls of a model's layers in TensorFlow.js's own order, depth-first from the outputs, a
 * merge's *last* input first: sums of gradients have one order then, and so have random numbers.
 * Nested models are replaced by their layers.
 *
 * @param model the model, built
 * @returns its calls
 */
export function layerCallsOf(model: tf.LayersModel): LayerCalls {
  const calls: LayerCall[] = [];
  let count = 0;
  const inputs = model.inputs.map(() => count++);
  return { calls, inputs, outputs: callsOf(model, inputs) };

  function callsOf(model: Container, given: readonly number[]): number[] {
    const ids = new Map(model.inputs.map(({ id }, i) => [id, given[i]!]));
    const visit = (tensor: tf.SymbolicTensor): void => {
      if (ids.has(tensor.id)) return;
      tensor.inputs.toReversed().forEach(visit);
      const layer = tensor.sourceLayer;
      const inputs = tensor.inputs.map(({ id }) => ids.get(id)!);
      const made = layer.inboundNodes[tensor.nodeIndex]?.outputTensors ?? [tensor];
      const outputs = isContainer(layer) ? callsOf(layer, inputs) : made.map(() => count++);
      if (!isContainer(layer)) calls.push({ layer, inputs, outputs });
      made.forEach(({ id }, i) => ids.set(id, outputs[i]!));
    };
    model.outputs.forEach(visit);
    return model.outputs.map(({ id }) => ids.get(id)!);
  }
}

/** A model, be it a layer of another one. */
type Container = Pick<tf.LayersModel, "inputs" | "outputs">;

function isContainer(layer: tf.layers.Layer): layer is tf.layers.Layer & Container {
  const { inputs, outputs } = layer as tf.layers.Layer & Partial<Container>;
  const isModel = ["Model", "Functional", "Sequential"].includes(layer.getClassName());
  return isModel && Array.isArray(inputs) && Array.isArray(outputs);
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
 * @throws {TypeError} if it makes a mask, of which layers after it would not be told
 */
export function runCall({ layer }: LayerCall, inputs: tf.Tensor[]): tf.Tensor[] {
  const outputs = [layer.apply(inputs, { training: true })].flat() as tf.Tensor[];
  const masks = layer.supportsMasking ? [layer.computeMask(inputs)].flat() : [];
  // Most layers make none of none; TensorFlow.js's types don't say that it may be null.
  const made = masks.filter((mask: tf.Tensor | null | undefined) => mask != null);
  tf.dispose(made);
  const wanted = "recompute as layers must make no masks";
  check(made.length === 0, TypeError, wanted, `one of ${layer.name}`);
  return outputs;
}
