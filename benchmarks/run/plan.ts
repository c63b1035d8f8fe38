import { durationInSteps } from "../../src/training/duration.ts";
import { UsageError } from "../ground/errors.ts";
import { commonKinds, type CommonProfile } from "../experiments/profiles/common.ts";
import { seedList } from "../experiments/seeds.ts";
import { checkKinds, refusedOfArm } from "../experiments/settings.ts";
import type { KeepMode, Warning } from "../record/mod.ts";
import type { Task } from "../tasks/task.ts";
import type { ArmTask } from "./arms.ts";
import type { SuiteAsked } from "./options.ts";

/** An arm with what it trains, and how long. */
export interface PlannedArm extends ArmTask {
  /** In optimizer steps; 0 where nothing is trained. */
  steps: number;
}

/** What decides which cells there are. */
type PlanAsked = Partial<Pick<SuiteAsked, "seeds" | "shard" | "keep">> & {
  /** How many workers share a batch; 1 without. */
  sharedBy?: number;
  suite: { name: string };
  profile: CommonProfile;
};

/** An arm that a plan has no cells of. */
export interface RefusedArm {
  name: string;
  reason: string;
}

/** What a run will do. */
export interface Plan {
  suite: string;
  /** The first arm's: what all arms share of data, panels and metrics. */
  task: Task;
  arms: readonly PlannedArm[];
  seeds: readonly number[];
  /** The cells to run, seed by seed, so that an interrupted run has whole pairs. */
  cells: { arm: PlannedArm; seed: number }[];
  /** How many workers share each batch. */
  workers: number;
  /** How many checkpoints of a cell are kept. */
  checkpointsToKeep: number;
  /** Which weights of a cell are kept. */
  keep: KeepMode;
  /** Rounds of the interleaved timing; 0 for none. */
  timingRounds: number;
  /** Arms that were asked for and cannot be trained, with the reason. */
  refused: readonly RefusedArm[];
  /** What the reader of the report must know. */
  warnings: readonly Warning[];
}

/**
 * The cells that are asked for.
 *
 * @param asked the suite and the profile; seeds, shard and what is kept where the profile's, all and
 * the last weights are not what is wanted
 * @param refused arms that are left out of these
 * @throws {UsageError} if nothing is left to run, or a number of a profile that counts something is no
 * whole number
 * @throws {RangeError} if a duration is none
 */
export async function planCells(
  { suite, profile, keep = "last", sharedBy: workers = 1, ...asked }: PlanAsked,
  arms: readonly ArmTask[],
  refused: readonly RefusedArm[] = [],
): Promise<Plan> {
  const seeds = asked.seeds ?? profile.seeds;
  seedList.check(seeds, "seeds");
  const { index, count } = asked.shard ?? { index: 0, count: 1 };
  const planned: PlannedArm[] = [];
  for (const arm of arms) {
    const twin = planned.find(({ task }) => task === arm.task);
    const steps = twin?.steps ?? await stepsOf(arm, seeds[0] ?? 0).catch((error) => {
      throw refusedOfArm(error, arm);
    });
    planned.push({ ...arm, steps });
  }
  const all = seeds.flatMap((seed) => planned.map((arm) => ({ arm, seed })));
  const cells = all.filter((_, i) => i % count === index);
  if (cells.length === 0) {
    throw new UsageError(`Cannot run as no cell is left: ${all.length} cells, ${count} shards`);
  }
  return {
    suite: suite.name,
    task: planned[0]!.task,
    arms: planned,
    seeds,
    cells,
    workers,
    checkpointsToKeep: profile.checkpointsToKeep,
    keep,
    timingRounds: index === 0 ? profile.timingRounds : 0,
    refused,
    warnings: uniqueWarnings(planned.flatMap(({ task }) => task.warnings)),
  };
}

/** Each warning once. */
export function uniqueWarnings(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [JSON.stringify(warning), warning])).values()];
}

async function stepsOf({ profile, task }: ArmTask, seed: number): Promise<number> {
  const { duration, checkpointInterval } = profile;
  checkKinds<CommonProfile>(profile, commonKinds, "Cannot run");
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
  return dataloader === undefined ? 0 : steps; // "10ba" has steps where there is nothing to train on
}
