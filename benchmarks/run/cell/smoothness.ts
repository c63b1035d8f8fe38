/**
 * How smooth a cell's loss is, measured between steps of its training.
 *
 * @module
 */
import type { Callback } from "../../../src/training/callback.ts";
import { type Batch, disposeBatch } from "../../../src/training/dataloader.ts";
import type { State } from "../../../src/training/engine.ts";
import { type SmoothnessProbe, smoothnessProbe } from "../../../src/training/smoothness.ts";
import { recomputeOf } from "../../experiments/profiles/common.ts";
import type { SmoothnessRecord } from "../../record/mod.ts";
import { wholeBatch } from "../../../datasets/loader.ts";
import { firstOf } from "../batches.ts";
import type { PlannedArm } from "../plan.ts";

/** Measures the smoothness of a cell's loss; nothing where its task does not ask for it. */
export interface SmoothnessWatch {
  readonly callback: Callback;
  /** What was measured so far, in this process or before. */
  readonly points: readonly SmoothnessRecord[];
  /** Frees what it holds. */
  dispose(): void;
}

/** What a watch holds once something is due. */
interface Begun {
  batch: Batch;
  probe: SmoothnessProbe;
}

/**
 * Watches a cell's training. What is measured on is the first batch of its seed's first epoch (or the
 * first part of it), the same for all arms and, where workers share it, on each of them: none waits for
 * another, and the figures are those of one worker. Training sees its own copy of it, and neither weights nor
 * statistics nor random numbers change.
 *
 * @param before what was measured before the cell was resumed
 */
export function watchSmoothness(
  arm: PlannedArm,
  seed: number,
  before: readonly SmoothnessRecord[] = [],
): SmoothnessWatch {
  const { task: { smoothness: asked } } = arm;
  const points = [...before];
  let begun: Begun | undefined;
  return {
    points,
    async callback(event, state) {
      if (asked === undefined || !(event === "stepEnd" || event === "fitStart")) return;
      const { step, stepsPerEpoch } = state;
      if (!isDue(state, asked.points) || points.some((point) => point.step === step)) return;
      begun ??= await begin(arm, seed, state);
      const measured = await begun.probe.measure(begun.batch);
      points.push({ step, epoch: step / stepsPerEpoch, ...measured });
    },
    dispose() {
      begun?.probe.dispose();
      if (begun !== undefined) disposeBatch(begun.batch);
    },
  };
}

/**
 * Whether a step is one of so many places, evenly spread, from before the first step to after the last.
 *
 * @param state the steps done, and those of the whole training
 * @param places how many, >= 2; of fewer steps each is one
 */
export function isDue(
  { step, totalSteps }: Pick<State, "step" | "totalSteps">,
  places: number,
): boolean {
  const place = Math.round(step * (places - 1) / totalSteps);
  return step === Math.round(place * totalSteps / (places - 1));
}

/** Algorithms have changed the model by now. */
async function begin({ task, profile }: PlannedArm, seed: number, state: State): Promise<Begun> {
  const { stepSizes, relativeSteps } = task.smoothness!;
  const dataloader = task.trainDataloader(seed, wholeBatch);
  try {
    const batch = await firstOf(dataloader!);
    const options = { stepSizes, relativeSteps, seed, recompute: recomputeOf(profile) };
    return { batch, probe: smoothnessProbe(state.model, task.loss, options) };
  } finally {
    await dataloader?.close?.();
  }
}
