import * as tf from "../tf.ts";
import { check, checkNames } from "../check.ts";
import { weightName } from "./model_weights.ts";
import type { Captured } from "./capture.ts";
import { type Duration, durationInSteps } from "./duration.ts";
import { captureOrRun } from "./unrecorded.ts";

/** How a {@linkcode Trainer} averages the weights of its steps. */
export interface MovingAverageOptions {
  /**
   * After how long a weight's part in the average is half of what it was: epochs or steps.
   *
   * @default {"1000ba"}
   */
  halfLife?: Duration | undefined;
  /** In place of a half-life: the share of the average that an update keeps, in `(0, 1)`. */
  smoothing?: number | undefined;
  /**
   * How often the average is updated.
   *
   * @default {"1ep"} for a half-life in epochs, else `"1ba"`
   */
  updateInterval?: Duration | undefined;
  /**
   * When the average begins, with the weights as they are then; not before the first step's end.
   *
   * @default {"0ba"}
   */
  start?: Duration | undefined;
}

/** When and how an average is updated, in steps. */
export interface AverageRule {
  /** The share of the average that an update keeps. */
  smoothing: number;
  /** An update is due after each so many steps. */
  interval: number;
  /** After how many steps the average begins. */
  first: number;
}

/**
 * Composer's rule: `smoothing = 2^(−interval / halfLife)`; counted in epochs, an average begins at an
 * epoch's end.
 *
 * @param options what was asked for
 * @param perEpoch steps in an epoch
 * @returns the rule
 * @throws {TypeError} if it is no object
 * @throws {RangeError} if an option is unknown, a duration or the smoothing is out of range, or both it and a half-life given
 */
export function averageRule(options: MovingAverageOptions, perEpoch: number): AverageRule {
  checkNames("train as movingAverage", options, [
    "halfLife",
    "smoothing",
    "updateInterval",
    "start",
  ]);
  const { smoothing, halfLife = "1000ba", start = "0ba" } = options;
  const isAmbiguous = smoothing !== undefined && options.halfLife !== undefined;
  const either = "train as movingAverage must have either halfLife or smoothing";
  check(!isAmbiguous, RangeError, either, `"${halfLife}" and ${smoothing}`);
  const usual = smoothing === undefined && `${halfLife}`.endsWith("ep") ? "1ep" : "1ba";
  const { updateInterval = usual } = options;
  const steps = (duration: Duration, name: string) =>
    durationInSteps(duration, perEpoch, `movingAverage.${name}`);
  const interval = steps(updateInterval, "updateInterval");
  const half = steps(halfLife, "halfLife");
  const isKnown = perEpoch > 0; // without something to train on, epochs have no steps
  const isLong = !isKnown || (interval > 0 && half > 0);
  const least = "train as movingAverage.halfLife and updateInterval must be a step or more";
  check(isLong, RangeError, least, `"${halfLife}" and "${updateInterval}"`);
  const kept = smoothing ?? 2 ** (-interval / half);
  const isOpen = !isKnown && smoothing === undefined;
  const isShare = isOpen || (typeof kept === "number" && kept > 0 && kept < 1);
  check(isShare, RangeError, "train as movingAverage.smoothing must be in (0, 1)", kept);
  const unit = updateInterval.endsWith("ep") && interval % perEpoch === 0 ? perEpoch : 1;
  const first = Math.ceil(Math.max(1, steps(start, "start")) / unit) * unit;
  return { smoothing: kept, interval, first };
}

/** A weight, and its average; while the average is in use, each has the other's value. */
interface Averaged {
  weight: tf.Variable;
  other: tf.Variable;
}

/**
 * The moving average of a model's weights, statistics of normalizations among them:
 * `average = smoothing·average + (1 − smoothing)·weight`. It begins with the weights after its first
 * step. What does not change, such as a frozen weight, is its own average to the last digit.
 *
 * @see mosaicml/composer, `composer/algorithms/ema`
 */
