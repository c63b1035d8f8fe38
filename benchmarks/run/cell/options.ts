import type { Callback } from "../../../src/training/callback.ts";
import type { State } from "../../../src/training/engine.ts";
import type { SavedCell } from "../checkpoints/store.ts";
import type { Keeper } from "./keeping.ts";
import type { ProgressWatch } from "./progress.ts";

/** What is known of a cell when its training begins. */
export interface CellFacts {
  /** How many trainable parameters the model has. */
  parameterCount: number;
  /** What the algorithms tell of themselves. */
  hyperparameters: Record<string, string | number>;
}

/** How a cell is trained, beside its task. */
export interface CellOptions {
  /** Where it goes on from; it begins anew without. */
  saved: SavedCell | undefined;
  /** Fails where the weights that it begins from are not those of the other arms. */
  checkPaired(initialWeights: Record<string, string>): void;
  /** Saves it as it was after some step; the length of its log is added by whoever writes that. */
  save(
    saved: Omit<SavedCell, "progress"> & { progress: ReturnType<ProgressWatch["now"]> },
    state: State,
  ): Promise<void>;
  /** Keeps its weights. */
  keeper: Keeper;
  /** Is told of an error that ends it after a step or more; what there was becomes its record. */
  onBreak(error: unknown): void;
  /** Watch it, e.g. to show its progress. */
  callbacks(facts: CellFacts): Callback[];
  /** Stops it after the step under way. */
  signal: AbortSignal;
}
