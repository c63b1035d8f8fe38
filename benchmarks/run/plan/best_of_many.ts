import { isOff } from "../../experiments/profiles/common.ts";
import type { Warning } from "../../record/mod.ts";
import type { PlannedArm } from "../plan.ts";

/**
 * The warning that early stopping calls for: it looks at the images that the result is measured on.
 *
 * @param arms all arms; those that train, and have `patience`, are meant
 * @returns one for all of them
 */
export function bestOfMany(
  arms: readonly Pick<PlannedArm, "name" | "steps" | "profile">[],
): Warning[] {
  const choosing = arms.filter(({ steps, profile }) => steps > 0 && !isOff(profile.patience));
  if (choosing.length === 0) return [];
  const of = choosing.length === arms.length
    ? ""
    : ` of ${choosing.map(({ name }) => name).join(", ")}`;
  const patience = [...new Set(choosing.map(({ profile }) => profile.patience))].join(" or ");
  const most = Math.max(...choosing.map(({ profile }) => profile.evaluations));
  return [{
    code: "best-of-evaluations",
    message: `Each cell${of} ends with the weights of its best evaluation (patience ${patience}, ` +
      `up to ${most} evaluations), and is scored on the images that chose it`,
    advice: "Expect lower scores on new images" +
      (of === "" ? ": compare the arms with each other" : "") +
      ", and leave patience out for a number that is to be published",
  }];
}
