import * as tf from "../../tf.ts";
import { isTapedTwice } from "../engine_scope.ts";

/** An entry of TensorFlow.js's tape, as far as it is looked at. */
interface TapeNode {
  inputs: Readonly<Record<string, tf.Tensor>>;
}

/** What the engine writes the tape with; its types hide it. */
type AddTapeNode = (
  kernelName: string,
  inputs: TapeNode["inputs"],
  outputs: readonly tf.Tensor[],
  ...rest: unknown[]
) => void;

const repaired = new WeakSet<AddTapeNode>();

/**
 * Gives gradients a gradient where they read what their op has put out: those of `tf.exp`,
 * `tf.sigmoid`, `tf.tanh`, `tf.softmax` and others. TensorFlow.js saves a copy of the output, and
 * puts that on the tape *before* the op: read from the beginning, it leads from nowhere, so that the
 * output counted as a constant. Here it comes after the op. That matters to gradients of gradients
 * alone, and nothing else is touched.
 */
export function repairSavedOutputs(): void {
  const engine = tf.engine() as unknown as {
    addTapeNode: AddTapeNode;
    state: { activeTape: TapeNode[] };
  };
  const stock = engine.addTapeNode;
  if (repaired.has(stock)) return;
  engine.addTapeNode = (kernelName, inputs, outputs, ...rest) => {
    stock.call(engine, kernelName, inputs, outputs, ...rest);
    if (!isTapedTwice()) return;
    const tape = engine.state.activeTape, node = tape.pop()!;
    const isCopy = ({ inputs }: TapeNode) => Object.values(inputs).some((x) => outputs.includes(x));
    let place = tape.length;
    while (place > 0 && isCopy(tape[place - 1]!)) place--;
    tape.splice(place, 0, node);
  };
  repaired.add(engine.addTapeNode);
}
