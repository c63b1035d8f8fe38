/**
 * The parts of TensorFlow.js's tape that recomputation works on. Its types hide some of them.
 *
 * @module
 */
import * as tf from "../../tf.ts";

/** An entry of the tape: what ran, and how its gradient is computed. */
export interface TapeNode {
  /** What ran. */
  kernelName: string;
  /** What it took; of the copy that a gradient is asked of, only what needs a gradient. */
  inputs: Record<string, tf.Tensor>;
  /** What it gave. */
  outputs: tf.Tensor[];
  /** What its gradient reads; the tape disposes of it at the end. */
  saved?: tf.Tensor[];
  /** Its gradient, by input. TensorFlow.js calls it as a method of the entry. */
  gradient?: (this: TapeNode, dys: (tf.Tensor | null)[]) => Record<string, () => tf.Tensor>;
}

interface Tape {
  state: { activeTape: TapeNode[] | null | undefined; gradientDepth: number; kernelDepth: number };
  runKernelFunc(op: {
    forwardFunc: (backend: unknown, save: (tensors: tf.Tensor[]) => void) => tf.Tensor[];
    backwardsFunc: () => never;
    inputs: Record<string, tf.Tensor>;
  }): tf.Tensor[];
}

/** The engine, whose `runKernelFunc` is private: `tf.customGrad` is all that may lead there. */
function engine(): Tape {
  return tf.engine() as unknown as Tape;
}

/** Whether what runs now is recorded, to be differentiated. */
export function isTapeOn(): boolean {
  const { gradientDepth, kernelDepth } = engine().state;
  return gradientDepth > 0 && kernelDepth === 0;
}

/** What the tape has recorded. */
export function tapeNodes(): TapeNode[] {
  return engine().state.activeTape ?? [];
}

/**
 * Where an entry has saved a tensor.
 *
 * @param node the entry
 * @param tensor one of its inputs or outputs
 * @returns the indices in `saved`; none where TensorFlow.js's registry does not tell what is saved
 */
export function savedAt(node: TapeNode, tensor: tf.Tensor): number[] {
  const config = tf.getGradient(node.kernelName);
  if (config === undefined || node.saved === undefined) return [];
  const names = config.saveAllInputs ? Object.keys(node.inputs) : config.inputsToSave ?? [];
  const saved = [
    ...names.map((name) => node.inputs[name]),
    ...node.outputs.filter((_, i) => config.outputsToSave?.[i]),
  ];
  return saved.flatMap((one, i) => one === tensor ? [i] : []);
}

/** An op whose gradient is of its own making. */
export interface TapedOp {
  /** What it takes, a variable as itself. */
  inputs: readonly tf.Tensor[];
  /** Computes the outputs; nothing in here is recorded. */
  forward(): tf.Tensor[];
  /** Of `inputs`, what may be gone before the gradient is computed: copies are kept. */
  copied: readonly tf.Tensor[];
  /** What goes with the tape. */
  owned(): readonly tf.Tensor[];
  /**
   * The gradients.
   *
   * @param needed which of the inputs they are needed of
   * @param dys one for each output, nothing where none reaches it
   * @param copies of `copied`
   */
  gradient(needed: boolean[], dys: (tf.Tensor | null)[], copies: tf.Tensor[]): tf.Tensor[];
}

/**
 * Runs an op that the tape sees as a whole. `tf.customGrad` would compute the gradient of every
 * input, needed or not, and copy what is kept, which wasm does in memory.
 *
 * @param op the op
 * @returns its outputs
 */
export function runTaped(op: TapedOp): tf.Tensor[] {
  const outputs = engine().runKernelFunc({
    inputs: Object.fromEntries(op.inputs.map((input, i) => [i, input])),
    forwardFunc: (_backend, save) => {
      const outputs = op.forward();
      save([...op.copied]);
      return outputs;
    },
    backwardsFunc: () => {
      throw new Error("Cannot come here: the gradient is replaced below");
    },
  });
  const node = tapeNodes().at(-1)!;
  const copies = [...node.saved ?? []];
  node.saved?.push(...op.owned());
  node.gradient = function (dys) {
    const needed = op.inputs.map((_, i) => `${i}` in this.inputs);
    const gradients = op.gradient(needed, dys, copies);
    return Object.fromEntries(gradients.map((gradient, i) => [i, () => gradient]));
  };
  return outputs;
}

/**
 * The product of a function's Jacobian with gradients of its outputs, while another gradient is
 * being computed, whose tape it leaves alone.
 *
 * @param f the function
 * @param xs by which to differentiate
 * @param dys the gradients, nothing where none reaches an output
 * @returns one gradient for each `x`; nothing where `f` does not depend on it
 */
export function nestedGradients(
  f: () => tf.Tensor[],
  xs: tf.Tensor[],
  dys: readonly (tf.Tensor | null)[],
): (tf.Tensor | undefined)[] {
  const { state } = engine();
  const outer = state.activeTape;
  try {
    return tf.engine().gradients(() => joined(f(), dys), xs, undefined, true).grads;
  } catch (error) {
    if (state.activeTape !== outer) tf.dispose(tapeNodes().flatMap(({ saved }) => saved ?? []));
    throw error;
  } finally {
    state.activeTape = outer;
  }
}

/** A scalar whose gradients by the outputs are `dys`. */
function joined(outputs: tf.Tensor[], dys: readonly (tf.Tensor | null)[]): tf.Scalar {
  const reached = outputs.filter((_, i) => dys[i] !== null);
  const gradients = dys.filter((dy) => dy !== null);
  const join = tf.customGrad((..._: (tf.Tensor | tf.GradSaveFunc)[]) => ({
    value: tf.scalar(0),
    // Copies: where an output is used in `f`, too, TensorFlow.js disposes of what it adds to.
    gradFunc: () => gradients.map((dy) => tf.clone(dy)),
  }));
  return join(...reached) as tf.Scalar;
}
