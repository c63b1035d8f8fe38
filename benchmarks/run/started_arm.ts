/**
 * Arms as their training begins, outside of cells: to rehearse them, and to measure their steps.
 *
 * @module
 */
import type * as tf from "../../src/tf.ts";
import { averageRule, MovingAverage } from "../../src/training/moving_average.ts";
import { OptimizerSteps } from "../../src/training/optimizer_steps.ts";
import { Trainer } from "../../src/training/trainer.ts";
import type { TrainerOptions } from "../../src/training/trainer_options.ts";
import type { ArmDefinition } from "../experiments/arm.ts";
import { recomputeOf, trainingOptionsOf } from "../experiments/profiles/common.ts";
import { groupOptions } from "./cell/training.ts";
import type { PlannedArm } from "./plan.ts";
import { alone, type RunGroup } from "./workers/run_group.ts";

/**
 * Changes a model as its arm does when training begins, at the Trainer's "init".
 *
 * @returns what the algorithms report about themselves
 */
export function applyAlgorithms(
  { algorithms }: Pick<ArmDefinition, "algorithms">,
  parts: Pick<TrainerOptions, "model" | "optimizer" | "loss" | "recompute">,
): Record<string, string | number> {
  const reported: Record<string, string | number> = {};
  const logHyperparameters = (values: typeof reported) => Object.assign(reported, values);
  const logger = { logHyperparameters, logMetrics: () => {} };
  new Trainer({ ...parts, algorithms: [...algorithms], logger });
  return reported;
}

/**
 * How many numbers an optimizer keeps of each weight: Adam's two means, else a velocity. Not by
 * `instanceof`, for which every optimizer of TensorFlow.js is one of every kind.
 */
export function slotsOf(optimizer: tf.Optimizer): number {
  return "beta1" in optimizer ? 2 : 1;
}

/** A model that can take an arm's steps, until it is disposed of. */
export interface StartedArm extends Disposable {
  readonly model: tf.LayersModel;
  /** How many numbers its optimizer keeps of each weight. */
  readonly slots: number;
  /**
   * Its optimizer steps, which whoever asks for them disposes of.
   *
   * @param parts how many parts a batch comes in
   * @param microbatchSize images whose gradients are taken at once; 0 for the whole part
   */
  steps(parts: number, microbatchSize: number): OptimizerSteps;
}

/**
 * Makes an arm's model with a seed, its algorithms applied.
 *
 * @param workers whom its steps are taken with
 */
export function startArm(
  arm: Pick<PlannedArm, keyof ArmDefinition | "task" | "profile">,
  seed: number,
  workers: RunGroup = alone,
): StartedArm {
  const { task, task: { loss } } = arm;
  const model = task.makeModel(seed, arm);
  const optimizer = task.makeOptimizer();
  const { movingAverage, maxGradientNorm } = trainingOptionsOf(arm.profile, task.mainMetric);
  // An average by epochs is moved too seldom to be part of a step.
  const isEachStep = movingAverage?.halfLife?.endsWith("ba") ?? false;
  const average = isEachStep ? new MovingAverage(model, averageRule(movingAverage!, 1)) : undefined;
  const dispose = () => {
    average?.dispose();
    optimizer.dispose();
    model.dispose();
  };
  try {
    applyAlgorithms(arm, { model, optimizer, loss });
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    model,
    slots: slotsOf(optimizer),
    steps: (partsPerStep, microbatchSize) =>
      new OptimizerSteps({
        model,
        optimizer,
        loss,
        seed: 0,
        partsPerStep,
        microbatchSize: microbatchSize > 0 ? microbatchSize : Infinity,
        recompute: recomputeOf(arm.profile),
        maxGradientNorm,
        ...groupOptions(arm, workers),
        afterStep: (step) => average?.update(step),
      }),
    [Symbol.dispose]: dispose,
  };
}
