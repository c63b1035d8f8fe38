/**
 * Weight standardization of the convolutions that a rule chooses, for arms that ask which of them
 * matter.
 *
 * @module
 */
import type { tf } from "../../../mod.ts";
import { convolutionsInExecutionOrder } from "../../../src/standardization/execution_order.ts";
import { standardizeLayer } from "../../../src/standardization/standardized_layer.ts";
import type { Algorithm, Event, Logger, State } from "../../../src/training/engine.ts";

/** How many convolutions DeepLabv3+'s head has. */
export const headLayers = 15;

/** Standardizes the convolutions that a rule chooses. */
export class StandardizeChosen implements Algorithm {
  readonly name = "WeightStandardization";

  /**
   * @param what in words, for the record
   * @param isChosen tells it of a layer, by how many come after it: 0 for the last
   */
  constructor(
    readonly what: string,
    readonly isChosen: (layer: tf.layers.Layer, after: number) => boolean,
  ) {}

  toString(): string {
    return `${this.name}(${this.what})`;
  }

  match(event: Event): boolean {
    return event === "init";
  }

  apply(_event: Event, { model }: State, logger: Logger): void {
    const { layers } = convolutionsInExecutionOrder(model);
    const chosen = layers.filter((layer, i) => this.isChosen(layer, layers.length - 1 - i));
    for (const layer of chosen) standardizeLayer(layer, {});
    logger.logHyperparameters({ [`${this.name}/num_weights_standardized`]: chosen.length });
  }
}
