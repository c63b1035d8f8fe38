import type { Callback } from "../../../src/training/callback.ts";
import type { State } from "../../../src/training/engine.ts";
import type { Result } from "../../record/mod.ts";
import type { CellFacts } from "../cell/options.ts";
import type { PlannedArm } from "../plan.ts";
import type { CellLog } from "./cell_log.ts";
import { type LogEvent, type LogHeader, logVersion } from "./schema.ts";

/** What a log's first line is made of. */
export interface HeaderParts {
  /** The run that the cell belongs to. */
  result: Result;
  arm: PlannedArm;
  facts: CellFacts;
}

/**
 * Writes what a Trainer does to a cell's log, but for checkpoints, which whoever saves them tells.
 */
export function logCallback(log: CellLog, parts: HeaderParts): Callback {
  return async (event, state) => {
    if (log.length === 0) await log.write(place(state), headerOf(parts, state));
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

/** All that the course of a cell depends on. */
function headerOf(
  { result, arm: { name, algorithms, task, profile: own }, facts }: HeaderParts,
  { totalSteps, stepsPerEpoch }: State,
): LogHeader {
  const { suite, profile, config, arms, seeds, data, environment, command } = result;
  const { settings = {} } = arms.find((arm) => arm.name === name) ?? {};
  const { identity, trainingCount, validationCount } = data;
  return {
    event: "init",
    formatVersion: logVersion,
    suite,
    profile,
    config: { ...config, ...settings },
    algorithms: algorithms.map(String),
    ...facts,
    seeds,
    data: { name: data.name, identity, trainingCount, validationCount },
    environment,
    command,
    totalSteps,
    stepsPerEpoch,
    batchSize: task.batchSize,
    ...(own.microbatchSize > 0 && { microbatchSize: own.microbatchSize }),
  };
}

function lineOf(event: string, state: State): LogEvent | undefined {
  const { loss, learningRate, stepDurationMs, waitDurationMs, evaluation: metrics } = state;
  if (event === "fitStart") return { event };
  if (event === "stepEnd") return { event, loss, learningRate, stepDurationMs, waitDurationMs };
  if (event === "evalEnd") return { event, metrics };
  return undefined;
}
