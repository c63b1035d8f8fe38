import type { Algorithm, Logger } from "../../../src/training/engine.ts";
import { convolutionsInExecutionOrder } from "../../../src/standardization/execution_order.ts";
import { Trainer } from "../../../src/training/trainer.ts";
import { UsageError } from "../../ground/errors.ts";
import type { Plan } from "../plan.ts";
import type { ArmDefinition } from "../../experiments/arm.ts";
import type { Task } from "../../tasks/task.ts";
import { checkPaired, type PairedCell } from "../../record/check_paired.ts";
import { weightDigests } from "./weight_digests.ts";

/**
 * Makes each arm's model once, with the first seed, as its cells will: so that hours of training do
 * not end at an arm that cannot begin, that begins from other weights, or that changes nothing.
 *
 * @param plan the plan
 * @throws {UsageError} if two arms begin from other weights, or one is said to standardize and finds
 * nothing to
 * @throws what making a model, or an arm's algorithms, throw
 */
export async function rehearse({ task, arms, seeds }: Plan): Promise<void> {
  const cells: PairedCell[] = [];
  for (const arm of arms) {
    cells.push(await begin(task, arm, seeds[0]!));
    checkPaired(cells, "nothing was trained yet");
  }
}

async function begin(task: Task, arm: ArmDefinition, seed: number): Promise<PairedCell> {
  const model = task.makeModel(seed);
  const optimizer = task.makeOptimizer();
  try {
    const initialWeights = await weightDigests(model);
    const told: Record<string, string | number> = {};
    const logger: Logger = {
      logHyperparameters: (values) => Object.assign(told, values),
      logMetrics: () => {},
    };
    const algorithms = [...arm.algorithms];
    new Trainer({ model, optimizer, loss: task.loss, algorithms, logger }); // its "init"
    const idle = algorithms.find(({ name }) => told[`${name}/num_weights_standardized`] === 0);
    if (idle !== undefined) {
      throw idleArm(arm.name, idle, convolutionsInExecutionOrder(model).layers.length);
    }
    return { arm: arm.name, seed, initialWeights };
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

function idleArm(arm: string, algorithm: Algorithm, convolutions: number): UsageError {
  const found = convolutions === 0
    ? "the model has no convolutions"
    : `the model has ${convolutions} convolutions, and ${algorithm} leaves them all alone: give ` +
      "arms that ignore fewer, by --arms FILE.ts or as arms";
  return new UsageError(`Cannot compare as the arm "${arm}" standardizes nothing: ${found}`);
}
