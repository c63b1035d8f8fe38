import { armRecords, armTasks } from "./arms.ts";
import { rehearse } from "./pairing/rehearse.ts";
import { type Plan, planCells, uniqueWarnings } from "./plan.ts";
import { bestOfMany } from "./plan/best_of_many.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import type { Arm } from "../record/mod.ts";
import type { PairedCell } from "../record/check_paired.ts";
import type { Settings } from "../experiments/settings.ts";
import type { TaskSource } from "../tasks/suite.ts";
import type { Experiment } from "./experiment.ts";

/** A plan whose arms were tried: each can begin. */
export interface Prepared {
  plan: Plan;
  /** How many bytes each arm's weights take, by its name. */
  weightBytes: ReadonlyMap<string, number>;
  /** The arms as they are recorded. */
  arms: Arm[];
  /** What their models begin from, with the first seed. */
  begun: readonly PairedCell[];
}

/**
 * Plans a run, and tries what each arm begins with.
 *
 * @param sharedBy how many workers share a batch
 * @throws {UsageError} if an arm's settings are wrong
 * @throws {DataError} if the data cannot be read
 */
export async function prepare<P extends CommonProfile & Settings<P>>(
  experiment: Experiment<P>,
  source: TaskSource<P>,
  sharedBy: number,
): Promise<Prepared> {
  const tasks = await armTasks(experiment, source);
  const whole = await planCells({ ...experiment, sharedBy }, tasks);
  const records = armRecords(tasks, experiment);
  const rehearsal = await rehearse(whole, records, experiment.suite.leavesOut);
  const { warnings, weightBytes, refused, begun } = rehearsal;
  const reasonOf = (arm: { name: string }) => refused.find(({ name }) => name === arm.name)?.reason;
  const left = tasks.filter((arm) => reasonOf(arm) === undefined);
  const plan = refused.length === 0
    ? whole
    : await planCells({ ...experiment, sharedBy }, left, refused);
  const arms = records.map((arm) => {
    const reason = reasonOf(arm);
    return { ...arm, ...(reason !== undefined && { refused: reason }) };
  });
  const all = uniqueWarnings([...warnings, ...plan.warnings, ...bestOfMany(plan.arms)]);
  return { plan: { ...plan, warnings: all }, arms, weightBytes, begun };
}
