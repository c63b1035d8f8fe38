import {
  applyWeightStandardization,
  type ApplyWeightStandardizationOptions,
} from "../../standardization/apply.ts";
import type { Algorithm, Event, Logger, State } from "../engine.ts";

/**
 * Weight standardization as a {@linkcode Trainer}'s algorithm: at `init` it standardizes the
 * model's convolutions by {@linkcode applyWeightStandardization}, and logs their number as
 * `WeightStandardization/num_weights_standardized`.
 *
 * @see mosaicml/composer, `composer/algorithms/weight_standardization`
 */
export class WeightStandardization implements Algorithm {
  readonly name = "WeightStandardization";
  readonly #options: ApplyWeightStandardizationOptions;

  /**
   * @param options how many of the last convolutions to ignore, the variant and its epsilon
   */
  constructor(options: ApplyWeightStandardizationOptions = {}) {
    this.#options = options;
  }

  /** The method and its options, as reports show them. */
  toString(): string {
    const given = Object.entries(this.#options).filter(([, value]) => value !== undefined);
    return `${this.name}(${given.map(([name, value]) => `${name}=${value}`).join(", ")})`;
  }

  match(event: Event): boolean {
    return event === "init";
  }

  apply(_event: Event, state: State, logger: Logger): void {
    const { count } = applyWeightStandardization(state.model, this.#options);
    logger.logHyperparameters({ [`${this.name}/num_weights_standardized`]: count });
  }
}
