import type { Callback } from "../../../src/training/callback.ts";
import type { State } from "../../../src/training/engine.ts";
import type { CellLog } from "./cell_log.ts";
import type { LogEvent, LogHeader } from "./schema.ts";

/**
 * Writes what a Trainer does to a cell's log, but for checkpoints, which whoever saves them tells.
 */
export function logCallback(log: CellLog, header: (state: State) => LogHeader): Callback {
  return async (event, state) => {
    if (log.length === 0) await log.write(place(state), header(state));
    const line = lineOf(event, state);
    if (line !== undefined) await log.write(place(state), line);
  };
}

/** How far a training run is, as logs and records tell it. */
export function place({ step, stepsPerEpoch }: Pick<State, "step" | "stepsPerEpoch">): {
  step: number;
  epoch: number;
} {
  return { step, epoch: stepsPerEpoch > 0 ? step / stepsPerEpoch : 0 };
}

function lineOf(event: string, state: State): LogEvent | undefined {
  const { loss, learningRate, stepDurationMs, waitDurationMs, evaluation: metrics } = state;
  if (event === "fitStart") return { event };
  if (event === "stepEnd") return { event, loss, learningRate, stepDurationMs, waitDurationMs };
  if (event === "evalEnd") return { event, metrics };
  return undefined;
}
