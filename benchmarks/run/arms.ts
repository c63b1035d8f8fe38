/**
 * Arms with what each trains: their settings resolved, their tasks made, and what a record keeps of
 * them.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type { ArmDefinition, ModelFactory } from "../experiments/arm.ts";
import { checkRead } from "../experiments/idle_settings.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { armProfile, refusedOfArm, type Settings } from "../experiments/settings.ts";
import { UsageError } from "../ground/errors.ts";
import { oncePerKey } from "../ground/once.ts";
import type { Arm, Json } from "../record/mod.ts";
import type { Suite, TaskSource } from "../tasks/suite.ts";
import type { Task } from "../tasks/task.ts";

/** An arm with what it trains. */
export interface ArmTask extends ArmDefinition {
  profile: CommonProfile;
  task: Task;
}

/** What arms' settings and models are resolved by. */
export interface ArmSource<P extends CommonProfile> {
  suite: Pick<Suite<P>, "networkSettings">;
  profile: P;
  arms: readonly ArmDefinition[];
  /** Makes the models of the arms that have none of their own. */
  model?: ModelFactory | undefined;
}

/**
 * Each arm with its profile and its task; arms of the same settings share a task.
 *
 * @throws {UsageError} if an arm's setting is unknown, wrong or idle, or an arm would see other data
 */
export async function armTasks<P extends CommonProfile & Settings<P>>(
  { suite, profile, arms, model }: ArmSource<P>,
  tasks: TaskSource<P>,
): Promise<ArmTask[]> {
  const once = oncePerKey<Promise<Task>>();
  const resolved = arms.map((arm) => {
    const own = model === undefined || arm.model !== undefined ? arm : { ...arm, model };
    return { ...own, profile: profileOf(own, profile, suite.networkSettings) };
  });
  const made: ArmTask[] = [];
  for (const arm of resolved) {
    const task = await once([arm.profile], () => tasks.task(arm.profile)).catch((error) => {
      throw refusedOfArm(error, arm);
    });
    made.push({ ...arm, task: made.length === 0 ? task : comparable(task, arm.name, made[0]!) });
  }
  return made;
}

function profileOf<P extends CommonProfile & Settings<P>>(
  arm: ArmDefinition,
  profile: P,
  networkSettings: readonly string[],
): P {
  const own = armProfile(profile, arm, networkSettings);
  try {
    checkRead(Object.keys(arm.settings), [own]);
  } catch (error) {
    throw refusedOfArm(error, arm);
  }
  return own;
}

/** Arms are compared on the same data; panels show what the first arm's images are. */
function comparable(task: Task, name: string, { task: first, name: firstName }: ArmTask): Task {
  if (task.data.identity !== first.data.identity || task.data.classes !== first.data.classes) {
    throw new UsageError(
      `Cannot compare ${name} with ${firstName} as its settings make other generated images: ` +
        "change what they depend on for the whole run, or give images by --data DIR",
    );
  }
  if (task.evaluatedOn === first.evaluatedOn) return task;
  const warning = {
    code: "other-evaluation",
    message: `The arm ${name} is evaluated on ${task.evaluatedOn}, and ${firstName} on ` +
      `${first.evaluatedOn}`,
    advice: `Compare no ${task.mainMetric} between the two: give both the same imageSize`,
  };
  return {
    ...task,
    panels: first.panels,
    warnings: [...task.warnings, warning],
    predict: () => Promise.resolve([]),
  };
}

/**
 * What a record keeps of the arms: names, what they change, and what their models are called.
 *
 * @param run the run's profile, and the model of the arms that have none of their own
 */
export function armRecords<P extends CommonProfile>(
  arms: readonly ArmTask[],
  { profile, model }: Pick<ArmSource<P>, "profile" | "model">,
): Arm[] {
  const models = [...new Set(arms.map((arm) => arm.model))].filter((own) => own !== undefined);
  return arms.map((arm) => {
    const { name, label, description, algorithms } = arm;
    const settings = changesOf(arm, profile);
    const own = arm.model !== undefined && arm.model !== model ? arm.model : undefined;
    return {
      name,
      label,
      description,
      algorithms: algorithms.map(String),
      ...(Object.keys(settings).length > 0 && { settings }),
      ...(own !== undefined && { model: modelNameOf(own, models) }),
    };
  });
}

/** The values that differ from the run's; a file also by what is in it. */
function changesOf({ profile, task }: ArmTask, run: CommonProfile): Record<string, Json> {
  const before = new Map<string, unknown>(Object.entries(run));
  const changes = Object.entries(profile)
    .filter(([key, value]) => !isDeepStrictEqual(before.get(key), value));
  const { initialWeights: weights } = task;
  return {
    ...Object.fromEntries(changes),
    ...(weights !== undefined && changes.some(([key]) => key === "initialWeights") &&
      { initialWeightsSha256: weights.sha256 }),
  };
}

/** A function's name; of several that share it, the second is `#2`. */
function modelNameOf(own: ModelFactory, all: readonly ModelFactory[]): string {
  const name = own.name || "given";
  const before = all.slice(0, all.indexOf(own)).filter((other) => (other.name || "given") === name);
  return before.length === 0 ? name : `${name} #${before.length + 1}`;
}
