import * as tf from "../tf.ts";
import {
  type StandardizedKernel,
  standardizedKernelOf,
} from "../standardization/standardized_kernel.ts";

/** A standardized kernel, and the variable that stands in for it. */
interface Held {
  kernel: StandardizedKernel;
  /** The raw kernel, which is trained. */
  raw: tf.Variable;
  /** The kernel standardized, `Ŵ`. */
  standardized: tf.Variable;
}

/**
 * The standardized kernels of a model, each held in a variable for the length of an optimizer step:
 * computed once, read by every microbatch. Gradients by these variables add up, and
 * {@linkcode HeldKernels.gradientOf} takes their sum back to the raw kernel, once.
 */
export class HeldKernels {
  readonly #held: Held[];

  /** @param model the model; its layers read as always but inside of {@linkcode during} */
  constructor(model: tf.LayersModel) {
    // A layer that is shared with a nested model has its weights in the list twice.
    this.#held = Array.from(new Set(model.weights)).flatMap((weight) => {
      const kernel = standardizedKernelOf(weight);
      if (kernel === undefined) return [];
      const raw = weight.read() as tf.Variable;
      const standardized = tf.tidy(() => tf.variable(tf.zerosLike(raw), false));
      return [{ kernel, raw, standardized }];
    });
  }

  /**
   * The variables by which to differentiate beside those that are trained.
   *
   * @param trained the latter
   * @returns those that are held for the raw kernels among them
   */
  heldFor(trained: readonly tf.Variable[]): tf.Variable[] {
    const held = this.#held.filter(({ raw }) => trained.includes(raw));
    return held.map(({ standardized }) => standardized);
  }

  /** Standardizes every kernel. */
  refresh(): void {
    tf.tidy(() => {
      for (const { kernel, standardized } of this.#held) standardized.assign(kernel.standardized());
    });
  }

  /**
   * Lets layers read what is held.
   *
   * @param step what runs the model
   * @returns what it returns
   */
  during<T>(step: () => T): T {
    for (const { kernel, standardized } of this.#held) kernel.standIn = standardized;
    try {
      return step();
    } finally {
      for (const { kernel } of this.#held) kernel.standIn = undefined;
    }
  }

  /**
   * The gradient by a raw kernel, `dW` of the closed form, of that by its standardized one.
   *
   * @param raw any variable
   * @param upstream gives the gradient by the variable that is held for it
   * @returns the gradient in a tensor of the kernel's shape; nothing where the variable is no such
   * kernel, or there is no gradient
   */
  gradientOf(
    raw: tf.Variable,
    upstream: (standardized: tf.Variable) => tf.Tensor | undefined,
  ): tf.Tensor | undefined {
    for (const held of this.#held) {
      const dy = held.raw === raw && upstream(held.standardized);
      if (dy) return tf.engine().gradients(() => held.kernel.standardized(), [raw], dy).grads[0];
    }
    return undefined;
  }

  /** Frees the variables. */
  dispose(): void {
    tf.dispose(this.#held.map(({ standardized }) => standardized));
  }
}
