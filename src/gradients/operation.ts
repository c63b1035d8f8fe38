/**
 * How the ops of this folder enter TensorFlow.js: as kernels with a registered gradient.
 * `tf.customGrad` would work, but it computes the gradient of *every* input, needed or not: that of
 * the images at a network's first convolution, or of frozen kernels. A registered gradient is only
 * asked for what leads to a variable.
 *
 * The registry also lets a backend supply something better. Where it has a kernel of the same name,
 * with the same inputs, attributes and outputs, that kernel runs in place of ours; the names all
 * begin with `weight-standardization/`.
 *
 * @module
 */
import * as tf from "../tf.ts";

/** An op whose gradient is computed input by input, as far as it is needed. */
export interface Operation<Inputs extends string, Attributes> {
  /** The op's name in TensorFlow.js's registries. */
  name: string;
  /** Computes the outputs; nothing in here is recorded on the tape. */
  forward(inputs: Record<Inputs, tf.Tensor>, attributes: Attributes): tf.Tensor[];
  /** The inputs that the gradient needs. */
  inputsToSave: Inputs[];
  /** Whether the gradient needs each output; those that it does follow the inputs in `saved`. */
  outputsToSave: boolean[];
  /** The gradient with respect to each input, given that of the first output. */
  gradient(
    dy: tf.Tensor,
    saved: tf.Tensor[],
    attributes: Attributes,
  ): Record<Inputs, () => tf.Tensor>;
}

/**
 * Makes a function of an op, and registers its gradient.
 *
 * @param operation the op; its name must be unique
 * @returns the function that runs it on the current backend
 */
export function defineOperation<Inputs extends string, Attributes>(
  operation: Operation<Inputs, Attributes>,
): (inputs: Record<Inputs, tf.Tensor>, attributes: Attributes) => tf.Tensor[] {
  const { name: kernelName, inputsToSave, outputsToSave } = operation;
  tf.registerGradient({
    kernelName,
    inputsToSave,
    outputsToSave,
    gradFunc: (dy, saved, attributes) =>
      operation.gradient([dy].flat()[0] as tf.Tensor, saved, attributes as Attributes),
  });
  return (inputs, attributes) => {
    registerForward(operation);
    return [tf.engine().runKernel(kernelName, inputs, attributes as tf.NamedAttrMap)].flat();
  };
}

/** Registers `forward` for the current backend, unless that already has such a kernel. */
function registerForward<Inputs extends string, Attributes>(
  operation: Operation<Inputs, Attributes>,
): void {
  const kernelName = operation.name;
  if (hasKernel(kernelName)) return;
  tf.registerKernel({
    kernelName,
    backendName: tf.getBackend(),
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() => operation.forward(inputs as Record<Inputs, tf.Tensor>, attrs as Attributes)),
  });
}

/** Whether the current backend has a kernel of that name. */
export function hasKernel(name: string): boolean {
  tf.backend(); // the current backend has no name before its first use
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

/**
 * Runs the backend's own kernel of that name, or else `composition`.
 *
 * @param name the kernel
 * @param inputs its inputs
 * @param attributes its attributes
 * @param composition the same, composed of other ops
 * @returns the outputs
 */
export function runKernelOr(
  name: string,
  inputs: tf.NamedTensorMap,
  attributes: object,
  composition: () => tf.Tensor[],
): tf.Tensor[] {
  if (!hasKernel(name)) return tf.tidy(composition);
  return [tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap)].flat();
}
