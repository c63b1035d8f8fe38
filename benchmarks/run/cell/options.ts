import type { Duration } from "../../../src/training/duration.ts";
import type { Callback } from "../../../src/training/callback.ts";
import type { State } from "../../../src/training/engine.ts";
import type { SavedCell } from "../checkpoints/store.ts";
import type { Keeper } from "./keeping.ts";
import type { ProgressWatch } from "./progress.ts";

/** How long a cell is trained, and what happens meanwhile. */
export interface Course {
  /** How long. */
  duration: Duration;
  /** That in optimizer steps. */
  steps: number;
  /** How often it is evaluated, the end included. */
  evaluations: number;
  /** Images whose gradients are taken at once; 0 for the whole batch. */
  microbatchSize: number;
  /** How often it is saved. */
  checkpointInterval: Duration;
}

/** What is known of a cell when its training begins. */
export interface CellFacts {
  /** How many trainable parameters the model has. */
  parameterCount: number;
  /** What the algorithms tell of themselves. */
  hyperparameters: Record<string, string | number>;
}

/** A cell as it was after some step; the length of its log is added by whoever writes that. */
export type UnloggedCell = Omit<SavedCell, "progress"> & {
  progress: ReturnType<ProgressWatch["now"]>;
};

/** How a cell is trained, beside its task. */
export interface CellOptions {
  /** How long it is trained, and what happens meanwhile. */
  course: Course;
  /** Where it goes on from; it begins anew without. */
  saved?: SavedCell | undefined;
  /** Fails where the weights that it begins from are not those of the other arms. */
  checkPaired(initialWeights: Record<string, string>): void;
  /** Saves it. */
  save(saved: UnloggedCell, state: State): Promise<void>;
  /** Keeps its weights. */
  keeper: Keeper;
  /** Is told of an error that ends it after a step or more; what there was becomes its record. */
  onBreak(error: unknown): void;
  /** Watch it, e.g. to show its progress. */
  callbacks(facts: CellFacts): Callback[];
  /** Stops it after the step under way. */
  signal: AbortSignal;
}
