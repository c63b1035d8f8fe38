/**
 * A trained model, made again from a run's record and its weights.
 *
 * @module
 */
import { isDeepStrictEqual } from "node:util";
import type * as tf from "../../src/tf.ts";
import { crossEntropy } from "../../src/training/losses.ts";
import type { Algorithm } from "../../src/training/engine.ts";
import { sgd } from "../../src/training/optimizers.ts";
import type { ArmDefinition, ModelFactory } from "../experiments/arm.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import type { VisionProfile } from "../experiments/profiles/vision.ts";
import { nameBefore, ratesOf } from "../experiments/rate_sweep.ts";
import { unknownName, UsageError } from "../ground/errors.ts";
import { withUsageErrors } from "../ground/usage_errors.ts";
import type { CellRecord, Json, Result } from "../record/mod.ts";
import { chosenArms, knownArms, modelOfModule } from "../run/modules.ts";
import { applyAlgorithms } from "../run/started_arm.ts";
import { readInitialWeights } from "../tasks/initial_weights.ts";
import { loadModel } from "../tasks/model_weights.ts";
import { type Suite, suitesOwnModel } from "../tasks/suite.ts";
import type { PredictAsked } from "./options.ts";

/** Modules that a run took from the command line, and a record does not hold. */
type RunModules = Pick<PredictAsked, "arms" | "model">;

/** The profile of an arm: its suite's, with the values that the run and the arm had. */
export function profileOf<P extends CommonProfile>(
  suite: Suite<P>,
  { profile, config, arms }: Result,
  arm: string,
): P {
  const base: P = suite.profiles[profile] ?? suite.profiles.quick!;
  const { settings = {} } = arms.find(({ name }) => name === arm) ?? {};
  const values = Object.entries({ ...config, ...settings }).filter(([key]) => key in base);
  return { ...base, ...Object.fromEntries(values) }; // the library checks what it is given
}

/**
 * The model of a cell with its weights, standardized as its arm was.
 *
 * @throws {UsageError} if a module is missing, or another than the run's; or the weights do not fit
 */
export async function keptModel<P extends CommonProfile>(
  suite: Suite<P>,
  result: Result,
  cell: CellRecord,
  bytes: Uint8Array,
  modules: RunModules,
): Promise<tf.LayersModel> {
  const arm = await armOf(suite, result, cell, modules);
  const profile = profileOf(suite, result, cell.arm);
  const model = withUsageErrors(() =>
    suite.makeModel(profile, result.data.classes, cell.seed, arm)
  );
  const optimizer = sgd({ learningRate: 1 });
  try {
    if (arm.algorithms.some(preservesOutputs)) await loadStart(model, profile, result, arm.name);
    applyAlgorithms(arm, { model, optimizer, loss: crossEntropy }); // as training begins
    loadModel(model, bytes);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  } finally {
    optimizer.dispose();
  }
}

/** Whether constants of the algorithm are of the weights that training began from. */
function preservesOutputs(algorithm: Algorithm): boolean {
  return /\bpreserveOutputs=true\b/.test(String(algorithm));
}

/** Gives a model the weights that its arm began from, where these are of a file. */
async function loadStart(
  model: tf.LayersModel,
  profile: object,
  { config, arms }: Result,
  name: string,
): Promise<void> {
  const { initialWeights: path = "" } = profile as Partial<VisionProfile>;
  const weights = await readInitialWeights(path);
  if (weights === undefined) return;
  const { settings = {} } = arms.find((arm) => arm.name === name) ?? {};
  const { initialWeightsSha256: wanted = weights.sha256 } = { ...config, ...settings };
  if (wanted !== weights.sha256) {
    throw new UsageError(
      `Cannot predict with the arm ${name} as ${path} must be the file that it began from, whose ` +
        `means and deviations it keeps: its SHA-256 is ${weights.sha256}, not ${wanted}`,
    );
  }
  weights.load(model);
}

/** The arm with its algorithms and its model, of which the record has the names alone. */
async function armOf<P extends CommonProfile>(
  suite: Suite<P>,
  result: Result,
  { arm: name, algorithms }: CellRecord,
  { arms: module, model }: RunModules,
): Promise<ArmDefinition> {
  const { arms: records, config } = result;
  const arms = module === undefined
    ? knownArms({ ...suite, ...suite.armsOf?.(profileOf(suite, result, name)) })
    : (await chosenArms(module, suite)).arms;
  const own = nameBefore(name, ratesOf(config));
  const found = arms.find((arm) => arm.name === own && hasAlgorithms(arm, algorithms)) ??
    arms.find((arm) => arm.name === own);
  const arm = found && { ...found, name }; // which a model of one's own is told
  const isOwn = records.find((record) => record.name === name)?.model !== undefined;
  if (module === undefined && (arm === undefined || isOwn || !hasAlgorithms(arm, algorithms))) {
    const what = algorithms.join(", ") || "no algorithm";
    throw new UsageError(
      `Cannot predict with the arm ${name} as it is one of your own (${what}): give the module that ` +
        "the run had by --arms FILE.ts",
    );
  }
  if (arm === undefined) throw unknownName(`arm in ${module}`, own, arms.map(({ name }) => name));
  if (!hasAlgorithms(arm, algorithms)) {
    throw new UsageError(
      `Cannot predict with the arm ${name} of ${module} as its algorithms must be those of the run, ` +
        `${algorithms.join(", ")}: they are ${arm.algorithms.join(", ")}`,
    );
  }
  if (isOwn) return arm;
  const factory = await factoryOf(config.model, model);
  return factory === undefined ? arm : { ...arm, model: factory };
}

function hasAlgorithms(arm: ArmDefinition, algorithms: readonly string[]): boolean {
  return isDeepStrictEqual(arm.algorithms.map(String), algorithms);
}

/** What makes the models of the arms that have none of their own. */
async function factoryOf(
  recorded: Json | undefined,
  module: string | undefined,
): Promise<ModelFactory | undefined> {
  const isOwn = recorded !== suitesOwnModel;
  if (isOwn && module === undefined) {
    throw new UsageError(
      `Cannot predict as the run's model is one of your own (${recorded}), which a record does not ` +
        "hold: give the module that makes it by --model FILE.ts",
    );
  }
  if (!isOwn && module !== undefined) {
    throw new UsageError("Cannot take --model as the run's model is the suite's own: leave it out");
  }
  return module === undefined ? undefined : await modelOfModule(module);
}
