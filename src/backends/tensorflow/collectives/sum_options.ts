import { check } from "../../../check.ts";

/** How workers sum. */
export interface SumOptions {
  /**
   * Seconds after which a sum or an exchange that waits for another worker fails; 0 never does.
   *
   * A clock cannot tell a worker that has stopped from one that is slow: recording a step, reading the
   * first batch and evaluating take long, and not equally long on each. Ask with
   * `TensorFlowWorkerGroup.checkWorker`, which a slow worker answers at once.
   *
   * @default {0}
   */
  timeoutSeconds?: number | undefined;
  /**
   * Seconds in which another worker must answer when it is asked whether it is there; who does not,
   * twice, is lost. Its computing has no part in that: TensorFlow's own threads answer.
   *
   * @default {10}
   */
  answerTimeoutSeconds?: number | undefined;
}

/**
 * Refuses what is no time.
 *
 * @throws {RangeError} naming the option
 */
export function checkSeconds(options: SumOptions): void {
  const { timeoutSeconds = 0, answerTimeoutSeconds = 10 } = options;
  for (const [name, value] of Object.entries({ timeoutSeconds, answerTimeoutSeconds })) {
    const isAllowed = Number.isFinite(value) && value >= 0;
    check(isAllowed, RangeError, `join a cluster as ${name} must be a number >= 0`, value);
  }
}
