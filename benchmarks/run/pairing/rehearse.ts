import type { Algorithm } from "../../../src/training/engine.ts";
import { staleStatistics, staleText } from "../../../src/training/stale_statistics.ts";
import { convolutionsInExecutionOrder } from "../../../src/standardization/execution_order.ts";
import type * as tf from "../../../src/tf.ts";
import { recomputeOf } from "../../experiments/profiles/common.ts";
import { RefusedArmError } from "../../experiments/arm.ts";
import { UsageError } from "../../ground/errors.ts";
import { counted } from "../../ground/format.ts";
import { refusedOfArm } from "../../experiments/settings.ts";
import type { Plan, PlannedArm, RefusedArm } from "../plan.ts";
import { checkPaired, type PairedCell, startOf } from "../../record/check_paired.ts";
import type { Arm, Warning } from "../../record/mod.ts";
import { applyAlgorithms } from "../started_arm.ts";
import { type Rehearsed, twinWarnings } from "./twins.ts";
import { weightDigests } from "./weight_digests.ts";

/** What came of making each arm's model. */
export interface Rehearsal {
  /**
   * What the reader must know: arms that begin elsewhere on purpose, or do not differ at all; weights
   * that a file does not have.
   */
  warnings: Warning[];
  /** How many bytes each arm's weights take, by its name. */
  weightBytes: Map<string, number>;
  /** Arms that cannot be trained. */
  refused: RefusedArm[];
  /** What the others' models begin from, with the first seed. */
  begun: readonly PairedCell[];
}

/**
 * Makes each arm's model once, with the first seed, as its cells will: so that hours of training do
 * not end at an arm that cannot begin, that begins from other weights, or that changes nothing.
 *
 * @param leavesOut whether an arm that cannot be trained is told, and the others go on
 * @throws {UsageError} if two arms begin from other weights, one is said to standardize and finds
 * nothing to, or no arm can be trained
 * @throws what making a model, or an arm's algorithms, throw
 */
export async function rehearse(
  { arms, seeds }: Pick<Plan, "arms" | "seeds">,
  records: readonly Arm[],
  leavesOut = false,
): Promise<Rehearsal> {
  const cells: Rehearsed[] = [];
  const refused: RefusedArm[] = [];
  for (const arm of arms) {
    try {
      cells.push(await begin(arm, seeds[0]!));
    } catch (error) {
      if (!leavesOut || !(error instanceof RefusedArmError)) throw refusedOfArm(error, arm);
      if (refused.length === arms.length - 1) throw refusedOfArm(noArmLeft(error), arm);
      refused.push({ name: arm.name, reason: error.reason });
    }
    checkPaired(cells, "nothing was trained yet", records);
  }
  const begun = arms.filter(({ name }) => cells.some(({ arm }) => arm === name));
  return {
    refused,
    begun: cells.map(({ arm, seed, initialWeights }) => ({ arm, seed, initialWeights })),
    warnings: [
      ...twinWarnings(begun, cells),
      ...startWarnings(cells, records),
      ...notLoadedWarnings(cells),
      ...staleWarnings(cells),
    ],
    weightBytes: new Map(cells.map(({ arm, weightBytes }) => [arm, weightBytes])),
  };
}

