import { type ArmSet, completeArm } from "../arm.ts";
import { regularizationContrasts, regularized } from "./settings.ts";
import { standardizationArms } from "./standardization.ts";

/**
 * Weight standardization × regularization: claim C10.
 *
 * @param nLastLayersIgnore how many of the last convolutions WS leaves alone
 */
export function regularization(nLastLayersIgnore: number): ArmSet {
  const [baseline, ws] = standardizationArms(nLastLayersIgnore).map((arm) => ({
    plain: arm,
    more: completeArm({
      ...arm,
      name: `${arm.name}-regularized`,
      label: `${arm.label}, regularized`,
      description: `${arm.description}; more weight decay and dropout`,
      settings: regularized,
    }),
  }));
  return {
    description: "baseline, ws and both with more weight decay and dropout",
    arms: [baseline!.plain, ws!.plain, baseline!.more, ws!.more],
    contrasts: regularizationContrasts,
  };
}
