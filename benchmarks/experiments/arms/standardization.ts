import { WeightStandardization } from "../../../src/training/algorithms/weight_standardization.ts";
import { type ArmDefinition, completeArm } from "../arm.ts";

/**
 * The arms of a weight standardization comparison.
 *
 * @param nLastLayersIgnore how many of the last convolutions the `ws` arm leaves alone
 * @returns `baseline`, `ws`, and `ws-all` where `ws` is not that already
 */
export function standardizationArms(nLastLayersIgnore: number): ArmDefinition[] {
  const baseline = completeArm({
    name: "baseline",
    description: "no convolution standardized",
  });
  const ws = completeArm({
    name: "ws",
    label: nLastLayersIgnore > 0 ? `WS, last ${nLastLayersIgnore} ignored` : "WS",
    description: nLastLayersIgnore > 0
      ? `every convolution standardized but the last ${nLastLayersIgnore}`
      : "every convolution standardized",
    algorithms: [new WeightStandardization({ nLastLayersIgnore })],
  });
  const wsAll = completeArm({
    name: "ws-all",
    label: "WS on all layers",
    description: "every convolution standardized, the head's too",
    algorithms: [new WeightStandardization({ nLastLayersIgnore: 0 })],
  });
  return nLastLayersIgnore > 0 ? [baseline, ws, wsAll] : [baseline, ws];
}
