/** The course of a run, step by step. */
export interface History {
  /**
   * Loss of each step: the mean over its microbatches, weighted by their images, and the model's
   * regularization losses.
   */
  losses: number[];
  /** Learning rate of each step; NaN if the optimizer does not report it. */
  learningRates: number[];
  /**
   * Duration of each step in milliseconds: the computation and the reading of its loss, without the
   * time for which it waited for its batch.
   */
  stepDurationsMs: number[];
  /**
   * How long each step waited for its batch, in milliseconds: near 0 where the dataloader keeps up.
   * Cutting into microbatches counts as computation. The first of an epoch has the dataloader's
   * start in it.
   */
  waitDurationsMs: number[];
  /** Evaluations, each with the number of steps done before it. */
  evaluations: { step: number; metrics: Record<string, number> }[];
  /**
   * The evaluation whose weights the model has since the `fit` ended, where it was to restore the best
   * ones; nothing otherwise.
   */
  restored?: { step: number; metrics: Record<string, number> };
  /** Whether the `fit` ended before its `maxDuration` as a metric did not become better. */
  stoppedEarly?: boolean;
}

/** A run whose numbers are no longer finite, with its history up to there. */
export class NonFiniteError extends Error {
  override readonly name: string = "NonFiniteError";
  /**
   * @param finding what cannot be done, and what is not finite
   * @param history the run up to there
   */
  constructor(finding: string, readonly history: History) {
    const step = history.losses.length;
    super(`Cannot ${finding} at step ${step}; a lower learning rate or a warm-up may help`);
  }
}

/**
 * The loss became NaN or infinite. The model's weights have then taken the step of that loss, and
 * the steps before it, one of which may have been the bad one: they are lost. A checkpoint is never
 * taken of such weights, so the last one is good.
 */
export class NonFiniteLossError extends NonFiniteError {
  override readonly name = "NonFiniteLossError";
  /** @param history the run up to and with the step whose loss is not finite */
  constructor(history: History) {
    super(`go on training as the loss must be finite: it is ${history.losses.at(-1)}`, history);
  }
}

/**
 * A weight is NaN or infinite when an evaluation was due or a `fit` ended; or one, or what
 * the optimizer keeps of it, when a checkpoint was requested. That can happen one step before the
 * loss shows it, or while the loss stays finite. Nothing was written; the last checkpoint is good.
 */
export class NonFiniteWeightsError extends NonFiniteError {
  override readonly name = "NonFiniteWeightsError";
  /**
   * @param tensor the name of the first tensor that is not finite
   * @param history the run so far
   * @param purpose what cannot be done
   */
  constructor(tensor: string, history: History, purpose = "checkpoint") {
    super(`${purpose} as weights must be finite: ${tensor} is not`, history);
  }
}

/** The history of a run that has not begun. */
export function emptyHistory(): History {
  return {
    losses: [],
    learningRates: [],
    stepDurationsMs: [],
    waitDurationsMs: [],
    evaluations: [],
  };
}
