/**
 * A trained model, made again from a run's record and its weights.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type * as tf from "../../src/tf.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import { sgd } from "../../src/training/optimizers.ts";
import { Trainer } from "../../src/training/trainer.ts";
import type { ArmDefinition, ModelFactory } from "../experiments/arm.ts";
import { chosenArms, modelOfModule } from "../experiments/arms.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { asked as askedFor } from "../ground/refused.ts";
import type { CellRecord, Result } from "../record/mod.ts";
import { loadModel } from "../tasks/model_weights.ts";
import { type Suite, suitesOwnModel } from "../tasks/suite.ts";

/** Modules that a run took from the command line, and a record does not hold. */
export interface RunModules {
  arms?: string;
  model?: string;
}

/**
 * The profile of a run: its suite's, with the values that the run had.
 *
 * @param suite the suite
 * @param result the run
 */
export function profileOf<P extends CommonProfile>(suite: Suite<P>, result: Result): P {
  const base: P = suite.profiles[result.profile] ?? suite.profiles.quick!;
  const values = Object.entries(result.config).filter(([key]) => key in base);
  return { ...base, ...Object.fromEntries(values) }; // the library checks what it is given
}

/**
 * The model of a cell with its weights, standardized as its arm was.
 *
 * @param suite the suite that trained it
 * @param result the run
 * @param cell the cell
 * @param bytes its weights
 * @param modules the run's
 * @throws {UsageError} if a module is missing, or another than the run's; or the weights do not fit
 */
export async function keptModel<P extends CommonProfile>(
  suite: Suite<P>,
  result: Result,
  cell: CellRecord,
  bytes: Uint8Array,
  modules: RunModules,
): Promise<tf.LayersModel> {
  const arm = await armOf(suite, cell, modules.arms);
  const factory = await factoryOf(result, modules.model);
  const { classes } = result.data;
  const profile = profileOf(suite, result);
  const model = askedFor(() => suite.makeModel(profile, classes, cell.seed, factory));
  try {
    applyAlgorithms(model, arm);
    loadModel(model, bytes);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** The arm with its algorithms, of which the record has the words alone. */
async function armOf<P extends CommonProfile>(
  suite: Suite<P>,
  { arm: name, algorithms }: CellRecord,
  module: string | undefined,
): Promise<ArmDefinition> {
  const arms = module === undefined ? suite.arms : await chosenArms(module, suite.arms);
  const arm = arms.find((arm) => arm.name === name);
  if (arm !== undefined && isDeepStrictEqual(arm.algorithms.map(String), algorithms)) return arm;
  if (module === undefined) {
    throw new UsageError(
      `Cannot predict with the arm ${name} as it is one of your own (${
        algorithms.join(", ") || "no algorithm"
      }): ` +
        "give the module that the run had by --arms FILE.ts",
    );
  }
  if (arm === undefined) throw unknownName(`arm in ${module}`, name, arms.map(({ name }) => name));
  throw new UsageError(
    `Cannot predict with the arm ${name} of ${module} as its algorithms must be those of the run, ` +
      `${algorithms.join(", ")}: they are ${arm.algorithms.join(", ")}`,
  );
}

async function factoryOf(
  { config: { model } }: Result,
  module: string | undefined,
): Promise<ModelFactory | undefined> {
  const isOwn = model !== suitesOwnModel;
  if (isOwn && module === undefined) {
    throw new UsageError(
      `Cannot predict as the run's model is one of your own (${model}), which a record does not ` +
        "hold: give the module that makes it by --model FILE.ts",
    );
  }
  if (!isOwn && module !== undefined) {
    throw new UsageError("Cannot take --model as the run's model is the suite's own: leave it out");
  }
  return module === undefined ? undefined : await modelOfModule(module);
}

/** As training began: algorithms change a model at the Trainer's "init". */
function applyAlgorithms(model: tf.LayersModel, { algorithms }: ArmDefinition): void {
  const optimizer = sgd({ learningRate: 1 });
  try {
    new Trainer({ model, optimizer, loss: crossEntropy, algorithms: [...algorithms] });
  } finally {
    optimizer.dispose();
  }
}
