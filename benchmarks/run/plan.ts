import { durationInSteps } from "../../src/training/duration.ts";
import type { Course } from "./cell/options.ts";
import type { CommandLine } from "../cli/command_line.ts";
import { UsageError } from "../ground/errors.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { checkSeeds } from "../experiments/seeds.ts";
import type { ArmDefinition } from "../experiments/arm.ts";
import type { Task } from "../tasks/task.ts";

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
  /** How each is trained. */
  course: Course;
  /** How many checkpoints of a cell are kept. */
  checkpointsToKeep: number;
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
 * @throws {UsageError} if nothing is left to run, or a number of the profile that counts something
 * is no whole number
 * @throws {RangeError} if a duration is none
 */
export async function planCells(
  suite: string,
  asked: Pick<CommandLine, "seeds" | "shard">,
  profile: CommonProfile,
  arms: readonly ArmDefinition[],
  task: Task,
): Promise<Plan> {
  const seeds = asked.seeds ?? profile.seeds;
  checkSeeds(seeds, seeds.join(","), "seeds");
  checkCounts("evaluations", [profile.evaluations], 1);
  checkCounts("timingRounds", [profile.timingRounds], 0);
  checkCounts("microbatchSize", [profile.microbatchSize], 0);
  checkCounts("checkpointsToKeep", [profile.checkpointsToKeep], 1);
  const { index, count } = asked.shard ?? { index: 0, count: 1 };
  const all = seeds.flatMap((seed) => arms.map((arm) => ({ arm, seed })));
  const cells = all.filter((_, i) => i % count === index);
  if (cells.length === 0) {
    throw new UsageError(`Cannot run as no cell is left: ${all.length} cells, ${count} shards`);
  }
  return {
    suite,
    task,
    arms,
    seeds,
    cells,
    course: await courseOf(profile, task, seeds[0] ?? 0),
    checkpointsToKeep: profile.checkpointsToKeep,
    timingRounds: index === 0 ? profile.timingRounds : 0,
  };
}

async function courseOf(
  { duration, evaluations, microbatchSize, checkpointInterval }: CommonProfile,
  task: Task,
  seed: number,
): Promise<Course> {
  const dataloader = task.trainDataloader(seed);
  await dataloader?.close?.();
  const stepsPerEpoch = dataloader?.batchesPerEpoch ?? 0;
  const steps = durationInSteps(duration, stepsPerEpoch, "duration");
  if (dataloader !== undefined && steps === 0) {
    throw new UsageError(
      `Cannot run as duration must be a step or more: current value is ${duration}`,
    );
  }
  durationInSteps(checkpointInterval, stepsPerEpoch, "checkpointInterval");
  return { duration, steps, evaluations, microbatchSize, checkpointInterval };
}

function checkCounts(name: string, values: readonly number[], least: number): void {
  if (values.every((value) => Number.isSafeInteger(value) && value >= least)) return;
  throw new UsageError(
    `Cannot run as ${name} must be whole numbers >= ${least}: current value is ${
      values.join(", ")
    }`,
  );
}
