/**
 * Weight standardization of kernels with many values a filter, or with few: which of them a narrow
 * network can do without. A filter of n values has n − 2 left to train once its mean and its deviation
 * are fixed: 70 of 72 in a 3 × 3 kernel of 8 channels, 6 of 8 in a projection's.
 *
 * `deno task bench:ade20k --arms benchmarks/reference/arms/fan_in.ts …`
 *
 * @module
 */
import { convolutionsInExecutionOrder } from "../../../src/standardization/execution_order.ts";
import { standardizeLayer } from "../../../src/standardization/standardized_layer.ts";
import { filterSize } from "../../../src/standardization/variants.ts";
import type { Algorithm, Event, Logger, State } from "../../../src/training/engine.ts";
import { WeightStandardization } from "../../../src/training/algorithms/weight_standardization.ts";
import type { OwnArm } from "../../experiments/arm.ts";
import { type Contrast, pair } from "../../experiments/contrasts.ts";

/** The convolutions of DeepLabv3+'s head, which are left alone. */
const nLastLayersIgnore = 15;

/** Fewer values a filter than these are few: projections of 8 to 32 channels have them, 3 × 3 kernels not. */
const few = 64;

/** Standardizes the backbone's kernels that have many values a filter, or the others. */
class ByFanIn implements Algorithm {
  readonly name = "WeightStandardization";

  constructor(readonly which: "many" | "few") {}

  toString(): string {
    const sign = this.which === "many" ? ">=" : "<";
    return `WeightStandardization(nLastLayersIgnore=${nLastLayersIgnore}, values a filter ${sign} ${few})`;
  }

  match(event: Event): boolean {
    return event === "init";
  }

  apply(_event: Event, { model }: State, logger: Logger): void {
    const { layers } = convolutionsInExecutionOrder(model);
    const chosen = layers.slice(0, -nLastLayersIgnore).filter((layer) => {
      const isMany = filterSize(layer.weights[0]!.read(), false) >= few;
      return isMany === (this.which === "many");
    });
    for (const layer of chosen) standardizeLayer(layer, {});
    logger.logHyperparameters({ [`${this.name}/num_weights_standardized`]: chosen.length });
  }
}

const arms: OwnArm[] = [
  { name: "baseline" },
  { name: "ws", algorithms: [new WeightStandardization({ nLastLayersIgnore })] },
  { name: "ws-many", label: "WS, 64 values a filter and more", algorithms: [new ByFanIn("many")] },
  { name: "ws-few", label: "WS, fewer than 64 values a filter", algorithms: [new ByFanIn("few")] },
];

export default arms;

/** What leaving either out makes of WS. */
export const contrasts: Contrast[] = [
  pair("ws", "baseline", "WS − baseline"),
  pair("ws-many", "baseline", "WS of 64 values and more − baseline"),
  pair("ws-few", "baseline", "WS of fewer than 64 values − baseline"),
  pair("ws", "ws-many", "WS − WS of 64 values and more"),
];
