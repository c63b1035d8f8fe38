import { check, isInteger } from "../../check.ts";
import type { Schedule } from "./schedule.ts";

/** What {@linkcode bitHyperRule} goes by. */
export interface BitHyperRuleOptions {
  /** How many pictures there are to train on. An integer >= 1. */
  examples: number;
  /** The pictures' height, in pixels: of a set with pictures of all sizes, a usual one. */
  height: number;
  /** Their width, in pixels. */
  width: number;
}

/** How BiT is fine-tuned. */
export interface BitHyperRule {
  /** Optimizer steps. */
  readonly steps: number;
  /** The same, as the Trainer's `maxDuration`. */
  readonly maxDuration: `${number}ba`;
  /** Pictures a step, which the learning rate is for. */
  readonly batchSize: number;
  /** The base learning rate of SGD, without weight decay. */
  readonly learningRate: number;
  /** SGD's momentum. */
  readonly momentum: number;
  /** Steps over which the learning rate rises from 0. */
  readonly warmupSteps: number;
  /** The steps after which the learning rate is a tenth: at the step itself it is not yet. */
  readonly decaySteps: readonly number[];
  /** Factors of the learning rate; a run of another length gets them stretched to its own. */
  readonly schedule: Schedule;
  /** Both parameters of the beta distribution that MixUp's shares are drawn from; 0 for none. */
  readonly mixup: number;
  /** The side that training pictures are resized to, both sides alike, in pixels. */
  readonly resize: number;
  /** The side of the random crop of that, and what pictures are resized to in evaluation. */
  readonly crop: number;
}

/** The rule's rows: sets of fewer examples than this; the last one has all others. */
const rows = [
  { fewerThan: 20_000, warmup: 100, decays: [200, 300, 400], steps: 500, mixup: 0 },
  { fewerThan: 500_000, warmup: 500, decays: [3000, 6000, 9000], steps: 10_000, mixup: 0.1 },
  { fewerThan: Infinity, warmup: 500, decays: [6000, 12_000, 18_000], steps: 20_000, mixup: 0.1 },
] as const;

/**
 * BiT-HyperRule: how the published BiT networks are fine-tuned, from the number of examples and the
 * size of the pictures alone. SGD with momentum 0.9, a batch of 512 and a learning rate of 0.003,
 * which rises over `warmupSteps` and falls to a tenth after each of `decaySteps`; pictures of fewer
 * than 96 × 96 pixels are resized to 160 and cropped to 128, others 512 and 480; MixUp from 20,000
 * examples on.
 *
 * A browser has no room for 512 pictures: `microbatchSize` cuts a batch, and group norm sees no
 * difference. With a smaller batch take a learning rate that is smaller in proportion.
 *
 * Source: Kolesnikov et al., "Big Transfer (BiT): General Visual Representation Learning", 2019;
 * `google-research/big_transfer`, `bit_hyperrule.py`, with whose `get_lr` the rate was compared at every
 * step, in a copy of that repository.
 *
 * @example
 * ```ts
 * import { schedules } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const rule = schedules.bitHyperRule({ examples: 50_000, height: 32, width: 32 });
 * assert.deepEqual([rule.maxDuration, rule.mixup], ["10000ba", 0.1]);
 * assert.deepEqual([rule.resize, rule.crop], [160, 128]);
 * assert.deepEqual([250, 3000, 3001].map((step) => rule.schedule(step, 10_000)), [0.5, 1, 0.1]);
 * ```
 *
 * @param options the number of examples, and their size
 * @returns the rule
 * @throws {RangeError} if one of them is not an integer >= 1
 */
export function bitHyperRule(options: BitHyperRuleOptions): BitHyperRule {
  for (const name of ["examples", "height", "width"] as const) {
    const value = options?.[name];
    check(
      isInteger(value, 1),
      RangeError,
      `make bitHyperRule as ${name} must be an integer >= 1`,
      value,
    );
  }
  const { examples, height, width } = options;
  const row = rows.find(({ fewerThan }) => examples < fewerThan) ?? rows[2];
  const { warmup: warmupSteps, decays: decaySteps, steps, mixup } = row;
  const [resize, crop] = height * width < 96 * 96 ? [160, 128] : [512, 480];
  return {
    steps,
    maxDuration: `${steps}ba`,
    batchSize: 512,
    learningRate: 0.003,
    momentum: 0.9,
    warmupSteps,
    decaySteps,
    schedule(step, totalSteps) {
      const at = step * (steps / totalSteps);
      if (at < warmupSteps) return at / warmupSteps;
      return 1 / 10 ** decaySteps.filter((decay) => decay < at).length;
    },
    mixup,
    resize,
    crop,
  };
}
