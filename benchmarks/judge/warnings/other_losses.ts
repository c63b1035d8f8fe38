/**
 * Arms whose losses are not the same function, so that their training losses do not compare.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { Result, Warning } from "../../record/mod.ts";

/** Settings that a loss is made of. */
const lossSettings: readonly string[] = ["labelSmoothing", "crossEntropyWeight", "diceWeight"];

/**
 * The warning that arms call for whose settings make other losses. A smoothed one, say, is larger
 * whatever the model has learnt.
 *
 * @param result the arms; those without a setting of their own have the run's
 */
export function otherLosses({ arms }: Pick<Result, "arms">): Warning[] {
  const differing = lossSettings.filter((key) => {
    const values = arms.map(({ settings = {} }) => settings[key]);
    return values.some((value) => !isDeepStrictEqual(value, values[0]));
  });
  if (differing.length === 0) return [];
  return [{
    code: "other-loss",
    message: `The arms' losses are not the same function: ${differing.join(", ")} differ`,
    advice: "Compare no training losses, nor their curves; the metrics know nothing of the loss",
  }];
}
