/**
 * Arms × learning rates: arms that want rates of their own are compared fairly at each of several, and
 * each at its best.
 *
 * @module
 */
import { UsageError } from "../ground/errors.ts";
import type { ArmDefinition } from "./arm.ts";
import { withOwnValues } from "./arm_values.ts";
import type { Contrast } from "./contrasts.ts";
import { type Grid, gridEffects, gridWithin } from "./grid.ts";
import { visionKinds } from "./profiles/vision.ts";

/** What becomes of arms that are crossed with learning rates. */
export interface RateSweep {
  arms: ArmDefinition[];
  contrasts: Contrast[];
  /** None of one arm at one rate. */
  grid: Grid | undefined;
}

/** The rates of a profile; none where it names none, or is of no suite that trains. */
export function ratesOf(profile: object): readonly number[] {
  const { learningRates = [] } = profile as { learningRates?: readonly number[] };
  return learningRates;
}

/**
 * Each arm with each rate: the arm `ws` becomes `ws@0.05`, `ws@0.1`, …
 *
 * What is tested is each arm minus the first, at each rate; or contrasts of one's own, at each rate.
 * Whether these differ from rate to rate is not: such interactions would nearly double the family that
 * Holm's correction is over, and the chart of the metric against the rate shows it. Of one arm, each
 * rate is tested against the first.
 *
 * @param arms as they are without rates, the baseline first
 * @param rates in the order that they are wanted in
 * @param replaced values of the profile that are replaced for the whole run
 * @param own contrasts of a user's own, of the arms without rates
 * @throws {UsageError} if a rate is not above 0 or stands twice, or the arms, or the run, are given
 * another one, too
 */
export function sweptRates(
  arms: readonly ArmDefinition[],
  rates: readonly number[],
  replaced: readonly string[],
  own?: readonly Contrast[],
): RateSweep {
  visionKinds.learningRates!.check(rates, "Cannot run as learningRates");
  checkAlone(arms, replaced);
  const crossed = arms.flatMap((arm) =>
    rates.map((rate) => ({ arm, rate, at: atRate(arm, rate) }))
  );
  const swept = crossed.map(({ at }) => at);
  const whole: Grid = {
    axes: [
      { name: "learningRate", label: "learning rate", levels: rates, scale: "log" },
      { name: "baseArm", label: "arm", levels: arms.map(({ label }) => label) },
    ],
    at: Object.fromEntries(crossed.map(({ arm, rate, at }) => [at.name, [rate, arm.label]])),
    effect: arms.length > 1 ? "baseArm" : "learningRate",
  };
  const grid = gridWithin(whole, swept.map(({ name }) => name));
  const contrasts = own?.flatMap((contrast) => rates.map((rate) => contrastAt(contrast, rate))) ??
    (grid === undefined ? [] : gridEffects(grid, swept).map(({ effect }) => effect));
  return { arms: swept, contrasts, grid };
}

/**
 * The name of an arm before it was crossed with rates.
 *
 * @param name as in the run
 * @param rates of the run; none where it has no sweep
 */
export function nameBefore(name: string, rates: readonly number[]): string {
  const suffix = rates.map(suffixOf).find((suffix) => name.endsWith(suffix));
  return suffix === undefined ? name : name.slice(0, -suffix.length);
}

/** What an arm's name ends in at a rate. */
export function suffixOf(rate: number): string {
  return `@${rate}`;
}

function atRate(arm: ArmDefinition, rate: number): ArmDefinition {
  return {
    ...withOwnValues(arm, { learningRate: rate }),
    name: `${arm.name}${suffixOf(rate)}`,
    label: `${arm.label}, rate ${rate}`,
  };
}

function contrastAt({ name, label, weights }: Contrast, rate: number): Contrast {
  const entries = Object.entries(weights);
  return {
    name: `${name}${suffixOf(rate)}`,
    label: `${label}, rate ${rate}`,
    weights: Object.fromEntries(
      entries.map(([arm, weight]) => [`${arm}${suffixOf(rate)}`, weight]),
    ),
  };
}

/** Nothing would read another rate, or it would be none of the sweep's. */
function checkAlone(arms: readonly ArmDefinition[], replaced: readonly string[]): void {
  if (replaced.includes("learningRate")) {
    throw new UsageError(
      "Cannot set learningRate beside learningRates, as each arm has its rates from these: leave one " +
        "of them out",
    );
  }
  const own = arms.find(({ settings }) => "learningRate" in settings);
  if (own === undefined) return;
  throw new UsageError(
    `Cannot set learningRates as the arm "${own.name}" has a learningRate of its own, ` +
      `${own.settings.learningRate}: leave one of them out`,
  );
}
