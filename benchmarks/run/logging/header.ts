import type { State } from "../../../src/training/engine.ts";
import type { CellFacts } from "../cell/options.ts";
import type { Result } from "../../record/mod.ts";
import type { ArmDefinition } from "../../experiments/arm.ts";
import { type LogHeader, logVersion } from "./schema.ts";

/** What a log's first line is made of. */
export interface HeaderParts {
  /** The run that the cell belongs to. */
  result: Result;
  arm: ArmDefinition;
  batchSize: number;
  /** 0 for the whole batch. */
  microbatchSize: number;
  facts: CellFacts;
}

/** The first line of a cell's log: all that its course depends on. */
export function headerOf(
  { result, arm, batchSize, microbatchSize, facts }: HeaderParts,
  { totalSteps, stepsPerEpoch }: State,
): LogHeader {
  const { suite, profile, seeds, data, environment, command } = result;
  const { settings = {} } = result.arms.find(({ name }) => name === arm.name) ?? {};
  const { name, identity, trainingCount, validationCount } = data;
  return {
    event: "init",
    formatVersion: logVersion,
    suite,
    profile,
    config: { ...result.config, ...settings },
    algorithms: arm.algorithms.map(String),
    ...facts,
    seeds,
    data: { name, identity, trainingCount, validationCount },
    environment,
    command,
    totalSteps,
    stepsPerEpoch,
    batchSize,
    ...(microbatchSize > 0 && { microbatchSize }),
  };
}