async function begin(arm: PlannedArm, seed: number): Promise<Rehearsed> {
  const { task, task: { loss } } = arm;
  const recompute = recomputeOf(arm.profile);
  const model = task.makeModel(seed, arm);
  const optimizer = task.makeOptimizer();
  try {
    const initialWeights = await weightDigests(model);
    const layers = model.layers.map((layer) => ({ ...layer.getConfig(), name: "" }));
    const notLoaded = task.initialWeights?.load(model) ?? [];
    const reported = applyAlgorithms(arm, { model, optimizer, loss, recompute });
    const idle = arm.algorithms.find(({ name }) =>
      reported[`${name}/num_weights_standardized`] === 0
    );
    if (idle !== undefined) {
      throw idleArm(arm.name, idle, convolutionsInExecutionOrder(model).layers.length);
    }
    const begun = {
      arm: arm.name,
      seed,
      initialWeights,
      layers: JSON.stringify(layers),
      notLoaded,
    };
    return { ...begun, ...await staleIn(model, arm), weightBytes: 4 * model.countParams() };
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

async function staleIn(
  model: tf.LayersModel,
  { steps, task: { batchSize, data }, profile: { microbatchSize } }: PlannedArm,
): Promise<Pick<Rehearsed, "stale" | "updates">> {
  const updates = steps * (microbatchSize > 0 ? Math.ceil(batchSize / microbatchSize) : 1);
  const trains = steps > 0 && data.trainingCount > 0;
  return { updates, stale: trains ? await staleStatistics(model, updates) : [] };
}

/**
 * Statistics that a cell's steps hardly move make its evaluations worthless. The worst arm stands for
 * all: of many arms that differ in their microbatches, each would have a text of its own.
 */
function staleWarnings(cells: readonly Rehearsed[]): Warning[] {
  const shareOf = ({ stale: [most] }: Rehearsed) => most?.share ?? 0;
  const [worst, ...others] = cells.filter(({ stale }) => stale.length > 0)
    .sort((a, b) => shareOf(b) - shareOf(a));
  if (worst === undefined) return [];
  const { message, advice } = staleText(worst.stale, worst.updates);
  const where = cells.length === 1 ? "" : `, in the arm ${worst.arm}`;
  const too = others.length === 0
    ? ""
    : `; more than 5 % in ${counted(others.length, "other arm")}`;
  return [{ code: "stale-statistics", message: `${message}${where}${too}`, advice }];
}

/** Arms that are left out have settings of their own, which `--set` cannot replace. */
function noArmLeft({ reason }: RefusedArmError): UsageError {
  return new UsageError(`${reason}; choose other arms by --arms`);
}

function idleArm(arm: string, algorithm: Algorithm, convolutions: number): UsageError {
  const found = convolutions === 0
    ? "the model has no convolutions"
    : `the model has ${convolutions} convolutions, and ${algorithm} leaves them all alone: give ` +
      "arms that ignore fewer, by --set ignoredLayers or --arms FILE.ts";
  return new UsageError(`Cannot compare as the arm "${arm}" standardizes nothing: ${found}`);
}

/** Arms whose weights have the first arm's names and shapes but, on purpose, other values. */
function startWarnings(cells: readonly Rehearsed[], records: readonly Arm[]): Warning[] {
  const [first, ...others] = cells;
  const elsewhere = others.filter(({ arm, initialWeights }) =>
    Object.entries(initialWeights).some(([weight, digest]) =>
      (first!.initialWeights[weight] ?? digest) !== digest &&
      startOf(recordOf(arm, records), weight) !== startOf(recordOf(first!.arm, records), weight)
    )
  );
  if (elsewhere.length === 0) return [];
  const names = elsewhere.map(({ arm }) => arm).join(", ");
  return [{
    code: "other-start",
    message: `The settings or the model of ${names} begin from other weights than ${first!.arm}, ` +
      "where names and shapes are the same",
    advice: "Pairs share seed, batches and augmentation, and not these weights: differences are " +
      "those of the start, too",
  }];
}

function recordOf(name: string, records: readonly Arm[]): Partial<Arm> {
  return records.find((record) => record.name === name) ?? {};
}

function notLoadedWarnings(cells: readonly Rehearsed[]): Warning[] {
  const lacking = cells.filter(({ notLoaded }) => notLoaded.length > 0);
  if (lacking.length === 0) return [];
  const names = lacking[0]!.notLoaded;
  const more = names.length > 4 ? `, … (${names.length} in all)` : "";
  return [{
    code: "initial-weights",
    message: `The file of initial weights has other classes, or no head: ${
      names.slice(0, 4).join(", ")
    }${more} stay as initialized in ${lacking.map(({ arm }) => arm).join(", ")}`,
    advice: "Nothing is to be done where that is meant; else give a file of the whole network",
  }];
}
