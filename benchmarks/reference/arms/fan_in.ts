/**
 * Weight standardization of kernels with many values a filter, or with few: which of them a narrow
 * network can do without. A filter of n values has n − 2 left to train once its mean and its deviation
 * are fixed: 70 of 72 in a 3 × 3 kernel of 8 channels, 6 of 8 in a projection's.
 *
 * `deno task bench:ade20k --arms benchmarks/reference/arms/fan_in.ts …`
 *
 * @module
 */
import { filterSize } from "../../../src/standardization/variants.ts";
import { WeightStandardization } from "../../../src/training/algorithms/weight_standardization.ts";
import type { OwnArm } from "../../experiments/arm.ts";
import { type Contrast, pair } from "../../experiments/contrasts.ts";
import { headLayers, StandardizeChosen } from "./chosen.ts";

/** Fewer values a filter than these are few: projections of 8 to 32 channels have them, 3 × 3 kernels not. */
const few = 64;

/** Of the backbone's kernels those with many values a filter, or the others. */
function byFanIn(which: "many" | "few"): StandardizeChosen {
  const sign = which === "many" ? ">=" : "<";
  return new StandardizeChosen(
    `nLastLayersIgnore=${headLayers}, values a filter ${sign} ${few}`,
    (layer, after) => {
      const isMany = filterSize(layer.weights[0]!.read(), false) >= few;
      return after >= headLayers && isMany === (which === "many");
    },
  );
}

const arms: OwnArm[] = [
  { name: "baseline" },
  { name: "ws", algorithms: [new WeightStandardization({ nLastLayersIgnore: headLayers })] },
  { name: "ws-many", label: "WS, 64 values a filter and more", algorithms: [byFanIn("many")] },
  { name: "ws-few", label: "WS, fewer than 64 values a filter", algorithms: [byFanIn("few")] },
];

export default arms;

/** What leaving either out makes of WS. */
export const contrasts: Contrast[] = [
  pair("ws", "baseline", "WS − baseline"),
  pair("ws-many", "baseline", "WS of 64 values and more − baseline"),
  pair("ws-few", "baseline", "WS of fewer than 64 values − baseline"),
  pair("ws", "ws-many", "WS − WS of 64 values and more"),
];
