import type * as tf from "../../../src/tf.ts";
import type { Callback } from "../../../src/training/callback.ts";
import type { State } from "../../../src/training/engine.ts";
import type { SavedCell } from "../checkpoints/store.ts";
import type { ClosableDataloader } from "../../tasks/task.ts";
import type { PlannedArm } from "../plan.ts";
import type { Keeper } from "./keeping.ts";
import type { ProgressWatch } from "./progress.ts";
import type { RunGroup } from "../workers/run_group.ts";
import type { SmoothnessWatch } from "./smoothness.ts";

/** What is known about a cell when its training begins. */
export interface CellFacts {
  /** How many trainable parameters the model has. */
  parameterCount: number;
  /** What the algorithms report about themselves. */
  hyperparameters: Record<string, string | number>;
}

/** How a cell is trained, beside its task. */
export interface CellOptions {
  /** The checkpoint to resume from; without one the cell starts from scratch. */
  saved: SavedCell | undefined;
  /** Throws if its initial weights differ from those of the other arms. */
  checkPaired(initialWeights: Record<string, string>): void;
  /** Saves its state after a step; whoever writes the log adds the log's length. */
  save(
    saved: Omit<SavedCell, "progress"> & { progress: Omit<SavedCell["progress"], "logBytes"> },
    state: State,
  ): Promise<void>;
  /** Keeps its weights. */
  keeper: Keeper;
  /** Receives an error that ended it after a step or more; its record has what was trained. */
  onBreak(error: unknown): void;
  /** What watches it, e.g. to show its progress. */
  callbacks(facts: CellFacts): Callback[];
  /** Stops it after the current step. */
  signal: AbortSignal;
  /** The workers that train it together; this process alone without. */
  workers?: RunGroup;
}

/** A cell while it is trained. */
export interface Cell {
  arm: PlannedArm;
  seed: number;
  options: CellOptions;
  watch: ProgressWatch;
  smoothness: SmoothnessWatch;
  model: tf.LayersModel;
  optimizer: tf.Optimizer;
  dataloader: ClosableDataloader | undefined;
  evalDataloader: ClosableDataloader;
  /** The digests of the model's weights as it was made. */
  made: Record<string, string>;
  /** Those that the cell began with, perhaps in another process, where they are known. */
  initialWeights: Record<string, string> | undefined;
}
