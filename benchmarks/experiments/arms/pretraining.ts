import { WeightStandardization } from "../../../src/training/algorithms/weight_standardization.ts";
import { type ArmSet, completeArm } from "../arm.ts";
import { pair } from "../contrasts.ts";

/**
 * Weights that were trained without standardization, and go on with it or without: claim C7.
 *
 * @param nLastLayersIgnore how many of the last convolutions WS leaves alone
 */
export function pretraining(nLastLayersIgnore: number): ArmSet {
  const label = "pretrained + WS − pretrained";
  return {
    description: "pretrained, pretrained-ws: from --set initialWeights=FILE, with and without WS",
    arms: [
      completeArm({ name: "pretrained", description: "no convolution standardized" }),
      completeArm({
        name: "pretrained-ws",
        label: "pretrained + WS",
        description: "weights trained without WS go on with it",
        algorithms: [new WeightStandardization({ nLastLayersIgnore })],
      }),
    ],
    contrasts: [pair("pretrained-ws", "pretrained", label)],
    needs: "initialWeights",
  };
}
