import type { ArmDefinition } from "../experiments/arm.ts";
import { type ByArm, withValuesByArm } from "../experiments/arm_values.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import type { VisionProfile } from "../experiments/profiles/vision.ts";
import { ratesOf, sweptRates } from "../experiments/rate_sweep.ts";
import type { Setting } from "../experiments/settings.ts";
import { UsageError } from "../ground/errors.ts";
import type { Suite } from "../tasks/suite.ts";
import { type ChosenArms, chosenArms, knownArms } from "./modules.ts";

/** Values of profiles that only sets of arms read which say so. */
const readBySets: readonly string[] = ["ignoredLayers"] satisfies (keyof VisionProfile)[];

/**
 * The arms that a text asks for, as `--arms` takes it, with the profile's values that they want.
 *
 * @param text names, a set's, or a module's path; the suite's own arms without
 * @param replaced the values of the profile that are not its own
 * @param values those that one arm alone has
 * @throws {UsageError} if there are none of the name, or a value is missing, idle or wrong
 */
export async function namedArms<P extends CommonProfile>(
  suite: Suite<P>,
  text: string | undefined,
  profile: P,
  replaced: readonly string[],
  values: ByArm<Setting> = {},
): Promise<ChosenArms> {
  const shaped: Suite<P> = { ...suite, ...suite.armsOf?.(profile) };
  const chosen = await chosenArms(text, shaped);
  const { needs = [], reads = [] } = chosen;
  const arms = withValuesByArm(chosen.arms, knownArms(shaped), values);
  const lacking = needs.find((key) => !profile[key as keyof P]);
  if (lacking !== undefined) {
    throw new UsageError(
      `Cannot run --arms ${text} as it wants a value: add --set ${lacking}=VALUE`,
    );
  }
  checkIdle(replaced, arms, reads);
  return { ...chosen, arms };
}

/**
 * The arms crossed with the profile's learning rates, where it names some.
 *
 * @param replaced the values of the profile that are not its own
 * @throws {UsageError} if a rate cannot be, or the arms, or the run, are given another one, too
 */
export function atRates(
  chosen: ChosenArms,
  profile: object,
  replaced: readonly string[],
): ChosenArms {
  const rates = ratesOf(profile);
  if (rates.length === 0) return chosen;
  const own = chosen.ownContrasts ? chosen.contrasts : undefined;
  return { ...chosen, ...sweptRates(chosen.arms, rates, replaced, own) };
}

/** Fails where a value is replaced that no arm reads, or that every arm replaces again. */
function checkIdle(
  keys: readonly string[],
  arms: readonly ArmDefinition[],
  reads: readonly string[],
): void {
  const cannot = (idle: string, reason: string) =>
    new UsageError(
      `Cannot set ${idle} as ${reason}: leave it out, or choose other arms by --arms`,
    );
  const idle = keys.find((key) => arms.every(({ settings }) => key in settings));
  if (idle !== undefined) throw cannot(idle, "each arm has its own");
  const unread = keys.find((key) => readBySets.includes(key) && !reads.includes(key));
  if (unread !== undefined) throw cannot(unread, "none of these arms reads it");
}
