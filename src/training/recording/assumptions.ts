import type * as tf from "../../tf.ts";
import { type KnownOptimizer, optimizerSettings } from "./interceptions.ts";

/** What a recording treats as constant, and can find changed. */
export class Assumptions {
  readonly #variables: readonly { variable: tf.Variable; trainable: boolean }[];
  readonly #settings: readonly { optimizer: KnownOptimizer; settings: string }[];

  /**
   * @param variables those that the step reads or writes
   * @param optimizers those whose numbers are constants of the recording
   */
  constructor(variables: Iterable<tf.Variable>, optimizers: Iterable<KnownOptimizer>) {
    this.#variables = Array.from(variables, (variable) => {
      const { trainable } = variable;
      return { variable, trainable };
    });
    this.#settings = Array.from(optimizers, (optimizer) => {
      const settings = optimizerSettings(optimizer);
      return { optimizer, settings };
    });
  }

  /** Whether they hold no more. */
  areStale(): boolean {
    return this.#variables.some(({ variable, trainable }) =>
      variable.isDisposed || variable.trainable !== trainable
    ) || this.#settings.some(({ optimizer, settings }) =>
      optimizerSettings(optimizer) !== settings
    );
  }

  /** A variable that was disposed. */
  disposedVariable(): tf.Variable | undefined {
    return this.#variables.find(({ variable }) => variable.isDisposed)?.variable;
  }
}
