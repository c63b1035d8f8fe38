/**
 * Learning-rate schedules: pure functions from a step to the factor of the base learning rate.
 *
 * @module
 */
import { check } from "../check.ts";
import type { Schedule } from "./schedules/schedule.ts";

export {
  type BitHyperRule,
  bitHyperRule,
  type BitHyperRuleOptions,
} from "./schedules/bit_hyper_rule.ts";
export type { Schedule } from "./schedules/schedule.ts";

/** Options of every schedule. */
export interface WarmupOptions {
  /**
   * Steps of linear warm-up: step s of w has the factor `s / w`, and what follows is the schedule
   * over the other steps.
   *
   * @default {0}
   */
  warmupSteps?: number | undefined;
}

/** Options of {@linkcode cosine}. */
export interface CosineOptions extends WarmupOptions {
  /**
   * The factor at the end.
   *
   * @default {0}
   */
  finalFactor?: number | undefined;
}

/** Options of {@linkcode poly}. */
export interface PolyOptions extends WarmupOptions {
  /**
   * The exponent.
   *
   * @default {0.9}
   */
  power?: number | undefined;
}

/** Options of {@linkcode step}. */
export interface StepOptions extends WarmupOptions {
  /** The steps at which the factor falls, ascending, counted from the run's start. */
  milestones: readonly number[];
  /**
   * What each milestone multiplies the factor by.
   *
   * @default {0.1}
   */
  gamma?: number | undefined;
}

/**
 * Half a cosine from 1 to `finalFactor`: `f + (1 − f)·(1 + cos(π·t)) / 2`, t the share of the run
 * after the warm-up that is done. Source: Loshchilov and Hutter, "SGDR", 2017, without restarts.
 *
 * @example
 * ```ts
 * import { schedules } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const schedule = schedules.cosine({ warmupSteps: 2 });
 * assert.deepEqual([0, 1, 2].map((step) => schedule(step, 12)), [0, 0.5, 1]);
 * ```
 *
 * @param options warm-up and final factor
 * @returns the schedule
 * @throws {RangeError} if an option is negative
 */
export function cosine({ warmupSteps = 0, finalFactor = 0 }: CosineOptions = {}): Schedule {
  checkNotNegative("cosine", "finalFactor", finalFactor);
  const curve = (done: number) =>
    finalFactor + (1 - finalFactor) * 0.5 * (1 + Math.cos(Math.PI * done));
  return warmedUp("cosine", warmupSteps, (step, total) => curve(share(step, warmupSteps, total)));
}

/**
 * A power of what is left of the run after the warm-up: `(1 − t)^power`.
 *
 * @param options warm-up and exponent
 * @returns the schedule
 * @throws {RangeError} if an option is negative
 */
export function poly({ warmupSteps = 0, power = 0.9 }: PolyOptions = {}): Schedule {
  checkNotNegative("poly", "power", power);
  return warmedUp(
    "poly",
    warmupSteps,
    (step, total) => (1 - share(step, warmupSteps, total)) ** power,
  );
}

/**
 * Stairs: `gamma` to the number of milestones reached.
 *
 * @param options warm-up, milestones and factor
 * @returns the schedule
 * @throws {RangeError} if an option is negative or milestones are not ascending
 */
export function step({ warmupSteps = 0, milestones, gamma = 0.1 }: StepOptions): Schedule {
  checkNotNegative("step", "gamma", gamma);
  const ascending = milestones.every((milestone, i) => milestone > (milestones[i - 1] ?? -1));
  check(ascending, RangeError, "make step as milestones must be ascending", `[${milestones}]`);
  return warmedUp(
    "step",
    warmupSteps,
    (step) => gamma ** milestones.filter((milestone) => step >= milestone).length,
  );
}

function warmedUp(name: string, warmupSteps: number, schedule: Schedule): Schedule {
  checkNotNegative(name, "warmupSteps", warmupSteps);
  return (step, totalSteps) => step < warmupSteps ? step / warmupSteps : schedule(step, totalSteps);
}

/** The share of the steps after the warm-up that is done, in `[0, 1]`. */
function share(step: number, warmupSteps: number, totalSteps: number): number {
  const steps = totalSteps - warmupSteps;
  return steps > 0 ? Math.min(1, (step - warmupSteps) / steps) : 1;
}

function checkNotNegative(name: string, option: string, value: number): void {
  const holds = value >= 0 && Number.isFinite(value);
  check(holds, RangeError, `make ${name} as ${option} must be >= 0`, value);
}
