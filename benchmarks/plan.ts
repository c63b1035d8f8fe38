import { type Duration, durationInSteps } from "../src/training/duration.ts";
import { countParameters } from "./parameters.ts";
import type { CommandLine } from "./command_line.ts";
import { UsageError } from "./errors.ts";
import type { CommonProfile } from "./profiles/common.ts";
import type { ArmDefinition, Task } from "./task.ts";

/** What a run will do. */
export interface Plan {
  /** The suite's name. */
  suite: string;
  /** What is trained on what. */
  task: Task;
  /** The arms compared. */
  arms: readonly ArmDefinition[];
  /** The seeds each arm trains with. */
  seeds: readonly number[];
  /** The cells to run, seed by seed, so that an interrupted run has whole pairs. */
  cells: { arm: ArmDefinition; seed: number }[];
  /** How long each trains. */
  duration: Duration;
  /** How often each is evaluated. */
  evaluations: number;
  /** Optimizer steps of a cell. */
  steps: number;
  /** Rounds of the interleaved timing; 0 for none. */
  timingRounds: number;
}

/**
 * The cells that a command line asks for.
 *
 * @param suite the suite's name
 * @param asked seeds and shard
 * @param profile how the cells are trained
 * @param arms the arms
 * @param task what is trained on what
 * @returns the plan
 * @throws {UsageError} if nothing is left to run, or seeds, evaluations or timing rounds are no
 * whole numbers
 * @throws {RangeError} if the duration is none
 */
export function planCells(
  suite: string,
  asked: Pick<CommandLine, "seeds" | "shard">,
  profile: CommonProfile,
  arms: readonly ArmDefinition[],
  task: Task,
): Plan {
  const seeds = asked.seeds ?? profile.seeds;
  checkCounts("seeds", seeds, 0);
  checkCounts("evaluations", [profile.evaluations], 1);
  checkCounts("timingRounds", [profile.timingRounds], 0);
  const { index, count } = asked.shard ?? { index: 0, count: 1 };
  const all = seeds.flatMap((seed) => arms.map((arm) => ({ arm, seed })));
  const cells = all.filter((_, i) => i % count === index);
  if (cells.length === 0) {
    throw new UsageError(`Cannot run as no cell is left: ${all.length} cells, ${count} shards`);
  }
  const { duration, evaluations } = profile;
  const stepsPerEpoch = task.trainDataloader(seeds[0] ?? 0)?.batchesPerEpoch ?? 0;
  const timingRounds = index === 0 ? profile.timingRounds : 0;
  const steps = durationInSteps(duration, stepsPerEpoch, "duration");
  return { suite, task, arms, seeds, cells, duration, evaluations, steps, timingRounds };
}

function checkCounts(name: string, values: readonly number[], least: number): void {
  if (values.every((value) => Number.isSafeInteger(value) && value >= least)) return;
  throw new UsageError(
    `Cannot run as ${name} must be whole numbers >= ${least}: current value is ${
      values.join(", ")
    }`,
  );
}

/**
 * A plan as text.
 *
 * @param plan the plan
 * @returns lines for the terminal
 */
export function describePlan({ suite, task, arms, seeds, cells, steps }: Plan): string {
  const model = task.makeModel(seeds[0] ?? 0);
  const parameters = countParameters(model);
  model.dispose();
  const { data } = task;
  return [
    `${suite}: ${cells.length} cells (${arms.map(({ name }) => name).join(", ")}; ` +
    `seeds ${seeds.join(", ")})`,
    `data: ${data.name}, ${data.trainingCount} training and ${data.validationCount} validation ` +
    `images, ${data.classes} classes`,
    `a cell: ${steps} steps of ${task.batchSize} images, ${parameters} parameters`,
    ...cells.map(({ arm, seed }) => `  ${arm.name}, seed ${seed}`),
  ].join("\n");
}
