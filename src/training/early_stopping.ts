import * as tf from "../tf.ts";
import { check, checkNames } from "../check.ts";
import { type NamedVariables, weightsOf } from "./model_weights.ts";
import { type Duration, durationInSteps } from "./duration.ts";
import type { History } from "./history.ts";

/** When a {@linkcode Trainer} stops before `maxDuration`. */
export interface EarlyStoppingOptions {
  /** The name of the evaluations' metric that is watched. */
  metric: string;
  /**
   * Whether the metric is better where it is larger, or where it is smaller.
   *
   * @default {"min"} where its name has loss, error or perplexity in it, else `"max"`
   */
  mode?: "max" | "min" | undefined;
  /**
   * How long the metric may go on without becoming better: a `fit` stops at the first evaluation that
   * is longer than this after the best one. `"0ba"`: at the first that is no better.
   *
   * @default {"1ep"}
   */
  patience?: Duration | undefined;
  /**
   * By how much more than this a value must be better to count as better; >= 0.
   *
   * @default {0}
   */
  minDelta?: number | undefined;
  /**
   * Whether the model has the weights of the best evaluation when `fit` ends, stopped or not. They are
   * kept in memory.
   *
   * @default {true}
   */
  restoreBest?: boolean | undefined;
}

/** When to stop, in steps. */
export interface StoppingRule {
  metric: string;
  /** 1 where larger is better, −1 where smaller is. */
  sign: 1 | -1;
  /** In steps. */
  patience: number;
  minDelta: number;
  restoreBest: boolean;
}

/** An evaluation of a run. */
export type Evaluation = History["evaluations"][number];

/**
 * Checks what was asked for.
 *
 * @param options what was asked for
 * @param perEpoch steps in an epoch
 * @param metrics the names of the run's metrics
 * @returns the rule
 * @throws {TypeError} if it is no object, or `restoreBest` no boolean
 * @throws {RangeError} if an option is unknown, there is no such metric, or a value is out of range
 */
export function stoppingRule(
  options: EarlyStoppingOptions,
  perEpoch: number,
  metrics: readonly string[],
): StoppingRule {
  checkNames("train as earlyStopping", options, [
    "metric",
    "mode",
    "patience",
    "minDelta",
    "restoreBest",
  ]);
  const { metric, patience = "1ep", minDelta = 0, restoreBest = true } = options;
  const of = metrics.length > 0 ? `one of ${metrics.join(", ")}` : "a metric's, and there is none";
  const isKnown = metrics.includes(metric);
  check(isKnown, RangeError, `train as earlyStopping.metric must be ${of}`, `"${metric}"`);
  const { mode = /loss|error|perplexity/i.test(metric) ? "min" : "max" } = options;
  const isMode = mode === "max" || mode === "min";
  check(isMode, RangeError, 'train as earlyStopping.mode must be "max" or "min"', mode);
  const isDelta = minDelta >= 0 && Number.isFinite(minDelta);
  check(isDelta, RangeError, "train as earlyStopping.minDelta must be >= 0", minDelta);
  const isChoice = typeof restoreBest === "boolean";
  const choice = "train as earlyStopping.restoreBest must be true or false";
  check(isChoice, TypeError, choice, JSON.stringify(restoreBest));
  return {
    metric,
    sign: mode === "max" ? 1 : -1,
    patience: durationInSteps(patience, perEpoch, "earlyStopping.patience"),
    minDelta,
    restoreBest,
  };
}

/**
 * The best of a run's evaluations: the first that no later one is better than by more than `minDelta`.
 * One whose metric is NaN is never the best.
 *
 * @param evaluations in the order of their steps
 * @param rule what better means
 * @returns the best; nothing where there is none
 */
export function bestOf(
  evaluations: readonly Evaluation[],
  { metric, sign, minDelta }: Pick<StoppingRule, "metric" | "sign" | "minDelta">,
): Evaluation | undefined {
  let best: Evaluation | undefined;
  for (const evaluation of evaluations) {
    const value = evaluation.metrics[metric] ?? NaN;
    if (Number.isNaN(value)) continue;
    const gain = best === undefined ? Infinity : sign * (value - best.metrics[metric]!);
    if (gain > minDelta) best = evaluation;
  }
  return best;
}

/** Watches a run's evaluations, and keeps the weights of the best one. */
export class EarlyStopping {
  readonly #model: tf.LayersModel;
  readonly #rule: StoppingRule;
  /** By their names in checkpoints. */
  #best: Map<string, tf.Tensor> | undefined;

  /**
   * @param model whose weights are kept
   * @param rule when to stop
   */
  constructor(model: tf.LayersModel, rule: StoppingRule) {
    this.#model = model;
    this.#rule = rule;
  }

  /**
   * Looks at a run after an evaluation, while the model has the weights that were evaluated.
   *
   * @param evaluations all of them, this one last
   * @returns whether to stop
   */
  sees(evaluations: readonly Evaluation[]): boolean {
    const last = evaluations.at(-1)!, best = bestOf(evaluations, this.#rule);
    if (best === last && this.#rule.restoreBest) this.#keep();
    const since = (best ?? evaluations[0]!).step;
    return last.step - since > this.#rule.patience;
  }

  /** Whether a checkpoint of a run with these evaluations has the best weights. */
  keepsBest(evaluations: readonly Evaluation[]): boolean {
    return this.#rule.restoreBest && bestOf(evaluations, this.#rule) !== undefined;
  }

  /**
   * Gives the model the weights of the best evaluation, and frees their copy.
   *
   * @param evaluations those of the run
   * @returns that evaluation; nothing where no weights are kept
   */
  restoreBest(evaluations: readonly Evaluation[]): Evaluation | undefined {
    if (!this.keepsBest(evaluations)) return undefined;
    weightsOf(this.#model).forEach((weight, name) => {
      const value = this.#best?.get(name);
      if (value !== undefined) weight.assign(value as tf.Tensor);
    });
    this.dispose();
    return bestOf(evaluations, this.#rule);
  }

  /** The best weights, by their names in checkpoints; after {@linkcode restoreBest} the model's own. */
  tensors(evaluations: readonly Evaluation[]): ReadonlyMap<string, tf.Tensor> {
    if (!this.keepsBest(evaluations)) return new Map();
    return this.#best ?? weightsOf(this.#model) satisfies NamedVariables;
  }

  /**
   * Takes the best weights of a checkpoint.
   *
   * @param weights by their names in checkpoints; they are its own from now on
   */
  restore(weights: Map<string, tf.Tensor>): void {
    this.dispose();
    this.#best = weights;
  }

  /** Frees the copy of the best weights. */
  dispose(): void {
    tf.dispose([...this.#best?.values() ?? []]);
    this.#best = undefined;
  }

  #keep(): void {
    this.dispose();
    const entries = [...weightsOf(this.#model)];
    this.#best = new Map(entries.map(([name, weight]) => [name, tf.keep(weight.clone())]));
  }
}
