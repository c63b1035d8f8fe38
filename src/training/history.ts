/** The course of a run, step by step. */
export interface History {
  /** Loss of each step. */
  losses: number[];
  /** Learning rate of each step. */
  learningRates: number[];
  /** Duration of each step in milliseconds, the reading of its loss included, data loading not. */
  stepDurationsMs: number[];
  /** Evaluations, each with the number of steps done before it. */
  evaluations: { step: number; metrics: Record<string, number> }[];
}

/** The loss became NaN or infinite. The run's history up to there is in it. */
export class NonFiniteLossError extends Error {
  override readonly name = "NonFiniteLossError";
  /** @param history the run up to and with the step whose loss is not finite */
  constructor(readonly history: History) {
    const step = history.losses.length;
    super(
      `Cannot go on training as the loss must be finite: it is ${history.losses[step - 1]} ` +
        `at step ${step}; a lower learning rate or a warm-up may help`,
    );
  }
}

/** The history of a run that has not begun. */
export function emptyHistory(): History {
  return { losses: [], learningRates: [], stepDurationsMs: [], evaluations: [] };
}