export class MovingAverage {
  readonly #model: tf.LayersModel;
  readonly #rule: AverageRule;
  /** By the weight's name in checkpoints; nothing before the average begins. */
  #averaged: Map<string, Averaged> | undefined;
  #step: Captured<[], void> | undefined;
  #isUsed = false;

  /**
   * @param model whose weights are averaged
   * @param rule when and how
   */
  constructor(model: tf.LayersModel, rule: AverageRule) {
    this.#model = model;
    this.#rule = rule;
  }

  /** Whether the model's weights are the average at present. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Whether a run has an average after so many steps. */
  hasBegun(step: number): boolean {
    return step >= this.#rule.first;
  }

  /**
   * Takes the weights after an optimizer step.
   *
   * @param step the steps done
   */
  update(step: number): void {
    if (!this.hasBegun(step)) return;
    if (this.#averaged === undefined) {
      this.#begin();
    } else if (step % this.#rule.interval === 0) {
      this.#step ??= captureOrRun("The moving average", () => this.#move());
      this.#step();
    }
  }

  /** Gives the model the average, where there is one, until {@linkcode release}. */
  use(): void {
    if (!this.#isUsed) this.#swap();
  }

  /** Gives the model the weights back that are trained. */
  release(): void {
    if (this.#isUsed) this.#swap();
  }

  /**
   * What a checkpoint has of it, whether the average is in use or not.
   *
   * @returns by names of the model's weights the trained ones, and the averages
   */
  tensors(): { trained: Map<string, tf.Variable>; averages: Map<string, tf.Variable> } {
    const [trained, averages] = [new Map<string, tf.Variable>(), new Map<string, tf.Variable>()];
    for (const [name, { weight, other }] of this.#averaged ?? []) {
      trained.set(name, this.#isUsed ? other : weight);
      averages.set(name, this.#isUsed ? weight : other);
    }
    return { trained, averages };
  }

  /**
   * Begins with the averages of a checkpoint.
   *
   * @param averages by names of the model's weights, all of them
   */
  restore(averages: ReadonlyMap<string, tf.Tensor>): void {
    this.#begin();
    for (const [name, { other }] of this.#averaged!) other.assign(averages.get(name)!);
  }

  /** Frees what it holds. The model keeps the weights that it has. */
  dispose(): void {
    this.#step?.dispose();
    this.#step = undefined;
    tf.dispose(this.#pairs.map(({ other }) => other));
    this.#averaged = undefined;
    this.#isUsed = false;
  }

  /** Each weight once: a layer that is shared with a nested model has its weights in the list twice. */
  get #pairs(): Averaged[] {
    return [...new Set(this.#averaged?.values())];
  }

  #begin(): void {
    const pairs = new Map<tf.Variable, Averaged>();
    this.#averaged = new Map();
    for (const [i, each] of this.#model.weights.entries()) {
      const weight = each.read() as tf.Variable;
      const copy = () => tf.tidy(() => tf.variable(weight.clone(), false));
      const pair = pairs.get(weight) ?? { weight, other: copy() };
      pairs.set(weight, pair);
      this.#averaged.set(weightName(each, i), pair);
    }
  }

  /** In this form, and not as a sum of shares, an average of what is equal stays equal. */
  #move(): void {
    const share = 1 - this.#rule.smoothing;
    for (const { weight, other } of this.#pairs) {
      tf.tidy(() => {
        const isReal = weight.dtype === "float32"; // of counts there is no average
        const moved = () => tf.add(other, tf.mul(tf.sub(weight, other), share));
        other.assign(isReal ? moved() : weight.clone());
      });
    }
  }

  #swap(): void {
    if (this.#averaged === undefined) return;
    for (const { weight, other } of this.#pairs) {
      tf.tidy(() => {
        const value = weight.clone();
        weight.assign(other);
        other.assign(value);
      });
    }
    this.#isUsed = !this.#isUsed;
  }
}
